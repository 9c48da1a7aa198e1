#include "lakeseed/base/cell.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "lakeseed/base/golden.h"

namespace lakeseed {
namespace {

const Key kKey = StreamKey(42, {"shop", "orders", "x"});

// How many standard deviations a chi-square of these counts is from its mean.
double ChiSquareSigma(const std::vector<int64_t>& counts, double expected) {
  double chi2 = 0.0;
  for (int64_t count : counts) {
    const double d = static_cast<double>(count) - expected;
    chi2 += d * d / expected;
  }
  const auto freedom = static_cast<double>(counts.size() - 1);
  return (chi2 - freedom) / std::sqrt(2 * freedom);
}

TEST(Cell, EqualsReferenceModel) {
  const auto golden = LoadGolden("cell");
  ASSERT_EQ(golden["streams"].size(), 5u);
  EXPECT_EQ(StreamKey(42, {"shop", "orders", "x"}),
            GoldenKey(golden["streams"][0]["key"]));
  EXPECT_EQ(StreamKey(0, {}), GoldenKey(golden["streams"][1]["key"]));
  EXPECT_EQ(StreamKey(-1, {"ab", "c"}), GoldenKey(golden["streams"][2]["key"]));
  EXPECT_EQ(StreamKey(11, {"\xC3\xA4", ""}), GoldenKey(golden["streams"][3]["key"]));
  EXPECT_EQ(StreamKey(1, {"a", "bc"}), GoldenKey(golden["streams"][4]["key"]));
  for (const auto& one : golden["subs"])
    EXPECT_EQ(kKey.Sub(one["n"]), GoldenKey(one["key"]));
  ASSERT_GT(golden["cells"].size(), 20u);
  for (const auto& one : golden["cells"]) {
    EXPECT_EQ(Cell(kKey, one["row"], one["draw"]), GoldenBits(one["cell"]));
  }
  const auto unit = GoldenDoubles(golden["unit"]);
  const auto n = GoldenIntegers(golden["below"]["n"]);
  const auto below = GoldenIntegers(golden["below"]["value"]);
  for (size_t i = 0; i < unit.size(); ++i) {
    const uint64_t u = Cell(kKey, static_cast<int64_t>(i));
    EXPECT_EQ(Unit(u), unit[i]);
    EXPECT_EQ(Below(u, n[i]), below[i]);
  }
}

TEST(Cell, NamesDoNotRunTogether) {
  EXPECT_NE(StreamKey(1, {"ab", "c"}), StreamKey(1, {"a", "bc"}));
  EXPECT_NE(StreamKey(1, {"1", "a"}), StreamKey(11, {"a"}));
  EXPECT_NE(kKey.Sub(3), kKey.Sub(4));
}

TEST(Cell, EveryInputBitFlipsHalfOfTheOutput) {
  constexpr int64_t kRows = 4096;
  for (int bit = 0; bit < 40; ++bit) {
    std::vector<int64_t> flips(64);
    for (int64_t row = 0; row < kRows; ++row) {
      const uint64_t change = Cell(kKey, row) ^ Cell(kKey, row ^ (int64_t{1} << bit));
      for (size_t out = 0; out < 64; ++out) flips[out] += (change >> out) & 1;
    }
    for (size_t out = 0; out < 64; ++out) {
      EXPECT_NEAR(static_cast<double>(flips[out]) / kRows, 0.5, 0.05)
          << bit << " " << out;
    }
  }
}

TEST(Cell, EveryBitIsBalanced) {
  constexpr int64_t kRows = 1 << 18;
  std::vector<int64_t> ones(64);
  for (int64_t row = 0; row < kRows; ++row) {
    const uint64_t u = Cell(kKey, row);
    for (size_t bit = 0; bit < 64; ++bit) ones[bit] += (u >> bit) & 1;
  }
  for (int64_t count : ones) {
    EXPECT_LT(std::abs(static_cast<double>(count) - kRows / 2.0),
              4.5 * std::sqrt(kRows) / 2);
  }
}

// Eight columns written row by row must look like one random stream.
TEST(Cell, ColumnsInterleavedAreRandom) {
  constexpr int64_t kRows = 1 << 16;
  std::vector<Key> columns;
  for (const char* name : {"c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7"}) {
    columns.push_back(StreamKey(42, {"shop", "orders", name}));
  }
  for (int shift : {0, 24, 56}) {
    std::vector<int64_t> bytes(256), pairs(65536);
    uint64_t last = 0;
    bool first = true;
    for (int64_t row = 0; row < kRows; ++row) {
      for (const Key& key : columns) {
        const uint64_t byte = (Cell(key, row) >> shift) & 255;
        ++bytes[byte];
        if (!first) ++pairs[last * 256 + byte];
        last = byte;
        first = false;
      }
    }
    EXPECT_LT(std::abs(ChiSquareSigma(bytes, kRows * 8 / 256.0)), 4) << shift;
    EXPECT_LT(std::abs(ChiSquareSigma(pairs, (kRows * 8 - 1) / 65536.0)), 4) << shift;
  }
}

double Correlation(int64_t lag, int64_t draw) {
  constexpr int64_t kRows = 1 << 18;
  double xy = 0.0;
  for (int64_t row = 0; row < kRows; ++row) {
    xy += (Unit(Cell(kKey, row)) - 0.5) * (Unit(Cell(kKey, row + lag, draw)) - 0.5);
  }
  return 12 * xy / std::sqrt(static_cast<double>(kRows));  // In standard deviations.
}

TEST(Cell, NeighboursAndDrawsAreUncorrelated) {
  for (int64_t lag : {1, 2, 3, 64, 1024})
    EXPECT_LT(std::abs(Correlation(lag, 0)), 4) << lag;
  EXPECT_LT(std::abs(Correlation(0, 1)), 4);
  EXPECT_LT(std::abs(Correlation(1, 1)), 4);
}

TEST(Cell, BelowAndUnitAreUniform) {
  constexpr int64_t kRows = 300'000;
  for (int64_t n : {2, 7, 100}) {
    std::vector<int64_t> counts(static_cast<size_t>(n));
    for (int64_t row = 0; row < kRows; ++row) {
      ++counts[static_cast<size_t>(Below(Cell(kKey, row, n), n))];
    }
    EXPECT_LT(std::abs(ChiSquareSigma(counts, kRows / static_cast<double>(n))), 4) << n;
  }
  EXPECT_EQ(Below(~uint64_t{0}, 10), 9);
  EXPECT_EQ(Below(0, 10), 0);
  EXPECT_GT(Unit(0), 0.0);
  EXPECT_LT(Unit(~uint64_t{0}), 1.0);
}

}  // namespace
}  // namespace lakeseed
