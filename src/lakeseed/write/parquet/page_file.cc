#include "lakeseed/write/parquet/page_file.h"

#include <arrow/util/crc32.h>
#include <parquet/bloom_filter.h>
#include <parquet/column_page.h>
#include <parquet/column_writer.h>
#include <parquet/exception.h>
#include <parquet/file_writer.h>

#include <map>

#include "lakeseed/write/byte_buffer.h"
#include "lakeseed/write/parquet/dictionary_header.h"

namespace lakeseed {
namespace {

constexpr uint8_t kMagic[] = {'P', 'A', 'R', '1'};
constexpr int64_t kSmallWrite = int64_t{1} << 16;

/// Gathers page headers and small pages, so that few calls reach the disk; a large
/// page passes without a copy.
class GatheringStream final : public arrow::io::OutputStream {
 public:
  explicit GatheringStream(std::shared_ptr<arrow::io::OutputStream> inner)
      : inner_(std::move(inner)) {}

  arrow::Status Write(const void* data, int64_t size) override {
    if (size < kSmallWrite) {
      ARROW_RETURN_NOT_OK(waiting_.Reserve(size));
      waiting_.Append(data, size);
      return waiting_.size() < kSmallWrite ? arrow::Status::OK() : Flush();
    }
    ARROW_RETURN_NOT_OK(Flush());
    return inner_->Write(data, size);
  }
  using arrow::io::OutputStream::Write;

  arrow::Status Flush() override {
    if (waiting_.size() == 0) return arrow::Status::OK();
    ARROW_RETURN_NOT_OK(inner_->Write(waiting_.data(), waiting_.size()));
    waiting_.Clear();
    return arrow::Status::OK();
  }
  arrow::Result<int64_t> Tell() const override {
    ARROW_ASSIGN_OR_RAISE(const int64_t written, inner_->Tell());
    return written + waiting_.size();
  }
  /// The file below belongs to somebody else.
  arrow::Status Close() override { return Flush(); }
  bool closed() const override { return inner_->closed(); }

 private:
  const std::shared_ptr<arrow::io::OutputStream> inner_;
  ByteBuffer waiting_;
};

}  // namespace

PageFile::PageFile(std::shared_ptr<arrow::io::OutputStream> stream,
                   const std::shared_ptr<parquet::schema::GroupNode>& schema,
                   std::shared_ptr<parquet::WriterProperties> properties)
    : stream_(std::make_shared<GatheringStream>(std::move(stream))),
      properties_(std::move(properties)) {
  schema_.Init(schema);
  metadata_ = parquet::FileMetaDataBuilder::Make(&schema_, properties_);
  page_index_ = parquet::PageIndexBuilder::Make(&schema_);
  bloom_filters_ = parquet::BloomFilterBuilder::Make(&schema_, properties_.get());
}

PageFile::~PageFile() = default;

arrow::Result<std::unique_ptr<PageFile>> PageFile::Open(
    std::shared_ptr<arrow::io::OutputStream> stream,
    const std::shared_ptr<parquet::schema::GroupNode>& schema,
    std::shared_ptr<parquet::WriterProperties> properties) {
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  std::unique_ptr<PageFile> file(
      new PageFile(std::move(stream), schema, std::move(properties)));
  ARROW_RETURN_NOT_OK(file->stream_->Write(kMagic, sizeof(kMagic)));
  return file;
  END_PARQUET_CATCH_EXCEPTIONS
}

arrow::Status PageFile::AppendRowGroup(int64_t num_rows,
                                       std::span<const EncodedChunk> chunks) {
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  parquet::RowGroupMetaDataBuilder* const row_group = metadata_->AppendRowGroup();
  page_index_->AppendRowGroup();
  bloom_filters_->AppendRowGroup();
  row_group->set_num_rows(num_rows);
  int64_t bytes = 0;
  for (size_t i = 0; i < chunks.size(); ++i) {
    bytes += WriteChunk(chunks[i], static_cast<int>(i), row_group);
  }
  row_group->Finish(bytes, num_row_groups_++);
  END_PARQUET_CATCH_EXCEPTIONS
  return arrow::Status::OK();
}

int64_t PageFile::WriteChunk(const EncodedChunk& chunk, int column,
                             parquet::RowGroupMetaDataBuilder* row_group) {
  parquet::ColumnChunkMetaDataBuilder* const metadata = row_group->NextColumnChunk();
  const int64_t begin = Tell();
  const bool has_dictionary = chunk.dictionary != nullptr;
  int64_t bytes = has_dictionary ? WriteDictionary(chunk) : 0;
  const int64_t data_begin = Tell();
  // Pages are compressed before: the codec stands in the metadata only.
  const auto pages = parquet::PageWriter::Open(
      stream_, arrow::Compression::UNCOMPRESSED, metadata, num_row_groups_,
      static_cast<int16_t>(column), arrow::default_memory_pool(),
      /*buffered_row_group=*/false, nullptr, nullptr,
      properties_->page_checksum_enabled(), page_index_->GetColumnIndexBuilder(column),
      page_index_->GetOffsetIndexBuilder(column));
  int64_t row = 0, num_values = 0;
  std::map<parquet::Encoding::type, int32_t> dictionary_pages, data_pages;
  if (has_dictionary) dictionary_pages[properties_->dictionary_page_encoding()] = 1;
  for (const EncodedPage& page : chunk.pages) {
    const auto body =
        std::make_shared<arrow::Buffer>(chunk.data + page.offset, page.size);
    bytes += pages->WriteDataPage(
        parquet::DataPageV1(body, static_cast<int32_t>(page.num_values), page.encoding,
                            parquet::Encoding::RLE, parquet::Encoding::RLE,
                            page.uncompressed_size, page.statistics, row));
    row += page.num_rows;
    num_values += page.num_values;
    ++data_pages[page.encoding];
  }
  if (parquet::BloomFilter* filter = bloom_filters_->CreateBloomFilter(column)) {
    filter->InsertHashes(chunk.bloom_hashes.data(),
                         static_cast<int>(chunk.bloom_hashes.size()));
  }
  metadata->SetStatistics(chunk.statistics);
  // What the page writer does when it ends, with the dictionary that it did not write.
  metadata->Finish(num_values, has_dictionary ? begin : 0, /*index_page_offset=*/-1,
                   data_begin, Tell() - begin, bytes, has_dictionary,
                   /*dictionary_fallback=*/false, dictionary_pages, data_pages);
  page_index_->GetColumnIndexBuilder(column)->Finish();
  page_index_->GetOffsetIndexBuilder(column)->Finish(/*final_position=*/0);
  return bytes;
}

int64_t PageFile::WriteDictionary(const EncodedChunk& chunk) {
  DictionaryHeader header;
  header.uncompressed_size = chunk.dictionary_uncompressed_size;
  header.size = chunk.dictionary->size();
  header.num_values = chunk.dictionary_values;
  header.encoding = properties_->dictionary_page_encoding();
  header.is_sorted = chunk.dictionary_is_sorted;
  if (properties_->page_checksum_enabled()) {
    header.checksum = arrow::internal::crc32(
        0, chunk.dictionary->data(), static_cast<size_t>(chunk.dictionary->size()));
  }
  const std::string bytes = header.ToBytes();
  PARQUET_THROW_NOT_OK(stream_->Write(bytes));
  PARQUET_THROW_NOT_OK(stream_->Write(chunk.dictionary));
  return chunk.dictionary_uncompressed_size + std::ssize(bytes);
}

int64_t PageFile::Tell() const {
  PARQUET_ASSIGN_OR_THROW(const int64_t at, stream_->Tell());
  return at;
}

arrow::Status PageFile::Close() {
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  page_index_->Finish();
  const auto locations = page_index_->WriteTo(stream_.get());
  metadata_->SetIndexLocations(parquet::IndexKind::kColumnIndex,
                               locations.column_index_locations);
  metadata_->SetIndexLocations(parquet::IndexKind::kOffsetIndex,
                               locations.offset_index_locations);
  metadata_->SetIndexLocations(parquet::IndexKind::kBloomFilter,
                               bloom_filters_->WriteTo(stream_.get()));
  parquet::WriteFileMetaData(*metadata_->Finish(), stream_.get());
  END_PARQUET_CATCH_EXCEPTIONS
  return stream_->Flush();
}

}  // namespace lakeseed
