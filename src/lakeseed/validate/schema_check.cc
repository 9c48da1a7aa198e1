// schema: the columns of every file, their order, types and nullability are those
// of the spec; types that the spec leaves open are those of the manifest.

#include <arrow/api.h>

#include <algorithm>

#include "lakeseed/evaluate/bound_expression.h"
#include "lakeseed/validate/table_check.h"

namespace lakeseed {
namespace {

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// Columns that the table must have in its files.
std::vector<std::string> DeclaredColumns(const TableSpec& table, const FileFacts& file) {
  std::vector<std::string> names;
  for (const ColumnSpec& column : table.columns) {
    const bool in_path =
        std::any_of(file.partition.begin(), file.partition.end(),
                    [&](const auto& one) { return one.first == column.name; });
    if (!in_path) names.push_back(column.name);
  }
  return names;
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
  Check columns, types, nullability;

  void Found(Check* check, const std::string& file, const std::string& column,
             std::string expected, std::string found) const {
    ++check->violations;
    if (static_cast<int64_t>(check->examples.size()) >= max_examples) return;
    check->examples.push_back({file, -1, column, std::move(expected), std::move(found)});
  }

  void Look(const TableSpec& table, const TableFacts& facts, const FileFacts& file,
            const arrow::Schema& schema);
};

void SchemaChecks::Look(const TableSpec& table, const TableFacts& facts,
                        const FileFacts& file, const arrow::Schema& schema) {
  const std::vector<std::string> declared = DeclaredColumns(table, file);
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
    const bool must_allow = column.null_fraction > 0 || column.when != nullptr;
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
  for (const auto& [check, rule] : {std::pair{&checks.columns, "schema:columns"},
                                    {&checks.types, "schema:types"},
                                    {&checks.nullability, "schema:nullability"}}) {
    check->table = table.name;
    check->kind = "schema";
    check->rule = rule;
  }
  bool any = false;
  for (size_t i = 0; i < own.probes.size(); ++i) {
    if (own.skip[i]) continue;
    any = true;
    checks.Look(table, *own.facts, own.facts->files[i], *own.probes[i].schema);
    for (Check* check : {&checks.columns, &checks.types, &checks.nullability}) {
      check->checked_rows += own.facts->files[i].num_rows;
    }
  }
  for (Check* check : {&checks.columns, &checks.types, &checks.nullability}) {
    if (!any) check->skipped_reason = "no file of the table can be read";
    out->push_back(std::move(*check));
  }
}

}  // namespace lakeseed
