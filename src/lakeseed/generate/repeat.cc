// repeat: some rows repeat an earlier one of their table, as a refund does a purchase:
// the key of that row, or null.
//
// Laws, beside those of every generator:
//   share    of each day's rows the share may repeat, to the nearest row in the mean; in
//            the first days some find none
//   later    the day of the earlier row is `after` days before
//   once     no row is repeated twice, and none that may itself repeat is repeated
//   alone    any day alone: of the days in between only their numbers of rows are asked
//
// Method  A permutation of each day's rows says who repeats: places below K. They are
// dealt
//         to the lags in the order of their places, so those of one lag are a stretch.
//         The rows of day t that do not repeat are numbered by its permutation too, and
//         given to those of t + 1 with lag 1, then to those of t + 2 with lag 2, and so
//         on.

#include <arrow/api.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "lakeseed/base/bijection.h"
#include "lakeseed/base/cell.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/child_count.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/generate/rows.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr int64_t kLongestLag = 366;
constexpr double kShareUnit = 0x1p32;
/// Sub-keys of the column's: rows of a day; what the rounding of a day goes by.
constexpr int64_t kOrder = 0, kRounding = 1;

class Repeat final : public ColumnGenerator {
 public:
  /// `lags`: quantiles of the days in between, ascending, kFanoutBlock of them.
  Repeat(const Key& key, const RowSpace& rows, double share, std::vector<int64_t> lags)
      : order_(key.Sub(kOrder)),
        rounding_(key.Sub(kRounding)),
        rows_(rows),
        share_(static_cast<uint64_t>(share * kShareUnit)),
        lags_(std::move(lags)) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override { return {.nullable = true}; }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override;

 private:
  struct Day {
    int32_t number = -1;
    RowRange rows;
    int64_t repeating = 0;
    uint64_t shift = 0;  ///< Where in the law the day's first one stands, in 2^-32.
    Bijection order;
  };
  /// All but the permutation.
  Day CountsOf(int32_t number) const;
  Day DayOf(int32_t number) const;
  int64_t LagOf(const Day& day, int64_t place) const {
    return lags_[static_cast<size_t>(((static_cast<uint64_t>(place) << 32) + day.shift) /
                                         static_cast<uint64_t>(day.repeating) *
                                         static_cast<uint64_t>(kFanoutBlock) >>
                                     32)];
  }
  /// First place of the day whose lag is not below `lag`.
  int64_t FirstOf(const Day& day, int64_t lag) const;
  /// Row that the row at the place repeats; -1: there is none.
  int64_t Earlier(const Day& day, int64_t place) const;

  const std::shared_ptr<arrow::DataType> type_ = arrow::int64();
  const Key order_, rounding_;
  const RowSpace& rows_;
  const uint64_t share_;
  const std::vector<int64_t> lags_;
};

Repeat::Day Repeat::CountsOf(int32_t number) const {
  Day day{.number = number, .rows = rows_.Extent({number, number})};
  const auto rows = static_cast<unsigned __int128>(day.rows.length());
  const uint64_t rounding = Cell(rounding_, number) >> 32;
  day.repeating = static_cast<int64_t>((rows * share_ + rounding) >> 32);
  day.shift = Cell(rounding_, number, 1) >> 32;
  return day;
}

Repeat::Day Repeat::DayOf(int32_t number) const {
  Day day = CountsOf(number);
  day.order = Bijection(order_.Sub(number), day.rows.length());
  return day;
}

int64_t Repeat::FirstOf(const Day& day, int64_t lag) const {
  int64_t low = 0, high = day.repeating;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    const bool is_below = LagOf(day, middle) < lag;
    (is_below ? low : high) = is_below ? middle + 1 : middle;
  }
  return low;
}

int64_t Repeat::Earlier(const Day& day, int64_t place) const {
  const int64_t lag = LagOf(day, place);
  if (lag > day.number) return -1;  // Nothing is before the epoch.
  const Day then = DayOf(day.number - static_cast<int32_t>(lag));
  int64_t number = place - FirstOf(day, lag);
  for (int32_t between = then.number + 1; between < day.number; ++between) {
    const Day other = CountsOf(between);
    const int64_t own = between - then.number;
    number += FirstOf(other, own + 1) - FirstOf(other, own);
  }
  if (then.repeating + number >= then.rows.length()) return -1;
  return then.rows.begin + then.order.Inverse(then.repeating + number);
}

arrow::Result<std::shared_ptr<arrow::Array>> Repeat::Generate(
    const GenerateRequest& request) const {
  const int64_t length = request.rows.length();
  ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<int64_t>::Make(length, request.pool));
  std::vector<int32_t> days(static_cast<size_t>(length));
  rows_.DaysOf(request.rows, days.data());
  Day day;
  for (int64_t i = 0; i < length; ++i) {
    const int32_t number = days[static_cast<size_t>(i)];
    if (number != day.number) day = DayOf(number);
    const int64_t place = day.order.Forward(request.rows[i] - day.rows.begin);
    const int64_t earlier = place < day.repeating ? Earlier(day, place) : -1;
    memory.data()[i] = earlier + 1;
    if (earlier < 0) ARROW_RETURN_NOT_OK(memory.validity().SetNull(i));
  }
  return std::move(memory).Finish(type_);
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  if (!context.rows().has_times()) {
    return params.Error("", "needs rows with days", std::nullopt,
                        "earlier rows are those of `events:`");
  }
  ARROW_ASSIGN_OR_RAISE(const double share, params.GetDouble("share"));
  if (!(share >= 0 && share <= 0.5)) {
    return params.Error("share", "must be from 0 to 0.5", std::to_string(share));
  }
  const SpecNode* after = params.Find("after");
  if (after == nullptr || !after->is_mapping() || after->entries.size() != 1) {
    return params.Error("after", "needs a law of days", std::nullopt,
                        "write {geometric: {mean: 8, max: 60}}");
  }
  const auto& [name, law] = after->entries[0];
  ARROW_ASSIGN_OR_RAISE(std::vector<int64_t> lags,
                        ChildCountTable({name.text, law, name.place}, params.path()));
  ARROW_RETURN_NOT_OK(params.Finish());
  std::sort(lags.begin(), lags.end());
  if (lags.front() < 1 || lags.back() > kLongestLag) {
    return params.Error("after", "must be from 1 to 366 days");
  }
  return std::make_unique<Repeat>(context.key(), context.rows(), share, std::move(lags));
}

}  // namespace

extern const GeneratorDef kRepeat{
    .name = "repeat",
    .summary = "give some rows the key of an earlier row that they repeat, others null",
    .params =
        "share: of the rows that repeat one, up to 0.5 (required)\n"
        "after: law of the days from the earlier row to this one, 1 to 366; one of those "
        "of `count` (required)",
    .example = "{repeat: {share: 0.05, after: {geometric: {mean: 3, min: 1, max: 9}}}}",
    .bind = Bind,
};

}  // namespace lakeseed
