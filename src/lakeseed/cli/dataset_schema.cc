// A dataset for other programs: Mermaid, and JSON schemas.

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lakeseed/base/date.h"
#include "lakeseed/base/decimal.h"
#include "lakeseed/cli/dataset_page.h"
#include "lakeseed/cli/parameter_list.h"
#include "lakeseed/cli/sql_ddl.h"
#include "lakeseed/evaluate/bound_expression.h"
#include "lakeseed/spec/drift_spec.h"

namespace lakeseed {
namespace {

using nlohmann::ordered_json;

/// A bound of a column as its values are written.
ordered_json BoundJson(const arrow::DataType& type, int64_t bound) {
  if (type.id() == arrow::Type::DATE32) return FormatDate(static_cast<int32_t>(bound));
  if (arrow::is_decimal(type.id())) {
    const auto& decimal = static_cast<const arrow::DecimalType&>(type);
    return FormatDecimal(bound, decimal.scale());
  }
  return arrow::is_integer(type.id()) ? ordered_json(bound) : ordered_json();
}

void AddValue(const arrow::DataType& type, const SpecNode& node, ordered_json* values) {
  ordered_json value = node.text;
  if (arrow::is_integer(type.id()))
    value = ordered_json::parse(node.text, nullptr, false);
  if (value.is_discarded()) value = node.text;
  if (std::find(values->begin(), values->end(), value) == values->end()) {
    values->push_back(std::move(value));
  }
}

/// What a list of choices names; of one that depends on another value, all of them.
void AddChoices(const arrow::DataType& type, const SpecNode& params,
                ordered_json* values) {
  for (const SpecNode& item : params.items) AddValue(type, item, values);
  const SpecNode* of = params.Find("of");
  if (of != nullptr && of->is_mapping() && params.Find("by") != nullptr) {
    for (const auto& [name, law] : of->entries) AddChoices(type, law, values);
    return;
  }
  for (const auto& [value, weight] : params.entries) AddValue(type, value, values);
}

/// Valid values and bounds, as far as the dataset file states them.
void AddConstraints(const BoundTable& table, const BoundColumn& column,
                    ordered_json* json) {
  const ColumnShape& shape = column.shape;
  if (shape.kind == ShapeKind::kBounded) {
    for (const auto& [name, bound] : {std::pair{"min", shape.min}, {"max", shape.max}}) {
      if (!bound) continue;
      ordered_json value = BoundJson(*column.type, *bound);
      if (!value.is_null()) (*json)[name] = std::move(value);
    }
  }
  for (const ColumnSpec& spec : table.spec->columns) {
    if (spec.name != column.name) continue;
    if (spec.unique) (*json)["unique"] = true;
    if (spec.span.since) (*json)["since"] = FormatDate(*spec.span.since);
    if (spec.span.until) (*json)["until"] = FormatDate(*spec.span.until);
    if (!spec.generator) continue;
    ordered_json values = ordered_json::array();
    const SpecNode& params = spec.generator->params;
    if (spec.generator->name == "choice") AddChoices(*column.type, params, &values);
    if (spec.generator->name == "choice" && spec.drift != nullptr) {
      for (const DriftStep& step : spec.drift->steps) {
        AddChoices(*column.type, step.to, &values);
      }
    }
    if (spec.generator->name == "const" && params.is_scalar()) {
      AddValue(*column.type, params, &values);
    }
    if (!values.empty()) (*json)["allowed_values"] = std::move(values);
  }
}

ordered_json ColumnJson(const BoundTable& table, const BoundColumn& column,
                        const std::vector<Relationship>& links) {
  ordered_json json = {{"name", column.name},
                       {"type", SqlType(*column.type, SqlDialect::kDuckDb)},
                       {"description", column.doc},
                       {"primary_key", column.is_key},
                       {"nullable", column.shape.nullable},
                       {"lakeseed_type", TypeName(*column.type)},
                       {"made_by", MadeBy(*table.spec, column.name)}};
  AddConstraints(table, column, &json);
  for (const Relationship& link : links) {
    if (link.table != table.name || link.column != column.name) continue;
    json["foreign_key"] = {{"table", link.to_table}, {"column", link.to_column}};
  }
  return json;
}

ordered_json IndexesJson(const BoundTable& table) {
  ordered_json indexes = ordered_json::array();
  const auto add = [&](const std::string& name, const std::vector<std::string>& columns) {
    indexes.push_back({{"name", name}, {"columns", columns}, {"unique", true}});
  };
  for (const BoundColumn& column : table.columns) {
    if (column.is_key) add("pk_" + table.name, {column.name});
  }
  for (const ColumnSpec& column : table.spec->columns) {
    if (!column.unique) continue;
    add(fmt::format("idx_{}_{}", table.name, column.name), {column.name});
  }
  for (const RuleSpec& rule : table.spec->rules) {
    if (!rule.unique.empty()) add(rule.name, rule.unique);
  }
  return indexes;
}

ordered_json TableJson(const BoundDataset& dataset, const BoundTable& table,
                       const std::vector<Relationship>& links) {
  ordered_json columns = ordered_json::array(), references = ordered_json::array();
  ordered_json rules = ordered_json::array();
  for (const BoundColumn& column : table.columns) {
    columns.push_back(ColumnJson(table, column, links));
  }
  for (const RuleSpec& rule : table.spec->rules) {
    rules.push_back(
        {{"name", rule.name}, {"rule", RuleText(rule)}, {"description", rule.doc}});
  }
  for (const Relationship& link : links) {
    if (link.table != table.name) continue;
    references.push_back({{"column", link.column},
                          {"references", link.to_table + "." + link.to_column},
                          {"type", "many_to_one"}});
  }
  ordered_json schema = {
      {"table_name", table.name},    {"description", table.spec->doc},
      {"kind", KindOf(table)},       {"rows", RowsOverWindow(dataset, table)},
      {"columns", columns},          {"indexes", IndexesJson(table)},
      {"relationships", references}, {"business_rules", rules}};
  for (const LateShare& late : table.spec->late) {
    schema["late"].push_back({{"days", late.days}, {"share", late.share}});
  }
  return schema;
}

/// The type as one word of Mermaid: what is inside a struct is not said.
std::string MermaidType(const arrow::DataType& type) {
  if (type.id() == arrow::Type::STRUCT) return "struct";
  if (type.id() == arrow::Type::LIST) {
    return fmt::format("list({})", MermaidType(*type.field(0)->type()));
  }
  std::string name = TypeName(type);
  std::replace(name.begin(), name.end(), ',', '_');
  return name;
}

}  // namespace

std::string DescribeMermaid(const BoundDataset& dataset) {
  std::string text = "erDiagram\n";
  for (const Relationship& link : RelationshipsOf(dataset)) {
    text += fmt::format("  {} ||--o{{ {} : {}\n", link.to_table, link.table, link.column);
  }
  for (const auto& table : dataset.written_tables()) {
    text += fmt::format("  {} {{\n", table->name);
    for (const BoundColumn& column : table->columns) {
      const bool refers = !column.references.empty();
      text += fmt::format("    {} {}{}\n", MermaidType(*column.type), column.name,
                          column.is_key ? " PK"
                          : refers      ? " FK"
                                        : "");
    }
    text += "  }\n";
  }
  return text;
}

std::vector<ordered_json> TableSchemas(const BoundDataset& dataset) {
  const std::vector<Relationship> links = RelationshipsOf(dataset);
  std::vector<ordered_json> tables;
  for (const auto& table : dataset.written_tables()) {
    tables.push_back(TableJson(dataset, *table, links));
  }
  return tables;
}

ordered_json DescribeJson(const BoundDataset& dataset) {
  const DatasetSpec& spec = dataset.spec();
  ordered_json parameters = ordered_json::array();
  for (const ShownParameter& one : ParametersOf(spec)) {
    parameters.push_back(
        {{"name", one.name}, {"value", one.value}, {"description", one.doc}});
  }
  ordered_json json = {
      {"dataset", spec.id()},
      {"description", spec.doc},
      {"domain", spec.domain},
      {"pattern", spec.pattern},
      {"window",
       {{"from", FormatDate(spec.window.from)}, {"to", FormatDate(spec.window.to)}}},
      {"main", spec.main},
      {"target_rows", nullptr},
      {"scale_factor", spec.scale_factor},
      {"variants", spec.variants},
      {"parameters", parameters},
      {"tables", TableSchemas(dataset)}};
  if (spec.target_rows) json["target_rows"] = *spec.target_rows;
  return json;
}

}  // namespace lakeseed
