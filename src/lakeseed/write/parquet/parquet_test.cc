// What a Parquet file of ours must be beyond the laws of all formats.

#include <arrow/api.h>
#include <gtest/gtest.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/page_index.h>
#include <parquet/statistics.h>

#include "lakeseed/write/file_format.h"
#include "lakeseed/write/sample_columns.h"

namespace lakeseed {
namespace {

class ParquetFile : public testing::Test {
 protected:
  void SetUp() override {
    auto storage = Storage::Open(folder_.path()).ValueOrDie();
    FileRequest request;
    request.path = "x.parquet";
    request.columns = sample::Columns();
    request.options.row_group_rows = kBlockRows + 1;  // Rounded up to two blocks.
    auto writer =
        OpenFileWriter(*FindFileFormat("parquet").ValueOrDie(), storage.get(), request)
            .ValueOrDie();
    ASSERT_TRUE(writer->Write(*sample::Rows({0, 3 * kBlockRows})).ok());
    facts_ = writer->Close().ValueOrDie();
    reader_ = parquet::ParquetFileReader::OpenFile(folder_.path() + "/x.parquet");
    metadata_ = reader_->metadata();
  }
  int At(const std::string& name) const { return metadata_->schema()->ColumnIndex(name); }

  sample::Folder folder_;
  DataFile facts_;
  std::unique_ptr<parquet::ParquetFileReader> reader_;
  std::shared_ptr<parquet::FileMetaData> metadata_;
};

TEST_F(ParquetFile, SchemaAndGroups) {
  EXPECT_EQ(metadata_->num_row_groups(), 2);
  EXPECT_EQ(metadata_->RowGroup(0)->num_rows(), 2 * kBlockRows);
  EXPECT_TRUE(metadata_->created_by().starts_with("lakeseed version "));
  EXPECT_EQ(metadata_->key_value_metadata(), nullptr);
  const auto sorting = metadata_->RowGroup(1)->sorting_columns();
  ASSERT_EQ(sorting.size(), 1u);
  EXPECT_EQ(sorting[0].column_idx, At("id"));
  const auto& schema = *metadata_->schema();
  EXPECT_TRUE(schema.Column(At("id"))->schema_node()->is_required());
  EXPECT_TRUE(schema.Column(At("wide"))->schema_node()->is_optional());
  EXPECT_EQ(schema.Column(At("money"))->physical_type(), parquet::Type::INT64);
  EXPECT_EQ(schema.Column(At("rate"))->physical_type(), parquet::Type::INT32);
  EXPECT_EQ(schema.Column(At("narrow"))->physical_type(), parquet::Type::INT64);
  EXPECT_EQ(schema.Column(At("money"))->logical_type()->ToString(),
            "Decimal(precision=12, scale=2)");
  EXPECT_TRUE(static_cast<const parquet::TimestampLogicalType&>(
                  *schema.Column(At("at"))->logical_type())
                  .is_adjusted_to_utc());
}

TEST_F(ParquetFile, EncodingsFollowTheShapes) {
  const auto chunk = [&](const char* name) {
    return metadata_->RowGroup(0)->ColumnChunk(At(name));
  };
  for (const char* name : {"id", "order_id", "wide", "money", "at"}) {
    const auto encodings = chunk(name)->encodings();
    EXPECT_TRUE(std::count(encodings.begin(), encodings.end(),
                           parquet::Encoding::DELTA_BINARY_PACKED) == 1)
        << name;
    EXPECT_FALSE(chunk(name)->has_dictionary_page()) << name;
  }
  EXPECT_EQ(chunk("money")->compression(), arrow::Compression::UNCOMPRESSED);
  EXPECT_EQ(chunk("email")->compression(), arrow::Compression::SNAPPY);
  for (const char* name : {"status", "city", "quantity", "currency"}) {
    const auto metadata = chunk(name);
    EXPECT_TRUE(metadata->has_dictionary_page()) << name;
    for (const auto& pages : metadata->encoding_stats()) {
      const bool is_data = pages.page_type == parquet::PageType::DATA_PAGE;
      EXPECT_TRUE(!is_data || pages.encoding == parquet::Encoding::RLE_DICTIONARY)
          << name;
    }
  }
}

struct Chunk {
  bool is_coded;  ///< It has a dictionary.
  arrow::Compression::type codec;
};

/// What becomes of a column of a type, in a group of some pages.
Chunk ChunkOf(const std::shared_ptr<arrow::Array>& column,
              const std::shared_ptr<arrow::DataType>& type) {
  const sample::Folder folder;
  auto storage = Storage::Open(folder.path()).ValueOrDie();
  FileRequest request;
  request.path = "x.parquet";
  request.columns = {{.name = "column", .type = type}};
  request.options.row_group_rows = 4 * kBlockRows;
  auto writer =
      OpenFileWriter(*FindFileFormat("parquet").ValueOrDie(), storage.get(), request)
          .ValueOrDie();
  const auto schema = arrow::schema({arrow::field("column", column->type(), false)});
  EXPECT_TRUE(
      writer->Write(*arrow::RecordBatch::Make(schema, column->length(), {column})).ok());
  EXPECT_TRUE(writer->Close().ok());
  const auto reader = parquet::ParquetFileReader::OpenFile(folder.path() + "/x.parquet");
  const auto chunk = reader->metadata()->RowGroup(0)->ColumnChunk(0);
  return {chunk->has_dictionary_page(), chunk->compression()};
}

Chunk ChunkOf(const std::shared_ptr<arrow::Array>& column) {
  return ChunkOf(column, column->type());
}

/// Of a column of texts, `words` and number(row) each, of four pages.
template <typename Number>
Chunk ChunkOfTexts(const std::string& words, const Number& number) {
  arrow::StringBuilder texts;
  for (int64_t row = 0; row < 4 * kBlockRows; ++row) {
    EXPECT_TRUE(texts.Append(words + std::to_string(number(row))).ok());
  }
  return ChunkOf(texts.Finish().ValueOrDie());
}
template <typename Number>
bool CodesTexts(const std::string& words, const Number& number) {
  return ChunkOfTexts(words, number).is_coded;
}

/// For each row a number below `size`.
auto Among(uint64_t size) {
  return [size](int64_t row) {
    const uint64_t mixed = static_cast<uint64_t>(row + 1) * 0x9E3779B97F4A7C15;
    return ((mixed ^ mixed >> 32) * 0xD1B54A32D192ED03 >> 32) % size;
  };
}

TEST(ParquetTexts, AreCodedWhereTheyRepeatInTheChunk) {
  EXPECT_TRUE(CodesTexts("text of number ", Among(20'000)));
  // Of a page 85 in 100 are distinct, of the chunk 56.
  EXPECT_TRUE(CodesTexts("text of number ", Among(200'000)));
  // Not so if the dictionary would be large.
  EXPECT_FALSE(CodesTexts("a much longer text of number ", Among(200'000)));
  EXPECT_FALSE(CodesTexts("text of number ", [](int64_t row) { return row; }));
}

/// Ten letters.
std::string Name(uint32_t number) {
  std::string name;
  for (uint64_t mixed = number + 1; name.size() < 10;) {
    mixed = mixed * 0xD1B54A32D192ED03 + 1;
    name += static_cast<char>('a' + (mixed >> 40) % 26);
  }
  return name;
}

TEST(ParquetTexts, AreNotCodedWherePhrasesTakeHardlyMore) {
  constexpr int32_t kTexts = 150'000;
  arrow::StringBuilder texts, rows;
  arrow::Int32Builder numbers;
  std::vector<std::string> addresses;
  for (int32_t i = 0; i < kTexts; ++i) {
    const uint32_t mixed = static_cast<uint32_t>(i) * 0x9E3779B1u;
    addresses.push_back(std::to_string(mixed % 10'000) + " " + Name(mixed >> 21) +
                        " St, " + Name(mixed >> 22) + ", PA " + std::to_string(i));
    EXPECT_TRUE(texts.Append(addresses.back()).ok());
  }
  const auto number = Among(kTexts);
  for (int64_t row = 0; row < 4 * kBlockRows; ++row) {
    EXPECT_TRUE(rows.Append(addresses[number(row)]).ok());
    EXPECT_TRUE(numbers.Append(static_cast<int32_t>(number(row))).ok());
  }
  const auto plain = rows.Finish().ValueOrDie();
  EXPECT_FALSE(ChunkOf(plain).is_coded);
  // Nor as numbers of texts: whether they come so depends on what is at hand.
  const auto numbered = arrow::DictionaryArray::FromArrays(numbers.Finish().ValueOrDie(),
                                                           texts.Finish().ValueOrDie());
  EXPECT_FALSE(ChunkOf(numbered.ValueOrDie(), arrow::utf8()).is_coded);
}

TEST(ParquetTexts, ADictionaryThatIsLargeAndBecomesSmallIsCompressed) {
  const Chunk alike = ChunkOfTexts("each text has number ", Among(110'000));
  EXPECT_TRUE(alike.is_coded);
  EXPECT_EQ(alike.codec, arrow::Compression::SNAPPY);
  arrow::StringBuilder texts;
  for (int64_t row = 0; row < 4 * kBlockRows; ++row) {
    EXPECT_TRUE(texts.Append(Name(static_cast<uint32_t>(Among(90'000)(row)))).ok());
  }
  const Chunk names = ChunkOf(texts.Finish().ValueOrDie());
  EXPECT_TRUE(names.is_coded);
  EXPECT_EQ(names.codec, arrow::Compression::UNCOMPRESSED);
  const Chunk few = ChunkOfTexts("each text has number ", Among(20'000));
  EXPECT_TRUE(few.is_coded);
  EXPECT_EQ(few.codec, arrow::Compression::UNCOMPRESSED);
}

template <typename Number>
bool CodesReals(int32_t rows, const Number& number) {
  arrow::DoubleBuilder reals;
  for (int32_t row = 0; row < rows; ++row) EXPECT_TRUE(reals.Append(number(row)).ok());
  return ChunkOf(reals.Finish().ValueOrDie()).is_coded;
}

TEST(ParquetReals, AreCodedWhereTheyAreStepsThatRepeat) {
  const auto tenths = [](int32_t row) { return (row % 997) / 10.0; };
  EXPECT_TRUE(CodesReals(kBlockRows, tenths));
  EXPECT_TRUE(CodesReals(kBlockRows, [](int32_t row) { return (row % 3 - 1) * 0.0625; }));
  // What comes behind the first page is coded, whatever it is.
  EXPECT_TRUE(CodesReals(2 * kBlockRows, [&](int32_t row) {
    return row < kBlockRows ? tenths(row) : 1.0 / row;
  }));
  // Too few rows, too many steps, too fine ones, a negative zero.
  EXPECT_FALSE(CodesReals(100, tenths));
  EXPECT_FALSE(CodesReals(kBlockRows, [](int32_t row) { return row * 0.5; }));
  EXPECT_FALSE(CodesReals(kBlockRows, [](int32_t row) { return row % 7 / 1e5; }));
  EXPECT_FALSE(CodesReals(kBlockRows, [](int32_t row) { return row % 7 * -1.0; }));
  // 700,000 and 0.01 are steps of one kind no more, in whatever order they come.
  EXPECT_FALSE(CodesReals(kBlockRows, [](int32_t row) { return row < 9 ? 7e5 : 0.01; }));
  EXPECT_FALSE(CodesReals(kBlockRows, [](int32_t row) { return row < 9 ? 0.01 : 7e5; }));
}

template <typename Type>
void ExpectRange(const parquet::FileMetaData& metadata, int column,
                 typename Type::c_type min, typename Type::c_type max) {
  std::optional<typename Type::c_type> low, high;
  for (int group = 0; group < metadata.num_row_groups(); ++group) {
    const auto statistics = std::static_pointer_cast<parquet::TypedStatistics<Type>>(
        metadata.RowGroup(group)->ColumnChunk(column)->statistics());
    low = low ? std::min(*low, statistics->min()) : statistics->min();
    high = high ? std::max(*high, statistics->max()) : statistics->max();
  }
  EXPECT_EQ(*low, min);
  EXPECT_EQ(*high, max);
}

TEST_F(ParquetFile, StatisticsAgreeWithTheFacts) {
  for (const ColumnStatistics& column : facts_.columns) {
    int64_t nulls = 0;
    for (int group = 0; group < metadata_->num_row_groups(); ++group) {
      nulls += metadata_->RowGroup(group)
                   ->ColumnChunk(At(column.name))
                   ->statistics()
                   ->null_count();
    }
    EXPECT_EQ(nulls, column.null_count) << column.name;
    const auto min = column.min, max = column.max;
    if (column.name == "wide") {
      ExpectRange<parquet::Int64Type>(*metadata_, At("wide"),
                                      static_cast<arrow::Int64Scalar&>(*min).value,
                                      static_cast<arrow::Int64Scalar&>(*max).value);
    } else if (column.name == "money") {
      ExpectRange<parquet::Int64Type>(
          *metadata_, At("money"),
          static_cast<int64_t>(static_cast<arrow::Decimal64Scalar&>(*min).value),
          static_cast<int64_t>(static_cast<arrow::Decimal64Scalar&>(*max).value));
    } else if (column.name == "status" || column.name == "email") {
      std::string low, high;
      for (int group = 0; group < metadata_->num_row_groups(); ++group) {
        const auto statistics =
            metadata_->RowGroup(group)->ColumnChunk(At(column.name))->statistics();
        const std::string a = statistics->EncodeMin(), b = statistics->EncodeMax();
        low = group == 0 ? a : std::min(low, a);
        high = group == 0 ? b : std::max(high, b);
      }
      EXPECT_EQ(low, min->ToString());
      EXPECT_EQ(high, max->ToString());
    }
  }
  const auto index = reader_->GetPageIndexReader()->RowGroup(0);
  EXPECT_NE(index->GetColumnIndex(At("money")), nullptr);
  EXPECT_NE(index->GetOffsetIndex(At("money")), nullptr);
}

}  // namespace
}  // namespace lakeseed
