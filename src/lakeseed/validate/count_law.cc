#include "lakeseed/validate/count_law.h"

#include <algorithm>
#include <cmath>

#include "lakeseed/base/decimal.h"
#include "lakeseed/evaluate/bound_expression.h"
#include "lakeseed/spec/ledger_spec.h"
#include "lakeseed/spec/literal.h"
#include "lakeseed/spec/params.h"
#include "lakeseed/spec/series_reader.h"

namespace lakeseed {
namespace {

int64_t Scaled(int64_t size, double factor) {
  if (factor == 1.0 || size == 0) return size;
  return std::max<int64_t>(std::llrint(static_cast<double>(size) * factor), 1);
}

arrow::Result<CountLaw> WeightedLaw(Params& params) {
  ARROW_ASSIGN_OR_RAISE(const auto weights, params.GetWeights(""));
  std::vector<int64_t> values;
  std::vector<double> numbers;
  for (const auto& [node, weight] : weights) {
    const auto value = ParseInt64Literal(node.text);
    if (!value) return params.Error("", "is no count", node.text);
    values.push_back(*value);
    numbers.push_back(weight);
  }
  return ChoiceLaw(values, numbers);
}

arrow::Result<CountLaw> EvenLaw(Params& params) {
  if (params.is_mapping()) {
    ARROW_ASSIGN_OR_RAISE(const int64_t low, params.GetInt64("min"));
    ARROW_ASSIGN_OR_RAISE(const int64_t high, params.GetInt64("max"));
    return UniformLaw(low, high);
  }
  if (params.value().items.size() != 2) return params.Error("", "needs two counts");
  const auto low = ParseInt64Literal(params.value().items[0].text);
  const auto high = ParseInt64Literal(params.value().items[1].text);
  if (!low || !high) return params.Error("", "needs two counts");
  return UniformLaw(*low, *high);
}

}  // namespace

arrow::Result<StatedCounts> CountsOf(const DatasetSpec& dataset,
                                     const GeneratorCall& call) {
  Params params(call, "count",
                [&](const SpecNode& number) { return StatedNumber(dataset, number); });
  StatedCounts counts;
  std::optional<double> mean;
  if (call.name == "geometric" || call.name == "poisson") {
    const bool geometric = call.name == "geometric";
    ARROW_ASSIGN_OR_RAISE(mean, params.GetDouble("mean"));
    ARROW_ASSIGN_OR_RAISE(const int64_t low, params.GetInt64Or("min", geometric ? 1 : 0));
    ARROW_ASSIGN_OR_RAISE(const int64_t high, params.GetInt64("max"));
    ARROW_ASSIGN_OR_RAISE(const double stddev,
                          geometric ? 0.0 : params.GetDoubleOr("stddev", 0));
    ARROW_ASSIGN_OR_RAISE(counts.law, geometric ? GeometricLaw(*mean, low, high)
                                      : stddev == 0
                                          ? PoissonLaw(*mean, low, high)
                                          : PoissonLaw(*mean, stddev, low, high));
  } else if (call.name == "uniform") {
    ARROW_ASSIGN_OR_RAISE(counts.law, EvenLaw(params));
  } else if (call.name == "choice") {
    ARROW_ASSIGN_OR_RAISE(counts.law, WeightedLaw(params));
  } else {
    ARROW_ASSIGN_OR_RAISE(const int64_t one, params.GetInt64(""));
    ARROW_ASSIGN_OR_RAISE(counts.law, UniformLaw(one, one));
  }
  ARROW_ASSIGN_OR_RAISE(counts.quantiles, QuantileTable(counts.law, 1024, mean));
  counts.mean = FractionOf(mean.value_or(MeanOf(counts.law)));
  return counts;
}

namespace {

arrow::Result<std::string> Evaluate(const DatasetSpec& dataset, const Expr& number) {
  std::vector<std::pair<std::string, std::string>> constants;
  if (dataset.target_rows) {
    constants.emplace_back("main", std::to_string(*dataset.target_rows));
  }
  for (const ParameterSpec& parameter : dataset.parameters) {
    ARROW_ASSIGN_OR_RAISE(const std::string value,
                          EvaluateConstant(*parameter.value, constants));
    constants.emplace_back(parameter.name, value);
  }
  return EvaluateConstant(number, constants);
}

arrow::Result<int64_t> PlainSize(const DatasetSpec& dataset, const Expr& size) {
  ARROW_ASSIGN_OR_RAISE(const std::string text, Evaluate(dataset, size));
  ARROW_ASSIGN_OR_RAISE(const Decimal value, ParseDecimal(text));
  return Rescale(value.unscaled, value.scale, 0);
}

}  // namespace

arrow::Result<std::string> StatedNumber(const DatasetSpec& dataset,
                                        const SpecNode& number) {
  ARROW_ASSIGN_OR_RAISE(const ExprPtr expression,
                        ParseExpression(number.text, number.place));
  return Evaluate(dataset, *expression);
}

arrow::Result<int64_t> StatedSize(const DatasetSpec& dataset, const Expr& size) {
  ARROW_ASSIGN_OR_RAISE(const int64_t rows, PlainSize(dataset, size));
  return Scaled(rows, dataset.scale_factor);
}

arrow::Result<int64_t> StatedRows(const DatasetSpec& dataset,
                                  const StaticRowsSpec& rows) {
  return rows.is_fixed ? PlainSize(dataset, *rows.count)
                       : StatedSize(dataset, *rows.count);
}

arrow::Result<int64_t> StatedSteps(const DatasetSpec& dataset, const SeriesSpec& series,
                                   DateRange days) {
  ARROW_ASSIGN_OR_RAISE(const int64_t every, PlainSize(dataset, *series.every));
  ARROW_ASSIGN_OR_RAISE(const StepClock clock, ClockOf(series, every));
  int64_t rows = 0;
  for (int32_t day = days.from; day <= days.to; ++day) rows += clock.Steps(day);
  for (const std::string& name : series.of) {
    const TableSpec* member = dataset.FindTable(name);
    if (member == nullptr || !member->rows) {
      return arrow::Status::NotImplemented("the rows of ", name, " are not known");
    }
    ARROW_ASSIGN_OR_RAISE(const int64_t count, StatedRows(dataset, *member->rows));
    rows *= count;
  }
  return rows;
}

bool CountsTarget(const TableSpec& table) {
  if (table.ledger != nullptr) return table.ledger->is_main();
  return table.events && table.events->is_main;
}

std::optional<int64_t> StatedTarget(const DatasetSpec& dataset) {
  if (!dataset.target_rows) return std::nullopt;
  return Scaled(*dataset.target_rows, dataset.scale_factor);
}

}  // namespace lakeseed
