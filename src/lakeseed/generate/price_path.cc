// price_path: bars of the price of a member: open, high, low, close, volume, the number
// of trades and the mean price weighted by volume.
//
// Laws, beside those of every generator:
//   bars   low <= min(open, close) <= max(open, close) <= high; low <= vwap <= high
//   fold   A bar is the fold of its minutes, so bars of 5 minutes are the fold of those
//          of one minute, and a day's bar that of its session; volume and trades add up.
//   chain  A bar opens where the one before it on the same day closed.

#include <arrow/api.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/lanes.h"
#include "lakeseed/generate/price_rows.h"
#include "lakeseed/generate/struct_generator.h"

namespace lakeseed {
namespace {

constexpr int64_t kMinute = 60 * kMicrosecondsPerSecond;

enum Field : size_t { kOpen, kHigh, kLow, kClose, kVolume, kVwap, kTrades, kFields };

/// The bars of a day of several members: lanes side by side (lanes.h).
struct BarDay {
  size_t lanes = 0;
  std::array<std::vector<int64_t>, kFields> fields;

  int64_t bytes() const {
    return static_cast<int64_t>(kFields * sizeof(int64_t) * fields[0].size());
  }
};

/// High, low, volume, trades and vwap of the bar of `count` minutes that begin at `at`.
LAKESEED_LANES void FoldLanes(const PriceDay& day, size_t at, size_t count,
                              int64_t* const* out, size_t lanes) {
  int64_t high[kLanes], low[kLanes], volume[kLanes] = {}, trades[kLanes] = {};
  // Four times volume times price: right as long as it stays below 2^62.
  uint64_t worth[kLanes] = {};
  const int64_t *highs = &day.high[at], *lows = &day.low[at], *volumes = &day.volume[at],
                *counts = &day.trades[at], *closes = &day.ticks[at + lanes];
  LAKESEED_EACH_LANE(k) high[k] = highs[k], low[k] = lows[k];
  for (size_t i = 0; i < count; ++i) {
    LAKESEED_EACH_LANE(k) {
      high[k] = highs[k] > high[k] ? highs[k] : high[k];
      low[k] = lows[k] < low[k] ? lows[k] : low[k];
      volume[k] += volumes[k];
      trades[k] += counts[k];
      worth[k] += static_cast<uint64_t>(highs[k] + lows[k] + 2 * closes[k]) *
                  static_cast<uint64_t>(volumes[k]);
    }
    highs += lanes, lows += lanes, volumes += lanes, counts += lanes, closes += lanes;
  }
  LAKESEED_EACH_LANE(k) {
    out[kHigh][k] = high[k];
    out[kLow][k] = low[k];
    out[kVolume][k] = volume[k];
    out[kTrades][k] = trades[k];
    out[kVwap][k] = static_cast<int64_t>(worth[k]);
  }
}

LAKESEED_KERNEL(void, Fold,
                (const PriceDay& day, size_t at, size_t count, int64_t* const* out,
                 size_t lanes),
                (day, at, count, out, lanes)) {
  LAKESEED_WITH_LANES(FoldLanes, lanes, day, at, count, out);
}

/// In hundredths of a tick; a minute's price is (high + low + 2 close) / 4. What `fold`
/// says of it is right where it is small.
int64_t Vwap(const PriceDay& day, size_t at, size_t count, int64_t high, int64_t volume,
             int64_t worth) {
  const size_t lanes = day.lanes, end = at + count * lanes;
  if (volume == 0) return 100 * day.ticks[end];
  if (100.0 * static_cast<double>(high) * static_cast<double>(volume) < 0x1p62) {
    return (25 * worth + volume / 2) / volume;
  }
  __int128 sum = 0;
  for (size_t i = at; i < end; i += lanes) {
    const int64_t four = day.high[i] + day.low[i] + 2 * day.ticks[i + lanes];
    sum += static_cast<__int128>(four) * day.volume[i];
  }
  return static_cast<int64_t>((25 * sum + volume / 2) / volume);
}

/// Bars of `width` minutes each; the last one may be shorter.
void FoldDay(const PriceDay& day, size_t width, BarDay* bars) {
  const size_t lanes = day.lanes, count = (day.minutes + width - 1) / width;
  bars->lanes = lanes;
  int64_t* out[kFields];
  for (size_t f = 0; f < kFields; ++f) {
    bars->fields[f].resize(count * lanes);
    out[f] = bars->fields[f].data();
  }
  for (size_t begin = 0; begin < day.minutes; begin += width) {
    const size_t minutes = std::min(width, day.minutes - begin), at = begin * lanes;
    Fold(day, at, minutes, out, lanes);
    for (size_t k = 0; k < lanes; ++k) {
      out[kOpen][k] = day.ticks[at + k];
      out[kClose][k] = day.ticks[at + minutes * lanes + k];
      out[kVwap][k] =
          Vwap(day, at + k, minutes, out[kHigh][k], out[kVolume][k], out[kVwap][k]);
    }
    for (int64_t*& field : out) field += lanes;
  }
}

class PricePath final : public StructGenerator {
 public:
  explicit PricePath(std::unique_ptr<PriceSeries> prices)
      : prices_(std::move(prices)), days_(prices_->KeptBytes()) {
    const auto price = prices_->PriceType();
    SetFields({{"open", price, {}},
               {"high", price, {}},
               {"low", price, {}},
               {"close", price, {}},
               {"volume", arrow::int64(), {}},
               {"vwap", prices_->PriceType(2), {}},
               {"trades", arrow::int64(), {}}});
  }

 protected:
  arrow::Result<std::unique_ptr<Block>> Open(
      const GenerateRequest& request) const override;

 private:
  class Bars;

  const std::unique_ptr<PriceSeries> prices_;
  mutable PriceRows<BarDay>::DayMemo days_;
};

class PricePath::Bars final : public StructGenerator::Block {
 public:
  /// All wanted fields at once, row by row: the bars of a day are soon gone again.
  static arrow::Result<std::unique_ptr<Bars>> Make(const PricePath& path,
                                                   const GenerateRequest& request) {
    auto bars = std::make_unique<Bars>(path);
    std::vector<std::pair<size_t, int64_t*>> wanted;
    for (const int field : request.fields) {
      ARROW_ASSIGN_OR_RAISE(
          auto memory, ColumnMemory<int64_t>::Make(request.rows.length(), request.pool));
      wanted.emplace_back(
          field, bars->columns_.emplace(field, std::move(memory)).first->second.data());
    }
    const PriceSeries& prices = *path.prices_;
    const StepClock& clock = prices.series().clock();
    PriceDays::Work work;
    PriceDay minutes_of_day;
    const auto make = [&](int32_t day, int32_t minutes,
                          std::span<const PriceMember> members) {
      prices.days().Make(day, minutes, members, &work, &minutes_of_day);
      auto made = std::make_shared<BarDay>();
      const int64_t width = clock.is_daily() ? minutes : clock.every() / kMinute;
      FoldDay(minutes_of_day, static_cast<size_t>(width), made.get());
      return made;
    };
    PriceRows<BarDay> rows(prices, request, &path.days_);
    rows.ForEach(make, [&](size_t i, const PriceRows<BarDay>::Row& row) {
      const BarDay& day = *row.day;
      const size_t at = static_cast<size_t>(row.place.step) * day.lanes + row.lane;
      for (const auto& [field, values] : wanted) values[i] = day.fields[field][at];
    });
    return bars;
  }

  explicit Bars(const PricePath& path) : path_(path) {}

  arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) override {
    return std::move(columns_.at(field)).Finish(path_.type()->field(field)->type());
  }

 private:
  const PricePath& path_;
  std::map<int, ColumnMemory<int64_t>> columns_;
};

arrow::Result<std::unique_ptr<StructGenerator::Block>> PricePath::Open(
    const GenerateRequest& request) const {
  return Bars::Make(*this, request);
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  ARROW_ASSIGN_OR_RAISE(auto prices, PriceSeries::Read(params, context));
  ARROW_RETURN_NOT_OK(params.Finish());
  const StepClock& clock = prices->series().clock();
  if (!clock.is_daily() && clock.every() % kMinute != 0) {
    return params.Error("", "needs steps of whole minutes", std::nullopt,
                        "write every: 1m, 5m, 15m, 1h or 1d");
  }
  return std::make_unique<PricePath>(std::move(prices));
}

}  // namespace

extern const GeneratorDef kPricePath{
    .name = "price_path",
    .summary = "draw bars of a price: open, high, low, close, volume, vwap, trades",
    .params = PriceSeries::kParams,
    .example = "{price_path: {start: 150, sigma: 0.02 per day, beta: 1}}",
    .bind = Bind,
};

}  // namespace lakeseed
