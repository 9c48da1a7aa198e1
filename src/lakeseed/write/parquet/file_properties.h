// What both Parquet writers agree on: row groups, pages, codecs, created_by.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>
#include <parquet/properties.h>
#include <parquet/schema.h>

#include <functional>
#include <memory>

#include "lakeseed/write/file_format.h"

namespace lakeseed {

/// Rows per row group of a request, whole blocks.
int64_t RowGroupRowsOf(const FileRequest& request);

/// Codec of the file's compressed columns.
Compression CodecOf(const WriteOptions& options);

/// \param compressed  whether column i, if it is not nested, uses the codec.
std::shared_ptr<parquet::WriterProperties> ParquetProperties(
    const FileRequest& request, const std::function<bool(size_t)>& compressed);

/// Whether the encoding of column i compresses.
bool CompressesByChoice(const FileRequest& request, size_t i);

/// Whether column i was asked to have a Bloom filter, and can.
bool HasBloomFilter(const FileRequest& request, size_t i);

arrow::Result<std::shared_ptr<parquet::schema::GroupNode>> ParquetSchema(
    const FileRequest& request);

}  // namespace lakeseed
