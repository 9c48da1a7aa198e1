// PageFile: finished pages to one Parquet file, through libparquet's page writer and
// builders of metadata, page index and Bloom filters. No value is looked at.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/result.h>
#include <parquet/bloom_filter_writer.h>
#include <parquet/metadata.h>
#include <parquet/page_index.h>
#include <parquet/properties.h>
#include <parquet/schema.h>

#include <memory>
#include <span>

#include "lakeseed/write/parquet/column_encoder.h"

namespace lakeseed {

class PageFile {
 public:
  static arrow::Result<std::unique_ptr<PageFile>> Open(
      std::shared_ptr<arrow::io::OutputStream> stream,
      const std::shared_ptr<parquet::schema::GroupNode>& schema,
      std::shared_ptr<parquet::WriterProperties> properties);
  ~PageFile();

  /// Write a row group; chunks in the order of the leaves.
  arrow::Status AppendRowGroup(int64_t num_rows, std::span<const EncodedChunk> chunks);

  /// Page index, Bloom filters and footer. The stream stays open.
  arrow::Status Close();

 private:
  PageFile(std::shared_ptr<arrow::io::OutputStream> stream,
           const std::shared_ptr<parquet::schema::GroupNode>& schema,
           std::shared_ptr<parquet::WriterProperties> properties);

  /// Returns the chunk's bytes before compression.
  int64_t WriteChunk(const EncodedChunk& chunk, int column,
                     parquet::RowGroupMetaDataBuilder* row_group);
  /// Returns the page's bytes before compression, with its header.
  int64_t WriteDictionary(const EncodedChunk& chunk);
  int64_t Tell() const;

  const std::shared_ptr<arrow::io::OutputStream> stream_;
  parquet::SchemaDescriptor schema_;
  const std::shared_ptr<parquet::WriterProperties> properties_;
  std::unique_ptr<parquet::FileMetaDataBuilder> metadata_;
  std::unique_ptr<parquet::PageIndexBuilder> page_index_;
  std::unique_ptr<parquet::BloomFilterBuilder> bloom_filters_;
  int16_t num_row_groups_ = 0;
};

}  // namespace lakeseed
