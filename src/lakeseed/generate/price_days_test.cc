#include "lakeseed/generate/price_days.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lakeseed/base/golden.h"
#include "lakeseed/generate/lanes.h"
#include "lakeseed/generate/test_statistics.h"
#include "lakeseed/generate/volume_split.h"

namespace lakeseed {
namespace {

/// The session of one member.
PriceDay DayOf(const PriceDays& prices, int64_t member, int32_t day, int32_t minutes,
               const PriceLaw& law) {
  const PriceMember one{member, law};
  PriceDays::Work work;
  PriceDay made;
  prices.Make(day, minutes, {&one, 1}, &work, &made);
  return made;
}

double MoveOf(const PriceDay& day) {
  return day.path.marks[day.minutes] - day.path.marks[0];
}

std::vector<double> Firsts(const std::vector<double>& list, size_t count) {
  return {list.begin(), list.begin() + static_cast<std::ptrdiff_t>(count)};
}

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
  for (const auto& one : golden["minutes"]) {
    const Brownian::Path minutes = path.MinutesOf(one["day"], day_of(one["day"]), 390);
    EXPECT_EQ(Firsts(minutes.marks, 391), GoldenDoubles(one["marks"]));
    EXPECT_EQ(minutes.variances, GoldenDoubles(one["variances"]));
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

TEST(SplitVolume, PartsSumToTheWhole) {
  const std::vector<double> weights(390, 1.0);
  const Key key = StreamKey(5, {"volume"});
  HalvedClock clock;
  clock.Set(weights.data(), weights.size(), 1);
  for (const int64_t whole : {0, 1, 7, 1000, 1'000'000'000}) {
    std::vector<double> parts(clock.places());
    SplitVolume({&key, 1}, {&whole, 1}, &clock, parts.data());
    parts.resize(weights.size());
    EXPECT_EQ(std::accumulate(parts.begin(), parts.end(), 0.0), whole);
    EXPECT_GE(*std::min_element(parts.begin(), parts.end()), 0);
  }
}

TEST(PriceDays, BarsAreThoseOfTheReferenceModel) {
  const auto golden = LoadGolden("prices");
  const PriceDays prices({.key = GoldenKey(golden["parent"]), .anchor = 2000});
  const PriceLaw law{.start = GoldenDouble(golden["start"]),
                     .sigma = GoldenDouble(golden["sigma"]),
                     .volume = golden["volume"]};
  for (const auto& one : golden["bars"]) {
    const PriceDay day = DayOf(prices, 3, one["day"], 390, law);
    const auto& ticks = day.ticks;
    const std::vector<int64_t> open(ticks.begin(), ticks.end() - 1);
    const std::vector<int64_t> close(ticks.begin() + 1, ticks.end());
    EXPECT_EQ(open, GoldenIntegers(one["open"]));
    EXPECT_EQ(day.high, GoldenIntegers(one["high"]));
    EXPECT_EQ(day.low, GoldenIntegers(one["low"]));
    EXPECT_EQ(close, GoldenIntegers(one["close"]));
    EXPECT_EQ(day.volume, GoldenIntegers(one["volume"]));
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
      prices.Make(day, minutes, members, &work, &together);
      ASSERT_EQ(together.lanes, lanes);
      for (size_t k = 0; k < lanes; ++k) {
        const PriceDay alone =
            DayOf(prices, members[k].member, day, minutes, members[k].law);
        ASSERT_EQ(together.zero[k], alone.zero[0]);
        for (size_t i = 0; i < alone.minutes; ++i) {
          const size_t at = i * lanes + k;
          ASSERT_EQ(together.path.marks[at + lanes], alone.path.marks[i + 1]);
          ASSERT_EQ(together.path.variances[at], alone.path.variances[i]);
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
  const auto flat = DayOf(prices, 1, 350, 390, {}).path.marks,
             up = DayOf(prices, 1, 350, 390, {.drift = 0.001}).path.marks;
  EXPECT_NEAR(up[390] - flat[390], 0.251, 1e-9);
  EXPECT_NEAR(up[0] - flat[0], 0.2502, 1e-9);
}

}  // namespace
}  // namespace lakeseed
