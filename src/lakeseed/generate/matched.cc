// matched: the key of the row that a row is matched to, by the `match:` of its table or
// of the other one; reached: how many stages of its funnel a row reaches.
//
// Method  Funnel (funnel.h): closed forms both ways, nothing is looked up.

#include <arrow/api.h>

#include <memory>
#include <string>

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/funnel.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/generate/rows.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

class Matched final : public ColumnGenerator {
 public:
  /// `here`: the funnel is that of this column's table; `input`: keys of the rows that
  /// are asked about, of the row's own day; -1: the row itself.
  Matched(const Funnel& funnel, bool here, int input = -1)
      : funnel_(funnel), here_(here), input_(input) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override { return {.nullable = true}; }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const int64_t length = request.rows.length();
    ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<int64_t>::Make(length, request.pool));
    int64_t* out = memory.data();
    const arrow::Int64Array* asked = nullptr;
    if (input_ >= 0) {
      const auto& input = request.inputs[static_cast<size_t>(input_)];
      asked = static_cast<const arrow::Int64Array*>(input.get());
    }
    Funnel::Day day;
    for (int64_t i = 0; i < length; ++i) {
      const int64_t row = request.rows[i];
      int64_t other = -1;
      if (here_) {
        if (!day.Has(row)) day = funnel_.On(funnel_.days().Day(row));
        const int64_t of = asked == nullptr   ? row
                           : asked->IsNull(i) ? -1
                                              : asked->Value(i) - 1;
        if (day.Has(of)) other = funnel_.MatchOf(&day, of);
      } else {
        other = funnel_.RowOfMatch(row);
      }
      out[i] = other + 1;
      if (other >= 0) continue;
      ARROW_RETURN_NOT_OK(memory.validity().SetNull(i));
    }
    return std::move(memory).Finish(type_);
  }

 private:
  const std::shared_ptr<arrow::DataType> type_ = arrow::int64();
  const Funnel& funnel_;
  const bool here_;
  const int input_;
};

class Reached final : public ColumnGenerator {
 public:
  explicit Reached(const Funnel& funnel) : funnel_(funnel) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override {
    return {.kind = ShapeKind::kBounded, .min = 1, .max = funnel_.stages()};
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const int64_t length = request.rows.length();
    ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<int64_t>::Make(length, request.pool));
    for (int64_t i = 0; i < length; ++i) {
      memory.data()[i] = funnel_.StageOf(request.rows[i]);
    }
    return std::move(memory).Finish(type_);
  }

 private:
  const std::shared_ptr<arrow::DataType> type_ = arrow::int64();
  const Funnel& funnel_;
};

arrow::Result<std::unique_ptr<ColumnGenerator>> BindMatched(Params& params,
                                                            BindContext& context) {
  const std::string_view key = params.is_mapping() ? "to" : "";
  ARROW_ASSIGN_OR_RAISE(const std::string name, params.GetText(key));
  ARROW_ASSIGN_OR_RAISE(const ReferencedTable other,
                        context.Table(name, params.Find(key)->place));
  const SpecNode* row = params.is_mapping() ? params.Find("row") : nullptr;
  BoundInput asked{.index = -1};
  if (row != nullptr) {
    ARROW_ASSIGN_OR_RAISE(asked, context.Input(*row));
    if (asked.type->id() != arrow::Type::INT64) {
      return params.Error("row", "is no integer", row->text);
    }
  }
  ARROW_RETURN_NOT_OK(params.Finish());
  const Funnel* mine = context.rows().funnel();
  const Funnel* theirs = other.rows->funnel();
  if (mine != nullptr && &mine->other() == other.rows) {
    return std::make_unique<Matched>(*mine, true, asked.index);
  }
  if (row != nullptr) {
    return params.Error("row", "asks about rows of the table that has the match");
  }
  if (theirs != nullptr && &theirs->other() == &context.rows()) {
    return std::make_unique<Matched>(*theirs, false);
  }
  return params.Error(key, "is not matched with this table", name,
                      "add `match: {with: " + name + "}` to this table");
}

arrow::Result<std::unique_ptr<ColumnGenerator>> BindReached(Params& params,
                                                            BindContext& context) {
  ARROW_RETURN_NOT_OK(params.Finish());
  if (context.rows().funnel() == nullptr) {
    return params.Error("", "this table has no stages", std::nullopt,
                        "add `match: {with: …, stages: …}` to it");
  }
  return std::make_unique<Reached>(*context.rows().funnel());
}

}  // namespace

extern const GeneratorDef kMatched{
    .name = "matched",
    .summary = "give the key of the row that the table's match pairs this row with",
    .params =
        "to: the other table (required; may stand alone: {matched: orders})\n"
        "row: key of another row of this table's day, whose match is given instead",
    .example = "{matched: orders}",
    .bind = BindMatched,
};

extern const GeneratorDef kReached{
    .name = "reached",
    .summary = "count the stages of the table's match that a row reaches, from 1",
    .params = "",
    .example = "{reached: {}}",
    .bind = BindReached,
};

}  // namespace lakeseed
