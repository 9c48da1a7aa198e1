// progress: how far an event has come as of an instant.
//
// Fields: `status`, the last stage reached by $as_of, and `at(<stage>)`, the
// instant at which the stage was reached: null until then, and for ever on rows
// that took another branch.
//
// Laws, beside those of every generator:
//   settled   Once $as_of is past a row's last stage nothing of it changes.
//   forward   A later $as_of only moves the status on and turns nulls into times.

#include <arrow/api.h>

#include <algorithm>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/evaluate/bits.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/category_pool.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/literal.h"
#include "lakeseed/generate/stage_path.h"
#include "lakeseed/generate/struct_generator.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr int kStatus = 0;

class Progress final : public StructGenerator {
 public:
  Progress(StagePath path, CategoryPool names, int start, int as_of)
      : path_(std::move(path)), names_(std::move(names)), start_(start), as_of_(as_of) {
    std::vector<Field> fields = {{"status", names_.type(), names_.shape(true)}};
    for (const StagePath::Stage& stage : path_.stages()) {
      fields.push_back({"at(" + stage.name + ")", TimestampType(), {.nullable = true}});
    }
    SetFields(fields);
  }

  std::optional<Settling> settling() const override {
    return Settling{start_, as_of_, path_.cap()};
  }

 protected:
  arrow::Result<std::unique_ptr<Block>> Open(
      const GenerateRequest& request) const override;

 private:
  class Fields;

  const StagePath path_;
  const CategoryPool names_;  ///< Codes are the numbers of the stages.
  const int start_, as_of_;   ///< Inputs.
};

/// The last stage that each row is on has the last word: on a path numbers ascend.
LAKESEED_KERNEL(void, LastOn,
                (const uint8_t* on, int32_t stage, int64_t count, int32_t* last),
                (on, stage, count, last)) {
  for (int64_t i = 0; i < count; ++i) last[i] = on[i] != 0 ? stage : last[i];
}

/// The last stage that each row has reached.
LAKESEED_KERNEL(void, LastReached,
                (const int64_t* times, const int64_t* seen, int32_t stage, int64_t count,
                 int32_t* last),
                (times, seen, stage, count, last)) {
  for (int64_t i = 0; i < count; ++i) last[i] = times[i] <= seen[i] ? stage : last[i];
}

/// out[i] = times[i] if that is seen, else 0; marks[i] = whether it is.
LAKESEED_KERNEL(void, KeepSeen,
                (const int64_t* times, const int64_t* seen, int64_t count, int64_t* out,
                 uint8_t* marks),
                (times, seen, count, out, marks)) {
  for (int64_t i = 0; i < count; ++i) {
    const int64_t is_seen = -static_cast<int64_t>(times[i] <= seen[i]);
    out[i] = times[i] & is_seen;
    marks[i] = static_cast<uint8_t>(is_seen & 1);
  }
}

/// seen[i] = ends[i], but not before starts[i]; returns whether that is `cap` or more
/// after it everywhere.
LAKESEED_KERNEL(bool, SeeAll,
                (const int64_t* starts, const int64_t* ends, uint64_t cap, int64_t count,
                 int64_t* seen),
                (starts, ends, cap, count, seen)) {
  uint64_t is_open = 0;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t until = std::max(ends[i], starts[i]);
    seen[i] = until;
    is_open |= static_cast<uint64_t>(
        static_cast<uint64_t>(until) - static_cast<uint64_t>(starts[i]) < cap);
  }
  return is_open == 0;
}

/// What is wanted of the rows of one request.
class Progress::Fields final : public StructGenerator::Block {
 public:
  Fields(const Progress& progress, const GenerateRequest& request)
      : path_(progress.path_),
        names_(progress.names_),
        request_(request),
        start_(*request.inputs[static_cast<size_t>(progress.start_)]),
        as_of_(*request.inputs[static_cast<size_t>(progress.as_of_)]),
        has_nulls_(start_.null_count() != 0 || as_of_.null_count() != 0),
        length_(request.rows.length()),
        asked_(path_.stages().size()),
        times_(path_.stages().size()) {}

  arrow::Status Fill() {
    for (const int field : request_.fields) ARROW_RETURN_NOT_OK(Ask(field));
    const std::vector<bool> all(asked_.size(), true);
    const auto memory =
        std::make_unique_for_overwrite<int64_t[]>(asked_.size() * kBlockRows);
    std::vector<int64_t*> times;
    for (size_t s = 0; s < asked_.size(); ++s) {
      times.push_back(memory.get() + static_cast<int64_t>(s) * kBlockRows);
    }
    StagePath::OnPath on(asked_.size());
    for (int64_t first = 0; first < length_; first += kBlockRows) {
      const int64_t count = std::min(kBlockRows, length_ - first);
      const int64_t* starts = start_.data()->GetValues<int64_t>(1) + first;
      int64_t seen[kBlockRows];
      // Where a path ends is known without the times once all of it is seen.
      const bool is_over = See(starts, first, count, seen);
      path_.Follow(request_.rows, first, count, status_ != nullptr ? all : asked_, &on);
      path_.TimesOf(request_.rows, first, count, starts, on,
                    status_ != nullptr && !is_over ? all : asked_, times);
      if (status_ != nullptr) {
        int32_t* const last = status_.get() + first;
        std::fill_n(last, count, -1);
        for (size_t s = 0; s < asked_.size(); ++s) {
          const auto stage = static_cast<int32_t>(s);
          if (is_over) {
            LastOn(on[s].data(), stage, count, last);
          } else {
            LastReached(times[s], seen, stage, count, last);
          }
        }
      }
      for (size_t s = 0; s < asked_.size(); ++s) {
        if (times_[s].values != nullptr) Put(times[s], seen, first, count, &times_[s]);
      }
    }
    return arrow::Status::OK();
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) override {
    if (field == kStatus) {
      const auto status = [&](int64_t i) { return status_[static_cast<size_t>(i)]; };
      return has_nulls_ ? names_.Codes<true>(length_, request_.pool, status)
                        : names_.Codes(length_, request_.pool, status);
    }
    Times& made = times_[static_cast<size_t>(field) - 1];
    if (made.num_seen == length_) made.valid = nullptr;
    return std::make_shared<arrow::TimestampArray>(TimestampType(), length_, made.values,
                                                   made.valid, length_ - made.num_seen);
  }

 private:
  /// Before all times: a row that has no start, or no end.
  static constexpr int64_t kUnseen = INT64_MIN;

  /// The column of a stage.
  struct Times {
    std::shared_ptr<arrow::Buffer> values;  ///< nullptr: nobody wants it.
    std::shared_ptr<arrow::Buffer> valid;
    int64_t num_seen = 0;
  };

  arrow::Status Ask(int field) {
    if (field == kStatus) {
      status_ = std::make_unique_for_overwrite<int32_t[]>(static_cast<size_t>(length_));
      return arrow::Status::OK();
    }
    const size_t stage = static_cast<size_t>(field) - 1;
    path_.Ask(stage, &asked_);
    ARROW_ASSIGN_OR_RAISE(times_[stage].values,
                          arrow::AllocateBuffer(length_ * 8, request_.pool));
    ARROW_ASSIGN_OR_RAISE(times_[stage].valid,
                          arrow::AllocateEmptyBitmap(length_, request_.pool));
    return arrow::Status::OK();
  }

  /// The instant up to which each row is seen; whether all of all paths is.
  bool See(const int64_t* starts, int64_t first, int64_t count, int64_t* seen) const {
    const int64_t* ends = as_of_.data()->GetValues<int64_t>(1) + first;
    // A row is not seen before it begins.
    bool is_over = SeeAll(starts, ends, static_cast<uint64_t>(path_.cap()), count, seen);
    for (int64_t i = 0; has_nulls_ && i < count; ++i) {
      if (start_.IsValid(first + i) && as_of_.IsValid(first + i)) continue;
      seen[i] = kUnseen;
      is_over = false;
    }
    return is_over;
  }

  static void Put(const int64_t* times, const int64_t* seen, int64_t first, int64_t count,
                  Times* out) {
    static_assert(kBlockRows % 8 == 0);
    uint8_t marks[kBlockRows];
    KeepSeen(times, seen, count, out->values->mutable_data_as<int64_t>() + first, marks);
    out->num_seen += PackBits(marks, count, 0, out->valid->mutable_data() + first / 8);
  }

  const StagePath& path_;
  const CategoryPool& names_;
  const GenerateRequest& request_;
  const arrow::Array& start_;
  const arrow::Array& as_of_;
  const bool has_nulls_;
  const int64_t length_;
  std::vector<bool> asked_;            ///< Stages whose times are needed.
  std::vector<Times> times_;           ///< By stage.
  std::unique_ptr<int32_t[]> status_;  ///< nullptr: nobody wants it.
};

arrow::Result<std::unique_ptr<StructGenerator::Block>> Progress::Open(
    const GenerateRequest& request) const {
  auto fields = std::make_unique<Fields>(*this, request);
  ARROW_RETURN_NOT_OK(fields->Fill());
  return fields;
}

arrow::Result<BoundInput> ReadTime(Params& params, BindContext& context,
                                   const SpecNode* expression, std::string_view fact) {
  ARROW_ASSIGN_OR_RAISE(const BoundInput input, expression != nullptr
                                                    ? context.Input(*expression)
                                                    : context.Input(fact));
  if (input.type->id() != arrow::Type::TIMESTAMP) {
    return params.Error("start", "must be a time", input.type->ToString());
  }
  return input;
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  ARROW_ASSIGN_OR_RAISE(const BoundInput start,
                        ReadTime(params, context, params.Find("start"), "$time"));
  ARROW_ASSIGN_OR_RAISE(const BoundInput as_of,
                        ReadTime(params, context, nullptr, "$as_of"));
  ARROW_ASSIGN_OR_RAISE(StagePath path, StagePath::Read(params, context));
  ARROW_RETURN_NOT_OK(params.Finish());
  std::vector<std::string> names;
  for (const StagePath::Stage& stage : path.stages()) names.push_back(stage.name);
  ARROW_ASSIGN_OR_RAISE(CategoryPool pool, CategoryPool::Of(names));
  return std::make_unique<Progress>(std::move(path), std::move(pool), start.index,
                                    as_of.index);
}

}  // namespace

extern const GeneratorDef kProgress{
    .name = "progress",
    .summary = "move events through stages; status and stage times as of the run's date",
    .params =
        "<stage>: delay after the stage before it: 0, 2h, {uniform: [2h, 5h]}, "
        "{lognormal: {mean: 2d, stddev: 1d}}; the first is 0\n"
        "or: branches, {<stage>: {from: <stage>, share: 0.05, after: <delay>}}; share is "
        "of "
        "the rows that reach `from`, after is 1d if not stated (none)\n"
        "cap: longest time from the start to the last stage (30d)\n"
        "start: time at which the row begins ($time)",
    .example =
        "{progress: {Pending: 0, Processing: 2h, Shipped: {lognormal: {mean: 2d, "
        "stddev: 1d}}, Delivered: {uniform: [1d, 4d]}, or: {Cancelled: {from: "
        "Processing, share: 0.05}, Returned: {from: Delivered, share: 0.03, after: "
        "{exponential: {mean: 8d}}}}}}",
    .bind = Bind,
};

}  // namespace lakeseed
