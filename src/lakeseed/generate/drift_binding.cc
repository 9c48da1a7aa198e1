// TableBinder: generators whose law moves in time.
//
// Growth is a node on top of the generator's. Laws that go over into each other are bound
// one by one on the same stream, and a node before them tells which one each row takes; a
// choice has one list of values, so its laws become those of one conditional choice.

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/generate/column_bind_context.h"
#include "lakeseed/generate/dataset_binder.h"
#include "lakeseed/generate/drift.h"
#include "lakeseed/generate/table_binder.h"
#include "lakeseed/spec/drift_spec.h"
#include "lakeseed/spec/literal.h"
#include "lakeseed/spec/node_edit.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr std::string_view kLaw = "$law";
constexpr double kMostRate = 10;

arrow::Status CannotDrift(const ColumnSpec& column, const std::string& where,
                          std::string reason, std::string hint = "") {
  return SpecErrors(
      {{column.drift->place, where, std::move(reason), std::nullopt, std::move(hint)}});
}

bool IsNumber(const arrow::DataType& type) {
  return type.id() == arrow::Type::DOUBLE || type.id() == arrow::Type::INT64 ||
         type.id() == arrow::Type::DECIMAL64;
}

/// {by: $law, of: {0: …, 1: …}}
SpecNode ChoiceByLaw(const ColumnSpec& column) {
  const Place& place = column.drift->place;
  SpecNode of = MakeMapping(place), whole = MakeMapping(place);
  of.entries.emplace_back(MakeScalar("0", place), column.generator->params);
  for (const DriftStep& step : column.drift->steps) {
    of.entries.emplace_back(MakeScalar(fmt::format("{}", of.entries.size()), step.place),
                            step.to);
  }
  whole.entries.emplace_back(MakeScalar("by", place),
                             MakeScalar(std::string(kLaw), place));
  whole.entries.emplace_back(MakeScalar("of", place), std::move(of));
  return whole;
}

}  // namespace

arrow::Result<double> TableBinder::DriftNumber(const SpecNode& node,
                                               const std::string& where) const {
  if (const auto number = ParseDoubleLiteral(node.text)) return *number;
  ARROW_ASSIGN_OR_RAISE(const std::string text, dataset_->Constant(node));
  const auto number = ParseDoubleLiteral(text);
  if (number) return *number;
  return SpecErrors({{node.place, where, "not a number", node.text, ""}});
}

arrow::Status TableBinder::CheckDrift(const ColumnSpec& column) const {
  const std::string where = Where(column);
  if (!column.generator) {
    return CannotDrift(column, where, "only what a generator draws drifts",
                       "let the values drift that the expression reads");
  }
  for (const char* name : {"key", "foreign_key", "sequence", "unique_code", "matched"}) {
    if (column.generator->name != name) continue;
    return CannotDrift(column, where, fmt::format("a {} does not drift", name));
  }
  if (table_->spec->population && table_->spec->population->changes) {
    const auto& tracks = table_->spec->population->changes->tracks;
    if (std::find(tracks.begin(), tracks.end(), column.name) != tracks.end()) {
      return CannotDrift(column, where,
                         "is tracked by `changes`, which give it new values",
                         "let a value drift that is not tracked");
    }
  }
  const TableSpec& root = *dataset_->dataset().table(table_->root).spec;
  if (!root.population && !root.has_own_days()) {
    return CannotDrift(column, where, "rows that are made once have no days to drift by");
  }
  return arrow::Status::OK();
}

arrow::Result<int> TableBinder::BindDrifting(const ColumnSpec& column) {
  ARROW_RETURN_NOT_OK(CheckDrift(column));
  const DriftSpec& drift = *column.drift;
  if (drift.rate) {
    ARROW_ASSIGN_OR_RAISE(const double rate, DriftNumber(*drift.rate, Where(column)));
    if (!(rate > -1 && rate <= kMostRate)) {
      return SpecErrors(
          {{drift.place, Where(column), "a drift is above -100% and at most 1000%",
            drift.rate->text, ""}});
    }
    ARROW_ASSIGN_OR_RAISE(const int value, BindLaw(column, *column.generator, -1));
    return rate == 0 ? value : Growing(column, value, rate);
  }
  bool any = false;
  std::vector<DriftMixture::Step> steps;
  const int32_t epoch = dataset_->spec().epoch;
  const int32_t from = drift.from.value_or(epoch) - epoch;
  for (const DriftStep& step : drift.steps) {
    DriftMixture::Step made{step.by - epoch, 1};
    if (step.share) {
      ARROW_ASSIGN_OR_RAISE(made.share, DriftNumber(*step.share, Where(column)));
    }
    if (!(made.share >= 0 && made.share <= 1)) {
      return SpecErrors({{step.place, Where(column), "a share is between 0 and 1",
                          step.share->text, ""}});
    }
    any |= made.share > 0;
    steps.push_back(made);
  }
  if (!any) return BindLaw(column, *column.generator, -1);
  GraphNode law{.kind = GraphNode::Kind::kLaw, .name = Where(column)};
  law.type = arrow::dictionary(arrow::int32(), arrow::utf8());
  law.shape.kind = ShapeKind::kCategory;
  law.null_key = dataset_->ColumnKey(table_->name, column.name, "drift");
  law.mixture = std::make_shared<const DriftMixture>(from, std::move(steps));
  return Mixing(column, Add(std::move(law)));
}

arrow::Result<int> TableBinder::BindLaw(const ColumnSpec& column,
                                        const GeneratorCall& call, int law) {
  ColumnSpec one = column;
  one.drift.reset();
  one.generator = call;
  return BindGenerator(one, law);
}

arrow::Result<int> TableBinder::Growing(const ColumnSpec& column, int value,
                                        double rate) {
  if (!IsNumber(*node(value).type)) {
    return CannotDrift(column, Where(column),
                       "only numbers grow: " + node(value).type->ToString(),
                       "a choice goes over to other weights: {to: {a: 0.3, b: 0.7}, by: "
                       "2025-01-01}");
  }
  GraphNode grown{.kind = GraphNode::Kind::kGrow,
                  .name = Where(column),
                  .inputs = {value},
                  .type = node(value).type};
  grown.shape.kind =
      grown.type->id() == arrow::Type::DOUBLE ? ShapeKind::kReal : ShapeKind::kBounded;
  grown.growth = std::make_shared<const DriftGrowth>(rate, column.drift->unit_days);
  return Add(std::move(grown));
}

arrow::Result<int> TableBinder::Mixing(const ColumnSpec& column, int law) {
  const GeneratorCall& call = *column.generator;
  if (call.name == "choice") {
    if (call.params.is_mapping() && call.params.Find("by") != nullptr &&
        call.params.Find("of") != nullptr) {
      return CannotDrift(column, Where(column), "a choice with `by` does not drift",
                         "let the value drift that decides");
    }
    ARROW_ASSIGN_OR_RAISE(
        const int made,
        BindLaw(column, {call.name, ChoiceByLaw(column), call.place}, law));
    // All laws are there.
    table_->graph[static_cast<size_t>(made)].shape.nullable = false;
    return made;
  }
  GraphNode mix{.kind = GraphNode::Kind::kMix, .name = Where(column), .inputs = {law}};
  ARROW_ASSIGN_OR_RAISE(const int first, BindLaw(column, call, -1));
  mix.inputs.push_back(first);
  mix.type = node(first).type;
  if (!IsNumber(*mix.type) && mix.type->id() != arrow::Type::BOOL &&
      mix.type->id() != arrow::Type::DATE32) {
    return CannotDrift(
        column, Where(column),
        "only numbers, booleans, dates and choices go over to other laws: " +
            mix.type->ToString());
  }
  for (const DriftStep& step : column.drift->steps) {
    ARROW_ASSIGN_OR_RAISE(const int next,
                          BindLaw(column, {call.name, step.to, step.place}, -1));
    if (!node(next).type->Equals(*mix.type)) {
      return SpecErrors({{step.place, Where(column), "goes over to another type",
                          node(next).type->ToString(), "it is " + mix.type->ToString()}});
    }
    mix.inputs.push_back(next);
  }
  mix.shape.kind = mix.type->id() == arrow::Type::BOOL     ? ShapeKind::kBoolean
                   : mix.type->id() == arrow::Type::DOUBLE ? ShapeKind::kReal
                                                           : ShapeKind::kBounded;
  return Add(std::move(mix));
}

}  // namespace lakeseed
