// The Parquet writer over libparquet's own column writers: the oracle that the native
// writer is held against.
//
// Blocks go to the column writers as they are: decimals, dates and timestamps are
// handed over as the integers they are stored as, dictionary codes as codes, so
// that no value is converted, hashed or looked up again.

#include <arrow/array.h>
#include <arrow/compute/initialize.h>
#include <arrow/util/bit_util.h>
#include <parquet/arrow/writer.h>
#include <parquet/column_writer.h>
#include <parquet/exception.h>
#include <parquet/file_writer.h>
#include <parquet/properties.h>

#include "lakeseed/write/block_writer.h"
#include "lakeseed/write/parquet/file_properties.h"
#include "lakeseed/write/parquet/parquet_writers.h"
#include "lakeseed/write/parquet/used_dictionary.h"

namespace lakeseed {
namespace {

/// The same values under another type of the same width.
std::shared_ptr<arrow::Array> ViewAs(const arrow::Array& array,
                                     std::shared_ptr<arrow::DataType> type) {
  auto data = array.data()->Copy();
  data->type = std::move(type);
  return arrow::MakeArray(std::move(data));
}

/// Decimals as integers of another width. REQUIRES: precision fits `To`.
template <typename To, typename From>
arrow::Result<std::shared_ptr<arrow::Array>> Narrow(
    const arrow::Array& array, int stride, std::shared_ptr<arrow::DataType> type) {
  const int64_t length = array.length();
  ARROW_ASSIGN_OR_RAISE(auto buffer,
                        arrow::AllocateBuffer(length * static_cast<int64_t>(sizeof(To))));
  // Little-endian: the low word of a decimal128 comes first.
  const From* from = array.data()->GetValues<From>(1, array.offset() * stride);
  To* to = buffer->mutable_data_as<To>();
  for (int64_t i = 0; i < length; ++i) to[i] = static_cast<To>(from[i * stride]);
  std::shared_ptr<arrow::Buffer> valid;
  if (array.null_count() > 0) {
    ARROW_ASSIGN_OR_RAISE(valid, arrow::internal::CopyBitmap(arrow::default_memory_pool(),
                                                             array.null_bitmap_data(),
                                                             array.offset(), length));
  }
  return arrow::MakeArray(arrow::ArrayData::Make(std::move(type), length,
                                                 {std::move(valid), std::move(buffer)},
                                                 array.null_count()));
}

/// The array as the column writer takes it without a conversion of its own.
arrow::Result<std::shared_ptr<arrow::Array>> AsStored(
    const std::shared_ptr<arrow::Array>& array) {
  const arrow::DataType& type = *array->type();
  switch (type.id()) {
    case arrow::Type::TIMESTAMP:
    case arrow::Type::TIME64:
      return ViewAs(*array, arrow::int64());
    case arrow::Type::DATE32:
      return ViewAs(*array, arrow::int32());
    case arrow::Type::DECIMAL32: {
      if (static_cast<const arrow::DecimalType&>(type).precision() <= 9) {
        return ViewAs(*array, arrow::int32());
      }
      return Narrow<int64_t, int32_t>(*array, 1, arrow::int64());
    }
    case arrow::Type::DECIMAL64: {
      if (static_cast<const arrow::DecimalType&>(type).precision() > 9) {
        return ViewAs(*array, arrow::int64());
      }
      return Narrow<int32_t, int64_t>(*array, 1, arrow::int32());
    }
    case arrow::Type::DECIMAL128: {
      const int32_t precision = static_cast<const arrow::DecimalType&>(type).precision();
      if (precision <= 9) return Narrow<int32_t, int64_t>(*array, 2, arrow::int32());
      if (precision <= 18) return Narrow<int64_t, int64_t>(*array, 2, arrow::int64());
      return array;
    }
    case arrow::Type::DICTIONARY: {
      const auto& codes = static_cast<const arrow::DictionaryArray&>(*array);
      ARROW_ASSIGN_OR_RAISE(auto values, AsStored(codes.dictionary()));
      if (values == codes.dictionary()) return array;
      return arrow::DictionaryArray::FromArrays(codes.indices(), values);
    }
    default:
      return array;
  }
}

class LibraryWriter final : public BlockWriter {
 public:
  explicit LibraryWriter(const FileRequest& request)
      : BlockWriter("parquet", request), row_group_rows_(RowGroupRowsOf(request)) {}

  ~LibraryWriter() override {
    // The library closes its file when it goes; with the stream aborted first,
    // that reaches nothing.
    (void)Abort();
  }

  arrow::Status Start(Storage* storage) {
    ARROW_RETURN_NOT_OK(Open(storage));
    ARROW_ASSIGN_OR_RAISE(const auto schema, ParquetSchema(request()));
    BEGIN_PARQUET_CATCH_EXCEPTIONS
    file_ = parquet::ParquetFileWriter::Open(
        stream(), schema, ParquetProperties(request(), [this](size_t i) {
          return CompressesByChoice(request(), i);
        }));
    END_PARQUET_CATCH_EXCEPTIONS
    return arrow::Status::OK();
  }

 protected:
  arrow::Status EncodeBlock(const arrow::RecordBatch& block) override {
    BEGIN_PARQUET_CATCH_EXCEPTIONS
    if (row_group_ == nullptr) row_group_ = file_->AppendBufferedRowGroup();
    // A short block that begins a row group is all there is of it.
    const bool alone = row_group_size_ == 0 && block.num_rows() < kBlockRows;
    for (int i = 0; i < block.num_columns(); ++i) {
      std::shared_ptr<arrow::Array> column = block.column(i);
      if (alone && column->type_id() == arrow::Type::DICTIONARY) {
        ARROW_ASSIGN_OR_RAISE(column, UsedDictionary(column));
      }
      ARROW_RETURN_NOT_OK(EncodeColumn(i, column));
    }
    row_group_size_ += block.num_rows();
    if (row_group_size_ >= row_group_rows_) {
      row_group_->Close();
      row_group_ = nullptr;
      row_group_size_ = 0;
    }
    END_PARQUET_CATCH_EXCEPTIONS
    return arrow::Status::OK();
  }

  arrow::Status EncodeEnd() override {
    BEGIN_PARQUET_CATCH_EXCEPTIONS
    file_->Close();
    END_PARQUET_CATCH_EXCEPTIONS
    return arrow::Status::OK();
  }

 private:
  arrow::Status EncodeColumn(int i, const std::shared_ptr<arrow::Array>& column) {
    const bool nullable = request().columns[static_cast<size_t>(i)].shape.nullable;
    ARROW_ASSIGN_OR_RAISE(const auto stored, AsStored(column));
    const int16_t* levels = nullptr;
    if (nullable) {
      levels_.assign(static_cast<size_t>(stored->length()), 1);
      if (stored->null_count() > 0) {
        for (int64_t row = 0; row < stored->length(); ++row) {
          levels_[static_cast<size_t>(row)] = stored->IsValid(row);
        }
      }
      levels = levels_.data();
    }
    return row_group_->column(i)->WriteArrow(levels, nullptr, stored->length(), *stored,
                                             &context_, nullable);
  }

  const int64_t row_group_rows_;
  int64_t row_group_size_ = 0;
  std::vector<int16_t> levels_;
  std::shared_ptr<parquet::ArrowWriterProperties> arrow_properties_ =
      parquet::default_arrow_writer_properties();
  parquet::ArrowWriteContext context_{arrow::default_memory_pool(),
                                      arrow_properties_.get()};
  std::unique_ptr<parquet::ParquetFileWriter> file_;
  parquet::RowGroupWriter* row_group_ = nullptr;  // Owned by file_; null between groups.
};

}  // namespace

arrow::Result<std::unique_ptr<FileWriter>> OpenLibraryWriter(Storage* storage,
                                                             const FileRequest& request) {
  // Statistics of dictionary codes use compute kernels.
  static const arrow::Status initialized = arrow::compute::Initialize();
  ARROW_RETURN_NOT_OK(initialized);
  auto writer = std::make_unique<LibraryWriter>(request);
  ARROW_RETURN_NOT_OK(writer->Start(storage));
  return writer;
}

}  // namespace lakeseed
