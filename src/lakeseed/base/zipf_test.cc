#include "lakeseed/base/zipf.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <numeric>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/golden.h"

namespace lakeseed {
namespace {

const Key kKey = StreamKey(42, {"shop", "orders", "x"});

uint64_t Bits(double x) { return std::bit_cast<uint64_t>(x); }

TEST(Zipf, EqualsReferenceModel) {
  const auto golden = LoadGolden("zipf");
  const Key key = GoldenKey(golden["key"]);
  ASSERT_GT(golden["exact"].size(), 50u);
  for (const auto& one : golden["exact"]) {
    const double s = GoldenDouble(one["s"]), v = GoldenDouble(one["v"]);
    const auto k = GoldenIntegers(one["k"]);
    for (size_t row = 0; row < k.size(); ++row) {
      ASSERT_EQ(ZipfExact(key, static_cast<int64_t>(row), one["n"], s, v), k[row])
          << s << " " << one["n"] << " " << v << " row " << row;
    }
  }
  for (const auto& one : golden["mass"]) {
    const double s = GoldenDouble(one["s"]), v = GoldenDouble(one["v"]);
    const int64_t n = one["n"];
    EXPECT_EQ(Bits(ZipfMass(n, s, v)), GoldenBits(one["mass"]))
        << s << " " << n << " " << v;
    EXPECT_EQ(Bits(ZipfEndsOf(n, s, v).high), GoldenBits(one["area"]));
  }
  for (const auto& one : golden["fast"]) {
    const FastZipf zipf(one["n"], GoldenDouble(one["s"]));
    const auto p = GoldenDoubles(one["p"]);
    for (size_t i = 0; i < p.size(); ++i) EXPECT_EQ(Bits(zipf.head()[i]), Bits(p[i]));
    const auto k = GoldenIntegers(one["k"]);
    std::vector<int64_t> block(k.size());
    zipf.Of(key, 0, static_cast<int64_t>(k.size()), block.data());
    EXPECT_EQ(block, k) << one["n"];
  }
}

TEST(Zipf, BlocksEqualScalars) {
  for (double s : {0.0, 0.5, 1.0, 1.1, 2.5}) {
    std::vector<int64_t> rows, n, k;
    std::vector<double> low, high, v;
    for (int64_t i = 0; i < 3001; ++i) {
      rows.push_back(i * 7 - 5);
      n.push_back(1 + Below(Cell(kKey, i, 5), i % 3 == 0 ? 3 : 100'000));
      v.push_back(i % 2 == 0 ? 1.0 : Unit(Cell(kKey, i, 6)));
      const ZipfEnds ends = ZipfEndsOf(n.back(), s, v.back());
      low.push_back(ends.low);
      high.push_back(ends.high);
    }
    k.resize(rows.size());
    ZipfExactOf(kKey, s, rows, low.data(), high.data(), v.data(), n.data(), k.data());
    for (size_t i = 0; i < rows.size(); ++i) {
      ASSERT_EQ(k[i], ZipfExact(kKey, rows[i], n[i], s, v[i])) << s << " " << i;
      ASSERT_TRUE(k[i] >= 0 && k[i] < n[i]);
    }
  }
}

TEST(Zipf, ManyLawsEqualThoseOfEach) {
  for (double s : {0.0, 0.45, 1.0, 1.3}) {
    std::vector<int64_t> n;
    std::vector<double> v;
    for (int64_t i = 0; i < 2050; ++i) {
      n.push_back(1 + Below(Cell(kKey, i, 7), i % 2 == 0 ? 40 : 1'000'000));
      v.push_back(0.01 + 20 * Unit(Cell(kKey, i, 8)));
    }
    std::vector<double> masses(n.size());
    std::vector<ZipfEnds> ends(n.size());
    ZipfMassesOf(s, n, v.data(), masses.data());
    ZipfEndsOf(s, n, v.data(), ends.data());
    for (size_t i = 0; i < n.size(); ++i) {
      ASSERT_EQ(Bits(masses[i]), Bits(ZipfMass(n[i], s, v[i]))) << s << " " << i;
      ASSERT_EQ(Bits(ends[i].low), Bits(ZipfEndsOf(n[i], s, v[i]).low)) << s << " " << i;
      ASSERT_EQ(Bits(ends[i].high), Bits(ZipfEndsOf(n[i], s, v[i]).high));
    }
  }
}

// Largest deviation of a bin from the law, in standard deviations; bins that are
// too rare are joined.
double WorstSigma(const std::vector<int64_t>& count, const std::vector<double>& law,
                  double draws) {
  double worst = 0.0, p = 0.0, c = 0.0;
  for (size_t i = 0; i < law.size(); ++i) {
    p += law[i];
    c += static_cast<double>(count[i]);
    if (p * draws < 20 && i + 1 < law.size()) continue;
    worst =
        std::max(worst, std::abs(c - p * draws) / std::sqrt(p * (1 - p) * draws + 1e-9));
    p = c = 0.0;
  }
  return worst;
}

TEST(Zipf, FollowsTheLaw) {
  constexpr int64_t kDraws = 200'000;
  for (double s : {0.5, 1.0, 1.1, 2.0}) {
    for (int64_t n : {2, 10, 65, 1000}) {
      for (double v : {1.0, 0.05}) {
        const auto law = ZipfLaw(n, s, v);
        std::vector<int64_t> exact(law.size()), fast(law.size());
        const FastZipf zipf(n, s);
        const Key key = kKey.Sub(n);
        for (int64_t row = 0; row < kDraws; ++row) {
          ++exact[static_cast<size_t>(ZipfExact(key, row, n, s, v))];
          if (v == 1.0) ++fast[static_cast<size_t>(zipf.At(key, row))];
        }
        EXPECT_LT(WorstSigma(exact, law, kDraws), 4.6) << s << " " << n << " " << v;
        if (v == 1.0) {
          EXPECT_LT(WorstSigma(fast, law, kDraws), 4.6) << s << " " << n;
        }
      }
    }
  }
}

TEST(Zipf, MassIsTheSum) {
  for (double s : {0.0, 0.7, 1.0, 1.3, 3.0}) {
    for (double v : {1.0, 0.1}) {
      double sum = 0.0;
      int64_t k = 0;
      for (int64_t n : {1, 15, 16, 17, 100, 20'000}) {
        for (; k < n; ++k) sum += std::pow(static_cast<double>(k) + v, -s);
        EXPECT_NEAR(ZipfMass(n, s, v) / sum, 1.0, 1e-9) << s << " " << v << " " << n;
      }
    }
  }
}

TEST(Zipf, FastIsWithinItsDistance) {
  for (double s : {0.5, 0.8, 1.0, 1.1, 1.5, 2.0, 3.0}) {
    for (int64_t n : {10, 64, 65, 1000, 100'000}) {
      const auto law = ZipfLaw(n, s);
      const FastZipf zipf(n, s);
      const auto head = static_cast<int64_t>(zipf.head().size()) - 1;
      double distance = 0.0;
      for (int64_t k = 0; k < n; ++k) {
        double p = 0.0;
        if (k < head) {
          p = zipf.head()[static_cast<size_t>(k)];
        } else {
          const auto x = static_cast<double>(k);
          p = (ZipfArea(x + 0.5, s, 1.0) - ZipfArea(x - 0.5, s, 1.0)) /
              (zipf.tail_high() - zipf.tail_low()) * zipf.head().back();
        }
        distance += 0.5 * std::abs(p - law[static_cast<size_t>(k)]);
      }
      EXPECT_LT(distance, 7e-7) << s << " " << n;
    }
  }
}

TEST(ZipfTest, BlocksDecideAsTheExactTestDoes) {
  const Key key = StreamKey(42, {"squeeze"});
  constexpr int64_t kRows = 20'000;
  std::vector<int64_t> rows(kRows), n(kRows), out(kRows);
  std::vector<double> low(kRows), high(kRows), v(kRows);
  for (double s : {0.0, 0.3, 0.65, 0.87, 1.0, 1.1, 1.2, 1.3, 2.5}) {
    for (double shift : {1e-6, 0.01, 0.3, 1.0, 21.0}) {
      for (int64_t i = 0; i < kRows; ++i) {
        rows[i] = i;
        n[i] = int64_t{1} << (i % 40);
        v[i] = shift;
        const ZipfEnds ends = ZipfEndsOf(n[i], s, v[i]);
        low[i] = ends.low;
        high[i] = ends.high;
      }
      ZipfExactOf(key, s, rows, low.data(), high.data(), v.data(), n.data(), out.data());
      for (int64_t i = 0; i < kRows; ++i) {
        ASSERT_EQ(out[i], ZipfExact(key, i, n[i], s, v[i]))
            << s << " " << shift << " " << i;
      }
    }
  }
}

}  // namespace
}  // namespace lakeseed
