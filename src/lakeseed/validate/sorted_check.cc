// layout:sorted: the rows of sorted files ascend by the columns that the manifest names.

#include <arrow/api.h>

#include <compare>

#include "lakeseed/validate/cells.h"
#include "lakeseed/validate/file_parts.h"
#include "lakeseed/validate/file_streams.h"
#include "lakeseed/validate/table_check.h"

namespace lakeseed {
namespace {

/// One column of a batch, ready to be compared cell by cell.
class SortColumn {
 public:
  static arrow::Result<SortColumn> Make(const std::shared_ptr<arrow::Array>& cells) {
    SortColumn column;
    ARROW_ASSIGN_OR_RAISE(column.cells_, ToPlain(cells));
    const arrow::DataType& type = *column.cells_->type();
    if (HoldsIntegers(type) || type.id() == arrow::Type::BOOL) {
      ReadIntegers(*column.cells_, &column.integers_);
    } else if (!IsTextLike(type) && type.id() != arrow::Type::DOUBLE) {
      return arrow::Status::TypeError("values without an order: ", type.ToString());
    }
    return column;
  }

  const arrow::Array& cells() const { return *cells_; }

  /// Nulls come first, NaN last.
  std::weak_ordering Compare(int64_t i, const SortColumn& other, int64_t j) const {
    if (cells_->IsNull(i) || other.cells_->IsNull(j)) {
      return other.cells_->IsNull(j) <=> cells_->IsNull(i);
    }
    if (!integers_.empty()) {
      return integers_[static_cast<size_t>(i)] <=>
             other.integers_[static_cast<size_t>(j)];
    }
    if (IsTextLike(*cells_->type())) {
      return TextAt(*cells_, i) <=> TextAt(*other.cells_, j);
    }
    const double a = RealAt(i), b = other.RealAt(j);
    if (a != a || b != b) return (a != a) <=> (b != b);
    return a < b ? std::weak_ordering::less
                 : (b < a ? std::weak_ordering::greater : std::weak_ordering::equivalent);
  }

 private:
  double RealAt(int64_t i) const {
    return static_cast<const arrow::DoubleArray&>(*cells_).Value(i);
  }

  std::shared_ptr<arrow::Array> cells_;
  std::vector<int64_t> integers_;
};

using SortColumns = std::vector<SortColumn>;

bool IsBelow(const SortColumns& a, int64_t i, const SortColumns& b, int64_t j) {
  for (size_t c = 0; c < a.size(); ++c) {
    const std::weak_ordering order = a[c].Compare(i, b[c], j);
    if (order != 0) return order < 0;
  }
  return false;
}

std::string RowText(const SortColumns& columns, int64_t row) {
  std::string text;
  for (const SortColumn& column : columns) {
    text += (text.empty() ? "" : ", ") + CellText(column.cells(), row);
  }
  return text;
}

/// Look at the rows of one file; an unreadable one is told by other checks.
class SortedFile {
 public:
  SortedFile(const FileFacts& file, int64_t max_examples, Check* check)
      : file_(file), max_examples_(max_examples), check_(check) {}

  arrow::Status Look(const FilePlace& root) {
    ARROW_ASSIGN_OR_RAISE(const BatchStream stream,
                          OpenFile(root, file_, file_.order.columns));
    while (true) {
      ARROW_ASSIGN_OR_RAISE(const auto batch, stream());
      if (batch == nullptr) return arrow::Status::OK();
      if (batch->num_rows() == 0) continue;
      SortColumns columns;
      for (const auto& column : batch->columns()) {
        ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), SortColumn::Make(column));
      }
      if (row_ > 0) Compare(columns, 0, last_, last_length_ - 1);
      for (int64_t i = 1; i < batch->num_rows(); ++i) Compare(columns, i, columns, i - 1);
      check_->checked_rows += batch->num_rows();
      row_ += batch->num_rows();
      last_ = std::move(columns);
      last_length_ = batch->num_rows();
    }
  }

 private:
  void Compare(const SortColumns& here, int64_t i, const SortColumns& before, int64_t j) {
    if (!IsBelow(here, i, before, j)) return;
    ++check_->violations;
    if (static_cast<int64_t>(check_->examples.size()) >= max_examples_) return;
    const int64_t row = &here == &before ? row_ + i : row_;
    check_->examples.push_back({file_.path, row, file_.order.columns.front(),
                                "not below " + RowText(before, j), RowText(here, i)});
  }

  const FileFacts& file_;
  const int64_t max_examples_;
  Check* const check_;
  SortColumns last_;  ///< Of the batch before.
  int64_t last_length_ = 0;
  int64_t row_ = 0;
};

}  // namespace

void CheckSorted(const DatasetFiles& files, const TableSpec& table, int64_t max_examples,
                 std::vector<Check>* out) {
  Check check{.table = table.name, .rule = "layout:sorted", .kind = "layout"};
  const TableFiles& own = *files.Find(table.name);
  bool is_sorted = false;
  for (size_t i = 0; i < own.skip.size(); ++i) {
    for (const FileFacts& part : PartsOf(own.facts->files[i])) {
      if (part.order.empty() || part.order.is_z_order) continue;
      is_sorted = true;
      if (own.skip[i]) continue;
      const arrow::Status status =
          SortedFile(part, max_examples, &check).Look(files.root());
      if (status.ok()) continue;
      ++check.violations;
      check.examples.push_back(
          {part.path, -1, "", "rows that can be read and compared", status.message()});
    }
  }
  if (is_sorted) out->push_back(std::move(check));
}

}  // namespace lakeseed
