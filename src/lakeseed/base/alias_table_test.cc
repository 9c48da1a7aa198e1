#include "lakeseed/base/alias_table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "lakeseed/base/key.h"
#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

const Key kKey = StreamKey(42, {"alias"});

// Probability of each outcome, from the table alone: inside bucket b the picks are
// decided by a place in [0, 1), so finding the place where the pick changes gives
// the exact shares.
std::vector<double> SharesOf(const AliasTable& table) {
  const int64_t n = table.size();
  std::vector<double> shares(static_cast<size_t>(n));
  const auto width = static_cast<uint64_t>((static_cast<unsigned __int128>(1) << 64) /
                                           static_cast<unsigned __int128>(n));
  for (int64_t bucket = 0; bucket < n; ++bucket) {
    const uint64_t start =
        static_cast<uint64_t>(bucket) * width + static_cast<uint64_t>(n);
    const uint64_t end = start + width - 3 * static_cast<uint64_t>(n);
    const int64_t first = table.Pick(start), last = table.Pick(end);
    uint64_t low = start, high = end;  // The pick is `first` at low, `last` at high.
    while (first != last && high - low > 1) {
      const uint64_t middle = low + (high - low) / 2;
      (table.Pick(middle) == first ? low : high) = middle;
    }
    const double cut =
        first == last ? 1.0
                      : static_cast<double>(high - start) / static_cast<double>(width);
    shares[static_cast<size_t>(first)] += cut / static_cast<double>(n);
    shares[static_cast<size_t>(last)] += (1.0 - cut) / static_cast<double>(n);
  }
  return shares;
}

TEST(AliasTable, SharesAreTheProbabilities) {
  std::vector<double> skewed;
  for (int i = 1; i <= 300; ++i) skewed.push_back(1.0 / i);
  for (const std::vector<double>& weights : {std::vector<double>{1.0},
                                             {1.0, 1.0},
                                             {3.0, 0.0, 1.0},
                                             {0.1, 0.2, 0.3, 0.4, 5.0},
                                             skewed}) {
    const AliasTable table = AliasTable::Make(weights).ValueOrDie();
    double total = 0.0;
    for (double w : weights) total += w;
    const auto shares = SharesOf(table);
    for (size_t i = 0; i < weights.size(); ++i) {
      EXPECT_NEAR(shares[i], weights[i] / total, 1e-13) << i << " of " << weights.size();
      EXPECT_DOUBLE_EQ(table.probabilities()[i], weights[i] / total);
    }
  }
}

TEST(AliasTable, CellsFollowTheLaw) {
  const std::vector<double> weights{5, 1, 0, 3, 1};
  const AliasTable table = AliasTable::Make(weights).ValueOrDie();
  constexpr int kDraws = 100'000;
  std::vector<int> counts(weights.size());
  for (int row = 0; row < kDraws; ++row) {
    ++counts[static_cast<size_t>(table.Pick(Cell(kKey, row)))];
  }
  EXPECT_EQ(counts[2], 0);
  for (size_t i = 0; i < weights.size(); ++i) {
    const double p = weights[i] / 10;
    EXPECT_LE(std::abs(counts[i] - p * kDraws), 4 * std::sqrt(p * (1 - p) * kDraws));
  }
}

TEST(AliasTable, RefusesWhatIsNoLaw) {
  for (const std::vector<double>& weights : {std::vector<double>{},
                                             {0.0, 0.0},
                                             {1.0, -0.1},
                                             {std::nan("")},
                                             {std::numeric_limits<double>::infinity()}}) {
    EXPECT_EQ(ExitCodeOf(AliasTable::Make(weights).status()), ExitCode::kRequest);
  }
}

}  // namespace
}  // namespace lakeseed
