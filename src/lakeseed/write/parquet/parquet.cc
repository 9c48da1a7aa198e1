// parquet: encodings from the shapes of the columns; row groups end at fixed row
// numbers of the file.
//
// Pages are V1: fastparquet misreads DELTA_BINARY_PACKED in V2 pages.

#include "lakeseed/write/parquet/parquet_writers.h"

namespace lakeseed {
namespace {

constexpr arrow::Compression::type kCodecs[] = {
    arrow::Compression::SNAPPY, arrow::Compression::ZSTD,
    arrow::Compression::GZIP,   arrow::Compression::BROTLI,
    arrow::Compression::LZ4,    arrow::Compression::UNCOMPRESSED};

arrow::Result<std::unique_ptr<FileWriter>> OpenParquet(Storage* storage,
                                                       const FileRequest& request) {
  return request.options.parquet_encoder == ParquetEncoder::kNative
             ? OpenNativeWriter(storage, request)
             : OpenLibraryWriter(storage, request);
}

}  // namespace

extern const FileFormatDef kParquetFormat{
    .name = "parquet",
    .extension = "parquet",
    .summary = "Apache Parquet: typed, encoded columns with exact statistics",
    .has_types = true,
    .codecs = kCodecs,
    .options = "compress-all parquet-profile page-checksums bloom-filters",
    .cost = {.open_bytes = 52e6},
    .open = OpenParquet,
};

}  // namespace lakeseed
