#include "lakeseed/generate/price_days.h"

#include <algorithm>
#include <cmath>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/lanes.h"
#include "lakeseed/generate/smooth_noise.h"
#include "lakeseed/generate/volume_split.h"

namespace lakeseed {
namespace {

constexpr int64_t kMarket = -1;  ///< Path of the market, beside those of members.
/// Draws of a day's bar: rows before those of its cuts, which are named after minutes.
/// Those of one law stand side by side: kNormals normal ones, kLogs logarithms.
enum : size_t {
  kMiddle,
  kMean,
  kVolume,
  kTrades,
  kHigh1,
  kHigh2,
  kLow1,
  kLow2,
  kFollows,
  kDraws
};
constexpr size_t kNormals = kHigh1, kLogs = kFollows - kHigh1;
/// Of a member that follows, these are the market's.
constexpr size_t kTogether[] = {kMiddle, kMean, kHigh1, kHigh2, kLow1, kLow2};
/// A member keeps this share of its sigma to itself, however large its beta is.
constexpr double kLeastOwn = 0.2;
constexpr int64_t kBytesOfBlock = 2 * 8 * (Brownian::kBlockDays + 1);
/// Shares in a trade: median, and the spread of the days'.
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

/// Returns of two members that each share a part of their variance with the market have
/// the product of the parts' roots as their correlation. Equal draws do less to bars that
/// differ, of which kMore makes up for the mean over the sizes.
double FollowingOf(double shared, double variance) {
  constexpr double kMore = 1.35;
  return shared > 0 ? std::min(kMore * shared / std::sqrt(variance), 1.0) : 0;
}

/// The highest point of a bridge from a to b by the logarithm of a uniform number; the
/// lowest one where `sign` is -1.
double Extreme(double a, double b, double variance, double log, double sign) {
  return (a + b + sign * std::sqrt((b - a) * (b - a) - 2 * variance * log)) / 2;
}

LAKESEED_KERNEL(void, ToWhole, (const double* parts, size_t count, int64_t* out),
                (parts, count, out)) {
  for (size_t i = 0; i < count; ++i) out[i] = internal::ToInteger(parts[i]);
}

void ToWholes(const std::vector<double>& parts, std::vector<int64_t>* out) {
  out->resize(parts.size());
  ToWhole(parts.data(), parts.size(), out->data());
}

}  // namespace

/// The sessions of a day as they are put together, lane by lane.
struct PriceDays::DayRows {
  size_t lanes = 0;
  BarTree::Lane lane[kLanes];
  BarTree::Session session;
  double variance[kLanes], usual[kLanes];  ///< Of the day, with its night; of most days.
  double volume[kLanes];                   ///< Of a usual day.

  double draws[kDraws * kLanes];

  /// A draw of each lane.
  double* Of(size_t draw) { return draws + draw * lanes; }

  void Draw() {
    constexpr auto kRows = static_cast<int64_t>(kDraws);
    Key keys[kLanes];
    double its[kDraws];
    for (size_t k = 0; k < lanes; ++k) keys[k] = lane[k].draws;
    UnitsOf({keys, lanes}, -kRows, kRows, 0, draws);
    UnitsOf({&session.market, 1}, -kRows, kRows, 0, its);
    for (size_t k = 0; k < lanes; ++k) {
      if (Of(kFollows)[k] >= lane[k].following) continue;
      for (const size_t draw : kTogether) Of(draw)[k] = its[draw];
    }
    InverseNormalOf({draws, kNormals * lanes}, draws);
    LogOf({Of(kHigh1), kLogs * lanes}, Of(kHigh1));
  }
};

PriceDays::PriceDays(const Options& options)
    : options_(options), blocks_(options.cache_bytes / 4) {}

std::shared_ptr<const Brownian::Path> PriceDays::BlockOf(int64_t path,
                                                         const Brownian& brownian,
                                                         int32_t day) const {
  const int32_t block = day >> Brownian::kBlockBits;
  return blocks_.Get({path, block, brownian.options().sigma}, kBytesOfBlock,
                     [&] { return brownian.BlockOf(block); });
}

PriceDays::Known PriceDays::KnownOf(const PriceMember& of) const {
  const bool is_market = of.member == kMarket;
  const double sigma =
      is_market ? options_.market_sigma : OwnSigma(of.law, options_.market_sigma);
  Brownian::Options clock = WithSigma(options_.clock, sigma);
  if (is_market) clock.leverage = options_.market_leverage;
  Known known{.of = of, .path = Brownian(options_.key.Sub(of.member), clock)};
  known.clock = known.path.ClockKey();
  known.draws = MemberKey(of.member);
  const double shared = of.law.beta * options_.market_sigma;
  known.variance = sigma * sigma + shared * shared;
  known.following = FollowingOf(shared, known.variance);
  known.price = options_.ticks * of.law.start;
  const auto anchor = BlockOf(of.member, known.path, options_.anchor);
  known.zero = Brownian::DayOf(*anchor, options_.anchor).start;
  return known;
}

Brownian::Day PriceDays::DayOf(Known* known, int32_t day) const {
  const int32_t block = day >> Brownian::kBlockBits;
  if (known->block != block) {
    known->days = BlockOf(known->of.member, known->path, day);
    known->block = block;
  }
  return Brownian::DayOf(*known->days, day);
}

void PriceDays::Make(int32_t day, int32_t minutes, int32_t size,
                     std::span<const PriceMember> members, Work* work,
                     PriceDay* made) const {
  if (!work->tree || work->tree->minutes() != minutes || work->tree->size() != size) {
    work->tree.emplace(minutes, size);
  }
  const SessionTree& tree = *work->tree;
  DayRows rows;
  rows.lanes = members.size();
  work->bars.Begin(tree.bars(), rows.lanes);
  rows.session = {.clock = {.day = day,
                            .minutes = minutes,
                            .full = options_.minutes,
                            .spread = options_.minute_spread},
                  .volume_power = options_.volume_power,
                  .market = {}};
  AddPaths(day, members, work, &rows);
  AddMarket(day, members, work, &rows);
  rows.Draw();
  AddVolumes(minutes, work, &rows);
  AddExtremes(work, &rows);
  work->bars.Split(tree, rows.session, {rows.lane, rows.lanes});
  BarTree::Bars& bars = work->bars.bars();
  made->bars = tree.bars();
  made->lanes = rows.lanes;
  made->zero.resize(rows.lanes);
  for (size_t k = 0; k < rows.lanes; ++k) made->zero[k] = rows.lane[k].zero;
  made->marks = bars.marks;
  made->variances = bars.variance;
  made->means = bars.mean;
  ToWholes(bars.mark_ticks, &made->ticks);
  ToWholes(bars.high_ticks, &made->high);
  ToWholes(bars.low_ticks, &made->low);
  ToWholes(bars.volume, &made->volume);
  ToWholes(bars.trades, &made->trades);
}

void PriceDays::AddPaths(int32_t day, std::span<const PriceMember> members, Work* work,
                         DayRows* rows) const {
  const double night = options_.overnight;
  const size_t lanes = members.size();
  work->known.resize(Work::kMostKnown);
  Key nights[kLanes];
  Brownian::Day days[kLanes];
  for (size_t k = 0; k < lanes; ++k) {
    const PriceMember& member = members[k];
    // Where there are many members some have one place: none is kept beyond this.
    Known& its = work->known[static_cast<size_t>(member.member) % Work::kMostKnown];
    if (its.of.member != member.member || its.of.law != member.law) its = KnownOf(member);
    days[k] = DayOf(&its, day);
    nights[k] = its.path.DayKey(day);
    rows->lane[k] = {.clock = its.clock,
                     .draws = its.draws.Sub(day),
                     .price = its.price,
                     .zero = its.zero,
                     .following = its.following};
    rows->variance[k] = days[k].variance;
    rows->usual[k] = its.variance;
    rows->volume[k] = member.law.volume;
  }
  double z[kLanes];
  UnitsOf({nights, lanes}, 0, 1, 0, z);
  InverseNormalOf({z, lanes}, z);
  double* const closes = work->bars.closes();
  const double since = day - options_.anchor;
  for (size_t k = 0; k < lanes; ++k) {
    const double drift = members[k].law.drift;
    work->bars.bars().marks[k] =
        Brownian::OpenOf(days[k], night, z[k]) + drift * (since + night);
    closes[k] = days[k].end + drift * (since + 1);
  }
}

void PriceDays::AddMarket(int32_t day, std::span<const PriceMember> members, Work* work,
                          DayRows* rows) const {
  if (std::all_of(members.begin(), members.end(),
                  [](const PriceMember& one) { return one.law.beta == 0; })) {
    return;
  }
  Known& market = work->market;
  if (market.of.member != kMarket) market = KnownOf({.member = kMarket, .law = {}});
  const Brownian::Day its = DayOf(&market, day);
  const double z = NormalCell(market.path.DayKey(day), 0);
  const double open = Brownian::OpenOf(its, options_.overnight, z);
  double* const closes = work->bars.closes();
  rows->session.market = market.draws.Sub(day);
  for (size_t k = 0; k < members.size(); ++k) {
    const double beta = members[k].law.beta;
    if (beta == 0) continue;
    work->bars.bars().marks[k] += beta * open;
    closes[k] += beta * its.end;
    rows->lane[k].zero += beta * market.zero;
    rows->variance[k] += beta * beta * its.variance;
  }
}

// Highest, lowest and mean price, and all of them in ticks.
void PriceDays::AddExtremes(Work* work, DayRows* rows) const {
  const size_t lanes = rows->lanes;
  BarTree::Bars& bars = work->bars.bars();
  const double* const closes = work->bars.closes();
  enum : size_t { kOpen, kClose, kTop, kBottom, kAverage, kRows };
  double growth[kRows * kLanes];
  for (size_t k = 0; k < lanes; ++k) {
    bars.variance[k] = rows->variance[k] * (1 - options_.overnight);
    const double a = bars.marks[k], b = closes[k], half = bars.variance[k] / 2;
    const double m = (a + b) / 2 + std::sqrt(half / 2) * rows->Of(kMiddle)[k];
    const double high = std::max(Extreme(a, m, half, rows->Of(kHigh1)[k], 1),
                                 Extreme(m, b, half, rows->Of(kHigh2)[k], 1));
    const double low = std::min(Extreme(a, m, half, rows->Of(kLow1)[k], -1),
                                Extreme(m, b, half, rows->Of(kLow2)[k], -1));
    const TypicalMean typical = TypicalMeanOf(a, b, high, low);
    const double off = std::clamp(rows->Of(kMean)[k], -kMostSpreads, kMostSpreads);
    bars.high[k] = high, bars.low[k] = low;
    const double mean = std::clamp(typical.mean + typical.spread * off, low, high);
    const double points[kRows] = {a, b, high, low, mean};
    for (size_t i = 0; i < kRows; ++i) {
      growth[i * lanes + k] = points[i] - rows->lane[k].zero;
    }
  }
  ExpOf({growth, kRows * lanes}, growth);
  double* const close_ticks = &bars.mark_ticks[bars.mark_ticks.size() - lanes];
  for (size_t k = 0; k < lanes; ++k) {
    const double price = rows->lane[k].price;
    const auto ticks = [&](size_t row) {
      return static_cast<double>(TicksOf(price, growth[row * lanes + k]));
    };
    const double open = ticks(kOpen), close = ticks(kClose);
    bars.mark_ticks[k] = open, close_ticks[k] = close;
    bars.high_ticks[k] = std::max({ticks(kTop), open, close});
    bars.low_ticks[k] = std::min({ticks(kBottom), open, close});
    bars.mean[k] = std::clamp(price * growth[kAverage * lanes + k], bars.low_ticks[k],
                              bars.high_ticks[k]);
  }
}

// A short session has its part of a day's volume.
void PriceDays::AddVolumes(int32_t minutes, Work* work, DayRows* rows) const {
  const size_t lanes = rows->lanes;
  const double part = static_cast<double>(minutes) / options_.minutes;
  const double spread = options_.volume_spread;
  double powers[kLanes];
  double *const volumes = rows->Of(kVolume), *const sizes = rows->Of(kTrades);
  for (size_t k = 0; k < lanes; ++k) {
    powers[k] = rows->variance[k] > 0 ? rows->variance[k] / rows->usual[k] : 1;
    volumes[k] = spread * volumes[k] - spread * spread / 2;
    sizes[k] = kTradeSpread * sizes[k];
  }
  PowerOf({powers, lanes}, options_.volume_power, powers);
  ExpOf({volumes, 2 * lanes}, volumes);  // And sizes, which stand behind them.
  BarTree::Bars& bars = work->bars.bars();
  constexpr auto kMostShares = static_cast<double>(kMostVolume / 2);
  for (size_t k = 0; k < lanes; ++k) {
    const double asked = rows->volume[k] * part * powers[k] * volumes[k];
    const double shares = internal::Rint(asked > 0 ? std::min(asked, kMostShares) : 0);
    const double trades = internal::Rint(shares / (kTradeSize * sizes[k]));
    bars.volume[k] = shares;
    bars.trades[k] = std::min(std::max(trades, static_cast<double>(minutes)), shares);
  }
}

}  // namespace lakeseed
