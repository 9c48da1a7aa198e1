#include "lakeseed/generate/price_days.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/lanes.h"
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

Brownian::Options ClockOfMarket(const PriceDays::Options& options) {
  Brownian::Options clock = WithSigma(options.clock, options.market_sigma);
  clock.leverage = options.market_leverage;
  return clock;
}

/// Growth since the anchor day at the marks.
LAKESEED_LANES void GrowthLanes(const double* marks, const double* zero, size_t count,
                                double* out, size_t lanes) {
  for (size_t i = 0; i < count; ++i, marks += lanes, out += lanes) {
    LAKESEED_EACH_LANE(k) out[k] = marks[k] - zero[k];
  }
}

LAKESEED_KERNEL(void, Growth,
                (const double* marks, const double* zero, size_t count, double* out,
                 size_t lanes),
                (marks, zero, count, out, lanes)) {
  LAKESEED_WITH_LANES(GrowthLanes, lanes, marks, zero, count, out);
}

/// The highest points of the minutes' bridges, less `zero`; the lowest ones where `sign`
/// is -1. The logarithms of uniform numbers are there before.
LAKESEED_LANES void ExtremeLanes(const double* marks, const double* variances,
                                 double sign, const double* zero, size_t minutes,
                                 double* out, size_t lanes) {
  for (size_t i = 0; i < minutes; ++i) {
    LAKESEED_EACH_LANE(k) {
      const double a = marks[k], b = marks[lanes + k];
      const double root = std::sqrt((b - a) * (b - a) - 2 * variances[k] * out[k]);
      out[k] = (a + b + sign * root) / 2 - zero[k];
    }
    marks += lanes, variances += lanes, out += lanes;
  }
}

LAKESEED_KERNEL(void, Extremes,
                (const double* marks, const double* variances, double sign,
                 const double* zero, size_t minutes, double* out, size_t lanes),
                (marks, variances, sign, zero, minutes, out, lanes)) {
  LAKESEED_WITH_LANES(ExtremeLanes, lanes, marks, variances, sign, zero, minutes, out);
}

LAKESEED_LANES void TickLanes(const double* growth, const double* price, size_t count,
                              int64_t* ticks, size_t lanes) {
  for (size_t i = 0; i < count; ++i, growth += lanes, ticks += lanes) {
    LAKESEED_EACH_LANE(k) ticks[k] = PriceDays::TicksOf(price[k], growth[k]);
  }
}

LAKESEED_KERNEL(void, RoundToTicks,
                (const double* growth, const double* price, size_t count, int64_t* ticks,
                 size_t lanes),
                (growth, price, count, ticks, lanes)) {
  LAKESEED_WITH_LANES(TickLanes, lanes, growth, price, count, ticks);
}

/// High and low take in what a minute opens and closes at, `after` numbers further on.
LAKESEED_KERNEL(void, Enclose,
                (const int64_t* ticks, size_t after, size_t count, int64_t* high,
                 int64_t* low),
                (ticks, after, count, high, low)) {
  for (size_t i = 0; i < count; ++i) {
    const int64_t a = ticks[i], b = ticks[i + after];
    const int64_t top = a > b ? a : b, bottom = a > b ? b : a;
    high[i] = high[i] > top ? high[i] : top;
    low[i] = low[i] < bottom ? low[i] : bottom;
  }
}

LAKESEED_LANES void ShareLanes(const double* market, const double* factors, size_t count,
                               double* out, size_t lanes) {
  for (size_t i = 0; i < count; ++i, out += lanes) {
    LAKESEED_EACH_LANE(k) out[k] += factors[k] * market[i];
  }
}

/// What members have of the market: each lane adds its factor of it.
LAKESEED_KERNEL(void, AddShares,
                (const double* market, const double* factors, size_t count, double* out,
                 size_t lanes),
                (market, factors, count, out, lanes)) {
  LAKESEED_WITH_LANES(ShareLanes, lanes, market, factors, count, out);
}

LAKESEED_KERNEL(void, ToWhole, (const double* parts, size_t count, int64_t* out),
                (parts, count, out)) {
  for (size_t i = 0; i < count; ++i) out[i] = internal::ToInteger(parts[i]);
}

LAKESEED_KERNEL(void, Scale, (double by, size_t count, double* out), (by, count, out)) {
  for (size_t i = 0; i < count; ++i) out[i] = by * out[i];
}

LAKESEED_KERNEL(void, CountTrades,
                (const int64_t* volume, const double* size, size_t count,
                 int64_t* trades),
                (volume, size, count, trades)) {
  for (size_t i = 0; i < count; ++i) {
    const double shares = static_cast<double>(volume[i]);
    const auto number =
        static_cast<int64_t>(internal::Rint(shares / (kTradeSize * size[i])));
    const int64_t some = number > 1 ? number : 1;
    trades[i] = some < volume[i] ? some : volume[i];
  }
}

}  // namespace

PriceDays::PriceDays(const Options& options)
    : options_(options),
      blocks_(options.cache_bytes / 4),
      market_(options.cache_bytes / 16) {}

Brownian::Day PriceDays::DayOf(int64_t path, const Brownian& brownian,
                               int32_t day) const {
  const int32_t block = day >> Brownian::kBlockBits;
  const auto made = blocks_.Get({path, block, brownian.options().sigma}, kBytesOfBlock,
                                [&] { return brownian.BlockOf(block); });
  return Brownian::DayOf(*made, day);
}

void PriceDays::Make(int32_t day, int32_t minutes, std::span<const PriceMember> members,
                     Work* work, PriceDay* made) const {
  made->minutes = static_cast<size_t>(minutes);
  made->lanes = members.size();
  double volumes[kLanes];
  AddPaths(day, members, work, made, volumes);
  Key keys[kLanes];
  for (size_t k = 0; k < made->lanes; ++k) keys[k] = MemberKey(members[k].member);
  AddPrices({keys, made->lanes}, day, members, work, made);
  AddVolumes({keys, made->lanes}, day, volumes, work, made);
}

void PriceDays::AddPaths(int32_t day, std::span<const PriceMember> members, Work* work,
                         PriceDay* made, double* volumes) const {
  const auto minutes = static_cast<int32_t>(made->minutes);
  const size_t lanes = members.size();
  const double night = options_.clock.overnight;
  const Brownian market(options_.key.Sub(kMarket), ClockOfMarket(options_));
  std::vector<Brownian> own;
  Brownian::Day days[kLanes];
  double beta[kLanes], square[kLanes], variance[kLanes], sigma[kLanes];
  made->zero.resize(lanes);
  bool any_beta = false, any_drift = false;
  for (size_t k = 0; k < lanes; ++k) {
    const auto& [member, law] = members[k];
    sigma[k] = OwnSigma(law, options_.market_sigma);
    own.emplace_back(options_.key.Sub(member), WithSigma(options_.clock, sigma[k]));
    days[k] = DayOf(member, own[k], day);
    made->zero[k] = DayOf(member, own[k], options_.anchor).start;
    variance[k] = days[k].variance;
    beta[k] = law.beta;
    square[k] = law.beta * law.beta;
    any_beta |= law.beta != 0;
    any_drift |= law.drift != 0;
  }
  Brownian::Path& path = made->path;
  Brownian::MinutesOf(own, day, {days, lanes}, minutes, &work->clock, &path);
  if (any_beta) {
    const Brownian::Day its_day = DayOf(kMarket, market, day);
    const double its_zero = DayOf(kMarket, market, options_.anchor).start;
    const auto its = market_.Get({day, minutes}, 2 * 8 * minutes,
                                 [&] { return market.MinutesOf(day, its_day, minutes); });
    AddShares(its->marks.data(), beta, made->minutes + 1, path.marks.data(), lanes);
    AddShares(its->variances.data(), square, made->minutes, path.variances.data(), lanes);
    for (size_t k = 0; k < lanes; ++k) {
      if (beta[k] == 0) continue;
      made->zero[k] += beta[k] * its_zero;
      variance[k] += square[k] * its_day.variance;
      sigma[k] = std::sqrt(sigma[k] * sigma[k] +
                           square[k] * options_.market_sigma * options_.market_sigma);
    }
  }
  for (size_t i = 0; any_drift && i <= made->minutes; ++i) {
    const double way = static_cast<double>(i) / minutes;
    const double passed = day - options_.anchor + night + (1 - night) * way;
    for (size_t k = 0; k < lanes; ++k) {
      path.marks[i * lanes + k] += members[k].law.drift * passed;
    }
  }
  // A short session has its part of a day's volume.
  const double part =
      static_cast<double>(minutes) / static_cast<double>(options_.clock.minutes);
  for (size_t k = 0; k < lanes; ++k) {
    volumes[k] = members[k].law.volume * part *
                 Power(variance[k] / (sigma[k] * sigma[k]), options_.volume_power);
  }
}

// Whole arrays at a time: many logarithms and exponentials are made at once.
void PriceDays::AddPrices(std::span<const Key> keys, int32_t day,
                          std::span<const PriceMember> members, Work* work,
                          PriceDay* made) const {
  const size_t minutes = made->minutes, lanes = made->lanes, all = minutes * lanes;
  const double* marks = made->path.marks.data();
  // Growth since the anchor day: at the marks, the highest and the lowest points.
  std::vector<double>& growth = work->growth;
  growth.resize(3 * all + lanes);
  Growth(marks, made->zero.data(), minutes + 1, growth.data(), lanes);
  double* extremes = growth.data() + all + lanes;
  const std::pair<int64_t, double> sides[] = {{kHigh, 1.0}, {kLow, -1.0}};
  for (const auto& [draw, sign] : sides) {
    UnitsOf(keys, int64_t{day} * options_.clock.minutes, static_cast<int64_t>(minutes),
            draw, extremes);
    LogOf({extremes, all}, extremes);
    Extremes(marks, made->path.variances.data(), sign, made->zero.data(), minutes,
             extremes, lanes);
    extremes += all;
  }
  ExpOf(growth, growth.data());
  double price[kLanes];
  for (size_t k = 0; k < lanes; ++k) price[k] = options_.ticks * members[k].law.start;
  made->ticks.resize(all + lanes);
  made->high.resize(all);
  made->low.resize(all);
  const double* at = growth.data();
  RoundToTicks(at, price, minutes + 1, made->ticks.data(), lanes);
  RoundToTicks(at + all + lanes, price, minutes, made->high.data(), lanes);
  RoundToTicks(at + 2 * all + lanes, price, minutes, made->low.data(), lanes);
  Enclose(made->ticks.data(), lanes, all, made->high.data(), made->low.data());
}

void PriceDays::AddVolumes(std::span<const Key> keys, int32_t day, const double* volumes,
                           Work* work, PriceDay* made) const {
  const size_t minutes = made->minutes, lanes = made->lanes, all = minutes * lanes;
  const double spread = options_.volume_spread;
  Key trees[kLanes];
  int64_t whole[kLanes];
  for (size_t k = 0; k < lanes; ++k) {
    trees[k] = keys[k].Sub(day);
    const double z = NormalCell(keys[k], day, kDayVolume);
    const double volume = volumes[k] * Exp(spread * z - spread * spread / 2);
    whole[k] =
        std::clamp<int64_t>(static_cast<int64_t>(internal::Rint(volume)), 0, kMostVolume);
  }
  std::vector<double>& draws = work->draws;
  draws.resize(all);
  PowerOf(made->path.variances, options_.volume_power, draws.data());
  work->clock.Set(draws.data(), minutes, lanes);
  work->parts.resize(work->clock.places() * lanes);
  SplitVolume({trees, lanes}, {whole, lanes}, &work->clock, work->parts.data());
  made->volume.resize(all);
  ToWhole(work->parts.data(), all, made->volume.data());
  UnitsOf(keys, int64_t{day} * options_.clock.minutes, static_cast<int64_t>(minutes),
          kTrade, draws.data());
  InverseNormalOf(draws, draws.data());
  Scale(kTradeSpread, all, draws.data());
  ExpOf(draws, draws.data());
  made->trades.resize(all);
  CountTrades(made->volume.data(), draws.data(), all, made->trades.data());
}

}  // namespace lakeseed
