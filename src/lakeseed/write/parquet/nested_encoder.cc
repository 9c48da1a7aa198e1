#include "lakeseed/write/parquet/nested_encoder.h"

#include <arrow/array.h>
#include <arrow/array/concatenate.h>
#include <parquet/column_page.h>
#include <parquet/column_writer.h>
#include <parquet/exception.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>
#include <parquet/schema.h>

#include "lakeseed/write/byte_buffer.h"
#include "lakeseed/write/parquet/nested_leaves.h"
#include "lakeseed/write/statistics.h"

namespace lakeseed {
namespace {

/// Pages of one leaf and row group, as they come.
struct LeafPages {
  ByteBuffer data;
  std::vector<EncodedPage> pages;
  std::vector<int64_t> first_rows;  // Of the pages.
  std::shared_ptr<arrow::Buffer> dictionary;
  int64_t dictionary_uncompressed_size = 0;
  int64_t dictionary_values = 0;
};

/// The page writer that a column writer believes to write to a file.
class PageCatcher final : public parquet::PageWriter {
 public:
  PageCatcher(arrow::util::Codec* codec, LeafPages* pages)
      : codec_(codec), pages_(pages) {}

  int64_t WriteDataPage(const parquet::DataPage& page) override {
    EncodedPage encoded;
    encoded.offset = pages_->data.size();
    encoded.size = page.size();
    encoded.uncompressed_size = page.uncompressed_size();
    encoded.num_values = page.num_values();
    encoded.encoding = page.encoding();
    encoded.statistics = page.statistics();
    PARQUET_THROW_NOT_OK(pages_->data.Reserve(page.size()));
    pages_->data.Append(page.data(), page.size());
    pages_->pages.push_back(std::move(encoded));
    pages_->first_rows.push_back(page.first_row_index().value_or(0));
    return page.uncompressed_size();
  }

  int64_t WriteDictionaryPage(const parquet::DictionaryPage& page) override {
    if (codec_ == nullptr) {
      PARQUET_ASSIGN_OR_THROW(pages_->dictionary,
                              page.buffer()->CopySlice(0, page.size()));
    } else {
      PARQUET_ASSIGN_OR_THROW(auto compressed, arrow::AllocateResizableBuffer(0));
      Compress(*page.buffer(), compressed.get());
      pages_->dictionary = std::move(compressed);
    }
    pages_->dictionary_uncompressed_size = page.size();
    pages_->dictionary_values = page.num_values();
    return page.size();
  }

  void Close(bool, bool) override {}
  int64_t total_compressed_bytes_written() const override { return pages_->data.size(); }
  bool has_compressor() override { return codec_ != nullptr; }

  void Compress(const arrow::Buffer& from, arrow::ResizableBuffer* to) override {
    const int64_t room = codec_->MaxCompressedLen(from.size(), from.data());
    PARQUET_THROW_NOT_OK(to->Resize(room, /*shrink_to_fit=*/false));
    PARQUET_ASSIGN_OR_THROW(
        const int64_t size,
        codec_->Compress(from.size(), from.data(), room, to->mutable_data()));
    PARQUET_THROW_NOT_OK(to->Resize(size, /*shrink_to_fit=*/false));
  }

 private:
  arrow::util::Codec* const codec_;
  LeafPages* const pages_;
};

/// One leaf: a column writer for each row group.
class LeafEncoder {
 public:
  LeafEncoder(const parquet::ColumnDescriptor* leaf,
              std::shared_ptr<parquet::WriterProperties> properties)
      : leaf_(leaf), properties_(std::move(properties)) {}

  arrow::Status Start() {
    const auto codec = properties_->compression(leaf_->path());
    if (codec == arrow::Compression::UNCOMPRESSED) return arrow::Status::OK();
    const auto options = properties_->codec_options(leaf_->path());
    ARROW_ASSIGN_OR_RAISE(codec_,
                          arrow::util::Codec::Create(
                              codec, options ? *options : arrow::util::CodecOptions{}));
    return arrow::Status::OK();
  }

  arrow::Status Add(const LeafRows& rows, parquet::ArrowWriteContext* context) {
    if (writer_ == nullptr) Open();
    return WriteLeaf(rows, writer_.get(), context);
  }

  EncodedChunk EndChunk(int64_t num_rows) {
    writer_->Close();
    writer_ = nullptr;
    EncodedChunk chunk;
    for (size_t i = 0; i < caught_.pages.size(); ++i) {
      const int64_t end =
          i + 1 < caught_.pages.size() ? caught_.first_rows[i + 1] : num_rows;
      caught_.pages[i].num_rows = end - caught_.first_rows[i];
    }
    chunk.data = caught_.data.data();
    chunk.pages = std::move(caught_.pages);
    chunk.dictionary = std::move(caught_.dictionary);
    chunk.dictionary_uncompressed_size = caught_.dictionary_uncompressed_size;
    chunk.dictionary_values = caught_.dictionary_values;
    const parquet::ApplicationVersion version(properties_->created_by());
    const auto written = parquet::ColumnChunkMetaData::Make(
        metadata_->contents(), leaf_, parquet::default_reader_properties(), &version);
    if (const auto statistics = written->encoded_statistics()) {
      chunk.statistics = *statistics;
    }
    return chunk;
  }

 private:
  void Open() {
    caught_.data.Clear();
    caught_.pages.clear();
    caught_.first_rows.clear();
    caught_.dictionary = nullptr;
    metadata_ = parquet::ColumnChunkMetaDataBuilder::Make(properties_, leaf_);
    writer_ = parquet::ColumnWriter::Make(
        metadata_.get(), std::make_unique<PageCatcher>(codec_.get(), &caught_),
        properties_.get());
  }

  const parquet::ColumnDescriptor* const leaf_;
  const std::shared_ptr<parquet::WriterProperties> properties_;
  std::unique_ptr<arrow::util::Codec> codec_;
  LeafPages caught_;
  std::unique_ptr<parquet::ColumnChunkMetaDataBuilder> metadata_;
  std::shared_ptr<parquet::ColumnWriter> writer_;  // Null between row groups.
};

class NestedEncoder final : public ColumnEncoder {
 public:
  NestedEncoder(const ColumnLayout& column, const Options& options)
      : column_(column), options_(options) {}

  arrow::Status Start() {
    ARROW_ASSIGN_OR_RAISE(statistics_, StatisticsGatherer::Make(column_.type));
    ARROW_ASSIGN_OR_RAISE(auto node, ParquetNode(column_, /*naive_timestamps=*/false));
    schema_.Init(parquet::schema::GroupNode::Make("schema", parquet::Repetition::REQUIRED,
                                                  {std::move(node)}));
    for (int i = 0; i < schema_.num_columns(); ++i) {
      leaves_.push_back(
          std::make_unique<LeafEncoder>(schema_.Column(i), options_.properties));
      ARROW_RETURN_NOT_OK(leaves_.back()->Start());
    }
    return arrow::Status::OK();
  }

  arrow::Status Add(const arrow::Array& rows) override {
    waiting_.push_back(rows.Slice(0));
    return statistics_->Add(rows);
  }

  arrow::Status EndPage() override {
    if (waiting_.empty()) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(const auto page, arrow::Concatenate(waiting_));
    waiting_.clear();
    chunk_rows_ += page->length();
    ARROW_ASSIGN_OR_RAISE(const auto leaves, ShredRows(page, column_.shape.nullable));
    BEGIN_PARQUET_CATCH_EXCEPTIONS
    for (size_t i = 0; i < leaves.size(); ++i) {
      ARROW_RETURN_NOT_OK(leaves_[i]->Add(leaves[i], &context_));
    }
    END_PARQUET_CATCH_EXCEPTIONS
    return arrow::Status::OK();
  }

  arrow::Status EndChunk(std::vector<EncodedChunk>* chunks) override {
    ARROW_RETURN_NOT_OK(EndPage());
    BEGIN_PARQUET_CATCH_EXCEPTIONS
    for (const auto& leaf : leaves_) chunks->push_back(leaf->EndChunk(chunk_rows_));
    END_PARQUET_CATCH_EXCEPTIONS
    chunk_rows_ = 0;
    return arrow::Status::OK();
  }

  bool is_compressed() const override { return options_.codec != nullptr; }

  arrow::Result<ColumnStatistics> Statistics(std::string name) const override {
    return statistics_->Finish(std::move(name));
  }

 private:
  const ColumnLayout column_;
  const Options options_;
  std::unique_ptr<StatisticsGatherer> statistics_;
  parquet::SchemaDescriptor schema_;
  std::vector<std::unique_ptr<LeafEncoder>> leaves_;
  arrow::ArrayVector waiting_;
  int64_t chunk_rows_ = 0;
  const std::shared_ptr<parquet::ArrowWriterProperties> arrow_properties_ =
      parquet::default_arrow_writer_properties();
  parquet::ArrowWriteContext context_{arrow::default_memory_pool(),
                                      arrow_properties_.get()};
};

}  // namespace

arrow::Result<std::unique_ptr<ColumnEncoder>> MakeNestedEncoder(
    const ColumnLayout& column, const ColumnEncoder::Options& options) {
  auto encoder = std::make_unique<NestedEncoder>(column, options);
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  ARROW_RETURN_NOT_OK(encoder->Start());
  END_PARQUET_CATCH_EXCEPTIONS
  return encoder;
}

}  // namespace lakeseed
