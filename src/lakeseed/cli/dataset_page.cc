#include "lakeseed/cli/dataset_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "lakeseed/base/date.h"
#include "lakeseed/cli/parameter_list.h"
#include "lakeseed/cli/text_table.h"
#include "lakeseed/evaluate/bound_expression.h"
#include "lakeseed/plan/explain.h"
#include "lakeseed/spec/dirt_spec.h"
#include "lakeseed/spec/ledger_spec.h"

namespace lakeseed {
namespace {

std::string KeyColumn(const BoundTable& table) {
  for (const BoundColumn& column : table.columns) {
    if (column.is_key) return column.name;
  }
  return "";
}

/// The table whose key a path like `parent.order_id` or `dim_customer.customer_key` is;
/// empty if it is none.
std::string TableOfKey(const BoundDataset& dataset, const BoundTable& table,
                       const std::string& path) {
  const size_t point = path.find('.');
  if (point == std::string::npos) return "";
  const std::string name = path.substr(0, point);
  const int index = name == "parent" ? table.parent : dataset.FindTable(name);
  if (index < 0 || path.substr(point + 1) != KeyColumn(dataset.table(index))) return "";
  return dataset.table(index).name;
}

/// Table of tables, or that of one table's columns.
TextTable TablesOf(const BoundDataset& dataset) {
  TextTable text({"table", "kind", ">rows", ">columns", "what it is"});
  for (const auto& table : dataset.written_tables()) {
    text.Add({table->name, KindOf(*table), FormatCount(RowsOverWindow(dataset, *table)),
              FormatCount(static_cast<int64_t>(table->columns.size())),
              table->spec->doc});
  }
  return text;
}

TextTable ColumnsOf(const BoundTable& table) {
  TextTable text({"column", "type", "null", "key", "made by", "what it is"});
  for (const BoundColumn& column : table.columns) {
    const std::string key = column.is_key               ? "primary"
                            : column.references.empty() ? ""
                                                        : "-> " + column.references;
    text.Add({column.name, TypeName(*column.type), column.shape.nullable ? "yes" : "",
              key, MadeBy(*table.spec, column.name), column.doc});
  }
  return text;
}

TextTable ParameterTable(const DatasetSpec& spec) {
  TextTable text({"parameter", "value", "what it is"});
  for (const ShownParameter& one : ParametersOf(spec)) {
    text.Add({one.name, one.value, one.doc});
  }
  return text;
}

TextTable RulesOf(const TableSpec& table) {
  TextTable text({"rule", "holds for every row", "what it is"});
  for (const RuleSpec& rule : table.rules)
    text.Add({rule.name, RuleText(rule), rule.doc});
  return text;
}

TextTable LinksOf(const BoundDataset& dataset) {
  TextTable text({"column", "refers to"});
  for (const Relationship& one : RelationshipsOf(dataset)) {
    text.Add({one.table + "." + one.column, one.to_table + "." + one.to_column});
  }
  return text;
}

/// An expression, the name of a generator, or those of what is inside: "{city:
/// home.city}".
std::string RuleOf(const ColumnSpec& column) {
  if (column.expression != nullptr) return FormatExpression(*column.expression);
  if (column.generator) return column.generator->name;
  if (column.list != nullptr) {
    return fmt::format("list of {}, length {}", RuleOf(column.list->element),
                       column.list->length.name);
  }
  std::string fields;
  for (const ColumnSpec& field : column.fields) {
    fields += fmt::format("{}{}: {}", fields.empty() ? "" : ", ", field.own_name(),
                          RuleOf(field));
  }
  return "{" + fields + "}";
}

}  // namespace

std::vector<Relationship> RelationshipsOf(const BoundDataset& dataset) {
  std::vector<Relationship> list;
  for (const auto& table : dataset.written_tables()) {
    for (const BoundColumn& column : table->columns) {
      std::string to = column.references;
      if (to.empty()) to = TableOfKey(dataset, *table, MadeBy(*table->spec, column.name));
      const int index = to.empty() ? -1 : dataset.FindTable(to);
      if (index < 0 || dataset.table(index).spec->is_hidden) continue;
      const std::string key = KeyColumn(dataset.table(index));
      if (!key.empty()) list.push_back({table->name, column.name, to, key});
    }
  }
  return list;
}

int64_t RowsOverWindow(const BoundDataset& dataset, const BoundTable& table) {
  return table.rows->Extent(dataset.window()).length();
}

std::string KindOf(const BoundTable& table) {
  if (table.spec->calendar != nullptr) return "calendar";
  if (table.spec->children) {
    const ChildrenSpec& one = *table.spec->children;
    return (one.is_fact ? "rows of " : "children of ") + one.parent;
  }
  if (table.spec->history) return "history of " + table.spec->history->of;
  if (table.spec->population) return "population";
  if (table.spec->ledger != nullptr) return "ledger of " + table.spec->ledger->of;
  if (table.spec->series != nullptr) return "series";
  return table.spec->events ? "events" : "static";
}

std::string LateText(const TableSpec& table) {
  std::string text;
  for (const LateShare& one : table.late) {
    text += fmt::format("{:g}% {}by {}d", one.share * 100, text.empty() ? "late " : "",
                        one.days);
    if (&one != &table.late.back()) text += ", ";
  }
  return text;
}

std::string MadeBy(const TableSpec& table, const std::string& column) {
  for (const ColumnSpec& one : table.columns) {
    if (one.name != column) continue;
    std::string text = RuleOf(one);
    if (one.when != nullptr) text += " when " + FormatExpression(*one.when);
    if (one.null_fraction > 0) text += fmt::format(", {} null", one.null_fraction);
    if (one.drift != nullptr) text += ", drifts";
    const DirtSpec* dirt = table.dirt.get();
    if (const CellDirt* cell = dirt == nullptr ? nullptr : dirt->Find(column)) {
      text +=
          fmt::format(", {:g}% {} on purpose", cell->share * 100, DirtName(cell->kind));
    }
    const auto& [since, until] = one.span;
    if (since) text += ", since " + FormatDate(*since);
    if (until) text += ", until " + FormatDate(*until);
    return text;
  }
  return "";
}

std::string RuleText(const RuleSpec& rule) {
  if (rule.condition != nullptr) return FormatExpression(*rule.condition);
  if (const auto& running = rule.running) {
    return fmt::format("running({}) per {}: + {}, from {}", running->column, running->per,
                       FormatExpression(*running->adds),
                       FormatExpression(*running->from));
  }
  if (const auto& total = rule.total) {
    std::vector<std::string> keys;
    for (const auto& [own, other] : total->match) {
      keys.push_back(FormatExpression(*own) + " = " + FormatExpression(*other));
    }
    return fmt::format("{} = sum of {} over {} with {}", total->column,
                       FormatExpression(*total->sum), total->of,
                       fmt::join(keys, " and "));
  }
  return fmt::format("unique({})", fmt::join(rule.unique, ", "));
}

std::string HeadLine(const DatasetSpec& spec) {
  std::string line = fmt::format("domain {}", spec.domain);
  if (!spec.pattern.empty()) line += fmt::format(", pattern {}", spec.pattern);
  line +=
      fmt::format(", {} to {}", FormatDate(spec.window.from), FormatDate(spec.window.to));
  if (!spec.main.empty()) line += fmt::format(", main table {}", spec.main);
  if (spec.target_rows)
    line += fmt::format(", {} rows of it", FormatCount(*spec.target_rows));
  return line;
}

std::string DescribeText(const BoundDataset& dataset) {
  const DatasetSpec& spec = dataset.spec();
  std::string text = fmt::format("{}: {}\n{}\n\n{}", spec.id(), spec.doc, HeadLine(spec),
                                 TablesOf(dataset).ToText());
  if (!ParametersOf(spec).empty()) {
    text += "\nparameters\n" + ParameterTable(spec).ToText();
  }
  for (const auto& table : dataset.written_tables()) {
    text += fmt::format("\n{}: {}\n", table->name, table->spec->doc);
    if (!table->spec->late.empty()) text += LateText(*table->spec) + "\n";
    text += ColumnsOf(*table).ToText();
    if (!table->spec->rules.empty()) text += "\n" + RulesOf(*table->spec).ToText();
  }
  if (!RelationshipsOf(dataset).empty()) {
    text += "\nrelationships\n" + LinksOf(dataset).ToText();
  }
  return text;
}

std::string DescribeMarkdown(const BoundDataset& dataset) {
  const DatasetSpec& spec = dataset.spec();
  std::string text = fmt::format("# {}\n\n{}.\n\n{}.\n\n{}", spec.id(), spec.doc,
                                 HeadLine(spec), TablesOf(dataset).ToMarkdown());
  if (!ParametersOf(spec).empty()) {
    text += "\n## Parameters\n\n" + ParameterTable(spec).ToMarkdown();
  }
  if (!RelationshipsOf(dataset).empty()) {
    text += "\n## Relationships\n\n" + LinksOf(dataset).ToMarkdown();
    text += fmt::format("\n```mermaid\n{}```\n", DescribeMermaid(dataset));
  }
  for (const auto& table : dataset.written_tables()) {
    text += fmt::format("\n## {}\n\n{}.\n\n", table->name, table->spec->doc);
    if (!table->spec->late.empty()) text += LateText(*table->spec) + ".\n\n";
    text += ColumnsOf(*table).ToMarkdown();
    if (!table->spec->rules.empty()) text += "\n" + RulesOf(*table->spec).ToMarkdown();
  }
  return text;
}

}  // namespace lakeseed
