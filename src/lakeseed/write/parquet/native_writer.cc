// The Parquet writer over our own encoders. Batches go to the encoders as they come,
// cut where a page ends; a row group is written when its last row is encoded.

#include <arrow/array.h>
#include <parquet/exception.h>

#include "lakeseed/write/batch_writer.h"
#include "lakeseed/write/parquet/bloom_encoder.h"
#include "lakeseed/write/parquet/column_encoder.h"
#include "lakeseed/write/parquet/file_properties.h"
#include "lakeseed/write/parquet/nested_leaves.h"
#include "lakeseed/write/parquet/page_file.h"
#include "lakeseed/write/parquet/parquet_writers.h"

namespace lakeseed {
namespace {

class NativeWriter final : public BatchWriter {
 public:
  explicit NativeWriter(const FileRequest& request)
      : BatchWriter("parquet", request), row_group_rows_(RowGroupRowsOf(request)) {}

  arrow::Status Start(Storage* storage) {
    ARROW_RETURN_NOT_OK(BatchWriter::Open(storage));
    ARROW_ASSIGN_OR_RAISE(schema_, ParquetSchema(request()));
    const auto properties = ParquetProperties(
        request(), [this](size_t i) { return CompressesByChoice(request(), i); });
    BEGIN_PARQUET_CATCH_EXCEPTIONS
    parquet::SchemaDescriptor descriptor;
    descriptor.Init(schema_);
    int leaf = 0;
    for (const ColumnLayout& column : request().columns) {
      ARROW_RETURN_NOT_OK(AddEncoder(*descriptor.Column(leaf), properties));
      leaf += static_cast<int>(LeavesOf(column).size());
    }
    END_PARQUET_CATCH_EXCEPTIONS
    return arrow::Status::OK();
  }

  /// Of text with a Bloom filter the texts themselves are hashed.
  bool TakesNumberedTexts() const override {
    return request().options.bloom_filters.empty();
  }

 protected:
  arrow::Status Append(const MadeRows& made) override {
    for (int64_t begin = 0; begin < made.num_rows();) {
      const int64_t rows = std::min(kBlockRows - page_rows_, made.num_rows() - begin);
      for (size_t i = 0; i < encoders_.size(); ++i) {
        ARROW_RETURN_NOT_OK(Named(i, Add(made.columns()[i], begin, rows, i)));
      }
      begin += rows;
      page_rows_ += rows;
      group_rows_ += rows;
      if (page_rows_ == kBlockRows) ARROW_RETURN_NOT_OK(EndPage());
      if (group_rows_ == row_group_rows_) ARROW_RETURN_NOT_OK(EndRowGroup());
    }
    return arrow::Status::OK();
  }

  arrow::Status Finish() override {
    ARROW_RETURN_NOT_OK(EndPage());
    if (group_rows_ > 0) ARROW_RETURN_NOT_OK(EndRowGroup());
    if (file_ == nullptr) ARROW_RETURN_NOT_OK(OpenFile());
    return file_->Close();
  }

  arrow::Result<ColumnStatistics> StatisticsOfColumn(int column) const override {
    return encoders_[static_cast<size_t>(column)]->Statistics(
        schema()->field(column)->name());
  }

 private:
  /// Rows [begin, begin + count) of a column to its encoder.
  arrow::Status Add(const MadeColumn& column, int64_t begin, int64_t count, size_t i) {
    if (column.blocks != nullptr) {
      return encoders_[i]->AddBlocks(*column.blocks, begin, count);
    }
    const bool whole = count == column.array->length();
    return encoders_[i]->Add(whole ? *column.array : *column.array->Slice(begin, count));
  }

  /// \param leaf  the column's first.
  arrow::Status AddEncoder(const parquet::ColumnDescriptor& leaf,
                           const std::shared_ptr<parquet::WriterProperties>& properties) {
    const size_t i = encoders_.size();
    const ColumnLayout& layout = request().columns[i];
    ColumnEncoder::Options options;
    options.profile = request().options.parquet_profile;
    options.choice = ChooseEncoding(layout, options.profile);
    options.is_signed = leaf.sort_order() == parquet::SortOrder::SIGNED;
    const WriteOptions& asked = request().options;
    options.codec_is_wanted = asked.compress_all || asked.compression.has_value() ||
                              asked.parquet_profile == ParquetProfile::kCompat;
    options.pages_per_chunk = row_group_rows_ / kBlockRows;
    options.properties = properties;
    options.codes = properties->dictionary_index_encoding();
    if (CompressesByChoice(request(), i)) {
      const Compression codec = CodecOf(request().options);
      if (codec.codec != arrow::Compression::UNCOMPRESSED) {
        ARROW_ASSIGN_OR_RAISE(
            auto made, arrow::util::Codec::Create(
                           codec.codec, codec.level.value_or(
                                            arrow::util::kUseDefaultCompressionLevel)));
        options.codec = made.get();
        codecs_.push_back(std::move(made));
      }
    }
    ARROW_ASSIGN_OR_RAISE(auto encoder, ColumnEncoder::Make(layout, options));
    if (HasBloomFilter(request(), i)) {
      encoder = WithBloomHashes(layout, std::move(encoder));
    }
    encoders_.push_back(std::move(encoder));
    return arrow::Status::OK();
  }

  /// The metadata name one codec per column and file: known once a chunk has ended.
  arrow::Status OpenFile() {
    const auto properties = ParquetProperties(
        request(), [this](size_t i) { return encoders_[i]->is_compressed(); });
    return PageFile::Open(stream(), schema_, properties).Value(&file_);
  }

  arrow::Status EndPage() {
    for (size_t i = 0; i < encoders_.size(); ++i) {
      ARROW_RETURN_NOT_OK(Named(i, encoders_[i]->EndPage()));
    }
    page_rows_ = 0;
    return arrow::Status::OK();
  }

  arrow::Status EndRowGroup() {
    std::vector<EncodedChunk> chunks;
    for (size_t i = 0; i < encoders_.size(); ++i) {
      ARROW_RETURN_NOT_OK(Named(i, encoders_[i]->EndChunk(&chunks)));
    }
    if (file_ == nullptr) ARROW_RETURN_NOT_OK(OpenFile());
    return file_->AppendRowGroup(std::exchange(group_rows_, 0), chunks);
  }

  arrow::Status Named(size_t column, const arrow::Status& status) const {
    if (status.ok()) return status;
    return status.WithMessage(request().table, ".", request().columns[column].name, ": ",
                              status.message());
  }

  const int64_t row_group_rows_;
  std::shared_ptr<parquet::schema::GroupNode> schema_;
  std::vector<std::unique_ptr<arrow::util::Codec>> codecs_;
  std::vector<std::unique_ptr<ColumnEncoder>> encoders_;
  std::unique_ptr<PageFile> file_;
  int64_t page_rows_ = 0, group_rows_ = 0;
};

}  // namespace

arrow::Result<std::unique_ptr<FileWriter>> OpenNativeWriter(Storage* storage,
                                                            const FileRequest& request) {
  auto writer = std::make_unique<NativeWriter>(request);
  ARROW_RETURN_NOT_OK(writer->Start(storage));
  return writer;
}

}  // namespace lakeseed
