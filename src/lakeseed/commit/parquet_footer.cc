#include "lakeseed/commit/parquet_footer.h"

#include <arrow/io/memory.h>
#include <fmt/format.h>
#include <parquet/arrow/schema.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>

#include "lakeseed/base/status.h"
#include "lakeseed/commit/journal.h"

namespace lakeseed {
namespace {

/// A small file is read at once, a large one from its end.
arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenFile(
    const Storage& storage, const std::string& staged, const DataFile& file) {
  constexpr int64_t kSmallBytes = 256 << 10;
  if (file.size_bytes > kSmallBytes) {
    ARROW_ASSIGN_OR_RAISE(const bool is_staged, storage.Exists(staged));
    return storage.OpenInput(is_staged ? staged : file.path);
  }
  ARROW_ASSIGN_OR_RAISE(auto bytes, storage.ReadIfThere(staged));
  if (!bytes) {
    ARROW_ASSIGN_OR_RAISE(bytes, storage.ReadAll(file.path));
  }
  return arrow::io::BufferReader::FromString(*std::move(bytes));
}

}  // namespace

arrow::Result<ParquetFooter> ReadFooterOf(const Storage& storage, std::string_view run_id,
                                          const DataFile& file, std::string_view tables) {
  if (file.format != "parquet") {
    return RequestError(
        fmt::format("files of {} are Parquet files: {}", tables, file.path));
  }
  ARROW_ASSIGN_OR_RAISE(auto input,
                        OpenFile(storage, StagedDataPath(run_id, file.path), file));
  ParquetFooter footer;
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  const auto reader = parquet::ParquetFileReader::Open(std::move(input));
  const auto metadata = reader->metadata();
  footer.size_bytes = metadata->size();
  ARROW_RETURN_NOT_OK(parquet::arrow::FromParquetSchema(
      metadata->schema(), parquet::ArrowReaderProperties(),
      metadata->key_value_metadata(), &footer.schema));
  for (int group = 0; group < metadata->num_row_groups(); ++group) {
    const auto row_group = metadata->RowGroup(group);
    for (int column = 0; column < row_group->num_columns(); ++column) {
      const auto chunk = row_group->ColumnChunk(column);
      footer.column_bytes[chunk->path_in_schema()->ToDotString()] +=
          chunk->total_compressed_size();
    }
  }
  END_PARQUET_CATCH_EXCEPTIONS
  return footer;
}

}  // namespace lakeseed
