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
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/price_series.h"
#include "lakeseed/generate/struct_generator.h"

namespace lakeseed {
namespace {

constexpr int64_t kMinute = 60 * kMicrosecondsPerSecond;

enum Field : int { kOpen, kHigh, kLow, kClose, kVolume, kVwap, kTrades };

class PricePath final : public StructGenerator {
 public:
  explicit PricePath(std::unique_ptr<PriceSeries> prices) : prices_(std::move(prices)) {
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
};

class PricePath::Bars final : public StructGenerator::Block {
 public:
  /// All wanted fields at once, row by row: the minutes of a day are soon gone again.
  static arrow::Result<std::unique_ptr<Bars>> Make(const PricePath& path,
                                                   const GenerateRequest& request) {
    auto bars = std::make_unique<Bars>(path);
    std::vector<std::pair<int, int64_t*>> wanted;
    for (const int field : request.fields) {
      ARROW_ASSIGN_OR_RAISE(
          auto memory, ColumnMemory<int64_t>::Make(request.rows.length(), request.pool));
      wanted.emplace_back(
          field, bars->columns_.emplace(field, std::move(memory)).first->second.data());
    }
    path.prices_->ForEachRow(request, [&](size_t i, const PriceSeries::Row& row) {
      for (const auto& [field, values] : wanted) values[i] = bars->Value(field, row);
    });
    return bars;
  }

  explicit Bars(const PricePath& path) : path_(path) {
    const StepClock& clock = path.prices_->series().clock();
    width_ = clock.is_daily() ? 0 : clock.every() / kMinute;
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) override {
    return std::move(columns_.at(field)).Finish(path_.type()->field(field)->type());
  }

 private:
  int64_t Value(int field, const PriceSeries::Row& row) const {
    const PriceDay& day = *row.day;
    const auto minutes = static_cast<int64_t>(day.volume.size());
    // A whole day's bar has width 0: all minutes.
    const auto begin = static_cast<size_t>(row.place.step * width_);
    const auto end = static_cast<size_t>(
        width_ == 0 ? minutes : std::min(row.place.step * width_ + width_, minutes));
    const auto of = [&](const std::vector<int64_t>& list) {
      return std::span(list).subspan(begin, end - begin);
    };
    switch (field) {
      case kOpen:
        return day.open[begin];
      case kHigh:
        return Greatest(of(day.high));
      case kLow:
        return Least(of(day.low));
      case kClose:
        return day.close[end - 1];
      case kVolume:
        return Sum(of(day.volume));
      case kVwap:
        return Vwap(day, begin, end);
      default:
        return Sum(of(day.trades));
    }
  }

  static int64_t Greatest(std::span<const int64_t> list) {
    int64_t most = list[0];
    for (const int64_t one : list) most = one > most ? one : most;
    return most;
  }
  static int64_t Least(std::span<const int64_t> list) {
    int64_t least = list[0];
    for (const int64_t one : list) least = one < least ? one : least;
    return least;
  }
  static int64_t Sum(std::span<const int64_t> list) {
    int64_t sum = 0;
    for (const int64_t one : list) sum += one;
    return sum;
  }

  /// In hundredths of a tick; a minute's price is (high + low + 2 close) / 4.
  static int64_t Vwap(const PriceDay& day, size_t begin, size_t end) {
    __int128 sum = 0;
    int64_t volume = 0;
    for (size_t i = begin; i < end; ++i) {
      const int64_t four = day.high[i] + day.low[i] + 2 * day.close[i];
      sum += static_cast<__int128>(four) * day.volume[i];
      volume += day.volume[i];
    }
    if (volume == 0) return 100 * day.close[end - 1];
    const __int128 whole = 25 * sum + volume / 2;
    // Most are short, and their division is quick.
    if (whole <= INT64_MAX) return static_cast<int64_t>(whole) / volume;
    return static_cast<int64_t>(whole / volume);
  }

  const PricePath& path_;
  std::map<int, ColumnMemory<int64_t>> columns_;
  int64_t width_ = 0;  ///< Minutes of a bar; 0: a whole day.
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
