#include "lakeseed/generate/bar_split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "lakeseed/base/key.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/price_days.h"
#include "lakeseed/generate/session_tree.h"
#include "lakeseed/generate/test_statistics.h"

namespace lakeseed {
namespace {

const int32_t kSessions[] = {1, 2, 7, 59, 60, 61, 210, 390, 480, 1440};

TEST(SessionTree, FinerTreesBeginWithTheCutsOfCoarserOnes) {
  for (const int32_t minutes : kSessions) {
    const SessionTree fine(minutes, 1);
    std::set<int64_t> names;
    for (const auto& stage : fine.stages()) {
      for (const int64_t name : stage.names) {
        EXPECT_TRUE(names.insert(name).second);
      }
    }
    EXPECT_EQ(names.size(), static_cast<size_t>(minutes - 1));
    for (const int32_t size : SessionTree::kSizes) {
      const SessionTree tree(minutes, size);
      EXPECT_EQ(tree.bars(), static_cast<size_t>((minutes + size - 1) / size));
      size_t cuts = 0;
      for (size_t i = 0; i < tree.stages().size(); ++i) {
        EXPECT_EQ(tree.stages()[i].names, fine.stages()[i].names);
        EXPECT_EQ(tree.stages()[i].level, fine.stages()[i].level);
        cuts += tree.stages()[i].cuts.size();
      }
      EXPECT_EQ(cuts + 1, tree.bars());
    }
    EXPECT_EQ(SessionTree(minutes, minutes).bars(), 1U);
  }
}

TEST(SessionTree, BarsAreFoldsOfTheCoarsestSizeThatDividesThem) {
  EXPECT_EQ(SessionTree::SizeFor(120), 60);
  EXPECT_EQ(SessionTree::SizeFor(30), 15);
  EXPECT_EQ(SessionTree::SizeFor(10), 5);
  EXPECT_EQ(SessionTree::SizeFor(7), 1);
}

/// Prices of a few cents and of billions, hardly any shares, drift, no variance.
std::vector<PriceLaw> Laws() {
  std::vector<PriceLaw> laws = {{},
                                {.beta = 1.3},
                                {.start = 0.01},
                                {.start = 0.04, .sigma = 0.1},
                                {.start = 3, .beta = 0.8},
                                {.start = 1e9, .sigma = 0.3, .drift = 0.01},
                                {.start = 20, .sigma = 0},
                                {.start = 20, .sigma = 0, .drift = 0.001, .beta = 2}};
  for (const double volume : {0.0, 1.0, 2.0, 9.0, 300.0, 1e15}) {
    laws.push_back({.volume = volume});
  }
  return laws;
}

PriceDay DayOf(const PriceDays& prices, int64_t member, int32_t day, int32_t minutes,
               int32_t size, const PriceLaw& law) {
  const PriceMember one{member, law};
  PriceDays::Work work;
  PriceDay made;
  prices.Make(day, minutes, size, {&one, 1}, &work, &made);
  return made;
}

void ExpectBarsEnclose(const PriceDay& day) {
  for (size_t i = 0; i < day.bars; ++i) {
    const int64_t open = day.ticks[i], close = day.ticks[i + 1];
    ASSERT_GE(day.low[i], 1);
    ASSERT_LE(day.low[i], std::min(open, close));
    ASSERT_GE(day.high[i], std::max(open, close));
    ASSERT_GE(day.variances[i], 0);
    ASSERT_GE(day.volume[i], 0);
    ASSERT_LE(day.trades[i], day.volume[i]);
    ASSERT_EQ(day.trades[i] > 0, day.volume[i] > 0);
    if (day.volume[i] == 0) continue;
    const double rounding = 1e-5 + 1e-12 * day.means[i];
    ASSERT_GE(day.means[i], static_cast<double>(day.low[i]) - rounding);
    ASSERT_LE(day.means[i], static_cast<double>(day.high[i]) + rounding);
  }
}

/// `fine` in bars of `size` minutes, which are `coarse`.
void ExpectFolds(const PriceDay& fine, const PriceDay& coarse, int32_t size) {
  const auto width = static_cast<size_t>(size);
  ASSERT_EQ(coarse.bars, (fine.bars + width - 1) / width);
  for (size_t i = 0; i < coarse.bars; ++i) {
    const size_t begin = i * width, end = std::min(begin + width, fine.bars);
    int64_t volume = 0, trades = 0, high = 0, low = INT64_MAX;
    double worth = 0;
    for (size_t j = begin; j < end; ++j) {
      volume += fine.volume[j];
      trades += fine.trades[j];
      high = std::max(high, fine.high[j]);
      low = std::min(low, fine.low[j]);
      worth += fine.means[j] * static_cast<double>(fine.volume[j]);
    }
    ASSERT_EQ(coarse.marks[i], fine.marks[begin]);
    ASSERT_EQ(coarse.marks[i + 1], fine.marks[end]);
    ASSERT_EQ(coarse.ticks[i], fine.ticks[begin]);
    ASSERT_EQ(coarse.ticks[i + 1], fine.ticks[end]);
    ASSERT_EQ(coarse.high[i], high);
    ASSERT_EQ(coarse.low[i], low);
    ASSERT_EQ(coarse.volume[i], volume);
    ASSERT_EQ(coarse.trades[i], trades);
    const double whole = coarse.means[i] * static_cast<double>(volume);
    ASSERT_NEAR(worth, whole, 1e-5 * static_cast<double>(volume) + 1e-11 * whole);
  }
}

TEST(PriceDays, BarsOfAllSizesFoldIntoEachOther) {
  const PriceDays prices({.key = StreamKey(42, {"facts"}), .anchor = 140});
  int64_t member = 0;
  for (const PriceLaw& law : Laws()) {
    for (const int32_t minutes : kSessions) {
      const int32_t day = 100 + minutes % 97;
      const PriceDay fine = DayOf(prices, ++member, day, minutes, 1, law);
      ExpectBarsEnclose(fine);
      for (const int32_t size : {5, 15, 60, minutes}) {
        SCOPED_TRACE("minutes " + std::to_string(minutes) + ", size " +
                     std::to_string(size) + ", member " + std::to_string(member));
        const PriceDay coarse = DayOf(prices, member, day, minutes, size, law);
        ExpectBarsEnclose(coarse);
        ExpectFolds(fine, coarse, size);
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(PriceDays, VectorsOfAllLevelsGiveTheSameBars) {
  const PriceDays prices({.key = StreamKey(42, {"facts"}), .anchor = 0});
  const auto made = [&] {
    std::vector<PriceMember> members;
    for (int64_t k = 0; k < 5; ++k)
      members.push_back({k, {.beta = 0.4 * static_cast<double>(k)}});
    PriceDays::Work work;
    PriceDay day;
    prices.Make(7, 390, 1, members, &work, &day);
    return day;
  };
  const SimdLevel level_of_machine = SimdLevelInUse();
  const PriceDay best = made();
  for (const char* level : {"baseline", "avx2", "avx512"}) {
    if (!SetSimdLevel(level).ok()) continue;
    const PriceDay day = made();
    EXPECT_EQ(day.marks, best.marks) << level;
    EXPECT_EQ(day.variances, best.variances) << level;
    EXPECT_EQ(day.means, best.means) << level;
    EXPECT_EQ(day.ticks, best.ticks) << level;
    EXPECT_EQ(day.high, best.high) << level;
    EXPECT_EQ(day.low, best.low) << level;
    EXPECT_EQ(day.volume, best.volume) << level;
    EXPECT_EQ(day.trades, best.trades) << level;
  }
  internal::simd_level = level_of_machine;
}

/// What the bars of a size show against their variances.
struct Shown {
  double moves = 0, ranges = 0;  ///< Squares, against the variance, in the mean.
  std::vector<double> returns;   ///< Against the square root of it.
};

Shown ShownBy(const PriceDays& prices, int32_t size, int32_t days) {
  Shown shown;
  double moves = 0, ranges = 0, variance = 0;
  for (int32_t day = 0; day < days; ++day) {
    const PriceDay made =
        DayOf(prices, day % 3, day, 390, size, {.start = 1e5, .beta = 0.7});
    for (size_t i = 0; i < made.bars; ++i) {
      const double move = made.marks[i + 1] - made.marks[i];
      const double range =
          std::log(static_cast<double>(made.high[i]) / static_cast<double>(made.low[i]));
      moves += move * move, ranges += range * range, variance += made.variances[i];
      shown.returns.push_back(move / std::sqrt(made.variances[i]));
    }
  }
  shown.moves = moves / variance;
  shown.ranges = ranges / variance;
  return shown;
}

// The range of a Brownian path has a mean square of 4 ln 2 = 2.77 (Parkinson 1980), its
// end one of 1. What approximations of the split take from it or add is within a tenth,
// so volatility is the same, within a twentieth, at which size it is ever measured.
// Chance is 2 % for the squares of 1600 days, and less for shorter bars.
TEST(BarSplit, MovesAndRangesGoWithVarianceAtAllSizes) {
  const PriceDays prices({.key = StreamKey(42, {"ranges"}), .anchor = 0});
  for (const int32_t size : {390, 60, 15, 5, 1}) {
    const Shown shown = ShownBy(prices, size, 1600);
    EXPECT_NEAR(shown.moves, 1, 0.1) << size;
    EXPECT_NEAR(shown.ranges / (4 * std::log(2.0)), 1, 0.1) << size;
  }
}

TEST(BarSplit, ReturnsHaveNoMemoryAndFatTails) {
  const PriceDays prices({.key = StreamKey(42, {"ranges"}), .anchor = 0});
  const Shown shown = ShownBy(prices, 1, 200);
  const std::vector<double>& r = shown.returns;
  double four = 0, two = 0;
  for (const double x : r) two += x * x, four += x * x * x * x;
  EXPECT_LT(std::abs(Correlation({r.begin(), r.end() - 1}, {r.begin() + 1, r.end()})),
            0.05);
  EXPECT_GT(four * static_cast<double>(r.size()) / (two * two), 3);
}

// A market of 0.01 and members of 0.02 in all: they share a quarter of the variance, in
// the moves of an hour as in those of five minutes.
TEST(BarSplit, MembersMoveTogetherAtAllSizes) {
  const PriceDays prices({.key = StreamKey(42, {"ranges"}), .anchor = 0});
  for (const int32_t size : {60, 15, 5, 1}) {
    std::vector<double> one, other;
    for (int32_t day = 0; day < 400; ++day) {
      const PriceDay a = DayOf(prices, 1, day, 390, size, {.beta = 1});
      const PriceDay b = DayOf(prices, 2, day, 390, size, {.beta = 1});
      for (size_t i = 0; i < a.bars; ++i) {
        one.push_back((a.marks[i + 1] - a.marks[i]) / std::sqrt(a.variances[i]));
        other.push_back((b.marks[i + 1] - b.marks[i]) / std::sqrt(b.variances[i]));
      }
    }
    EXPECT_NEAR(Correlation(one, other), 0.25, 0.08) << size;
  }
}

}  // namespace
}  // namespace lakeseed
