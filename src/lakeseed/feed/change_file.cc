#include "lakeseed/feed/change_file.h"

#include <arrow/api.h>

#include <utility>
#include <vector>

#include "lakeseed/base/date.h"
#include "lakeseed/generate/gather.h"

namespace lakeseed {
namespace {

enum Mark : int32_t { kInsertMark, kPreimageMark, kPostimageMark, kDeleteMark };

const std::shared_ptr<arrow::DataType>& MarkType() {
  static const auto type = arrow::dictionary(arrow::int32(), arrow::utf8());
  return type;
}

const std::shared_ptr<arrow::DataType>& InstantType() {
  static const auto type = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  return type;
}

arrow::Result<std::shared_ptr<arrow::Array>> Marks(const std::vector<int32_t>& codes) {
  arrow::StringBuilder words;
  ARROW_RETURN_NOT_OK(
      words.AppendValues({"insert", "update_preimage", "update_postimage", "delete"}));
  ARROW_ASSIGN_OR_RAISE(auto dictionary, words.Finish());
  arrow::Int32Builder indices;
  ARROW_RETURN_NOT_OK(indices.AppendValues(codes));
  ARROW_ASSIGN_OR_RAISE(auto array, indices.Finish());
  return arrow::DictionaryArray::FromArrays(MarkType(), array, dictionary);
}

/// Columns of the file. What a shape promises of rows in their order does not hold
/// of changes.
std::vector<ColumnLayout> LayoutOf(const BoundTable& table) {
  std::vector<ColumnLayout> columns;
  for (const BoundColumn& column : table.columns) {
    ColumnShape shape = column.shape;
    if (shape.kind == ShapeKind::kSequence || shape.kind == ShapeKind::kSorted) {
      shape.kind = ShapeKind::kUnknown;
    }
    columns.push_back({column.name, column.type, shape});
  }
  columns.push_back(
      {"_change_type", MarkType(), {.kind = ShapeKind::kCategory, .num_categories = 4}});
  columns.push_back({"_commit_version", arrow::int64(), {.kind = ShapeKind::kSorted}});
  columns.push_back({"_commit_timestamp", InstantType(), {.kind = ShapeKind::kSorted}});
  return columns;
}

}  // namespace

arrow::Result<std::unique_ptr<ChangeFile>> ChangeFile::Open(
    const BoundDataset& dataset, const BoundTable& table, const FileFormatDef& format,
    const WriteOptions& options, Storage* storage, const std::string& path,
    const std::string& staged_path) {
  const FileRequest request{.path = path,
                            .staged_path = staged_path,
                            .table = table.name,
                            .columns = LayoutOf(table),
                            .options = options};
  ARROW_ASSIGN_OR_RAISE(auto writer, OpenFileWriter(format, storage, request));
  return std::unique_ptr<ChangeFile>(
      new ChangeFile(dataset.spec().epoch, std::move(writer)));
}

arrow::Status ChangeFile::Append(const ChangeBatch& changes) {
  // Places in the rows before and, behind them, the rows after.
  std::vector<int32_t> places, codes;
  auto before = static_cast<int32_t>(0);
  auto after = static_cast<int32_t>(changes.before->num_rows());
  for (const ChangeOp op : changes.ops) {
    if (op == ChangeOp::kDelete || op == ChangeOp::kUpdate) {
      places.push_back(before++);
      codes.push_back(op == ChangeOp::kDelete ? kDeleteMark : kPreimageMark);
    }
    if (op != ChangeOp::kDelete) {
      places.push_back(after++);
      codes.push_back(op == ChangeOp::kUpdate ? kPostimageMark : kInsertMark);
    }
  }
  const auto rows = static_cast<int64_t>(places.size());
  const arrow::Int32Array order(rows, arrow::Buffer::Wrap(places));
  arrow::ArrayVector columns;
  arrow::MemoryPool* pool = arrow::default_memory_pool();
  for (int c = 0; c < changes.before->num_columns(); ++c) {
    ARROW_ASSIGN_OR_RAISE(
        const auto both,
        arrow::Concatenate({changes.before->column(c), changes.after->column(c)}, pool));
    ARROW_ASSIGN_OR_RAISE(auto column, Gather(both, order, pool));
    columns.push_back(std::move(column));
  }
  ARROW_ASSIGN_OR_RAISE(auto marks, Marks(codes));
  columns.push_back(std::move(marks));
  const arrow::Int64Scalar version(changes.day);
  const arrow::TimestampScalar instant(
      (int64_t{epoch_} + changes.day) * kMicrosecondsPerDay, InstantType());
  for (const arrow::Scalar* scalar : {static_cast<const arrow::Scalar*>(&version),
                                      static_cast<const arrow::Scalar*>(&instant)}) {
    ARROW_ASSIGN_OR_RAISE(auto column, arrow::MakeArrayFromScalar(*scalar, rows, pool));
    columns.push_back(std::move(column));
  }
  arrow::FieldVector fields;
  for (size_t c = 0; c < columns.size(); ++c) {
    const auto at = static_cast<int>(c);
    const bool is_own = at < changes.before->num_columns();
    fields.push_back(is_own ? changes.before->schema()->field(at)
                            : arrow::field("", columns[c]->type()));
  }
  return writer_->Write(*arrow::RecordBatch::Make(arrow::schema(std::move(fields)), rows,
                                                  std::move(columns)));
}

}  // namespace lakeseed
