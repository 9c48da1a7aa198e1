// PriceDays: the bars of the trading days of many members, by random access: prices in
// ticks, volumes, trades and mean prices, in the size that is asked for.
//
// Law: low <= min(open, close) <= max(open, close) <= high; a bar opens where the one
//      before closed; prices are whole ticks of at least 1.
// Law: where there is volume there is a trade at least, and no more trades than shares.
// Law: bars of all sizes fold into each other: prices in ticks, volumes and trades
//      exactly, mean prices weighted by volume but for rounding. A bar costs what its own
//      size costs: a day's bar is made first, and cut into shorter ones.
// Law: on the anchor day the price is `start`, but for the night's move.
// Law: members are made side by side; each is what it is alone.
//
// Method  Log prices at the ends of days by brownian.h: a path for each member, and one
//         for the market, of which a member takes `beta`; inside the day it follows the
//         market's draws by chance. A day's highest and lowest price: those of the halves
//         of a bridge whose middle is drawn for this alone, each by the law of a bridge's
//         maximum, M = (a + b + sqrt((b - a)^2 - 2 v ln U)) / 2. Inside: bar_split.h.
//
// Thread safety: immutable but for caches, which are locked.

#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <tuple>
#include <vector>

#include "lakeseed/base/function.h"
#include "lakeseed/generate/bar_tree.h"
#include "lakeseed/generate/brownian.h"
#include "lakeseed/generate/memo.h"
#include "lakeseed/generate/session_tree.h"

namespace lakeseed {

/// What is a member's own.
struct PriceLaw {
  double start = 100;      ///< Price on the anchor day.
  double sigma = 0.02;     ///< Standard deviation of the log price in a day, in all.
  double drift = 0;        ///< Of the log price in a day.
  double beta = 0;         ///< Share in the market's path.
  double volume = 200000;  ///< Mean of a full day.
  auto operator<=>(const PriceLaw&) const = default;
};

struct PriceMember {
  int64_t member = 0;
  PriceLaw law;
};

/// A day of several members: lanes side by side (lanes.h). Marks, and their prices in
/// ticks, are those at the begin of each bar, and at the end.
struct PriceDay {
  size_t bars = 0, lanes = 0;
  std::vector<double> zero;              ///< Log price on the anchor day.
  std::vector<double> marks, variances;  ///< Log prices, and of the bars.
  std::vector<double> means;             ///< Ticks.
  std::vector<int64_t> ticks, high, low, volume, trades;
  int64_t bytes() const {
    return static_cast<int64_t>(sizeof(int64_t) * (2 * marks.size() + 6 * high.size()));
  }
};

class PriceDays {
 public:
  struct Options {
    Key key;
    Brownian::Options clock;     ///< Of days; its sigma is not read.
    double minute_spread = 0.8;  ///< Of the clock inside a session.
    double overnight = 0.2;      ///< The night's share of a day's variance.
    int32_t minutes = 390;       ///< Of a full session.
    double market_sigma = 0.01, market_leverage = 0;  ///< Of the market's days.
    double volume_power = 0.8;   ///< Volume goes with variance to this power.
    double volume_spread = 0.3;  ///< Of a day's log volume, beside the clock's.
    int32_t anchor = 0;          ///< Number of a trading day.
    double ticks = 100;          ///< In a unit of price.
    int64_t cache_bytes = 16 << 20;
  };
  class Work;
  explicit PriceDays(const Options& options);
  const Options& options() const { return options_; }

  /// Set `made` to the sessions, of `minutes` minutes, of members on a trading day, in
  /// bars of one of SessionTree::kSizes, or of all minutes.
  /// REQUIRES: 0 <= day < Brownian::kDays; minutes >= 1; 1 to kLanes members.
  void Make(int32_t day, int32_t minutes, int32_t size,
            std::span<const PriceMember> members, Work* work, PriceDay* made) const;

  /// Ticks, at least one, of a price of the anchor day in ticks that has grown.
  static int64_t TicksOf(double price, double growth) {
    const double ticks = price * growth < kMost ? price * growth : kMost;
    return ticks > 1 ? static_cast<int64_t>(internal::Rint(ticks)) : 1;
  }

  /// Stream of what a member has beside its path.
  Key MemberKey(int64_t member) const { return options_.key.Sub(member).Sub(kBars); }

 private:
  struct Known;
  struct DayRows;

  static constexpr int64_t kBars = -5;
  static constexpr double kMost = 0x1p44;  ///< Ticks.

  std::shared_ptr<const Brownian::Path> BlockOf(int64_t path, const Brownian& brownian,
                                                int32_t day) const;
  Known KnownOf(const PriceMember& member) const;
  Brownian::Day DayOf(Known* known, int32_t day) const;
  /// Set where sessions open and close, their variance, and how they are drawn.
  void AddPaths(int32_t day, std::span<const PriceMember> members, Work* work,
                DayRows* rows) const;
  void AddMarket(int32_t day, std::span<const PriceMember> members, Work* work,
                 DayRows* rows) const;
  void AddExtremes(Work* work, DayRows* rows) const;
  void AddVolumes(int32_t minutes, Work* work, DayRows* rows) const;

  Options options_;
  /// By path, block and sigma.
  mutable Memo<std::tuple<int64_t, int32_t, double>, Brownian::Path> blocks_;
};

/// What a member's days have in common, and where its path is.
struct PriceDays::Known {
  PriceMember of{.member = -2, .law = {}};
  Brownian path{{}, {}};
  Key clock, draws;
  double variance = 0;         ///< Of a usual day, with the market's.
  double following = 0;        ///< The market, inside a session.
  double zero = 0, price = 0;  ///< On the anchor day: log price, and ticks.
  int32_t block = -1;
  std::shared_ptr<const Brownian::Path> days;
};

/// Memory for work of one PriceDays, and what is known of the members seen last.
class PriceDays::Work {
 private:
  friend class PriceDays;
  static constexpr size_t kMostKnown = 1024;

  std::vector<Known> known;
  Known market;
  std::optional<SessionTree> tree;
  BarTree bars;
};

}  // namespace lakeseed
