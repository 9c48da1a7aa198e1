// quote: what a member is bid and asked at the row's instant: prices in ticks, sizes in
// lots, the spread.
//
// Laws, beside those of every generator:
//   spread  ask - bid is a whole number of ticks, at least one; bid is at least one tick
//   path    the middle is that of the member's price path, as price_path of the same
//           stream has it: inside the bar of its minute
//
// Method  Inside a minute six levels of midpoints between the marks of the path. The
//         spread is lognormal in basis points, wider where the session begins (McInish
//         and Wood 1992), rounded up to ticks.

#include <arrow/api.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/price_series.h"
#include "lakeseed/generate/smooth_noise.h"
#include "lakeseed/generate/struct_generator.h"

namespace lakeseed {
namespace {

constexpr int64_t kMinute = 60 * kMicrosecondsPerSecond;
constexpr int kLevels = 6;  ///< 64 places in a minute.
constexpr int64_t kPlaces = 1 << kLevels;

/// Spread against its mean by thirteenths of the session.
constexpr double kSpreadShape[] = {2.6, 1.5, 1.25, 1.1, 1.05, 1.0, 1.0,
                                   1.0, .97, .95,  .92, .88,  .82};
constexpr size_t kShapes = std::size(kSpreadShape);

enum Field : int { kBid, kAsk, kBidSize, kAskSize, kMid, kSpreadBps };

/// Sub-key of a member's quotes inside the minutes.
constexpr int64_t kInside = -6;

struct Law {
  double spread_median = 1, spread_log = 0;  ///< Basis points, and log sd.
  double size_mean = 200, size_sd = 60;
  int64_t lot = 100;
};

class Quote final : public StructGenerator {
 public:
  Quote(std::unique_ptr<PriceSeries> prices, const Law& law, const Key& spreads,
        const Key& sizes)
      : prices_(std::move(prices)), law_(law), spreads_(spreads), sizes_(sizes) {
    const auto price = prices_->PriceType();
    SetFields({{"bid", price, {}},
               {"ask", price, {}},
               {"bid_size", arrow::int64(), {}},
               {"ask_size", arrow::int64(), {}},
               {"mid", prices_->PriceType(1), {}},
               {"spread_bps", arrow::float64(), {.kind = ShapeKind::kReal}}});
  }

 protected:
  arrow::Result<std::unique_ptr<Block>> Open(
      const GenerateRequest& request) const override;

 private:
  class Quotes;

  const std::unique_ptr<PriceSeries> prices_;
  const Law law_;
  const Key spreads_, sizes_;
};

class Quote::Quotes final : public StructGenerator::Block {
 public:
  Quotes(const Quote& quote, const GenerateRequest& request)
      : quote_(quote), request_(request) {
    const auto length = static_cast<size_t>(request.rows.length());
    std::vector<int64_t> times(length);
    quote.prices_->series().TimesOf(request.rows, times.data());
    bids_.resize(length);
    asks_.resize(length);
    quote.prices_->ForEachRow(request, [&](size_t i, const PriceSeries::Row& row) {
      Set(row, times[i], request.rows[static_cast<int64_t>(i)], i);
    });
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) override {
    const auto& type = quote_.type()->field(field)->type();
    const int64_t length = request_.rows.length();
    if (field == kSpreadBps) {
      ARROW_ASSIGN_OR_RAISE(auto memory,
                            ColumnMemory<double>::Make(length, request_.pool));
      for (size_t i = 0; i < bids_.size(); ++i) {
        const auto width = static_cast<double>(asks_[i] - bids_[i]);
        const auto sum = static_cast<double>(asks_[i] + bids_[i]);
        memory.data()[i] = 2e4 * width / sum;
      }
      return std::move(memory).Finish(type);
    }
    ARROW_ASSIGN_OR_RAISE(auto memory,
                          ColumnMemory<int64_t>::Make(length, request_.pool));
    for (size_t i = 0; i < bids_.size(); ++i) memory.data()[i] = Value(field, i);
    return std::move(memory).Finish(type);
  }

 private:
  int64_t Value(int field, size_t i) const {
    switch (field) {
      case kBid:
        return bids_[i];
      case kAsk:
        return asks_[i];
      case kMid:
        return 5 * (bids_[i] + asks_[i]);  // Tenths of a tick.
      default: {
        const int64_t row = request_.rows[static_cast<int64_t>(i)];
        const Law& law = quote_.law_;
        const double size =
            law.size_mean + law.size_sd * NormalCell(quote_.sizes_, row, field);
        const auto lots =
            static_cast<int64_t>(internal::Rint(size / static_cast<double>(law.lot)));
        return std::max<int64_t>(lots, 1) * law.lot;
      }
    }
  }

  void Set(const PriceSeries::Row& row, int64_t time, int64_t number, size_t i) {
    const PriceSeries& prices = *quote_.prices_;
    const StepClock& clock = prices.series().clock();
    const int64_t passed = time - clock.Open(prices.epoch() + row.place.day);
    const auto last = static_cast<int64_t>(row.day->volume.size()) - 1;
    const int64_t minute = std::clamp<int64_t>(passed / kMinute, 0, last);
    const int64_t place = std::clamp<int64_t>(
        (passed - minute * kMinute) * kPlaces / kMinute, 0, kPlaces - 1);
    const auto m = static_cast<size_t>(minute);
    const int64_t mid =
        std::clamp(prices.days().TicksOf(LevelAt(row, minute, place), *row.day, row.law),
                   row.day->low[m], row.day->high[m]);
    const Law& law = quote_.law_;
    const double shape = kSpreadShape[m * kShapes / row.day->volume.size()];
    const double points = law.spread_median * shape *
                          Exp(law.spread_log * NormalCell(quote_.spreads_, number));
    const double ticks = static_cast<double>(mid) * points / 1e4;
    const int64_t spread =
        std::max<int64_t>(static_cast<int64_t>(-internal::Floor(-ticks)), 1);
    bids_[i] = std::max<int64_t>(mid - spread / 2, 1);
    asks_[i] = bids_[i] + spread;
  }

  /// Log price at a place of a minute: midpoints of halves, down to it.
  double LevelAt(const PriceSeries::Row& row, int64_t minute, int64_t place) const {
    const PriceSeries& prices = *quote_.prices_;
    const auto m = static_cast<size_t>(minute);
    const int64_t day = prices.series().OpenDaysBefore(row.place.day);
    const Key key = prices.MemberKey(row.place.member)
                        .Sub(kInside)
                        .Sub(day * prices.series().clock().minutes() + minute);
    double low = row.day->marks[m], high = row.day->marks[m + 1];
    double variance = row.day->variances[m];
    int64_t node = 1;
    for (int level = kLevels - 1; level >= 0; --level) {
      const double mid =
          (low + high) / 2 + std::sqrt(variance / 4) * NormalCell(key, node);
      const bool is_right = (place >> level & 1) != 0;
      (is_right ? low : high) = mid;
      variance /= 2;
      node = 2 * node + (is_right ? 1 : 0);
    }
    return low;
  }

  const Quote& quote_;
  const GenerateRequest& request_;
  std::vector<int64_t> bids_, asks_;  ///< Ticks.
};

arrow::Result<std::unique_ptr<StructGenerator::Block>> Quote::Open(
    const GenerateRequest& request) const {
  return std::make_unique<Quotes>(*this, request);
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  ARROW_ASSIGN_OR_RAISE(auto prices, PriceSeries::Read(params, context));
  ARROW_ASSIGN_OR_RAISE(const double mean, params.GetDoubleOr("spread_bps_mean", 1));
  ARROW_ASSIGN_OR_RAISE(const double sd, params.GetDoubleOr("spread_bps_stddev", 0.3));
  if (!(mean > 0)) return params.Error("spread_bps_mean", "must be above 0");
  if (!(sd >= 0)) return params.Error("spread_bps_stddev", "must be at least 0");
  Law law;
  // A lognormal law of this mean and standard deviation.
  const double log_variance = Log(1 + (sd / mean) * (sd / mean));
  law.spread_log = std::sqrt(log_variance);
  law.spread_median = mean * Exp(-log_variance / 2);
  ARROW_ASSIGN_OR_RAISE(law.size_mean, params.GetDoubleOr("size_mean", law.size_mean));
  ARROW_ASSIGN_OR_RAISE(law.size_sd, params.GetDoubleOr("size_stddev", law.size_sd));
  ARROW_ASSIGN_OR_RAISE(law.lot, params.GetInt64Or("lot", law.lot));
  if (law.lot < 1) return params.Error("lot", "must be at least 1");
  if (!(law.size_mean >= 0 && law.size_mean < 1e12)) {
    return params.Error("size_mean", "is out of range");
  }
  if (!(law.size_sd >= 0 && law.size_sd < 1e12)) {
    return params.Error("size_stddev", "is out of range");
  }
  ARROW_RETURN_NOT_OK(params.Finish());
  return std::make_unique<Quote>(std::move(prices), law, context.key("spread"),
                                 context.key("size"));
}

const std::string kQuoteParams =
    std::string(PriceSeries::kParams) +
    "\nspread_bps_mean: mean of the spread, in hundredths of a percent of the price (1)"
    "\nspread_bps_stddev: its standard deviation (0.3)"
    "\nsize_mean: mean size of a side (200)"
    "\nsize_stddev: its standard deviation (60)"
    "\nlot: sizes are multiples of it (100)";

}  // namespace

extern const GeneratorDef kQuote{
    .name = "quote",
    .summary = "draw bid and ask with their sizes along a price path",
    .params = kQuoteParams,
    .example = "{quote: {start: 150, sigma: 0.03, spread_bps_mean: 1.5}}",
    .bind = Bind,
};

}  // namespace lakeseed
