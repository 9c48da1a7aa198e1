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
#include <arrow/util/bitmap_generate.h>

#include <algorithm>

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
  class Times;

  const StagePath path_;
  const CategoryPool names_;  ///< Codes are the numbers of the stages.
  const int start_, as_of_;   ///< Inputs.
};

/// The instants of all stages of the rows of one request.
class Progress::Times final : public StructGenerator::Block {
 public:
  Times(const Progress& progress, const GenerateRequest& request)
      : progress_(progress),
        request_(request),
        num_stages_(progress.path_.stages().size()),
        length_(request.rows.length()),
        seen_(new int64_t[static_cast<size_t>(length_)]),
        times_(new int64_t[static_cast<size_t>(length_) * num_stages_]) {
    const auto& start = *request.inputs[static_cast<size_t>(progress.start_)];
    const auto& as_of = *request.inputs[static_cast<size_t>(progress.as_of_)];
    const auto* starts = start.data()->GetValues<int64_t>(1);
    const auto* ends = as_of.data()->GetValues<int64_t>(1);
    // A row is not seen before it begins.
    for (int64_t i = 0; i < length_; ++i) seen_[i] = std::max(ends[i], starts[i]);
    if (start.null_count() != 0 || as_of.null_count() != 0) {
      for (int64_t i = 0; i < length_; ++i) {
        if (start.IsNull(i) || as_of.IsNull(i)) seen_[i] = kUnseen;
      }
    }
    std::vector<int64_t*> parts(num_stages_);
    for (int64_t first = 0; first < length_; first += kBlockRows) {
      const int64_t count = std::min(kBlockRows, length_ - first);
      for (size_t s = 0; s < parts.size(); ++s) parts[s] = TimesOf(s) + first;
      progress.path_.TimesOf(request.rows, first, count, starts + first, parts);
    }
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) override {
    if (field == kStatus) return MakeStatus();
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> values,
                          arrow::AllocateBuffer(length_ * 8, request_.pool));
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> valid,
                          arrow::AllocateEmptyBitmap(length_, request_.pool));
    const int64_t* times = TimesOf(static_cast<size_t>(field) - 1);
    auto* out = values->mutable_data_as<int64_t>();
    int64_t num_reached = 0, i = 0;
    for (int64_t k = 0; k < length_; ++k) {
      const int64_t reached = -static_cast<int64_t>(times[k] <= seen_[k]);
      out[k] = times[k] & reached;
      num_reached -= reached;
    }
    arrow::internal::GenerateBitsUnrolled(valid->mutable_data(), 0, length_, [&] {
      const bool reached = times[i] <= seen_[i];
      ++i;
      return reached;
    });
    if (num_reached == length_) valid = nullptr;
    return std::make_shared<arrow::TimestampArray>(TimestampType(), length_,
                                                   std::move(values), std::move(valid),
                                                   length_ - num_reached);
  }

 private:
  /// Before all times: a row that has no start, or no end.
  static constexpr int64_t kUnseen = INT64_MIN;

  int64_t* TimesOf(size_t stage) const {
    return times_.get() + stage * static_cast<size_t>(length_);
  }

  arrow::Result<std::shared_ptr<arrow::Array>> MakeStatus() const {
    // The last stage that is reached has the last word.
    std::vector<int32_t> status(static_cast<size_t>(length_), -1);
    for (size_t s = 0; s < num_stages_; ++s) {
      const int64_t* times = TimesOf(s);
      for (size_t i = 0; i < status.size(); ++i) {
        status[i] = times[i] <= seen_[i] ? static_cast<int32_t>(s) : status[i];
      }
    }
    return progress_.names_.Codes<true>(length_, request_.pool, [&](int64_t i) {
      return status[static_cast<size_t>(i)];
    });
  }

  const Progress& progress_;
  const GenerateRequest& request_;
  const size_t num_stages_;
  const int64_t length_;
  std::unique_ptr<int64_t[]> seen_;   ///< Instant up to which each row is seen.
  std::unique_ptr<int64_t[]> times_;  ///< By stage, then by row.
};

arrow::Result<std::unique_ptr<StructGenerator::Block>> Progress::Open(
    const GenerateRequest& request) const {
  return std::make_unique<Times>(*this, request);
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
