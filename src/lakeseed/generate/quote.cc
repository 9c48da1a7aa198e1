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
#include <iterator>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/price_rows.h"
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
constexpr size_t kMostKept = 1024;  ///< Keys of members.

struct Law {
  double spread_median = 1, spread_log = 0;  ///< Basis points, and log sd.
  double size_mean = 200, size_sd = 60;
  int64_t lot = 100;
};

class Quote final : public StructGenerator {
 public:
  Quote(std::unique_ptr<PriceSeries> prices, const Law& law, const Key& spreads,
        const Key& sizes)
      : prices_(std::move(prices)),
        law_(law),
        spreads_(spreads),
        sizes_(sizes),
        days_(prices_->KeptBytes()) {
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
  mutable PriceRows<PriceDay>::DayMemo days_;
};

class Quote::Quotes final : public StructGenerator::Block {
 public:
  Quotes(const Quote& quote, const GenerateRequest& request);

  arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) override;

 private:
  struct Together;

  void Collect(const PriceRows<PriceDay>::Row& row, int64_t time, Together* block);
  void Finish(int64_t first, Together* block);
  const Key& InsideOf(int64_t member);
  /// Normal numbers of rows from `first` on.
  void NormalsOf(const Key& key, int64_t first, int64_t count, int64_t draw,
                 double* out) const;

  const Quote& quote_;
  const GenerateRequest& request_;
  std::vector<int64_t> bids_, asks_;  ///< Ticks.
  int32_t day_ = -1;                  ///< That was seen last,
  int64_t open_ = 0;                  ///< and when its session begins.
  /// Sub-keys of members; where there are many some have one place.
  std::vector<std::pair<int64_t, Key>> inside_;
};

/// What the rows of a block are made of, side by side: they are worked on together.
struct Quote::Quotes::Together {
  int64_t count = 0;
  double low[kBlockRows], high[kBlockRows], variance[kBlockRows], zero[kBlockRows];
  double price[kBlockRows], shape[kBlockRows];
  int64_t place[kBlockRows], least[kBlockRows], most[kBlockRows];
  double z[kLevels][kBlockRows], work[kBlockRows];
};

/// One level of the way down to the places: to the middle from the left or the right.
LAKESEED_KERNEL(void, StepDown,
                (const int64_t* place, int64_t bit, const double* root, const double* z,
                 int64_t count, double* low, double* high, double* variance),
                (place, bit, root, z, count, low, high, variance)) {
  for (int64_t i = 0; i < count; ++i) {
    const double mid = (low[i] + high[i]) / 2 + root[i] * z[i];
    const bool is_right = (place[i] >> bit & 1) != 0;
    low[i] = internal::Select(is_right, mid, low[i]);
    high[i] = internal::Select(is_right, high[i], mid);
    variance[i] /= 2;
  }
}

LAKESEED_KERNEL(void, Quarter, (const double* in, int64_t count, double* out),
                (in, count, out)) {
  for (int64_t i = 0; i < count; ++i) out[i] = in[i] / 4;
}

Quote::Quotes::Quotes(const Quote& quote, const GenerateRequest& request)
    : quote_(quote), request_(request) {
  const auto length = static_cast<size_t>(request.rows.length());
  std::vector<int64_t> times(length);
  quote.prices_->series().TimesOf(request.rows, times.data());
  bids_.resize(length);
  asks_.resize(length);
  inside_.assign(std::clamp<size_t>(length, 1, kMostKept), {-1, Key{}});
  const auto block = std::make_unique_for_overwrite<Together>();
  block->count = 0;
  PriceDays::Work work;
  const auto make = [&](int32_t day, int32_t minutes,
                        std::span<const PriceMember> members) {
    auto made = std::make_shared<PriceDay>();
    quote.prices_->days().Make(day, minutes, 1, members, &work, made.get());
    return made;
  };
  PriceRows<PriceDay> rows(*quote.prices_, request, &quote.days_);
  rows.ForEach(make, [&](size_t i, const PriceRows<PriceDay>::Row& row) {
    Collect(row, times[i], block.get());
    if (block->count < kBlockRows && i + 1 < length) return;
    Finish(static_cast<int64_t>(i) + 1 - block->count, block.get());
    block->count = 0;
  });
}

const Key& Quote::Quotes::InsideOf(int64_t member) {
  auto& [number, key] = inside_[static_cast<size_t>(member) % inside_.size()];
  if (number != member) {
    number = member;
    key = quote_.prices_->MemberKey(member).Sub(kInside);
  }
  return key;
}

void Quote::Quotes::Collect(const PriceRows<PriceDay>::Row& row, int64_t time,
                            Together* block) {
  const PriceSeries& prices = *quote_.prices_;
  const SeriesRows& series = prices.series();
  if (row.place.day != day_) {
    day_ = row.place.day;
    open_ = series.clock().Open(prices.epoch() + day_);
  }
  const PriceDay& day = *row.day;
  const int64_t passed = time - open_;
  const auto minutes = static_cast<int64_t>(day.bars);
  const int64_t minute = std::clamp<int64_t>(passed / kMinute, 0, minutes - 1);
  const size_t here = static_cast<size_t>(minute) * day.lanes + row.lane;
  const auto at = static_cast<size_t>(block->count++);
  const int64_t place = std::clamp<int64_t>(
      (passed - minute * kMinute) * kPlaces / kMinute, 0, kPlaces - 1);
  block->place[at] = place;
  block->low[at] = day.marks[here];
  block->high[at] = day.marks[here + day.lanes];
  block->variance[at] = day.variances[here];
  block->zero[at] = day.zero[row.lane];
  block->price[at] = prices.days().options().ticks * row.law.start;
  block->least[at] = day.low[here], block->most[at] = day.high[here];
  block->shape[at] = kSpreadShape[static_cast<size_t>(minute) * kShapes / day.bars];
  const int64_t number =
      int64_t{series.OpenDaysBefore(day_)} * series.clock().minutes() + minute;
  const Key key = InsideOf(row.place.member).Sub(number);
  int64_t node = 1;
  for (int level = 0; level < kLevels; ++level) {
    block->z[level][at] = Unit(Cell(key, node));
    node = 2 * node + (place >> (kLevels - 1 - level) & 1);
  }
}

void Quote::Quotes::NormalsOf(const Key& key, int64_t first, int64_t count, int64_t draw,
                              double* out) const {
  UnitsOf(key, request_.rows, first, count, draw, out);
  InverseNormalOf({out, static_cast<size_t>(count)}, out);
}

void Quote::Quotes::Finish(int64_t first, Together* block) {
  const int64_t count = block->count;
  const auto all = static_cast<size_t>(count);
  double* const work = block->work;
  for (int level = 0; level < kLevels; ++level) {
    double* z = block->z[level];
    InverseNormalOf({z, all}, z);
    Quarter(block->variance, count, work);
    SquareRootOf({work, all}, work);
    StepDown(block->place, kLevels - 1 - level, work, z, count, block->low, block->high,
             block->variance);
  }
  double* const growth = block->high;
  for (size_t i = 0; i < all; ++i) growth[i] = block->low[i] - block->zero[i];
  ExpOf({growth, all}, growth);
  const Law& law = quote_.law_;
  NormalsOf(quote_.spreads_, first, count, 0, work);
  for (size_t i = 0; i < all; ++i) work[i] = law.spread_log * work[i];
  ExpOf({work, all}, work);
  for (size_t i = 0; i < all; ++i) {
    const int64_t mid = std::clamp(PriceDays::TicksOf(block->price[i], growth[i]),
                                   block->least[i], block->most[i]);
    const double points = law.spread_median * block->shape[i] * work[i];
    const double ticks = static_cast<double>(mid) * points / 1e4;
    const int64_t spread =
        std::max<int64_t>(static_cast<int64_t>(-internal::Floor(-ticks)), 1);
    const size_t row = static_cast<size_t>(first) + i;
    bids_[row] = std::max<int64_t>(mid - spread / 2, 1);
    asks_[row] = bids_[row] + spread;
  }
}

arrow::Result<std::shared_ptr<arrow::Array>> Quote::Quotes::Make(int field) {
  const auto& type = quote_.type()->field(field)->type();
  const int64_t length = request_.rows.length();
  if (field == kSpreadBps) {
    ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<double>::Make(length, request_.pool));
    for (size_t i = 0; i < bids_.size(); ++i) {
      const auto width = static_cast<double>(asks_[i] - bids_[i]);
      const auto sum = static_cast<double>(asks_[i] + bids_[i]);
      memory.data()[i] = 2e4 * width / sum;
    }
    return std::move(memory).Finish(type);
  }
  ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<int64_t>::Make(length, request_.pool));
  int64_t* const values = memory.data();
  if (field == kBid || field == kAsk) {
    const std::vector<int64_t>& side = field == kBid ? bids_ : asks_;
    std::copy(side.begin(), side.end(), values);
  } else if (field == kMid) {
    for (size_t i = 0; i < bids_.size(); ++i) values[i] = 5 * (bids_[i] + asks_[i]);
  } else {
    const Law& law = quote_.law_;
    std::vector<double> z(bids_.size());
    NormalsOf(quote_.sizes_, 0, length, field, z.data());
    for (size_t i = 0; i < z.size(); ++i) {
      const double size = law.size_mean + law.size_sd * z[i];
      const auto lots =
          static_cast<int64_t>(internal::Rint(size / static_cast<double>(law.lot)));
      values[i] = std::max<int64_t>(lots, 1) * law.lot;
    }
  }
  return std::move(memory).Finish(type);
}

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
