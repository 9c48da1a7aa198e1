// copies: a table by day in copies. Of two copies that follow each other the later
// one has members of the earlier one and new ones with keys above all before, and
// columns that do not change in time are equal.
//
// Memory: the key and the fixed columns of two copies.

#include <arrow/api.h>
#include <arrow/compute/api_vector.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "lakeseed/base/date.h"
#include "lakeseed/spec/frequency.h"
#include "lakeseed/validate/cells.h"
#include "lakeseed/validate/key_index.h"
#include "lakeseed/validate/relations.h"
#include "lakeseed/validate/table_check.h"

namespace lakeseed {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

/// One copy: keys, and by column the values in the order of the rows.
struct Copy {
  int32_t day = 0;
  KeyIndex keys;
  std::vector<int64_t> in_order;
  std::vector<ArrayPtr> columns;
  std::string path;  ///< Of its first file.
};

class CopiesCheck {
 public:
  CopiesCheck(const DatasetFiles& files, const TableSpec& table, int64_t max_examples)
      : files_(files),
        table_(table),
        is_fixed_(RootOf(files.spec(), table).rows.has_value()),
        max_examples_(max_examples) {}

  arrow::Status Run(const std::function<bool()>& is_cancelled, std::vector<Check>* out);

 private:
  static Check Rule(const char* what) {
    return {.rule = std::string("copies:") + what, .kind = "copies"};
  }
  void Found(Check* check, const Copy& copy, int64_t row, const std::string& column,
             std::string expected, std::string found) {
    ++check->violations;
    if (static_cast<int64_t>(check->examples.size()) >= max_examples_) return;
    check->examples.push_back(
        {copy.path, row, column, std::move(expected), std::move(found)});
  }
  void Skip(std::string reason, std::vector<Check>* out);
  std::string ChooseColumns();
  arrow::Result<Copy> Read(int32_t day) const;
  void CompareMembers(const Copy& before, const Copy& copy);
  arrow::Status CompareColumns(const Copy& before, const Copy& copy);

  const DatasetFiles& files_;
  const TableSpec& table_;
  const bool is_fixed_;  ///< The table has the same rows for ever.
  const int64_t max_examples_;
  std::vector<std::string> columns_;  ///< The key first.
  int64_t last_key_ = 0;              ///< Greatest of all copies so far.
  Check members_ = Rule("members"), unchanged_ = Rule("unchanged");
};

void CopiesCheck::Skip(std::string reason, std::vector<Check>* out) {
  for (Check* check : {&members_, &unchanged_}) {
    check->table = table_.name;
    check->skipped_reason = reason;
    out->push_back(std::move(*check));
  }
}

// The key and the columns that do not change; or why there is no key.
std::string CopiesCheck::ChooseColumns() {
  const arrow::Schema& schema = *files_.Find(table_.name)->schema;
  const std::string key = KeyColumn(table_);
  const auto field = key.empty() ? nullptr : schema.GetFieldByName(key);
  if (field == nullptr || !HoldsIntegers(*field->type())) {
    return "the files have no key to tell rows by";
  }
  columns_ = {key};
  for (const ColumnSpec& column : table_.columns) {
    if (column.name == key || schema.GetFieldByName(column.name) == nullptr) continue;
    if (ChangesInTime(files_.spec(), table_, column.name)) continue;
    columns_.push_back(column.name);
  }
  return "";
}

arrow::Result<Copy> CopiesCheck::Read(int32_t day) const {
  Copy copy{.day = day};
  const std::vector<int32_t> days{day};
  TableReader reader = files_.Read(table_.name, columns_, &days);
  std::vector<arrow::ArrayVector> chunks(columns_.size());
  std::vector<int64_t> keys;
  RowBlock block;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const bool more, reader.Next(&block));
    if (!more) break;
    if (copy.path.empty()) copy.path = block.file->path;
    ReadIntegers(*block.slots[0], &keys);
    for (const int64_t key : keys) copy.keys.Add(key);
    copy.in_order.insert(copy.in_order.end(), keys.begin(), keys.end());
    for (size_t c = 0; c < columns_.size(); ++c) chunks[c].push_back(block.slots[c]);
  }
  const arrow::Schema& schema = *files_.Find(table_.name)->schema;
  for (size_t c = 0; c < columns_.size(); ++c) {
    if (chunks[c].empty()) {
      ARROW_ASSIGN_OR_RAISE(
          auto none, arrow::MakeEmptyArray(schema.GetFieldByName(columns_[c])->type()));
      chunks[c].push_back(std::move(none));
    }
    ARROW_ASSIGN_OR_RAISE(auto whole, arrow::Concatenate(chunks[c]));
    copy.columns.push_back(std::move(whole));
    chunks[c].clear();
  }
  return copy;
}

void CopiesCheck::CompareMembers(const Copy& before, const Copy& copy) {
  for (size_t i = 0; i < copy.in_order.size(); ++i) {
    const int64_t key = copy.in_order[i];
    if (key > last_key_ || before.keys.Find(key) >= 0) continue;
    Found(&members_, copy, static_cast<int64_t>(i), columns_[0],
          fmt::format("a row of the copy of {}, or a new one above {}",
                      FormatDate(before.day), last_key_),
          std::to_string(key));
  }
  for (size_t i = 0; is_fixed_ && i < before.in_order.size(); ++i) {
    if (copy.keys.Find(before.in_order[i]) >= 0) continue;
    Found(&members_, copy, -1, columns_[0],
          fmt::format("{}, as on {}", before.in_order[i], FormatDate(before.day)),
          "none");
  }
}

arrow::Status CopiesCheck::CompareColumns(const Copy& before, const Copy& copy) {
  arrow::Int64Builder here, there;
  for (size_t i = 0; i < copy.in_order.size(); ++i) {
    const int64_t place = before.keys.Find(copy.in_order[i]);
    if (place < 0) continue;
    ARROW_RETURN_NOT_OK(here.Append(static_cast<int64_t>(i)));
    ARROW_RETURN_NOT_OK(there.Append(place));
  }
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr rows, here.Finish());
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr old_rows, there.Finish());
  unchanged_.checked_rows += rows->length();
  for (size_t c = 1; c < columns_.size(); ++c) {
    ARROW_ASSIGN_OR_RAISE(const arrow::Datum found,
                          arrow::compute::Take(copy.columns[c], rows));
    ARROW_ASSIGN_OR_RAISE(const arrow::Datum expected,
                          arrow::compute::Take(before.columns[c], old_rows));
    const ArrayPtr new_cells = found.make_array(), old_cells = expected.make_array();
    if (new_cells->Equals(old_cells)) continue;
    ForEachDifference(*old_cells, *new_cells, false, [&](int64_t i) {
      const int64_t row = static_cast<const arrow::Int64Array&>(*rows).Value(i);
      Found(&unchanged_, copy, row, columns_[c],
            fmt::format("{}, as on {}", CellText(*old_cells, i), FormatDate(before.day)),
            CellText(*new_cells, i));
    });
  }
  return arrow::Status::OK();
}

arrow::Status CopiesCheck::Run(const std::function<bool()>& is_cancelled,
                               std::vector<Check>* out) {
  const std::vector<int32_t> days = files_.Find(table_.name)->Copies();
  if (days.size() < 2) {
    Skip("there are no two copies", out);
    return arrow::Status::OK();
  }
  const std::string reason = ChooseColumns();
  if (!reason.empty()) {
    Skip(reason, out);
    return arrow::Status::OK();
  }
  ARROW_ASSIGN_OR_RAISE(Copy before, Read(days[0]));
  for (size_t d = 0; d < days.size(); ++d) {
    if (is_cancelled()) return arrow::Status::Cancelled("validation was interrupted");
    if (d > 0) {
      ARROW_ASSIGN_OR_RAISE(Copy copy, Read(days[d]));
      CompareMembers(before, copy);
      ARROW_RETURN_NOT_OK(CompareColumns(before, copy));
      before = std::move(copy);
    }
    members_.checked_rows += static_cast<int64_t>(before.in_order.size());
    for (const int64_t key : before.in_order) last_key_ = std::max(last_key_, key);
  }
  for (Check* check : {&members_, &unchanged_}) {
    check->table = table_.name;
    out->push_back(std::move(*check));
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Status CheckCopies(const DatasetFiles& files, const TableSpec& table,
                          int64_t max_examples, const std::function<bool()>& is_cancelled,
                          std::vector<Check>* out) {
  return CopiesCheck(files, table, max_examples).Run(is_cancelled, out);
}

}  // namespace lakeseed
