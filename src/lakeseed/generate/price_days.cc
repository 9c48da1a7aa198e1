#include "lakeseed/generate/price_days.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/generate/smooth_noise.h"
#include "lakeseed/generate/volume_split.h"

namespace lakeseed {
namespace {

constexpr int64_t kMarket = -1;  ///< Path of the market, beside those of members.
/// Draws of a minute's or a day's cell.
enum : int64_t { kHigh = 1, kLow = 2, kDayVolume = 7 };
/// A member keeps this share of its sigma to itself, however large its beta is.
constexpr double kLeastOwn = 0.2;
constexpr int64_t kBytesOfBlock = 2 * 8 * (Brownian::kBlockDays + 1);
constexpr int64_t kBytesOfMinute = 7 * 8;

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

}  // namespace

PriceDays::PriceDays(const Options& options)
    : options_(options),
      blocks_(options.cache_bytes / 4),
      market_(options.cache_bytes / 16),
      days_(options.cache_bytes) {}

int64_t PriceDays::TicksOf(double mark, const PriceDay& day, const PriceLaw& law) const {
  const double ticks = internal::Rint(options_.ticks * law.start * Exp(mark - day.zero));
  return std::max<int64_t>(static_cast<int64_t>(ticks), 1);
}

std::vector<int64_t> PriceDays::TicksOf(std::vector<double> marks, const PriceDay& day,
                                        const PriceLaw& law) const {
  for (double& mark : marks) mark = mark - day.zero;
  ExpOf(marks, marks.data());
  std::vector<int64_t> ticks(marks.size());
  for (size_t i = 0; i < marks.size(); ++i) {
    const double price = internal::Rint(options_.ticks * law.start * marks[i]);
    ticks[i] = std::max<int64_t>(static_cast<int64_t>(price), 1);
  }
  return ticks;
}

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
  AddBars(member, day, variance, sigma, law, &made);
  return made;
}

void PriceDays::AddBars(int64_t member, int32_t day, double day_variance, double sigma,
                        const PriceLaw& law, PriceDay* made) const {
  const Key key = MemberKey(member);
  const size_t minutes = made->variances.size();
  const int64_t first = int64_t{day} * options_.clock.minutes;
  // Whole arrays at a time: many logarithms and exponentials are made at once.
  std::vector<double> ups(minutes), downs(minutes), weights(minutes);
  for (size_t i = 0; i < minutes; ++i) {
    const auto minute = first + static_cast<int64_t>(i);
    ups[i] = Unit(Cell(key, minute, kHigh));
    downs[i] = Unit(Cell(key, minute, kLow));
  }
  LogOf(ups, ups.data());
  LogOf(downs, downs.data());
  PowerOf(made->variances, options_.volume_power, weights.data());
  for (size_t i = 0; i < minutes; ++i) {
    const double a = made->marks[i], b = made->marks[i + 1], v = made->variances[i];
    const double square = (b - a) * (b - a);
    ups[i] = (a + b + std::sqrt(square - 2 * v * ups[i])) / 2;
    downs[i] = (a + b - std::sqrt(square - 2 * v * downs[i])) / 2;
  }
  const std::vector<int64_t> marks = TicksOf(made->marks, *made, law);
  made->high = TicksOf(ups, *made, law);
  made->low = TicksOf(downs, *made, law);
  made->open.assign(marks.begin(), marks.end() - 1);
  made->close.assign(marks.begin() + 1, marks.end());
  for (size_t i = 0; i < minutes; ++i) {
    const auto [low, high] = std::minmax(marks[i], marks[i + 1]);
    made->high[i] = std::max(made->high[i], high);
    made->low[i] = std::min(made->low[i], low);
  }
  // A short session has its part of a day's volume.
  const double part =
      static_cast<double>(minutes) / static_cast<double>(options_.clock.minutes);
  const double spread = options_.volume_spread;
  const double z = NormalCell(key, day, kDayVolume);
  const double volume = law.volume * part *
                        Power(day_variance / (sigma * sigma), options_.volume_power) *
                        Exp(spread * z - spread * spread / 2);
  made->volume =
      SplitVolume(key.Sub(day), static_cast<int64_t>(internal::Rint(volume)), weights);
}

}  // namespace lakeseed
