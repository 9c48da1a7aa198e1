// schema: the columns of every file, their order, types and nullability are those
// of the spec; types that the spec leaves open are those of the manifest. Columns that
// come or go are in the files of their days, and in no others.

#include <arrow/api.h>

#include <algorithm>

#include "lakeseed/base/date.h"
#include "lakeseed/evaluate/bound_expression.h"
#include "lakeseed/validate/table_check.h"

namespace lakeseed {
namespace {

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// Columns that the table must have in its files; those that come or go where they are.
std::vector<std::string> DeclaredColumns(const TableSpec& table,
                                         const arrow::Schema& schema) {
  std::vector<std::string> names;
  for (const ColumnSpec& column : table.columns) {
    const bool may_be = column.span.is_always() || schema.GetFieldIndex(column.name) >= 0;
    if (may_be) names.push_back(column.name);
  }
  return names;
}

std::string SpanText(const ColumnSpan& span) {
  std::string text;
  if (span.since) text += " since " + FormatDate(*span.since);
  if (span.until) text += " until " + FormatDate(*span.until);
  return text;
}

// The type that the spec states, or else the manifest's.
std::shared_ptr<arrow::DataType> DeclaredType(const ColumnSpec& column,
                                              const TableFacts& facts) {
  if (!column.type.empty()) {
    auto type = ParseTypeName(column.type, column.place);
    if (type.ok()) return PlainType(*type);
  }
  if (column.generator &&
      (column.generator->name == "key" || column.generator->name == "foreign_key")) {
    return arrow::int64();
  }
  const ColumnFacts* stated = facts.FindColumn(column.name);
  return stated != nullptr ? stated->type : nullptr;
}

struct SchemaChecks {
  int64_t max_examples;
  Check columns, types, nullability, span;

  void Found(Check* check, const std::string& file, const std::string& column,
             std::string expected, std::string found) const {
    ++check->violations;
    if (static_cast<int64_t>(check->examples.size()) >= max_examples) return;
    check->examples.push_back({file, -1, column, std::move(expected), std::move(found)});
  }

  void Look(const TableSpec& table, const TableFacts& facts, const FileFacts& file,
            const arrow::Schema& schema);
  /// Columns that come or go, in a file that shows some days.
  void LookAtSpans(const TableSpec& table, const FileFacts& file, DateRange shown,
                   const arrow::Schema& schema);
};

void SchemaChecks::LookAtSpans(const TableSpec& table, const FileFacts& file,
                               DateRange shown, const arrow::Schema& schema) {
  // A file without rows may have no names: JSON Lines.
  if (schema.num_fields() == 0 && file.num_rows == 0) return;
  for (const ColumnSpec& column : table.columns) {
    if (column.span.is_always()) continue;
    const bool belongs = column.span.Touches(shown.from, shown.to);
    if (belongs == (schema.GetFieldIndex(column.name) >= 0)) continue;
    const std::string about = "column" + SpanText(column.span);
    const std::string day = shown.from == shown.to ? " on " + FormatDate(shown.from) : "";
    Found(&span, file.path, column.name, about,
          (belongs ? "no such column" : "the column") + day);
  }
}

void SchemaChecks::Look(const TableSpec& table, const TableFacts& facts,
                        const FileFacts& file, const arrow::Schema& schema) {
  const std::vector<std::string> declared = DeclaredColumns(table, schema);
  if (declared != schema.field_names()) {
    Found(&columns, file.path, "", Joined(declared), Joined(schema.field_names()));
  }
  for (const ColumnSpec& column : table.columns) {
    const auto field = schema.GetFieldByName(column.name);
    const auto type = DeclaredType(column, facts);
    if (field == nullptr || type == nullptr) continue;
    if (!field->type()->Equals(*type)) {
      Found(&types, file.path, column.name, type->ToString(), field->type()->ToString());
    }
    const ColumnFacts* stated = nullptr;
    for (const ColumnFacts& one : file.columns) {
      if (one.name == column.name) stated = &one;
    }
    if (stated != nullptr && !stated->type->Equals(*type)) {
      Found(&types, kFactsPath, column.name, type->ToString(), stated->type->ToString());
    }
    const bool must_allow =
        column.null_fraction > 0 || column.when != nullptr || !column.span.is_always();
    if (must_allow && !field->nullable()) {
      Found(&nullability, file.path, column.name, "a column that may be null",
            "required");
    }
  }
}

}  // namespace

void CheckSchema(const DatasetFiles& files, const TableSpec& table, int64_t max_examples,
                 std::vector<Check>* out) {
  const TableFiles& own = *files.Find(table.name);
  SchemaChecks checks{.max_examples = max_examples};
  std::vector<std::pair<Check*, const char*>> rules = {
      {&checks.columns, "schema:columns"},
      {&checks.types, "schema:types"},
      {&checks.nullability, "schema:nullability"}};
  const bool is_steady =
      std::all_of(table.columns.begin(), table.columns.end(),
                  [](const ColumnSpec& column) { return column.span.is_always(); });
  if (!is_steady) rules.emplace_back(&checks.span, "schema:since_until");
  for (const auto& [check, rule] : rules) {
    check->table = table.name;
    check->kind = "schema";
    check->rule = rule;
  }
  bool any = false;
  for (size_t i = 0; i < own.probes.size(); ++i) {
    if (own.skip[i]) continue;
    any = true;
    const FileFacts& file = own.facts->files[i];
    const arrow::Schema& schema = *own.probes[i].schema;
    checks.Look(table, *own.facts, file, schema);
    checks.LookAtSpans(table, file, ShownDays(files.spec(), table, *own.facts, file),
                       schema);
    for (const auto& [check, rule] : rules) check->checked_rows += file.num_rows;
  }
  for (const auto& [check, rule] : rules) {
    if (!any) check->skipped_reason = "no file of the table can be read";
    out->push_back(std::move(*check));
  }
}

}  // namespace lakeseed
