// PriceDays: the minutes of the trading days of many members: prices in ticks and
// volumes, by random access; every bar, of any size, is a fold of them.
//
// Law: low <= min(open, close) <= max(open, close) <= high; a minute opens where the one
//      before closed; prices are whole ticks of at least 1.
// Law: the volumes of the minutes sum to the day's; where there is volume there is a
//      trade at least, and no more trades than shares.
// Law: on the anchor day the price is `start`, but for the night's move.
// Law: members are made side by side; each is what it is alone.
//
// Method  Log prices by brownian.h, one path for each member and one for the market, of
//         which a member takes `beta`. High and low of a minute by the exact law of a
//         bridge's maximum, M = (a + b + sqrt((b - a)^2 - 2 v ln U)) / 2.
//
// Thread safety: immutable but for caches, which are locked.

#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "lakeseed/base/function.h"
#include "lakeseed/generate/brownian.h"
#include "lakeseed/generate/memo.h"

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

/// A day of several members: lanes side by side (lanes.h).
struct PriceDay {
  size_t minutes = 0, lanes = 0;
  std::vector<double> zero;  ///< Log price on the anchor day.
  Brownian::Path path;       ///< Log price at each minute.
  std::vector<int64_t>
      ticks;  ///< Price at each minute: it opens there, the one before closes.
  std::vector<int64_t> high, low, volume, trades;

  int64_t bytes() const {
    return static_cast<int64_t>(sizeof(int64_t) * (path.marks.size() + 6 * high.size()));
  }
};

class PriceDays {
 public:
  struct Options {
    Key key;
    Brownian::Options clock;     ///< Its sigma is not read.
    double market_sigma = 0.01;  ///< Of the market, in a day.
    double market_leverage = 0;
    double volume_power = 0.8;   ///< Volume goes with variance to this power.
    double volume_spread = 0.3;  ///< Of a day's log volume, beside the clock's.
    int32_t anchor = 0;          ///< Number of a trading day.
    double ticks = 100;          ///< In a unit of price.
    int64_t cache_bytes = 16 << 20;
  };
  /// Memory for work, to be used again.
  struct Work {
    HalvedClock clock;
    std::vector<double> draws, growth, parts;
  };

  explicit PriceDays(const Options& options);

  const Options& options() const { return options_; }

  /// Set `made` to the sessions, of `minutes` minutes, of members on a trading day.
  /// REQUIRES: 0 <= day < Brownian::kDays; minutes >= 1; 1 to kLanes members.
  void Make(int32_t day, int32_t minutes, std::span<const PriceMember> members,
            Work* work, PriceDay* made) const;

  /// Ticks, at least one, of a price of the anchor day in ticks that has grown.
  static int64_t TicksOf(double price, double growth) {
    const auto ticks = static_cast<int64_t>(internal::Rint(price * growth));
    return ticks > 1 ? ticks : 1;
  }

  /// Stream of what a member has beside its path.
  Key MemberKey(int64_t member) const { return options_.key.Sub(member).Sub(kBars); }

 private:
  static constexpr int64_t kBars = -5;

  using BlockKey = std::tuple<int64_t, int32_t, double>;  ///< Path, block, sigma.

  Brownian::Day DayOf(int64_t path, const Brownian& brownian, int32_t day) const;
  /// Set paths and `zero`, and the mean of the day's volume.
  void AddPaths(int32_t day, std::span<const PriceMember> members, Work* work,
                PriceDay* made, double* volumes) const;
  void AddPrices(std::span<const Key> keys, int32_t day,
                 std::span<const PriceMember> members, Work* work, PriceDay* made) const;
  void AddVolumes(std::span<const Key> keys, int32_t day, const double* volumes,
                  Work* work, PriceDay* made) const;

  Options options_;
  mutable Memo<BlockKey, Brownian::Path> blocks_;
  mutable Memo<std::pair<int32_t, int32_t>, Brownian::Path> market_;  ///< Day, minutes.
};

}  // namespace lakeseed
