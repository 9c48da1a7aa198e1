// The Parquet writer over libparquet's own column writers: the oracle that the native
// writer is held against.
//
// Blocks go to the column writers as they are: decimals, dates and timestamps are
// handed over as the integers they are stored as, dictionary codes as codes, so
// that no value is converted, hashed or looked up again.

#include <arrow/array.h>
#include <parquet/arrow/writer.h>
#include <parquet/column_writer.h>
#include <parquet/exception.h>
#include <parquet/file_writer.h>
#include <parquet/properties.h>

#include "lakeseed/write/block_writer.h"
#include "lakeseed/write/parquet/file_properties.h"
#include "lakeseed/write/parquet/nested_leaves.h"
#include "lakeseed/write/parquet/parquet_writers.h"
#include "lakeseed/write/parquet/stored_array.h"
#include "lakeseed/write/parquet/used_dictionary.h"

namespace lakeseed {
namespace {

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
    int leaf = 0;
    for (int i = 0; i < block.num_columns(); ++i) {
      std::shared_ptr<arrow::Array> column = block.column(i);
      const bool nullable = request().columns[static_cast<size_t>(i)].shape.nullable;
      if (arrow::is_nested(column->type_id())) {
        ARROW_ASSIGN_OR_RAISE(const auto leaves, ShredRows(column, nullable));
        for (const LeafRows& rows : leaves) {
          ARROW_RETURN_NOT_OK(WriteLeaf(rows, row_group_->column(leaf++), &context_));
        }
        continue;
      }
      if (alone && column->type_id() == arrow::Type::DICTIONARY) {
        ARROW_ASSIGN_OR_RAISE(column, UsedDictionary(column));
      }
      ARROW_RETURN_NOT_OK(EncodeColumn(leaf++, nullable, column));
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
  arrow::Status EncodeColumn(int leaf, bool nullable,
                             const std::shared_ptr<arrow::Array>& column) {
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
    return row_group_->column(leaf)->WriteArrow(levels, nullptr, stored->length(),
                                                *stored, &context_, nullable);
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
  auto writer = std::make_unique<LibraryWriter>(request);
  ARROW_RETURN_NOT_OK(writer->Start(storage));
  return writer;
}

}  // namespace lakeseed
