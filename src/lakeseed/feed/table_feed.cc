#include "lakeseed/feed/table_feed.h"

#include <algorithm>
#include <span>
#include <utility>

#include "lakeseed/generate/evaluation.h"

namespace lakeseed {
namespace {

std::unique_ptr<Program> ProgramOf(const BoundDataset& dataset, const BoundTable& table,
                                   const std::vector<int>& columns) {
  std::vector<Program::Target> wanted;
  for (const int column : columns) {
    wanted.push_back({table.index, table.columns[static_cast<size_t>(column)].node});
  }
  return std::make_unique<Program>(dataset, wanted);
}

/// Mark the places in [begin, end) at which two arrays differ: halves that are
/// equal are passed over, since most rows are.
void MarkDifferent(const arrow::Array& a, const arrow::Array& b, int64_t begin,
                   int64_t end, std::vector<bool>* differs) {
  static const arrow::EqualOptions kSame =
      arrow::EqualOptions::Defaults().nans_equal(true);
  if (begin == end || a.RangeEquals(begin, end, begin, b, kSame)) return;
  if (end - begin == 1) {
    (*differs)[static_cast<size_t>(begin)] = true;
    return;
  }
  const int64_t middle = begin + (end - begin) / 2;
  MarkDifferent(a, b, begin, middle, differs);
  MarkDifferent(a, b, middle, end, differs);
}

/// Row numbers of two ascending lists, in order; one list as it is.
Rows Merge(const Rows& a, const Rows& b) {
  if (a.length() == 0) return b;
  if (b.length() == 0) return a;
  std::vector<int64_t> merged;
  merged.reserve(static_cast<size_t>(a.length() + b.length()));
  for (int64_t i = 0, j = 0; i < a.length() || j < b.length();) {
    const bool take_a = j == b.length() || (i < a.length() && a[i] < b[j]);
    merged.push_back(take_a ? a[i++] : b[j++]);
  }
  return Rows(std::move(merged));
}

std::vector<ChangeOp> OpsOf(const Rows& gone, const Rows& changed, const Rows& come) {
  struct Source {
    const Rows& rows;
    ChangeOp op;
    int64_t next = 0;
  };
  Source sources[] = {
      {gone, ChangeOp::kDelete}, {changed, ChangeOp::kUpdate}, {come, ChangeOp::kInsert}};
  std::vector<ChangeOp> ops(
      static_cast<size_t>(gone.length() + changed.length() + come.length()));
  for (ChangeOp& op : ops) {
    Source* least = nullptr;
    for (Source& source : sources) {
      if (source.next == source.rows.length()) continue;
      if (least == nullptr || source.rows[source.next] < least->rows[least->next]) {
        least = &source;
      }
    }
    ++least->next;
    op = least->op;
  }
  return ops;
}

}  // namespace

TableFeed::TableFeed(const BoundDataset& dataset, const BoundTable& table,
                     int64_t piece_rows, arrow::MemoryPool* pool)
    : dataset_(dataset), table_(table), pool_(pool) {
  VariationFinder finder(dataset);
  for (size_t i = 0; i < table.columns.size(); ++i) {
    columns_.push_back(static_cast<int>(i));
    const Variation variation = finder.Of(table.index, table.columns[i].node);
    if (variation.kind == Variation::Kind::kNever) continue;
    varying_.push_back(static_cast<int>(i));
    variation_ = Either(variation_, variation);
  }
  program_ = ProgramOf(dataset, table, columns_);
  varying_program_ = ProgramOf(dataset, table, varying_);
  rows_ = std::make_unique<RowChanges>(dataset, table, variation_, piece_rows);
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> TableFeed::Image(
    const Program& program, const std::vector<int>& columns, Rows rows,
    int32_t day) const {
  Evaluation evaluation(program, table_.index, std::move(rows), nullptr, {.day = day},
                        pool_);
  return evaluation.Batch(columns);
}

arrow::Result<std::vector<int64_t>> TableFeed::Differing(const Rows& rows,
                                                         int32_t day) const {
  std::vector<int64_t> numbers;
  if (rows.length() == 0) return numbers;
  ARROW_ASSIGN_OR_RAISE(const auto before,
                        Image(*varying_program_, varying_, rows, day - 1));
  ARROW_ASSIGN_OR_RAISE(const auto after, Image(*varying_program_, varying_, rows, day));
  std::vector<bool> differs(static_cast<size_t>(rows.length()));
  for (int c = 0; c < before->num_columns(); ++c) {
    MarkDifferent(*before->column(c), *after->column(c), 0, rows.length(), &differs);
  }
  for (size_t i = 0; i < differs.size(); ++i) {
    if (differs[i]) numbers.push_back(rows[static_cast<int64_t>(i)]);
  }
  return numbers;
}

arrow::Status TableFeed::VisitPiece(const RowPiece& piece, int32_t day,
                                    const Visit& visit) const {
  ARROW_ASSIGN_OR_RAISE(std::vector<int64_t> numbers, Differing(piece.stay, day));
  const Rows changed(std::move(numbers));
  ChangeBatch batch;
  batch.day = day;
  batch.ops = OpsOf(piece.gone, changed, piece.come);
  if (batch.ops.empty()) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(batch.before,
                        Image(*program_, columns_, Merge(piece.gone, changed), day - 1));
  ARROW_ASSIGN_OR_RAISE(batch.after,
                        Image(*program_, columns_, Merge(changed, piece.come), day));
  return visit(batch);
}

arrow::Status TableFeed::Each(int32_t day, const Visit& visit) const {
  return rows_->Each(
      day, [&](const RowPiece& piece) { return VisitPiece(piece, day, visit); });
}

arrow::Status TableFeed::EachOf(int32_t day, const Visit& visit) const {
  return rows_->EachOf(day, [&](const RowPiece& piece) -> arrow::Status {
    if (piece.come.length() == 0) return arrow::Status::OK();
    ChangeBatch batch;
    batch.day = day;
    batch.ops.assign(static_cast<size_t>(piece.come.length()), ChangeOp::kRead);
    ARROW_ASSIGN_OR_RAISE(batch.before, Image(*program_, columns_, Rows(), day));
    ARROW_ASSIGN_OR_RAISE(batch.after, Image(*program_, columns_, piece.come, day));
    return visit(batch);
  });
}

}  // namespace lakeseed
