#include "lakeseed/plan/partition_terms.h"

#include <arrow/util/string.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "lakeseed/base/status.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/plan/own_date.h"
#include "lakeseed/spec/frequency.h"

namespace lakeseed {
namespace {

arrow::Status BadTerm(std::string_view term, std::string_view why) {
  return RequestError(fmt::format("{}: --partition-by {}", why, term),
                      "columns, or year, month, day, hour, yearmonth of the table's own "
                      "time, or year(column)");
}

/// A term without regard to a table; no source: the table's own date.
arrow::Result<PartitionField> Parsed(const std::string& term) {
  PartitionField field;
  const size_t open = term.find('(');
  if (open == std::string::npos) {
    field.name = term;
    field.source = term;
    return field;
  }
  if (term.back() != ')') return BadTerm(term, "open bracket");
  const std::string name = term.substr(0, open);
  if (name == "bucket" || name == "truncate") {
    return BadTerm(term, "Delta tables and plain files have no " + name);
  }
  const auto transform = FindPartitionTransform(name);
  if (!transform || *transform == PartitionTransform::kIdentity) {
    return BadTerm(term, "no such part of a date");
  }
  field.name = name;
  field.source = term.substr(open + 1, term.size() - open - 2);
  field.transform = *transform;
  if (field.source.empty()) return BadTerm(term, "no column");
  return field;
}

/// Find the column of a term in a table; empty: it has none.
arrow::Result<std::string> Resolve(const BoundTable& table, PartitionField* field) {
  if (field->transform == PartitionTransform::kIdentity) {
    if (table.FindColumn(field->source) >= 0) return field->source;
    const auto transform = FindPartitionTransform(field->name);
    if (!transform || *transform == PartitionTransform::kIdentity) return std::string();
    field->transform = *transform;
    const ColumnSpec* const date = OwnDate(*table.spec);
    field->source = date == nullptr ? "" : date->name;
  }
  const int column = table.FindColumn(field->source);
  if (column < 0) return std::string();
  if (table.FindColumn(field->name) >= 0) {
    return BadTerm(field->name + "(" + field->source + ")",
                   fmt::format("{} has a column of this name", table.name));
  }
  if (table.spec->has_own_days()) field->zone = ZoneOf(*table.spec);
  return field->source;
}

}  // namespace

arrow::Result<std::vector<PartitionField>> PartitionsOf(
    const BoundTable& table, std::span<const std::string> terms) {
  std::vector<PartitionField> fields;
  std::set<std::string> names;
  for (const std::string& term : terms) {
    ARROW_ASSIGN_OR_RAISE(PartitionField field, Parsed(term));
    ARROW_ASSIGN_OR_RAISE(const std::string column, Resolve(table, &field));
    if (column.empty()) return std::vector<PartitionField>();
    const int index = table.FindColumn(column);
    if (!table.spec->columns[static_cast<size_t>(index)].span.is_always()) {
      return BadTerm(term, fmt::format("{}.{} is not in all files, so they are not apart",
                                       table.name, column));
    }
    ARROW_RETURN_NOT_OK(
        CheckPartition(field, *table.columns[static_cast<size_t>(index)].type));
    if (!names.insert(arrow::internal::AsciiToLower(field.name)).second) {
      return BadTerm(term, "two partition columns of one name");
    }
    fields.push_back(std::move(field));
  }
  return fields;
}

arrow::Status NoTableToPartition(std::span<const BoundTable* const> tables,
                                 std::span<const std::string> terms) {
  std::vector<std::string_view> columns;
  for (const BoundTable* table : tables) {
    for (const BoundColumn& column : table->columns) columns.push_back(column.name);
  }
  for (const std::string& term : terms) {
    ARROW_ASSIGN_OR_RAISE(const PartitionField field, Parsed(term));
    const bool is_known =
        std::find(columns.begin(), columns.end(), field.source) != columns.end() ||
        FindPartitionTransform(field.name);
    if (is_known) continue;
    const std::string nearest = DidYouMean(field.source, columns);
    return RequestError("no table has such a column: --partition-by " + term, nearest);
  }
  return RequestError(fmt::format("no table has all of these columns: --partition-by {}",
                                  fmt::join(terms, ",")),
                      "tables without them are not partitioned; one at least must be");
}

}  // namespace lakeseed
