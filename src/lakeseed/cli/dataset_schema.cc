// A dataset for other programs: SQL, Mermaid, JSON.

#include <arrow/api.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "lakeseed/base/date.h"
#include "lakeseed/cli/dataset_page.h"
#include "lakeseed/evaluate/bound_expression.h"

namespace lakeseed {
namespace {

using nlohmann::ordered_json;

std::string SqlType(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::BOOL:
      return "BOOLEAN";
    case arrow::Type::INT8:
    case arrow::Type::INT16:
      return "SMALLINT";
    case arrow::Type::INT32:
      return "INTEGER";
    case arrow::Type::INT64:
      return "BIGINT";
    case arrow::Type::FLOAT:
      return "REAL";
    case arrow::Type::DOUBLE:
      return "DOUBLE PRECISION";
    case arrow::Type::DATE32:
      return "DATE";
    case arrow::Type::TIMESTAMP:
      return static_cast<const arrow::TimestampType&>(type).timezone().empty()
                 ? "TIMESTAMP"
                 : "TIMESTAMP WITH TIME ZONE";
    default:
      break;
  }
  if (arrow::is_decimal(type.id())) {
    const auto& decimal = static_cast<const arrow::DecimalType&>(type);
    return fmt::format("DECIMAL({}, {})", decimal.precision(), decimal.scale());
  }
  return "VARCHAR";
}

std::string Quoted(const std::string& name) { return "\"" + name + "\""; }

std::string SqlText(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

/// Tables in an order in which each stands behind those it refers to. Tables in a
/// circle come in the dataset's order, without the reference that closes it.
std::vector<const BoundTable*> ParentsFirst(const BoundDataset& dataset,
                                            const std::vector<Relationship>& links) {
  std::vector<const BoundTable*> order;
  std::set<std::string> done;
  while (order.size() < dataset.tables().size()) {
    const BoundTable* next = nullptr;
    const BoundTable* first = nullptr;
    for (const auto& table : dataset.tables()) {
      if (done.contains(table->name)) continue;
      if (first == nullptr) first = table.get();
      const bool ready = std::all_of(links.begin(), links.end(), [&](const auto& link) {
        return link.table != table->name || link.to_table == table->name ||
               done.contains(link.to_table);
      });
      if (ready && next == nullptr) next = table.get();
    }
    if (next == nullptr) next = first;
    order.push_back(next);
    done.insert(next->name);
  }
  return order;
}

ordered_json ColumnJson(const BoundDataset& dataset, const BoundTable& table,
                        const BoundColumn& column) {
  ordered_json json = {{"name", column.name},
                       {"type", SqlType(*column.type)},
                       {"description", column.doc},
                       {"primary_key", column.is_key},
                       {"nullable", column.shape.nullable},
                       {"lakeseed_type", TypeName(*column.type)},
                       {"made_by", MadeBy(*table.spec, column.name)}};
  for (const Relationship& link : RelationshipsOf(dataset)) {
    if (link.table != table.name || link.column != column.name) continue;
    json["foreign_key"] = {{"table", link.to_table}, {"column", link.to_column}};
  }
  return json;
}

ordered_json TableJson(const BoundDataset& dataset, const BoundTable& table) {
  ordered_json columns = ordered_json::array(), indexes = ordered_json::array();
  ordered_json links = ordered_json::array(), rules = ordered_json::array();
  for (const BoundColumn& column : table.columns) {
    columns.push_back(ColumnJson(dataset, table, column));
    if (column.is_key) {
      indexes.push_back(
          {{"name", "pk_" + table.name}, {"columns", {column.name}}, {"unique", true}});
    }
  }
  for (const RuleSpec& rule : table.spec->rules) {
    if (!rule.unique.empty()) {
      indexes.push_back(
          {{"name", rule.name}, {"columns", rule.unique}, {"unique", true}});
    }
    rules.push_back(
        {{"name", rule.name}, {"rule", RuleText(rule)}, {"description", rule.doc}});
  }
  for (const Relationship& link : RelationshipsOf(dataset)) {
    if (link.table != table.name) continue;
    links.push_back({{"column", link.column},
                     {"references", link.to_table + "." + link.to_column},
                     {"type", "many_to_one"}});
  }
  return {{"table_name", table.name}, {"description", table.spec->doc},
          {"kind", KindOf(table)},    {"rows", RowsOverWindow(dataset, table)},
          {"columns", columns},       {"indexes", indexes},
          {"relationships", links},   {"business_rules", rules}};
}

}  // namespace

std::string DescribeDdl(const BoundDataset& dataset) {
  const std::vector<Relationship> links = RelationshipsOf(dataset);
  std::set<std::string> done;
  std::string text;
  for (const BoundTable* table : ParentsFirst(dataset, links)) {
    text += fmt::format("{}-- {}\nCREATE TABLE {} (", text.empty() ? "" : "\n",
                        table->spec->doc, Quoted(table->name));
    std::string lines;
    for (const BoundColumn& column : table->columns) {
      lines += fmt::format("{}\n  {} {}", lines.empty() ? "" : ",", Quoted(column.name),
                           SqlType(*column.type));
      if (column.is_key) {
        lines += " PRIMARY KEY";
      } else if (!column.shape.nullable) {
        lines += " NOT NULL";
      }
    }
    done.insert(table->name);
    for (const RuleSpec& rule : table->spec->rules) {
      if (rule.unique.empty()) continue;
      std::string names;
      for (const std::string& name : rule.unique) {
        names += (names.empty() ? "" : ", ") + Quoted(name);
      }
      lines += fmt::format(",\n  UNIQUE ({})", names);
    }
    for (const Relationship& link : links) {
      if (link.table != table->name || !done.contains(link.to_table)) continue;
      lines +=
          fmt::format(",\n  FOREIGN KEY ({}) REFERENCES {} ({})", Quoted(link.column),
                      Quoted(link.to_table), Quoted(link.to_column));
    }
    text += lines + "\n);\n";
  }
  return text;
}

std::string DescribeMermaid(const BoundDataset& dataset) {
  std::string text = "erDiagram\n";
  for (const Relationship& link : RelationshipsOf(dataset)) {
    text += fmt::format("  {} ||--o{{ {} : {}\n", link.to_table, link.table, link.column);
  }
  for (const auto& table : dataset.tables()) {
    text += fmt::format("  {} {{\n", table->name);
    for (const BoundColumn& column : table->columns) {
      std::string type = TypeName(*column.type);
      std::replace(type.begin(), type.end(), ',', '_');
      const bool refers = !column.references.empty();
      text += fmt::format("    {} {}{}\n", type, column.name,
                          column.is_key ? " PK"
                          : refers      ? " FK"
                                        : "");
    }
    text += "  }\n";
  }
  return text;
}

ordered_json DescribeJson(const BoundDataset& dataset) {
  const DatasetSpec& spec = dataset.spec();
  ordered_json tables = ordered_json::array(), parameters = ordered_json::array();
  for (const auto& table : dataset.tables()) tables.push_back(TableJson(dataset, *table));
  for (const ParameterSpec& one : spec.parameters) {
    parameters.push_back(
        {{"name", one.name},
         {"value", one.value == nullptr ? "" : FormatExpression(*one.value)},
         {"description", one.doc}});
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
      {"tables", tables}};
  if (spec.target_rows) json["target_rows"] = *spec.target_rows;
  return json;
}

}  // namespace lakeseed
