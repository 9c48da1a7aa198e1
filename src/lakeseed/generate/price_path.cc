// price_path: bars of the price of a member: open, high, low, close, volume, the number
// of trades and the mean price weighted by volume.
//
// Laws, beside those of every generator:
//   bars   low <= min(open, close) <= max(open, close) <= high; low <= vwap <= high
//   fold   Bars of all sizes fold into each other: bars of 5 minutes are the fold of
//          those of one minute, and a day's bar that of its session; volume and trades
//          add up. A bar is made by the sizes above it, not by those below: it costs what
//          its own size costs (price_days.h).
//   chain  A bar opens where the one before it on the same day closed.

#include <arrow/api.h>

#include <algorithm>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "lakeseed/base/function.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/price_rows.h"
#include "lakeseed/generate/session_tree.h"
#include "lakeseed/generate/struct_generator.h"

namespace lakeseed {
namespace {

constexpr int64_t kMinute = 60 * kMicrosecondsPerSecond;

enum Field : size_t { kOpen, kHigh, kLow, kClose, kVolume, kVwap, kTrades, kFields };

/// The bars of a day of several members: lanes side by side (lanes.h), a field after the
/// other.
struct BarDay {
  size_t lanes = 0, bars = 0;
  std::vector<int64_t> values;

  int64_t bytes() const { return static_cast<int64_t>(sizeof(int64_t) * values.size()); }
};

/// Hundredths of a tick.
int64_t Vwap(double mean, int64_t low, int64_t high) {
  const auto hundredths = static_cast<int64_t>(internal::Rint(100 * mean));
  return std::clamp(hundredths, 100 * low, 100 * high);
}

/// The bar of `count` bars, each `lanes` behind the one before it. Where none of them has
/// volume, its mean price is its last one.
void FoldBar(const PriceDay& day, size_t at, size_t count, int64_t* const* out) {
  const size_t lanes = day.lanes, end = at + count * lanes;
  int64_t high = day.high[at], low = day.low[at], volume = 0, trades = 0;
  double worth = 0, mean = day.means[at];
  for (size_t i = at; i < end; i += lanes) {
    high = std::max(high, day.high[i]);
    low = std::min(low, day.low[i]);
    volume += day.volume[i];
    trades += day.trades[i];
    worth = worth + day.means[i] * static_cast<double>(day.volume[i]);
  }
  if (count > 1) mean = worth / static_cast<double>(std::max<int64_t>(volume, 1));
  *out[kOpen] = day.ticks[at];
  *out[kHigh] = high;
  *out[kLow] = low;
  *out[kClose] = day.ticks[end];
  *out[kVolume] = volume;
  *out[kTrades] = trades;
  *out[kVwap] = volume == 0 ? 100 * day.ticks[end] : Vwap(mean, low, high);
}

/// Bars that are folds of `width` each; the last one may be shorter.
void FoldDay(const PriceDay& day, size_t width, BarDay* made) {
  made->lanes = day.lanes;
  made->bars = (day.bars + width - 1) / width;
  const size_t all = made->bars * day.lanes;
  made->values.resize(kFields * all);
  int64_t* out[kFields];
  for (size_t f = 0; f < kFields; ++f) out[f] = &made->values[f * all];
  for (size_t begin = 0; begin < day.bars; begin += width) {
    const size_t count = std::min(width, day.bars - begin);
    for (size_t k = 0; k < day.lanes; ++k) {
      FoldBar(day, begin * day.lanes + k, count, out);
      for (int64_t*& field : out) ++field;
    }
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
    PriceDay parts;
    const auto make = [&](int32_t day, int32_t minutes,
                          std::span<const PriceMember> members) {
      auto made = std::make_shared<BarDay>();
      const int64_t every = clock.is_daily() ? minutes : clock.every() / kMinute;
      const int32_t size = clock.is_daily() ? minutes : SessionTree::SizeFor(every);
      prices.days().Make(day, minutes, size, members, &work, &parts);
      FoldDay(parts, static_cast<size_t>(every / size), made.get());
      return made;
    };
    PriceRows<BarDay> rows(prices, request, &path.days_);
    rows.ForEach(make, [&](size_t i, const PriceRows<BarDay>::Row& row) {
      const BarDay& day = *row.day;
      const size_t at = static_cast<size_t>(row.place.step) * day.lanes + row.lane;
      const size_t all = day.bars * day.lanes;
      for (const auto& [field, values] : wanted) values[i] = day.values[field * all + at];
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
