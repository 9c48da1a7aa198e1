#include "lakeseed/validate/table_reader.h"

#include <arrow/api.h>
#include <arrow/compute/cast.h>

#include <utility>

#include "lakeseed/validate/dataset_files.h"
#include "lakeseed/validate/nested_cells.h"

namespace lakeseed {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

// decimal32 and decimal128 of at most 18 digits as decimal64.
arrow::Result<ArrayPtr> NarrowDecimals(const ArrayPtr& array,
                                       const std::shared_ptr<arrow::DataType>& to) {
  arrow::TypedBufferBuilder<int64_t> values;
  ARROW_RETURN_NOT_OK(values.Reserve(array->length()));
  for (int64_t i = 0; i < array->length(); ++i) {
    int64_t value = 0;
    if (array->IsValid(i)) {
      if (array->type_id() == arrow::Type::DECIMAL32) {
        const auto& narrow = static_cast<const arrow::Decimal32Array&>(*array);
        value = static_cast<int32_t>(arrow::Decimal32(narrow.GetValue(i)).value());
      } else {
        const auto& wide = static_cast<const arrow::Decimal128Array&>(*array);
        value = static_cast<int64_t>(arrow::Decimal128(wide.GetValue(i)).low_bits());
      }
    }
    values.UnsafeAppend(value);
  }
  ARROW_ASSIGN_OR_RAISE(auto buffer, values.Finish());
  std::shared_ptr<arrow::Buffer> valid;
  if (array->null_count() > 0) {
    ARROW_ASSIGN_OR_RAISE(auto bits, arrow::AllocateEmptyBitmap(array->length()));
    for (int64_t i = 0; i < array->length(); ++i) {
      if (array->IsValid(i)) arrow::bit_util::SetBit(bits->mutable_data(), i);
    }
    valid = std::move(bits);
  }
  return arrow::MakeArray(arrow::ArrayData::Make(
      to, array->length(), {std::move(valid), std::move(buffer)}, array->null_count()));
}

}  // namespace

arrow::Result<ArrayPtr> ToPlain(const ArrayPtr& array) {
  const auto plain = PlainType(array->type());
  if (array->type()->Equals(*plain)) return array;
  switch (array->type_id()) {
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL128:
      return NarrowDecimals(array, plain);
    case arrow::Type::TIMESTAMP: {
      const auto& type = static_cast<const arrow::TimestampType&>(*array->type());
      if (type.unit() == arrow::TimeUnit::MICRO) {
        // Without a zone: instants of UTC all the same.
        auto data = array->data()->Copy();
        data->type = plain;
        return arrow::MakeArray(std::move(data));
      }
      break;
    }
    case arrow::Type::LIST:
    case arrow::Type::STRUCT:
      return NestedToPlain(*array, plain);
    default:
      break;
  }
  return arrow::compute::Cast(*array, plain);
}

TableReader::TableReader(FilePlace root, const TableFiles& table, std::vector<bool> skip,
                         std::vector<std::string> columns)
    : root_(std::move(root)),
      table_(table),
      skip_(std::move(skip)),
      columns_(std::move(columns)) {}

arrow::Status TableReader::Open(size_t file) {
  std::vector<std::string> read;
  places_.clear();
  for (const std::string& column : columns_) {
    const bool is_blank = table_.IsBlank(file, column);
    places_.push_back(is_blank ? -1 : static_cast<int>(read.size()));
    if (!is_blank) read.push_back(column);
  }
  const arrow::Schema& schema = *table_.probes[file].schema;
  // Rows are to be counted all the same.
  if (read.empty() && schema.num_fields() > 0) read.push_back(schema.field(0)->name());
  ARROW_ASSIGN_OR_RAISE(stream_, OpenFile(root_, table_.facts->files[file], read));
  return arrow::Status::OK();
}

arrow::Status TableReader::Fill(const arrow::RecordBatch& batch, RowBlock* block) const {
  block->slots.clear();
  for (size_t c = 0; c < columns_.size(); ++c) {
    ArrayPtr plain;
    if (places_[c] < 0) {
      const auto type = table_.schema->GetFieldByName(columns_[c])->type();
      ARROW_ASSIGN_OR_RAISE(plain, arrow::MakeArrayOfNull(type, batch.num_rows()));
    } else {
      ARROW_ASSIGN_OR_RAISE(plain, ToPlain(batch.column(places_[c])));
    }
    block->slots.push_back(std::move(plain));
  }
  return arrow::Status::OK();
}

arrow::Result<bool> TableReader::Next(RowBlock* block) {
  const std::vector<FileFacts>& files = table_.facts->files;
  while (true) {
    if (!stream_) {
      while (file_ < files.size() && skip_[file_]) ++file_;
      if (file_ == files.size()) return false;
      ARROW_RETURN_NOT_OK(Open(file_));
      row_in_file_ = 0;
    }
    ARROW_ASSIGN_OR_RAISE(const auto batch, stream_());
    if (batch == nullptr) {
      stream_ = nullptr;
      ++file_;
      continue;
    }
    if (batch->num_rows() == 0) continue;
    const FileFacts& file = files[file_];
    block->file = &file;
    block->row_in_file = row_in_file_;
    block->table_row = file.first_row + row_in_file_;
    block->position = position_;
    block->length = batch->num_rows();
    ARROW_RETURN_NOT_OK(Fill(*batch, block));
    row_in_file_ += block->length;
    position_ += block->length;
    return true;
  }
}

}  // namespace lakeseed
