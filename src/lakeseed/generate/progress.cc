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
        start_(*request.inputs[static_cast<size_t>(progress.start_)]),
        as_of_(*request.inputs[static_cast<size_t>(progress.as_of_)]) {
    const auto length = static_cast<size_t>(request.rows.length());
    times_.assign(progress.path_.stages().size(), std::vector<int64_t>(length));
    const auto* starts = start_.data()->GetValues<int64_t>(1);
    std::vector<int64_t*> parts(times_.size());
    for (int64_t first = 0; first < request.rows.length(); first += kBlockRows) {
      const int64_t count = std::min(kBlockRows, request.rows.length() - first);
      for (size_t s = 0; s < parts.size(); ++s) parts[s] = times_[s].data() + first;
      progress.path_.TimesOf(request.rows, first, count, starts + first, parts);
    }
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) override {
    if (field == kStatus) return MakeStatus();
    ARROW_ASSIGN_OR_RAISE(
        auto memory, ColumnMemory<int64_t>::Make(request_.rows.length(), request_.pool));
    const std::vector<int64_t>& times = times_[static_cast<size_t>(field) - 1];
    for (int64_t i = 0; i < request_.rows.length(); ++i) {
      const int64_t time = times[static_cast<size_t>(i)];
      const bool reached = !IsNull(i) && time <= AsOf(i);
      memory.data()[i] = reached ? time : 0;
      if (!reached) ARROW_RETURN_NOT_OK(memory.validity().SetNull(i));
    }
    return std::move(memory).Finish(TimestampType());
  }

 private:
  bool IsNull(int64_t i) const { return start_.IsNull(i) || as_of_.IsNull(i); }

  /// A row is not seen before it begins.
  int64_t AsOf(int64_t i) const {
    return std::max(as_of_.data()->GetValues<int64_t>(1)[i],
                    start_.data()->GetValues<int64_t>(1)[i]);
  }

  arrow::Result<std::shared_ptr<arrow::Array>> MakeStatus() const {
    return progress_.names_.Codes<true>(
        request_.rows.length(), request_.pool, [&](int64_t i) -> int32_t {
          if (IsNull(i)) return -1;
          const int64_t as_of = AsOf(i);
          for (size_t s = times_.size(); s-- > 0;) {
            if (times_[s][static_cast<size_t>(i)] <= as_of)
              return static_cast<int32_t>(s);
          }
          return -1;
        });
  }

  const Progress& progress_;
  const GenerateRequest& request_;
  const arrow::Array& start_;
  const arrow::Array& as_of_;
  std::vector<std::vector<int64_t>> times_;  ///< By stage, then by row.
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
