#include "lakeseed/base/bijection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/golden.h"
#include "lakeseed/base/simd_level.h"

namespace lakeseed {
namespace {

const Key kKey = StreamKey(42, {"shop", "orders", "x"});

TEST(Bijection, EqualsReferenceModel) {
  const auto golden = LoadGolden("bijection");
  const Key key = GoldenKey(golden["key"]);
  ASSERT_GT(golden["cases"].size(), 15u);
  for (const auto& one : golden["cases"]) {
    const Bijection pi(key, one["n"], one["rounds"]);
    const auto x = GoldenIntegers(one["x"]), y = GoldenIntegers(one["y"]);
    for (size_t i = 0; i < x.size(); ++i) {
      EXPECT_EQ(pi.Forward(x[i]), y[i]) << "n = " << pi.n();
      EXPECT_EQ(pi.Inverse(y[i]), x[i]) << "n = " << pi.n();
    }
  }
}

void CheckAll(const Bijection& pi) {
  std::vector<int64_t> x(static_cast<size_t>(pi.n())), y(x.size()), back(x.size());
  std::iota(x.begin(), x.end(), 0);
  pi.ForwardOf(x.data(), pi.n(), y.data());
  pi.InverseOf(y.data(), pi.n(), back.data());
  ASSERT_EQ(back, x) << "n = " << pi.n();
  for (size_t i = 0; i < x.size(); i += 1 + x.size() / 200) {
    ASSERT_EQ(pi.Forward(x[i]), y[i]);
    ASSERT_EQ(pi.Inverse(y[i]), x[i]);
  }
  std::sort(y.begin(), y.end());
  ASSERT_EQ(y, x) << "n = " << pi.n();
}

TEST(Bijection, IsOneToOneForEveryN) {
  for (int64_t n = 0; n <= 1100; ++n) CheckAll(Bijection(kKey.Sub(n), n));
  for (int64_t n : {65536, 65537, 300'000}) CheckAll(Bijection(kKey, n));
  EXPECT_EQ(Bijection().n(), 0);
}

TEST(Bijection, LargeHasAnInverseAndNoTrend) {
  for (int64_t n :
       {int64_t{1'000'000'000}, (int64_t{1} << 31) - 1, (int64_t{1} << 31) + 1,
        (int64_t{1} << 33) + 17, int64_t{1'000'000'000'039}, (int64_t{1} << 52) - 1,
        (int64_t{1} << 52) + 1, (int64_t{1} << 61) + 5, int64_t{1} << 62}) {
    const Bijection pi(kKey, n);
    std::vector<int64_t> x{0, n - 1, n / 2};
    for (int64_t i = 0; i < 20000; ++i) x.push_back(Below(Cell(kKey, i, 77), n));
    std::vector<int64_t> y(x.size()), back(x.size());
    const auto count = static_cast<int64_t>(x.size());
    pi.ForwardOf(x.data(), count, y.data());
    pi.InverseOf(y.data(), count, back.data());
    ASSERT_EQ(back, x) << n;
    double xy = 0.0;
    for (size_t i = 0; i < x.size(); ++i) {
      ASSERT_EQ(pi.Forward(x[i]), y[i]);
      ASSERT_TRUE(y[i] >= 0 && y[i] < n);
      const auto size = static_cast<double>(n);
      xy += (static_cast<double>(x[i]) / size - 0.5) *
            (static_cast<double>(y[i]) / size - 0.5);
    }
    EXPECT_LT(std::abs(xy * 12), 4 * std::sqrt(static_cast<double>(count))) << n;
  }
}

TEST(Bijection, BlocksMayBeInPlace) {
  const Bijection pi(kKey, 1000);
  std::vector<int64_t> x(1000), y(1000);
  std::iota(x.begin(), x.end(), 0);
  pi.ForwardOf(x.data(), 1000, y.data());
  pi.ForwardOf(x.data(), 1000, x.data());
  EXPECT_EQ(x, y);
}

TEST(Bijection, OneValueUnderManyKeys) {
  std::vector<Key> keys;
  for (int64_t i = 0; i < 700; ++i) keys.push_back(kKey.Sub(i));
  std::vector<int64_t> y(keys.size());
  for (int64_t n : {1, 2, 5, 48, 64, 65, 1000, 1 << 20}) {
    for (int64_t x : {int64_t{0}, n / 2, n - 1}) {
      Bijection::KeyedForwardOf(keys.data(), std::ssize(keys), n, x, y.data());
      for (size_t i = 0; i < keys.size(); ++i) {
        ASSERT_EQ(y[i], Bijection(keys[i], n).Forward(x)) << "n = " << n << ", " << x;
      }
    }
  }
}

void ExpectBelowSaysIt() {
  for (int rounds : {0, 3}) {
    for (int64_t n :
         {int64_t{1}, int64_t{2}, int64_t{3}, int64_t{10}, int64_t{64}, int64_t{65},
          int64_t{1000}, int64_t{1023}, int64_t{1024}, int64_t{5000}, int64_t{1} << 20,
          int64_t{UINT32_MAX}, int64_t{1} << 32, int64_t{1} << 40}) {
      const Bijection pi(kKey, n, rounds);
      std::vector<int64_t> x(static_cast<size_t>(std::min<int64_t>(n, 3000))),
          y(x.size());
      std::iota(x.begin(), x.end(), n - std::ssize(x));
      pi.ForwardOf(x.data(), std::ssize(x), y.data());
      std::vector<uint8_t> below(x.size());
      for (int64_t limit : {int64_t{0}, int64_t{1}, n / 3, n / 2 + 1, n - 1, n}) {
        pi.BelowOf(x.data(), std::ssize(x), limit, below.data());
        for (size_t i = 0; i < x.size(); ++i) {
          ASSERT_EQ(below[i], y[i] < limit ? 1 : 0) << "n = " << n << ", " << limit;
        }
        if (n > UINT32_MAX) continue;
        const std::vector<uint32_t> narrow(x.begin(), x.end());
        std::vector<uint8_t> narrow_below(x.size());
        pi.BelowOf(narrow.data(), std::ssize(narrow), limit, narrow_below.data());
        ASSERT_EQ(narrow_below, below);
      }
    }
  }
}

TEST(Bijection, BelowIsWhatTheImageSaysAtEachLevel) {
  const SimdLevel best = SimdLevelInUse();
  for (const char* level : {"baseline", "avx2", "avx512"}) {
    SCOPED_TRACE(level);
    if (SetSimdLevel(level).ok()) ExpectBelowSaysIt();
  }
  internal::simd_level = best;
}

TEST(Bijection, AllSmallPermutationsAreEquallyLikely) {
  for (int64_t n : {3, 4}) {
    std::map<std::vector<int64_t>, int> seen;
    const int trials = 300 * (n == 3 ? 6 : 24);
    for (int t = 0; t < trials; ++t) {
      const Bijection pi(kKey.Sub(t), n);
      std::vector<int64_t> y;
      for (int64_t x = 0; x < n; ++x) y.push_back(pi.Forward(x));
      ++seen[y];
    }
    ASSERT_EQ(seen.size(), n == 3 ? 6u : 24u);
    double chi2 = 0.0;
    for (const auto& [y, count] : seen) chi2 += (count - 300.0) * (count - 300.0) / 300.0;
    const double freedom = static_cast<double>(seen.size() - 1);
    EXPECT_LT((chi2 - freedom) / std::sqrt(2 * freedom), 4.0) << n;
  }
}

TEST(Bijection, PairsAreUniform) {
  constexpr int kN = 16, kTrials = 24000;
  std::vector<int> pair(kN * kN);
  for (int t = 0; t < kTrials; ++t) {
    const Bijection pi(kKey.Sub(t), kN);
    ++pair[static_cast<size_t>(pi.Forward(0) * kN + pi.Forward(1))];
  }
  const double expected = kTrials / static_cast<double>(kN * (kN - 1));
  double chi2 = 0.0;
  for (int i = 0; i < kN * kN; ++i) {
    if (i % kN != i / kN) {
      const double d = pair[static_cast<size_t>(i)] - expected;
      chi2 += d * d / expected;
    }
  }
  const double freedom = kN * (kN - 1) - 1;
  EXPECT_LT((chi2 - freedom) / std::sqrt(2 * freedom), 4.0);
}

}  // namespace
}  // namespace lakeseed
