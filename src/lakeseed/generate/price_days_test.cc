#include "lakeseed/generate/price_days.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <utility>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/golden.h"
#include "lakeseed/generate/lanes.h"
#include "lakeseed/generate/session_tree.h"
#include "lakeseed/generate/smooth_noise.h"
#include "lakeseed/generate/test_statistics.h"
#include "lakeseed/generate/volume_split.h"

namespace lakeseed {
namespace {

/// The session of one member, in bars of `size` minutes.
PriceDay DayOf(const PriceDays& prices, int64_t member, int32_t day, int32_t minutes,
               const PriceLaw& law, int32_t size = 1) {
  const PriceMember one{member, law};
  PriceDays::Work work;
  PriceDay made;
  prices.Make(day, minutes, size, {&one, 1}, &work, &made);
  return made;
}

double MoveOf(const PriceDay& day) { return day.marks[day.bars] - day.marks[0]; }

TEST(Brownian, IsThatOfTheReferenceModel) {
  const auto golden = LoadGolden("prices");
  const Brownian path(GoldenKey(golden["key"]), {.sigma = GoldenDouble(golden["sigma"])});
  const auto day_of = [&](int32_t day) {
    return Brownian::DayOf(path.BlockOf(day >> Brownian::kBlockBits), day);
  };
  const auto& days = golden["days"];
  for (size_t i = 0; i < days["day"].size(); ++i) {
    const Brownian::Day day = day_of(days["day"][i]);
    EXPECT_EQ(day.start, GoldenDouble(days["start"][i]));
    EXPECT_EQ(day.end, GoldenDouble(days["end"][i]));
    EXPECT_EQ(day.variance, GoldenDouble(days["variance"][i]));
  }
  const auto& opens = golden["opens"];
  for (size_t i = 0; i < opens["day"].size(); ++i) {
    const int32_t day = opens["day"][i];
    const double z = NormalCell(path.DayKey(day), 0);
    EXPECT_EQ(Brownian::OpenOf(day_of(day), PriceDays::Options().overnight, z),
              GoldenDouble(opens["open"][i]));
  }
}

TEST(Binomial, IsThatOfTheReferenceModel) {
  const auto golden = LoadGolden("prices")["binomial"];
  const std::vector<double> p = GoldenDoubles(golden["p"]),
                            u = GoldenDoubles(golden["u"]);
  for (size_t i = 0; i < p.size(); ++i) {
    EXPECT_EQ(Binomial(golden["n"][i], p[i], u[i]), golden["k"][i].get<int64_t>()) << i;
  }
}

// Where there are as many trades as minutes, each side has one for each of its own.
TEST(SplitVolumes, SidesSumToTheWhole) {
  const Key key = StreamKey(5, {"volume"});
  int64_t row = 0;
  for (const double shares : {0.0, 1.0, 2.0, 7.0, 60.0, 1000.0, 1e9, 0x1p51}) {
    for (const double most : {1.0, 2.0, 5.0, 390.0, 1e6}) {
      for (const double share : {0.0, 0.001, 0.5, 0.93, 1.0}) {
        const double trades = std::min(shares, most), left_minutes = 3, right_minutes = 2;
        const double unit = Unit(Cell(key, ++row)), z = InverseNormal(unit);
        const double trade_z = InverseNormal(Unit(Cell(key, row, 1)));
        double left = 0, left_trades = 0;
        SplitVolumes({.shares = &shares,
                      .trades = &trades,
                      .share = &share,
                      .left_minutes = &left_minutes,
                      .right_minutes = &right_minutes,
                      .unit = &unit,
                      .z = &z,
                      .trade_z = &trade_z},
                     1, &left, &left_trades);
        for (const auto& [its, its_trades] :
             {std::pair(left, left_trades),
              std::pair(shares - left, trades - left_trades)}) {
          EXPECT_EQ(its, std::floor(its));
          EXPECT_EQ(its_trades, std::floor(its_trades));
          EXPECT_GE(its, 0);
          EXPECT_LE(its_trades, its);
          EXPECT_EQ(its > 0, its_trades > 0) << shares << " " << trades << " " << share;
        }
        if (trades >= 5 && left >= 3 && shares - left >= 2) {
          EXPECT_GE(left_trades, 3);
          EXPECT_GE(trades - left_trades, 2);
        }
        if (trades > 1) {
          EXPECT_EQ(left, Binomial(static_cast<int64_t>(shares), share, unit));
        }
      }
    }
  }
}

// Members of all kinds; sessions of all lengths; volumes that are shared by the exact
// walk as well.
TEST(PriceDays, MembersSideBySideAreWhatTheyAreAlone) {
  const PriceDays prices({.key = StreamKey(42, {"facts"}), .anchor = 100});
  PriceDays::Work work;
  PriceDay together;
  for (const int32_t minutes : {1, 2, 7, 210, 390}) {
    for (size_t lanes = 1; lanes <= kLanes; ++lanes) {
      std::vector<PriceMember> members;
      for (size_t k = 0; k < lanes; ++k) {
        const auto x = static_cast<double>(k);
        members.push_back({static_cast<int64_t>(100 * lanes + 7 * k),
                           {.start = 5 + 30 * x,
                            .sigma = 0.01 + 0.005 * x,
                            .drift = k % 3 == 1 ? 1e-4 : 0,
                            .beta = k % 2 == 1 ? 0.5 * x : 0,
                            .volume = 3000 * x * x}});
      }
      const int32_t day = 150 + minutes;
      const int32_t size = SessionTree::kSizes[lanes % 4];
      prices.Make(day, minutes, size, members, &work, &together);
      ASSERT_EQ(together.lanes, lanes);
      for (size_t k = 0; k < lanes; ++k) {
        const PriceDay alone =
            DayOf(prices, members[k].member, day, minutes, members[k].law, size);
        ASSERT_EQ(together.zero[k], alone.zero[0]);
        ASSERT_EQ(together.bars, alone.bars);
        for (size_t i = 0; i < alone.bars; ++i) {
          const size_t at = i * lanes + k;
          ASSERT_EQ(together.marks[at + lanes], alone.marks[i + 1]);
          ASSERT_EQ(together.variances[at], alone.variances[i]);
          ASSERT_EQ(together.means[at], alone.means[i]);
          ASSERT_EQ(together.ticks[at], alone.ticks[i]);
          ASSERT_EQ(together.ticks[at + lanes], alone.ticks[i + 1]);
          ASSERT_EQ(together.high[at], alone.high[i]);
          ASSERT_EQ(together.low[at], alone.low[i]);
          ASSERT_EQ(together.volume[at], alone.volume[i]);
          ASSERT_EQ(together.trades[at], alone.trades[i]);
        }
      }
    }
  }
}

// What is known of a member is kept in places that several of them have.
TEST(PriceDays, MembersOfOnePlaceAreWhatTheyAreAlone) {
  const PriceDays prices({.key = StreamKey(42, {"facts"}), .anchor = 100});
  const PriceMember members[] = {
      {5, {.beta = 1}}, {5 + 1024, {.sigma = 0.03}}, {5 + 2048, {}}};
  PriceDays::Work work;
  PriceDay together;
  for (const int32_t day : {100, 300, 101}) {
    prices.Make(day, 390, 60, members, &work, &together);
    for (size_t k = 0; k < std::size(members); ++k) {
      const PriceDay alone =
          DayOf(prices, members[k].member, day, 390, members[k].law, 60);
      for (size_t i = 0; i < alone.bars; ++i) {
        ASSERT_EQ(together.marks[i * 3 + k], alone.marks[i]);
        ASSERT_EQ(together.high[i * 3 + k], alone.high[i]);
        ASSERT_EQ(together.volume[i * 3 + k], alone.volume[i]);
      }
    }
  }
}

double AutoCorrelation(const std::vector<double>& x, size_t lag) {
  const auto shift = static_cast<std::ptrdiff_t>(lag);
  return Correlation({x.begin(), x.end() - shift}, {x.begin() + shift, x.end()});
}

double Kurtosis(const std::vector<double>& x) {
  double two = 0, four = 0;
  for (const double one : x) {
    two += one * one;
    four += one * one * one * one;
  }
  return four * static_cast<double>(x.size()) / (two * two);
}

// What markets show (Cont 2001), of eight symbols over twelve years.
TEST(PriceDays, ShowsTheStylisedFacts) {
  const Brownian::Options options{.sigma = 0.02};
  double kurtosis = 0, level = 0, one = 0, twenty = 0, sd = 0;
  constexpr int kSymbols = 8, kBlocks = 12;
  for (int symbol = 0; symbol < kSymbols; ++symbol) {
    const Brownian path(StreamKey(42, {"facts"}).Sub(symbol), options);
    std::vector<double> returns, sizes;
    for (int32_t block = 3; block < 3 + kBlocks; ++block) {
      const Brownian::Path days = path.BlockOf(block);
      for (size_t i = 0; i < days.variances.size(); ++i) {
        returns.push_back(days.marks[i + 1] - days.marks[i]);
        sizes.push_back(std::abs(returns.back()));
      }
    }
    double square = 0;
    for (const double r : returns) square += r * r;
    sd += std::sqrt(square / static_cast<double>(returns.size())) / kSymbols;
    kurtosis += Kurtosis(returns) / kSymbols;
    level += AutoCorrelation(returns, 1) / kSymbols;
    one += AutoCorrelation(sizes, 1) / kSymbols;
    twenty += AutoCorrelation(sizes, 20) / kSymbols;
  }
  EXPECT_NEAR(sd, 0.02, 0.001);
  EXPECT_GT(kurtosis, 4);
  EXPECT_LT(kurtosis, 12);
  EXPECT_LT(std::abs(level), 0.03);
  EXPECT_GT(one, 0.12);
  EXPECT_GT(twenty, 0.03);
  EXPECT_LT(twenty, one);
}

// With leverage days after a fall are livelier, and blocks still meet.
TEST(Brownian, LeverageMakesDaysAfterFallsLivelier) {
  const Brownian plain(StreamKey(42, {"facts"}), {.sigma = 0.02}),
      levered(StreamKey(42, {"facts"}), {.sigma = 0.02, .leverage = 0.2});
  std::vector<double> falls, later, before;
  double square = 0;
  for (int32_t block = 0; block < 24; ++block) {
    const Brownian::Path days = levered.BlockOf(block), same = plain.BlockOf(block);
    EXPECT_EQ(days.marks.front(), same.marks.front());
    EXPECT_EQ(days.marks.back(), same.marks[Brownian::kBlockDays]);
    ASSERT_EQ(days.marks.size(), days.variances.size() + 1);
    const auto move = [&](size_t day) { return days.marks[day + 1] - days.marks[day]; };
    for (size_t day = 0; day < days.variances.size(); ++day)
      square += move(day) * move(day);
    for (size_t day = 5; day + 6 < days.variances.size(); ++day) {
      double after = 0, earlier = 0;
      for (size_t k = 1; k <= 5; ++k) {
        after += move(day + k) * move(day + k);
        earlier += move(day - k) * move(day - k);
      }
      falls.push_back(-move(day));
      later.push_back(after);
      before.push_back(earlier);
    }
  }
  EXPECT_NEAR(std::sqrt(square / (24 * Brownian::kBlockDays)), 0.02, 0.001);
  EXPECT_GT(Correlation(falls, later), 0.08);
  EXPECT_LT(std::abs(Correlation(falls, before)), 0.05);
}

TEST(PriceDays, VolumeGoesWithVarianceAndWithTheHour) {
  const PriceDays prices({.key = StreamKey(42, {"facts"}), .anchor = 0});
  std::vector<double> volumes, sizes, by_minute(390);
  for (int32_t day = 0; day < 600; ++day) {
    const PriceDay made = DayOf(prices, 1, day, 390, {});
    double volume = 0;
    for (size_t i = 0; i < 390; ++i) {
      volume += static_cast<double>(made.volume[i]);
      by_minute[i] += static_cast<double>(made.volume[i]);
    }
    volumes.push_back(std::log(volume));
    sizes.push_back(std::abs(MoveOf(made)));
  }
  EXPECT_GT(Correlation(volumes, sizes), 0.3);
  const auto share = [&](size_t from, size_t to) {
    const auto at = by_minute.begin();
    const auto sum = [&](size_t a, size_t b) {
      return std::accumulate(at + static_cast<std::ptrdiff_t>(a),
                             at + static_cast<std::ptrdiff_t>(b), 0.0);
    };
    return sum(from, to) / sum(0, 390);
  };
  EXPECT_GT(share(0, 30), 1.7 * share(180, 210));
  EXPECT_GT(share(360, 390), 1.7 * share(180, 210));
}

TEST(PriceDays, SymbolsShareTheMarket) {
  const PriceDays prices({.key = StreamKey(42, {"facts"}), .anchor = 0});
  const auto returns = [&](int64_t member, double beta) {
    std::vector<double> list;
    for (int32_t day = 0; day < 700; ++day) {
      list.push_back(MoveOf(DayOf(prices, member, day, 30, {.beta = beta})));
    }
    return list;
  };
  // A market of 0.01 and a member of 0.02 in all: they share a quarter of the variance.
  EXPECT_NEAR(Correlation(returns(0, 1), returns(1, 1)), 0.25, 0.12);
  EXPECT_NEAR(Correlation(returns(2, 0), returns(3, 0)), 0, 0.12);
}

TEST(PriceDays, TheAnchorDayHasTheStatedPrice) {
  const PriceDays prices({.key = StreamKey(42, {"facts"}), .anchor = 777});
  for (int64_t member = 0; member < 20; ++member) {
    const PriceDay made = DayOf(prices, member, 777, 390, {.start = 150, .beta = 1.3});
    EXPECT_NEAR(static_cast<double>(made.ticks[0]), 15000, 750);
  }
}

TEST(PriceDays, DriftAddsToTheLogPrice) {
  const PriceDays prices({.key = StreamKey(42, {"facts"}), .anchor = 100});
  const auto flat = DayOf(prices, 1, 350, 390, {}).marks,
             up = DayOf(prices, 1, 350, 390, {.drift = 0.001}).marks;
  EXPECT_NEAR(up[390] - flat[390], 0.251, 1e-9);
  EXPECT_NEAR(up[0] - flat[0], 0.2502, 1e-9);
}

}  // namespace
}  // namespace lakeseed
