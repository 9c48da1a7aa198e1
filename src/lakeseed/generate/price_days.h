// PriceDays: the minutes of the trading days of many members: prices in ticks and
// volumes, by random access; every bar, of any size, is a fold of them.
//
// Law: low <= min(open, close) <= max(open, close) <= high; a minute opens where the one
//      before closed; prices are whole ticks of at least 1.
// Law: the volumes of the minutes sum to the day's; where there is volume there is a
//      trade at least, and no more trades than shares.
// Law: on the anchor day the price is `start`, but for the night's move.
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
#include <tuple>
#include <utility>
#include <vector>

#include "lakeseed/base/cell.h"
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

struct PriceDay {
  double zero = 0;            ///< Log price on the anchor day.
  std::vector<double> marks;  ///< Log price at each minute.
  std::vector<double> variances;
  std::vector<int64_t> open, high, low, close;  ///< Ticks.
  std::vector<int64_t> volume, trades;
};

class PriceDays {
 public:
  struct Options {
    Key key;
    Brownian::Options clock;     ///< Its sigma is not read.
    double market_sigma = 0.01;  ///< Of the market, in a day.
    double volume_power = 0.8;   ///< Volume goes with variance to this power.
    double volume_spread = 0.3;  ///< Of a day's log volume, beside the clock's.
    int32_t anchor = 0;          ///< Number of a trading day.
    double ticks = 100;          ///< In a unit of price.
    int64_t cache_bytes = 16 << 20;
  };

  explicit PriceDays(const Options& options);

  const Options& options() const { return options_; }

  /// The session of `minutes` minutes of a member on a trading day.
  /// REQUIRES: 0 <= day < Brownian::kDays; minutes >= 1.
  std::shared_ptr<const PriceDay> Of(int64_t member, int32_t day, int32_t minutes,
                                     const PriceLaw& law) const;

  /// Ticks, at least one, of a price of the anchor day in ticks that has grown.
  static int64_t TicksOf(double price, double growth) {
    const auto ticks = static_cast<int64_t>(internal::Rint(price * growth));
    return ticks > 1 ? ticks : 1;
  }

  /// Stream of what a member has beside its path.
  Key MemberKey(int64_t member) const { return options_.key.Sub(member).Sub(kBars); }

 private:
  static constexpr int64_t kBars = -5;

  struct DayKey {
    int64_t member;
    int32_t day, minutes;
    PriceLaw law;
    bool operator==(const DayKey&) const = default;
  };
  struct DayHash {
    size_t operator()(const DayKey& key) const {
      return Cell({0, static_cast<uint64_t>(key.day)}, key.member);
    }
  };
  using BlockKey = std::tuple<int64_t, int32_t, double>;  ///< Path, block, sigma.

  Brownian::Day DayOf(int64_t path, const Brownian& brownian, int32_t day) const;
  PriceDay Make(int64_t member, int32_t day, int32_t minutes, const PriceLaw& law) const;
  void AddPrices(const Key& key, int64_t first, const PriceLaw& law,
                 PriceDay* made) const;
  void AddVolumes(const Key& key, int32_t day, double volume, PriceDay* made) const;

  Options options_;
  mutable Memo<BlockKey, Brownian::Path> blocks_;
  mutable Memo<std::pair<int32_t, int32_t>, Brownian::Path> market_;  ///< Day, minutes.
  mutable Memo<DayKey, PriceDay, DayHash> days_;
};

}  // namespace lakeseed
