// foreign_key: the key of a row of another table, picked for the day of this row.
//
// Keys are row numbers counted from 1. With `distinct_in_parent` the rows of one
// parent differ: line l takes the first try whose pick is none of lines 0 .. l-1
// (a try is a key of its own), after 64 tries the first row that is free; so every
// line is a function of its parent's earlier lines, whatever rows are asked for.

#include <arrow/api.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "lakeseed/base/date.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/fanout.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/generate/pick_target.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr int64_t kTries = 64;
constexpr int64_t kFirstTry = 2;  ///< Sub-keys 0 and 1 are the pick's own.

/// Rows [0, lines) of each of some parents, one family after the other.
struct Families {
  std::vector<int64_t> rows;
  std::vector<int32_t> days;
  std::vector<int64_t> begin;     ///< Of each family in rows; one more at the end.
  std::vector<int64_t> place_of;  ///< Of each wanted row in rows.
};

// The wanted rows with all earlier lines of their parents; neighbours share a family.
Families FamiliesOf(const Fanout& fanout, const Rows& rows, const int32_t* days) {
  const auto size = static_cast<size_t>(rows.length());
  std::vector<int64_t> parents(size), first(size);
  fanout.ParentsOf(rows, parents.data());
  fanout.FirstChildrenOf(Rows(parents), first.data());
  Families families;
  families.place_of.resize(size);
  for (size_t i = 0; i < size;) {
    const auto begin = static_cast<int64_t>(families.rows.size());
    families.begin.push_back(begin);
    int64_t lines = 0;
    size_t end = i;
    for (; end < size && parents[end] == parents[i]; ++end) {
      const int64_t line = rows[static_cast<int64_t>(end)] - first[i];
      families.place_of[end] = begin + line;
      lines = std::max(lines, line + 1);
    }
    for (int64_t line = 0; line < lines; ++line) {
      families.rows.push_back(first[i] + line);
      families.days.push_back(days[i]);
    }
    i = end;
  }
  families.begin.push_back(static_cast<int64_t>(families.rows.size()));
  return families;
}

/// Families of more lines than this are compared line by line.
constexpr int64_t kMaxReach = 16;
constexpr int64_t kRepeatBlock = 512;

/// repeats[i] = 1 where picked[i] is one of the `reach` before it, of whatever family;
/// also where only their lower halves are the same, which somebody looks at again.
LAKESEED_KERNEL(void, MarkRepeats,
                (const int64_t* picked, int64_t size, int64_t reach, uint8_t* repeats),
                (picked, size, reach, repeats)) {
  int32_t marks[kRepeatBlock], halves[kMaxReach + kRepeatBlock];
  for (int64_t first = 0; first < size; first += kRepeatBlock) {
    const int64_t count = std::min(kRepeatBlock, size - first);
    const int64_t before = std::min(first, reach);
    for (int64_t i = 0; i < before + count; ++i) {
      halves[i] = static_cast<int32_t>(picked[first - before + i]);
    }
    const int32_t* const now = halves + before;
    std::fill_n(marks, count, 0);
    for (int64_t back = 1; back <= reach; ++back) {
      for (int64_t i = std::max<int64_t>(back - before, 0); i < count; ++i) {
        marks[i] |= now[i] == now[i - back] ? 1 : 0;
      }
    }
    for (int64_t i = 0; i < count; ++i) {
      repeats[first + i] = static_cast<uint8_t>(marks[i]);
    }
  }
}

/// Days from the epoch, of rows from before it the first; returns the last.
LAKESEED_KERNEL(int32_t, DaysSince,
                (const int32_t* dates, int64_t size, int32_t epoch, int32_t* days),
                (dates, size, epoch, days)) {
  int32_t last = 0;
  for (int64_t i = 0; i < size; ++i) {
    days[i] = std::max(dates[i] - epoch, 0);
    last = std::max(last, days[i]);
  }
  return last;
}

/// Rows become keys; returns whether there is a row for each.
LAKESEED_KERNEL(bool, ToKeys, (int64_t size, int64_t* rows), (size, rows)) {
  int64_t signs = 0;
  for (int64_t i = 0; i < size; ++i) {
    signs |= rows[i];
    ++rows[i];
  }
  return signs >= 0;
}

class ForeignKey final : public ColumnGenerator {
 public:
  ForeignKey(Key key, int32_t epoch, std::string table, PickTarget target, int day_input,
             const Fanout* distinct_in, int64_t fixed_count)
      : key_(key),
        epoch_(epoch),
        table_(std::move(table)),
        target_(std::move(target)),
        day_input_(day_input),
        distinct_in_(distinct_in),
        fixed_count_(fixed_count) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }

  ColumnShape shape(int) const override {
    ColumnShape shape{.kind = ShapeKind::kBounded, .min = 1};
    if (fixed_count_ > 0) shape.max = fixed_count_;
    return shape;
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const int64_t size = request.rows.length();
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> values,
                          arrow::AllocateBuffer(size * sizeof(int64_t), request.pool));
    auto* out = values->mutable_data_as<int64_t>();
    const auto all_days =
        std::make_unique_for_overwrite<int32_t[]>(static_cast<size_t>(size));
    int32_t* const days = all_days.get();
    ARROW_RETURN_NOT_OK(FindDays(request, days));
    if (distinct_in_ == nullptr) {
      target_.PickOf(key_, request.rows, days, out);
    } else {
      PickDistinct(request.rows, days, out);
    }
    if (!ToKeys(size, out)) {
      const int64_t none =
          std::find_if(out, out + size, [](int64_t key) { return key <= 0; }) - out;
      return arrow::Status::Invalid("no row of ", table_, " is left to refer to on ",
                                    FormatDate(epoch_ + days[none]));
    }
    return std::make_shared<arrow::Int64Array>(size, std::move(values));
  }

 private:
  // Days from the epoch; rows from before it see the first day.
  arrow::Status FindDays(const GenerateRequest& request, int32_t* days) const {
    const int64_t size = request.rows.length();
    if (day_input_ < 0) {
      std::fill_n(days, size, 0);
      return arrow::Status::OK();
    }
    const int32_t* dates =
        request.inputs[static_cast<size_t>(day_input_)]->data()->GetValues<int32_t>(1);
    const int32_t last = DaysSince(dates, size, epoch_, days);
    if (last >= target_.horizon()) {
      return arrow::Status::Invalid("day beyond the tables of ", table_, ": ",
                                    FormatDate(epoch_ + last));
    }
    return arrow::Status::OK();
  }

  void PickDistinct(const Rows& rows, const int32_t* days, int64_t* out) const {
    if (rows.is_range()) return PickDistinctRange(rows.range(), days, out);
    Families families = FamiliesOf(*distinct_in_, rows, days);
    std::vector<int64_t> picked(families.rows.size());
    target_.PickOf(key_.Sub(kFirstTry), Rows(families.rows), families.days.data(),
                   picked.data());
    for (size_t f = 0; f + 1 < families.begin.size(); ++f) {
      for (int64_t i = families.begin[f] + 1; i < families.begin[f + 1]; ++i) {
        MakeDistinct(families.rows[static_cast<size_t>(i)],
                     families.days[static_cast<size_t>(i)], i - families.begin[f],
                     picked.data() + families.begin[f]);
      }
    }
    for (size_t i = 0; i < families.place_of.size(); ++i) {
      out[i] = picked[static_cast<size_t>(families.place_of[i])];
    }
  }

  // A range is its families end to end: only the first may begin before it.
  void PickDistinctRange(RowRange rows, const int32_t* days, int64_t* out) const {
    if (rows.length() == 0) return;
    const RowRange parents{distinct_in_->Parent(rows.begin),
                           distinct_in_->Parent(rows.end - 1) + 1};
    const int64_t first = distinct_in_->FirstChild(parents.begin);
    const int64_t before = rows.begin - first;
    std::vector<int32_t> counts(static_cast<size_t>(parents.length()));
    distinct_in_->CountsOf(parents, counts.data());
    std::vector<int32_t> all_days;
    std::vector<int64_t> all_picked;
    const int32_t* day = days;
    int64_t* picked = out;
    if (before > 0) {
      all_days.assign(static_cast<size_t>(before), days[0]);
      all_days.insert(all_days.end(), days, days + rows.length());
      all_picked.resize(all_days.size());
      day = all_days.data();
      picked = all_picked.data();
    }
    const int64_t size = before + rows.length();
    target_.PickOf(key_.Sub(kFirstTry), Rows(RowRange{first, first + size}), day, picked);
    // One more, which is found where no other is.
    std::vector<uint8_t> repeats(static_cast<size_t>(size) + 1);
    const int64_t reach = *std::max_element(counts.begin(), counts.end()) - 1;
    if (reach <= kMaxReach) {
      MarkRepeats(picked, size, reach, repeats.data());
    } else {
      std::fill(repeats.begin(), repeats.end(), 1);
    }
    repeats.back() = 1;
    const auto next_repeat = [&](int64_t from) {
      const auto left = repeats.size() - static_cast<size_t>(from);
      const void* const next = std::memchr(repeats.data() + from, 1, left);
      return static_cast<const uint8_t*>(next) - repeats.data();
    };
    int64_t begin = 0, end = counts[0];
    for (int64_t i = next_repeat(0), f = 0; i < size; i = next_repeat(i)) {
      for (; end <= i; begin = end, end += counts[static_cast<size_t>(f)]) ++f;
      // What one line takes instead may be what a later one has.
      for (const int64_t lines = std::min(end, size); i < lines; ++i) {
        MakeDistinct(first + i, day[i], i - begin, picked + begin);
      }
    }
    if (before > 0) std::copy(all_picked.begin() + before, all_picked.end(), out);
  }

  // Line `line` of a parent differs from the lines before it: picked[0 .. line).
  void MakeDistinct(int64_t row, int32_t day, int64_t line, int64_t* picked) const {
    const auto taken = [&](int64_t target) {
      return std::find(picked, picked + line, target) != picked + line;
    };
    int64_t t = 1;
    for (; t < kTries && taken(picked[line]); ++t) {
      target_.PickOf(key_.Sub(kFirstTry + t), Rows(RowRange{row, row + 1}), &day,
                     &picked[line]);
    }
    if (t < kTries || !taken(picked[line])) return;
    int64_t free = 0;
    // There are more rows than lines: checked when bound, but a population may shrink.
    if (target_.Count(day) <= line) {
      picked[line] = -1;
      return;
    }
    while (taken(free) || !target_.Has(free, day)) ++free;
    picked[line] = free;
  }

  const std::shared_ptr<arrow::DataType> type_ = arrow::int64();
  const Key key_;
  const int32_t epoch_;
  const std::string table_;
  const PickTarget target_;
  const int day_input_;  ///< -1: the target is the same on all days.
  const Fanout* const distinct_in_;
  const int64_t fixed_count_;
};

struct Options {
  std::string table;
  Place place;
  PickLaw law;
  bool distinct = false;
};

// {zipf: 0.65, offset: 20}
arrow::Status ReadPopularity(Params& params, const char* name, PickLaw* law) {
  const SpecNode* node = params.Find(name);
  if (node == nullptr || (node->is_scalar() && node->text == "uniform")) {
    return arrow::Status::OK();
  }
  Params inner({name, *node, node->place}, params.path() + "." + name);
  ARROW_ASSIGN_OR_RAISE(law->s, inner.GetDouble("zipf"));
  ARROW_ASSIGN_OR_RAISE(law->offset, inner.GetDoubleOr("offset", 0.0));
  ARROW_RETURN_NOT_OK(inner.Finish());
  if (!(law->s >= 0 && law->s <= 10)) {
    return inner.Error("zipf", "must be from 0 to 10", std::to_string(law->s));
  }
  if (!(law->offset >= 0 && law->offset <= 1e9)) {
    return inner.Error("offset", "must be from 0 to 1000000000",
                       std::to_string(law->offset));
  }
  return arrow::Status::OK();
}

arrow::Result<Options> ReadOptions(Params& params) {
  Options options;
  const char* to = params.is_mapping() ? "to" : "";
  ARROW_ASSIGN_OR_RAISE(options.table, params.GetText(to));
  const SpecNode* node = params.Find(to);
  if (node != nullptr) options.place = node->place;
  if (params.Has("activity") && params.Has("popularity")) {
    return params.Error("popularity", "means the same as activity: give one of the two");
  }
  ARROW_RETURN_NOT_OK(ReadPopularity(params, "activity", &options.law));
  ARROW_RETURN_NOT_OK(ReadPopularity(params, "popularity", &options.law));
  ARROW_ASSIGN_OR_RAISE(options.law.alive, params.GetBoolOr("alive", true));
  ARROW_ASSIGN_OR_RAISE(options.distinct, params.GetBoolOr("distinct_in_parent", false));
  ARROW_RETURN_NOT_OK(params.Finish());
  return options;
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  ARROW_ASSIGN_OR_RAISE(const Options options, ReadOptions(params));
  ARROW_ASSIGN_OR_RAISE(const ReferencedTable table,
                        context.Table(options.table, options.place));
  if (table.rows->history() != nullptr) {
    return params.Error("", "a row refers to a version by its day, not by a draw",
                        options.table,
                        "refer to the population, and write " + options.table + ".<key>");
  }
  // Members are picked among those that live on the row's day.
  const bool fixed =
      table.rows->fixed_count() >= 0 && table.rows->population() == nullptr;
  if (!fixed && table.rows->population() == nullptr && options.law.s != 0) {
    return params.Error("", "rows of an events table have no popularity", options.table,
                        "drop activity, or refer to a population");
  }
  PickTarget target(*table.rows, options.law, context.key("standing"));
  const int64_t first_count = target.Count(0);
  if ((fixed || table.rows->population() != nullptr) && first_count == 0) {
    return params.Error("", "there is no row to refer to", options.table);
  }
  const Fanout* fanout = nullptr;
  if (options.distinct) {
    fanout = context.rows().fanout();
    if (fanout == nullptr) {
      return params.Error("distinct_in_parent",
                          "only rows of a `per:` table have a parent");
    }
    if (fanout->max() > first_count) {
      return params.Error(
          "distinct_in_parent",
          "a parent may have more children than there are rows of " + options.table,
          std::to_string(fanout->max()) + " > " + std::to_string(first_count));
    }
  }
  int day_input = -1;
  if (!fixed) {
    ARROW_ASSIGN_OR_RAISE(const BoundInput day, context.Input("$day"));
    if (day.type->id() != arrow::Type::DATE32) {
      return params.Error("", "$day is not a date", day.type->ToString());
    }
    day_input = day.index;
  }
  return std::make_unique<ForeignKey>(context.key(), context.epoch(), options.table,
                                      std::move(target), day_input, fanout,
                                      table.rows->fixed_count());
}

}  // namespace

extern const GeneratorDef kForeignKey{
    .name = "foreign_key",
    .summary = "pick a row of another table, alive on the day of this row",
    .params =
        "to: the table (required; may stand alone: {foreign_key: customers})\n"
        "activity: {zipf: exponent, offset: ranks}, how uneven the picks are (uniform)\n"
        "popularity: the same as activity\n"
        "alive: among the living of the day; false: among all born so far (true)\n"
        "distinct_in_parent: rows of one parent refer to different rows (false)",
    .example = "{foreign_key: {to: customers, activity: {zipf: 0.65}}}",
    .bind = Bind,
};

}  // namespace lakeseed
