#include "lakeseed/plan/partition_terms.h"

#include <arrow/util/string.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "lakeseed/base/status.h"
#include "lakeseed/plan/own_date.h"
#include "lakeseed/plan/table_columns.h"
#include "lakeseed/spec/frequency.h"

namespace lakeseed {
namespace {

using Transform = PartitionTransform;

constexpr std::string_view kOption = "--partition-by ";

arrow::Status BadTerm(std::string_view term, std::string_view why) {
  return SpecErrors({{Place{}, "", std::string(why), fmt::format("{}{}", kOption, term),
                      "columns, or year, month, day, hour, yearmonth of the table's own "
                      "time, or year(column), or bucket(16,column)"}});
}

/// "16,customer_id" of bucket(16,customer_id)
arrow::Status ReadWidth(const std::string& term, PartitionField* field) {
  const size_t comma = field->source.find(',');
  int32_t width = 0;
  const char* const begin = field->source.data();
  const auto [end, error] =
      std::from_chars(begin, begin + std::min(comma, field->source.size()), width);
  constexpr int32_t kMost = 1'000'000;
  if (comma == std::string::npos || error != std::errc() || end != begin + comma ||
      width < 1 || width > kMost) {
    return BadTerm(term, fmt::format("no {}(number,column)", ToString(field->transform)));
  }
  field->width = width;
  field->source = field->source.substr(comma + 1);
  field->source.erase(0, field->source.find_first_not_of(' '));
  return arrow::Status::OK();
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
  field.name = term.substr(0, open);
  const auto transform = FindPartitionTransform(field.name);
  if (!transform || *transform == Transform::kIdentity ||
      *transform == Transform::kDate || *transform == Transform::kDateHour) {
    return BadTerm(term, "no such part of a column");
  }
  field.source = term.substr(open + 1, term.size() - open - 2);
  field.transform = *transform;
  if (!IsPartOfTime(field.transform)) ARROW_RETURN_NOT_OK(ReadWidth(term, &field));
  if (field.source.empty()) return BadTerm(term, "no column");
  return field;
}

/// Find the column of a term in a table; false: it has none.
bool Resolve(const BoundTable& table, PartitionField* field) {
  if (field->transform == Transform::kIdentity) {
    if (table.FindColumn(field->source) >= 0) return true;
    const auto transform = FindPartitionTransform(field->name);
    if (!transform || !IsPartOfTime(*transform)) return false;
    field->transform = *transform;
    const ColumnSpec* const date = OwnDate(*table.spec);
    field->source = date == nullptr ? "" : date->name;
  }
  return table.FindColumn(field->source) >= 0;
}

/// As the table format has it.
arrow::Status Translate(const PartitionDialect& dialect, const BoundTable& table,
                        const std::string& term, PartitionField* field) {
  if (field->transform == Transform::kTruncate && !dialect.has_truncate) {
    return BadTerm(term, "this table format has no truncate");
  }
  if (field->transform == Transform::kYearMonth && !dialect.has_yearmonth) {
    return BadTerm(term, "this table format has no yearmonth; year,month are as good");
  }
  field->style = dialect.style;
  const bool is_value = field->transform == Transform::kIdentity;
  const bool is_named_by_column =
      dialect.style == PartitionStyle::kIceberg ||
      (field->transform == Transform::kBucket && dialect.style == PartitionStyle::kHive);
  if (!is_value && is_named_by_column) {
    const bool is_short = field->transform == Transform::kTruncate;
    field->name = fmt::format("{}_{}", field->source,
                              is_short ? "trunc" : ToString(field->transform));
  }
  if (!is_value && dialect.style != PartitionStyle::kDucklake &&
      table.FindColumn(field->name) >= 0) {
    return BadTerm(
        term, fmt::format("{} has a column of this name: {}", table.name, field->name));
  }
  if (!dialect.is_hidden() && table.spec->has_own_days()) {
    field->zone = ZoneOf(*table.spec);
  }
  if (!dialect.counts_since_epoch) return arrow::Status::OK();
  if (field->transform == Transform::kMonth) field->transform = Transform::kYearMonth;
  if (field->transform == Transform::kDay) field->transform = Transform::kDate;
  if (field->transform == Transform::kHour) field->transform = Transform::kDateHour;
  return arrow::Status::OK();
}

/// Days since 1970 tell the month: of the parts of one column the finest is left.
void DropCoarseParts(std::vector<PartitionField>* fields) {
  const auto rank = [](Transform transform) {
    constexpr Transform kCoarseToFine[] = {Transform::kYear, Transform::kYearMonth,
                                           Transform::kDate, Transform::kDateHour};
    return std::find(std::begin(kCoarseToFine), std::end(kCoarseToFine), transform) -
           std::begin(kCoarseToFine);
  };
  const std::vector<PartitionField> all = *fields;
  std::erase_if(*fields, [&](const PartitionField& field) {
    return IsPartOfTime(field.transform) &&
           std::any_of(all.begin(), all.end(), [&](const PartitionField& other) {
             return IsPartOfTime(other.transform) && other.source == field.source &&
                    rank(other.transform) > rank(field.transform);
           });
  });
}

/// `is_asked`: by the request, not by the dataset.
arrow::Result<std::vector<PartitionField>> FieldsOf(const BoundTable& table,
                                                    std::span<const std::string> terms,
                                                    const PartitionDialect& dialect,
                                                    bool is_asked) {
  std::vector<PartitionField> fields;
  for (const std::string& term : terms) {
    ARROW_ASSIGN_OR_RAISE(PartitionField field, Parsed(term));
    if (!Resolve(table, &field)) {
      if (is_asked) return std::vector<PartitionField>();
      return BadTerm(term, fmt::format("{} has no such column", table.name));
    }
    const auto index = static_cast<size_t>(table.FindColumn(field.source));
    if (!table.spec->columns[index].span.is_always()) {
      return BadTerm(term, fmt::format("{}.{} is not in all files, so they are not apart",
                                       table.name, field.source));
    }
    ARROW_RETURN_NOT_OK(Translate(dialect, table, term, &field));
    ARROW_RETURN_NOT_OK(CheckPartition(field, *table.columns[index].type));
    fields.push_back(std::move(field));
  }
  if (dialect.counts_since_epoch) DropCoarseParts(&fields);
  std::set<std::string> names;
  for (PartitionField& field : fields) {
    const bool is_same_part = dialect.style == PartitionStyle::kDucklake &&
                              field.transform != Transform::kIdentity &&
                              names.contains(field.name);
    if (is_same_part) field.name += "_" + field.source;
    if (names.insert(arrow::internal::AsciiToLower(field.name)).second) continue;
    return BadTerm(field.name, "two partition columns of one name");
  }
  return fields;
}

}  // namespace

std::vector<std::string> WholeTerms(std::span<const std::string> pieces) {
  std::vector<std::string> terms;
  bool is_open = false;
  for (const std::string& piece : pieces) {
    if (is_open) {
      terms.back() += "," + piece;
    } else {
      terms.push_back(piece);
    }
    is_open = terms.back().find('(') != std::string::npos && !terms.back().ends_with(')');
  }
  return terms;
}

arrow::Result<std::vector<PartitionField>> PartitionsOf(
    const BoundTable& table, std::span<const std::string> terms,
    const PartitionDialect& dialect) {
  if (!terms.empty()) return FieldsOf(table, terms, dialect, /*is_asked=*/true);
  auto fields =
      FieldsOf(table, WholeTerms(table.spec->partition_by), dialect, /*is_asked=*/false);
  if (fields.ok()) return fields;
  std::vector<Diagnostic> diagnostics = DiagnosticsOf(fields.status());
  for (Diagnostic& one : diagnostics) {
    one.place = table.spec->place;
    one.path = table.name + ".partition_by";
    if (one.value && one.value->starts_with(kOption)) one.value->erase(0, kOption.size());
  }
  return SpecErrors(std::move(diagnostics));
}

arrow::Status CheckOwnPartitions(const BoundDataset& dataset) {
  // The format that allows most: which one will be written is not known.
  const PartitionDialect dialect{.style = PartitionStyle::kDucklake,
                                 .has_truncate = true};
  for (const auto& table : dataset.tables()) {
    ARROW_RETURN_NOT_OK(PartitionsOf(*table, {}, dialect).status());
  }
  return arrow::Status::OK();
}

arrow::Status NoTableToPartition(std::span<const BoundTable* const> tables,
                                 std::span<const std::string> terms) {
  for (const std::string& term : terms) {
    ARROW_ASSIGN_OR_RAISE(const PartitionField field, Parsed(term));
    if (FindPartitionTransform(field.name)) continue;
    ARROW_RETURN_NOT_OK(
        CheckSomeTableHas(tables, field.source, fmt::format("{}{}", kOption, term)));
  }
  return RequestError(fmt::format("no table has all of these columns: --partition-by {}",
                                  fmt::join(terms, ",")),
                      "tables without them are not partitioned; one at least must be");
}

}  // namespace lakeseed
