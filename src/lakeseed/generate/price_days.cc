#include "lakeseed/generate/price_days.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/smooth_noise.h"
#include "lakeseed/generate/volume_split.h"

namespace lakeseed {
namespace {

constexpr int64_t kMarket = -1;  ///< Path of the market, beside those of members.
/// Draws of a minute's or a day's cell.
enum : int64_t { kHigh = 1, kLow = 2, kTrade = 3, kDayVolume = 7 };
/// A member keeps this share of its sigma to itself, however large its beta is.
constexpr double kLeastOwn = 0.2;
constexpr int64_t kBytesOfBlock = 2 * 8 * (Brownian::kBlockDays + 1);
constexpr int64_t kBytesOfMinute = 8 * 8;
/// Shares in a trade: median, and the spread of the minutes' mean.
constexpr double kTradeSize = 110, kTradeSpread = 0.25;

double OwnSigma(const PriceLaw& law, double market_sigma) {
  if (law.beta == 0) return law.sigma;
  const double shared = law.beta * market_sigma;
  const double least = kLeastOwn * law.sigma;
  return std::sqrt(std::max(law.sigma * law.sigma - shared * shared, least * least));
}

Brownian::Options WithSigma(Brownian::Options options, double sigma) {
  options.sigma = sigma;
  return options;
}

/// `square` - 2 v ln U of the bridges of a day: of their highest and lowest points.
LAKESEED_CLONES
void Reach(const double* marks, const double* variances, const double* log,
           int64_t minutes, double* out) {
  for (int64_t i = 0; i < minutes; ++i) {
    const double a = marks[i], b = marks[i + 1];
    out[i] = (b - a) * (b - a) - 2 * variances[i] * log[i];
  }
}

/// The highest points, less `zero`; the lowest ones where `sign` is -1.
LAKESEED_CLONES
void Extremes(const double* marks, const double* root, double sign, double zero,
              int64_t minutes, double* out) {
  for (int64_t i = 0; i < minutes; ++i) {
    out[i] = (marks[i] + marks[i + 1] + sign * root[i]) / 2 - zero;
  }
}

LAKESEED_CLONES
void RoundToTicks(const double* growth, double price, int64_t count, int64_t* ticks) {
  for (int64_t i = 0; i < count; ++i) {
    ticks[i] = PriceDays::TicksOf(price, growth[i]);
  }
}

LAKESEED_CLONES
void Enclose(const int64_t* marks, int64_t minutes, int64_t* high, int64_t* low) {
  for (int64_t i = 0; i < minutes; ++i) {
    const int64_t a = marks[i], b = marks[i + 1];
    const int64_t top = a > b ? a : b, bottom = a > b ? b : a;
    high[i] = high[i] > top ? high[i] : top;
    low[i] = low[i] < bottom ? low[i] : bottom;
  }
}

LAKESEED_CLONES
void CountTrades(const int64_t* volume, const double* size, int64_t minutes,
                 int64_t* trades) {
  for (int64_t i = 0; i < minutes; ++i) {
    const double shares = static_cast<double>(volume[i]);
    const auto count =
        static_cast<int64_t>(internal::Rint(shares / (kTradeSize * size[i])));
    const int64_t some = count > 1 ? count : 1;
    trades[i] = some < volume[i] ? some : volume[i];
  }
}

}  // namespace

PriceDays::PriceDays(const Options& options)
    : options_(options),
      blocks_(options.cache_bytes / 4),
      market_(options.cache_bytes / 16),
      days_(options.cache_bytes) {}

Brownian::Day PriceDays::DayOf(int64_t path, const Brownian& brownian,
                               int32_t day) const {
  const int32_t block = day >> Brownian::kBlockBits;
  const auto made = blocks_.Get({path, block, brownian.options().sigma}, kBytesOfBlock,
                                [&] { return brownian.BlockOf(block); });
  return Brownian::DayOf(*made, day);
}

std::shared_ptr<const PriceDay> PriceDays::Of(int64_t member, int32_t day,
                                              int32_t minutes,
                                              const PriceLaw& law) const {
  return days_.Get({member, day, minutes, law}, kBytesOfMinute * minutes,
                   [&] { return Make(member, day, minutes, law); });
}

PriceDay PriceDays::Make(int64_t member, int32_t day, int32_t minutes,
                         const PriceLaw& law) const {
  const double own_sigma = OwnSigma(law, options_.market_sigma);
  const Brownian own(options_.key.Sub(member), WithSigma(options_.clock, own_sigma));
  const Brownian::Day whole = DayOf(member, own, day);
  Brownian::Path path = own.MinutesOf(day, whole, minutes);
  double zero = DayOf(member, own, options_.anchor).start;
  double variance = whole.variance, sigma = law.sigma;
  if (law.beta != 0) {
    const Brownian market(options_.key.Sub(kMarket),
                          WithSigma(options_.clock, options_.market_sigma));
    const Brownian::Day its_day = DayOf(kMarket, market, day);
    const auto its = market_.Get({day, minutes}, 2 * 8 * minutes,
                                 [&] { return market.MinutesOf(day, its_day, minutes); });
    const double square = law.beta * law.beta;
    for (size_t i = 0; i < path.marks.size(); ++i) {
      path.marks[i] += law.beta * its->marks[i];
    }
    for (size_t i = 0; i < path.variances.size(); ++i) {
      path.variances[i] += square * its->variances[i];
    }
    zero += law.beta * DayOf(kMarket, market, options_.anchor).start;
    variance += square * its_day.variance;
    sigma = std::sqrt(own_sigma * own_sigma +
                      square * options_.market_sigma * options_.market_sigma);
  }
  if (law.drift != 0) {
    const double night = options_.clock.overnight;
    for (size_t i = 0; i < path.marks.size(); ++i) {
      const double way = static_cast<double>(i) / minutes;
      const double passed = day - options_.anchor + night + (1 - night) * way;
      path.marks[i] += law.drift * passed;
    }
  }
  PriceDay made;
  made.zero = zero;
  made.marks = std::move(path.marks);
  made.variances = std::move(path.variances);
  const Key key = MemberKey(member);
  AddPrices(key, int64_t{day} * options_.clock.minutes, law, &made);
  // A short session has its part of a day's volume.
  const double part =
      static_cast<double>(minutes) / static_cast<double>(options_.clock.minutes);
  const double spread = options_.volume_spread;
  const double z = NormalCell(key, day, kDayVolume);
  AddVolumes(key, day,
             law.volume * part *
                 Power(variance / (sigma * sigma), options_.volume_power) *
                 Exp(spread * z - spread * spread / 2),
             &made);
  return made;
}

// Whole arrays at a time: many logarithms and exponentials are made at once.
void PriceDays::AddPrices(const Key& key, int64_t first, const PriceLaw& law,
                          PriceDay* made) const {
  const size_t minutes = made->variances.size();
  const auto count = static_cast<int64_t>(minutes);
  const double* marks = made->marks.data();
  // Growth since the anchor day: at the marks, the highest and the lowest points.
  std::vector<double> growth(3 * minutes + 1), work(minutes);
  for (size_t i = 0; i <= minutes; ++i) growth[i] = marks[i] - made->zero;
  double* extremes = growth.data() + minutes + 1;
  const std::pair<int64_t, double> sides[] = {{kHigh, 1.0}, {kLow, -1.0}};
  for (const auto& [draw, sign] : sides) {
    UnitsOf(key, Rows(RowRange{first, first + count}), 0, count, draw, work.data());
    LogOf(work, work.data());
    Reach(marks, made->variances.data(), work.data(), count, work.data());
    SquareRootOf(work, work.data());
    Extremes(marks, work.data(), sign, made->zero, count, extremes);
    extremes += minutes;
  }
  ExpOf(growth, growth.data());
  std::vector<int64_t> ticks(growth.size());
  RoundToTicks(growth.data(), options_.ticks * law.start,
               static_cast<int64_t>(ticks.size()), ticks.data());
  int64_t* high = ticks.data() + minutes + 1;
  int64_t* low = high + minutes;
  Enclose(ticks.data(), count, high, low);
  made->open.assign(ticks.data(), ticks.data() + minutes);
  made->close.assign(ticks.data() + 1, ticks.data() + minutes + 1);
  made->high.assign(high, low);
  made->low.assign(low, low + minutes);
}

void PriceDays::AddVolumes(const Key& key, int32_t day, double volume,
                           PriceDay* made) const {
  const size_t minutes = made->variances.size();
  const auto count = static_cast<int64_t>(minutes);
  const int64_t first = int64_t{day} * options_.clock.minutes;
  std::vector<double> work(minutes);
  PowerOf(made->variances, options_.volume_power, work.data());
  const auto whole = static_cast<int64_t>(internal::Rint(volume));
  made->volume =
      SplitVolume(key.Sub(day), std::clamp<int64_t>(whole, 0, kMostVolume), work);
  UnitsOf(key, Rows(RowRange{first, first + count}), 0, count, kTrade, work.data());
  InverseNormalOf(work, work.data());
  for (double& size : work) size = kTradeSpread * size;
  ExpOf(work, work.data());
  made->trades.resize(minutes);
  CountTrades(made->volume.data(), work.data(), count, made->trades.data());
}

}  // namespace lakeseed
