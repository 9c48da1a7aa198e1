// statistics: what the manifest and the files' footers say of a column equals a
// recount of its values. This pass reads every value, so it also finds files that
// break in the middle.

#include <arrow/api.h>
#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "lakeseed/base/date.h"
#include "lakeseed/base/decimal.h"
#include "lakeseed/validate/cells.h"
#include "lakeseed/validate/file_parts.h"
#include "lakeseed/validate/file_streams.h"
#include "lakeseed/validate/table_check.h"

namespace lakeseed {
namespace {

// Counts one column of one file.
struct Recount {
  int64_t nulls = 0;
  bool any = false;
  int64_t min = 0, max = 0;
  double min_real = 0, max_real = 0;
  std::string min_text, max_text;

  void Add(const arrow::Array& array);
  void AddTexts(const arrow::Array& array);
  void AddReals(const arrow::DoubleArray& array);
};

void Recount::AddTexts(const arrow::Array& array) {
  std::string_view low, high;
  bool seen = false;
  for (int64_t i = 0; i < array.length(); ++i) {
    if (array.IsNull(i)) continue;
    const std::string_view text = TextAt(array, i);
    if (!seen || text < low) low = text;
    if (!seen || text > high) high = text;
    seen = true;
  }
  if (!seen) return;
  if (!any || low < min_text) min_text = low;
  if (!any || high > max_text) max_text = high;
  any = true;
}

void Recount::AddReals(const arrow::DoubleArray& array) {
  for (int64_t i = 0; i < array.length(); ++i) {
    const double value = array.Value(i);
    if (array.IsNull(i) || std::isnan(value)) continue;
    min_real = any ? std::min(min_real, value) : value;
    max_real = any ? std::max(max_real, value) : value;
    any = true;
  }
}

void Recount::Add(const arrow::Array& array) {
  nulls += array.null_count();
  if (IsTextLike(*array.type())) return AddTexts(array);
  if (array.type_id() == arrow::Type::DOUBLE) {
    return AddReals(static_cast<const arrow::DoubleArray&>(array));
  }
  if (!HoldsIntegers(*array.type()) && array.type_id() != arrow::Type::BOOL) return;
  std::vector<int64_t> values;
  ReadIntegers(array, &values);
  const bool all = array.null_count() == 0;
  for (int64_t i = 0; i < array.length(); ++i) {
    if (!all && array.IsNull(i)) continue;
    const int64_t value = values[static_cast<size_t>(i)];
    min = any ? std::min(min, value) : value;
    max = any ? std::max(max, value) : value;
    any = true;
  }
}

// A stated bound as an integer of the column's unit.
std::optional<int64_t> StatedInteger(const nlohmann::json& json,
                                     const arrow::DataType& type) {
  if (json.is_boolean()) return json.get<bool>() ? 1 : 0;
  if (json.is_number_integer()) return json.get<int64_t>();
  if (!json.is_string()) return std::nullopt;
  const std::string text = json.get<std::string>();
  if (type.id() == arrow::Type::DATE32) {
    const auto days = ParseDate(text);
    return days.ok() ? std::optional<int64_t>(*days) : std::nullopt;
  }
  if (type.id() == arrow::Type::DECIMAL64) {
    const auto decimal = ParseDecimal(text);
    if (!decimal.ok()) return std::nullopt;
    const auto scaled = Rescale(decimal->unscaled, decimal->scale,
                                static_cast<const arrow::DecimalType&>(type).scale());
    return scaled.ok() ? std::optional<int64_t>(*scaled) : std::nullopt;
  }
  return std::nullopt;
}

// "2024-03-01T12:34:56.000000Z" and "2024-03-01 12:34:56" are the same instant.
bool SameInstant(const std::string& stated, int64_t value) {
  std::string text = stated;
  if (text.ends_with("Z")) text.pop_back();
  if (text.size() > 10) text[10] = ' ';
  if (text.find('.') != std::string::npos) {
    while (text.ends_with("0")) text.pop_back();
    if (text.ends_with(".")) text.pop_back();
  }
  std::string found = FormatTimestamp(value);
  if (found.find('.') != std::string::npos) {
    while (found.ends_with("0")) found.pop_back();
  }
  return text == found;
}

struct StatisticsChecks {
  int64_t max_examples;
  Check manifest, footer;

  void Found(Check* check, const std::string& file, const std::string& column,
             std::string expected, std::string found) const {
    ++check->violations;
    if (static_cast<int64_t>(check->examples.size()) >= max_examples) return;
    check->examples.push_back({file, -1, column, std::move(expected), std::move(found)});
  }
  void Bound(const FileFacts& file, const ColumnFacts& column, const char* which,
             const nlohmann::json& stated, const Recount& recount, bool max);
  void Compare(const FileFacts& file, const ColumnFacts& column, const Recount& recount);
};

void StatisticsChecks::Bound(const FileFacts& file, const ColumnFacts& column,
                             const char* which, const nlohmann::json& stated,
                             const Recount& recount, bool max) {
  std::string found = "none";
  bool equal = stated.is_null() != recount.any;
  const int64_t number = max ? recount.max : recount.min;
  if (recount.any && equal) {
    if (IsTextLike(*column.type)) {
      found = max ? recount.max_text : recount.min_text;
      equal = stated.is_string() && stated.get<std::string>() == found;
    } else if (column.type->id() == arrow::Type::DOUBLE) {
      const double real = max ? recount.max_real : recount.min_real;
      found = fmt::format("{}", real);
      equal = !stated.is_number() || stated.get<double>() == real;
    } else if (column.type->id() == arrow::Type::TIMESTAMP) {
      found = IntegerText(number, *column.type);
      equal = stated.is_string() && SameInstant(stated.get<std::string>(), number);
    } else {
      found = IntegerText(number, *column.type);
      equal = StatedInteger(stated, *column.type) == number;
    }
  } else if (recount.any) {
    found = "values";
  }
  if (!equal) {
    Found(&manifest, file.path, column.name,
          fmt::format("{} {}", which, stated.is_null() ? "none" : stated.dump()), found);
  }
}

void StatisticsChecks::Compare(const FileFacts& file, const ColumnFacts& column,
                               const Recount& recount) {
  if (column.null_count != recount.nulls) {
    Found(&manifest, file.path, column.name, fmt::format("{} nulls", column.null_count),
          fmt::format("{} nulls", recount.nulls));
  }
  const bool is_ordered = IsTextLike(*column.type) || HoldsIntegers(*column.type) ||
                          column.type->id() == arrow::Type::BOOL ||
                          column.type->id() == arrow::Type::DOUBLE;
  if (!is_ordered) return;
  Bound(file, column, "min", column.min, recount, false);
  Bound(file, column, "max", column.max, recount, true);
}

// All columns of one file that its own schema and the manifest know.
arrow::Result<int64_t> CountFile(const DatasetFiles& files, const FileFacts& file,
                                 const std::vector<std::string>& columns,
                                 std::vector<Recount>* recounts) {
  ARROW_ASSIGN_OR_RAISE(const BatchStream stream, OpenFile(files.root(), file, columns));
  recounts->assign(columns.size(), Recount());
  int64_t rows = 0;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, stream());
    if (batch == nullptr) return rows;
    rows += batch->num_rows();
    for (size_t c = 0; c < columns.size(); ++c) {
      ARROW_ASSIGN_OR_RAISE(const auto plain,
                            ToPlain(batch->column(static_cast<int>(c))));
      (*recounts)[c].Add(*plain);
    }
  }
}

void CompareFooter(const DatasetFiles& files, const FileFacts& file,
                   const std::vector<std::string>& columns,
                   const std::vector<Recount>& recounts, StatisticsChecks* checks) {
  const auto footer = ReadFooter(files.root(), file);
  if (!footer.ok()) return;
  for (const FooterStatistics& one : *footer) {
    for (size_t c = 0; c < columns.size(); ++c) {
      if (columns[c] != one.column) continue;
      const Recount& recount = recounts[c];
      if (one.has_null_count && one.null_count != recount.nulls) {
        checks->Found(&checks->footer, file.path, one.column,
                      fmt::format("{} nulls", one.null_count),
                      fmt::format("{} nulls", recount.nulls));
      }
      const ColumnFacts& facts = file.columns[c];
      if (!one.has_integers || !recount.any || !HoldsIntegers(*facts.type)) continue;
      if (one.min != recount.min || one.max != recount.max) {
        checks->Found(&checks->footer, file.path, one.column,
                      fmt::format("{} to {}", one.min, one.max),
                      fmt::format("{} to {}", recount.min, recount.max));
      }
    }
  }
}

/// False: it cannot be read to its end.
bool LookAtFile(DatasetFiles* files, const std::string& table, size_t i,
                const FileFacts& file, StatisticsChecks* checks, Check* readable) {
  const TableFiles& own = *files->Find(table);
  std::vector<std::string> columns;
  FileFacts known = file;
  known.columns.clear();
  for (const ColumnFacts& column : file.columns) {
    const auto field = own.probes[i].schema->GetFieldByName(column.name);
    // A column of another type is told by `schema`; its bounds mean nothing here.
    if (field == nullptr || !field->type()->Equals(*column.type)) continue;
    columns.push_back(column.name);
    known.columns.push_back(column);
  }
  if (columns.empty()) return true;
  std::vector<Recount> recounts;
  const auto rows = CountFile(*files, file, columns, &recounts);
  if (!rows.ok()) {
    checks->Found(readable, file.path, "", "a whole " + file.format + " file",
                  rows.status().message());
    files->MarkBroken(table, own.facts->files[i].path, rows.status().message());
    return false;
  }
  if (*rows != file.num_rows && own.probes[i].num_rows < 0) {
    checks->Found(readable, file.path, "", fmt::format("{} rows", file.num_rows),
                  fmt::format("{} rows", *rows));
  }
  checks->manifest.checked_rows += *rows;
  checks->footer.checked_rows += *rows;
  for (size_t c = 0; c < columns.size(); ++c) {
    checks->Compare(known, known.columns[c], recounts[c]);
  }
  CompareFooter(*files, known, columns, recounts, checks);
  return true;
}

}  // namespace

void CheckStatistics(DatasetFiles* files, const TableSpec& table, int64_t max_examples,
                     std::vector<Check>* out) {
  StatisticsChecks checks{.max_examples = max_examples};
  Check readable;
  for (const auto& [check, rule] : {std::pair{&checks.manifest, "statistics:manifest"},
                                    {&checks.footer, "statistics:footer"},
                                    {&readable, "layout:contents"}}) {
    check->table = table.name;
    check->rule = rule;
    check->kind = check->rule.substr(0, check->rule.find(':'));
  }
  const size_t count = files->Find(table.name)->probes.size();
  for (size_t i = 0; i < count; ++i) {
    if (files->Find(table.name)->skip[i]) continue;
    for (const FileFacts& part : PartsOf(files->Find(table.name)->facts->files[i])) {
      if (!LookAtFile(files, table.name, i, part, &checks, &readable)) break;
    }
  }
  readable.checked_rows = checks.manifest.checked_rows;
  out->push_back(std::move(readable));
  out->push_back(std::move(checks.manifest));
  out->push_back(std::move(checks.footer));
}

}  // namespace lakeseed
