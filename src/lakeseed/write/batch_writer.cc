#include "lakeseed/write/batch_writer.h"

#include <arrow/type.h>

namespace lakeseed {

std::shared_ptr<arrow::Schema> SchemaOf(std::span<const ColumnLayout> columns) {
  arrow::FieldVector fields;
  for (const ColumnLayout& column : columns) {
    fields.push_back(arrow::field(column.name, column.type, column.shape.nullable));
  }
  return arrow::schema(std::move(fields));
}

BatchWriter::BatchWriter(std::string format, const FileRequest& request)
    : format_(std::move(format)), request_(request), schema_(SchemaOf(request.columns)) {}

arrow::Status BatchWriter::Open(Storage* storage) {
  const std::string& path =
      request_.staged_path.empty() ? request_.path : request_.staged_path;
  ARROW_ASSIGN_OR_RAISE(staged_, storage->OpenTemporary(path));
  return arrow::Status::OK();
}

arrow::Status BatchWriter::Write(const MadeRows& rows) {
  ARROW_RETURN_NOT_OK(ended_);
  ARROW_RETURN_NOT_OK(Keep(Check(rows)));
  ARROW_RETURN_NOT_OK(Keep(Append(rows)));
  num_rows_ += rows.num_rows();
  return arrow::Status::OK();
}

arrow::Result<DataFile> BatchWriter::Close() {
  ARROW_RETURN_NOT_OK(ended_);
  arrow::Result<DataFile> file = Publish();
  ARROW_RETURN_NOT_OK(Keep(file.status()));
  ended_ = arrow::Status::Invalid("file was closed: ", request_.path);
  return file;
}

arrow::Status BatchWriter::Abort() {
  if (!ended_.ok()) return arrow::Status::OK();
  ended_ = arrow::Status::Invalid("file was aborted: ", request_.path);
  return staged_ == nullptr ? arrow::Status::OK() : staged_->Abort();
}

namespace {

/// Whether values of `arrived` are numbers of texts of the type.
bool IsNumbered(const arrow::DataType& arrived, const arrow::DataType& text) {
  if (arrived.id() != arrow::Type::DICTIONARY) return false;
  const auto& type = static_cast<const arrow::DictionaryType&>(arrived);
  return text.id() == arrow::Type::STRING && type.value_type()->Equals(text) &&
         type.index_type()->id() == arrow::Type::INT32;
}

}  // namespace

arrow::Status BatchWriter::Check(const MadeRows& rows) const {
  if (std::ssize(rows.columns()) != schema_->num_fields()) {
    return arrow::Status::Invalid(request_.table, ": batch has ", rows.columns().size(),
                                  " columns, file has ", schema_->num_fields());
  }
  for (int i = 0; i < schema_->num_fields(); ++i) {
    const auto& field = *schema_->field(i);
    const MadeColumn& column = rows.columns()[static_cast<size_t>(i)];
    if (!column.type()->Equals(*field.type()) &&
        !(TakesNumberedTexts() && IsNumbered(*column.type(), *field.type()))) {
      return arrow::Status::Invalid(request_.table, ".", field.name(),
                                    ": batch has type ", column.type()->ToString(),
                                    ", file has ", field.type()->ToString());
    }
    if (!field.nullable() && column.null_count() > 0) {
      return arrow::Status::Invalid(request_.table, ".", field.name(),
                                    ": null in a column declared without nulls");
    }
  }
  return arrow::Status::OK();
}

arrow::Result<DataFile> BatchWriter::Publish() {
  ARROW_RETURN_NOT_OK(Finish());
  DataFile file;
  file.path = request_.path;
  file.table = request_.table;
  file.format = format_;
  file.num_rows = num_rows_;
  file.rows = {request_.first_row, request_.first_row + num_rows_};
  file.day = request_.day;
  file.partition_values = request_.partition_values;
  for (int i = 0; i < schema_->num_fields(); ++i) {
    ARROW_ASSIGN_OR_RAISE(auto column, StatisticsOfColumn(i));
    file.columns.push_back(std::move(column));
  }
  ARROW_ASSIGN_OR_RAISE(file.size_bytes, staged_->Publish(Replace::kReplace));
  return file;
}

arrow::Status BatchWriter::Keep(arrow::Status status) {
  if (status.ok()) return status;
  if (staged_ != nullptr) (void)staged_->Abort();
  ended_ = status;
  return status;
}

}  // namespace lakeseed
