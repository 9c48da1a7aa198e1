// The native writer against libparquet's column writers: equal rows, equal
// statistics, for every type, pattern and size that matters.

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <gtest/gtest.h>
#include <parquet/arrow/reader.h>
#include <parquet/bloom_filter.h>
#include <parquet/bloom_filter_reader.h>
#include <parquet/column_page.h>
#include <parquet/column_reader.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/page_index.h>
#include <parquet/schema.h>
#include <parquet/statistics.h>

#include <filesystem>

#include "lakeseed/base/cell.h"
#include "lakeseed/write/file_format.h"
#include "lakeseed/write/parquet/random_columns.h"
#include "lakeseed/write/sample_columns.h"

namespace lakeseed {
namespace {

struct Written {
  DataFile facts;
  std::string bytes;
  std::unique_ptr<parquet::ParquetFileReader> reader;
  std::shared_ptr<arrow::Table> table;
};

class TwoWriters : public testing::Test {
 protected:
  Written Write(const std::vector<sample::RandomColumn>& columns, WriteOptions options,
                ParquetEncoder encoder, uint64_t cut_key) {
    options.parquet_encoder = encoder;
    FileRequest request;
    request.path = "x.parquet";
    request.options = options;
    arrow::FieldVector fields;
    arrow::ArrayVector arrays;
    for (const auto& column : columns) {
      request.columns.push_back(column.layout);
      fields.push_back(arrow::field(column.layout.name, column.layout.type,
                                    column.layout.shape.nullable));
      arrays.push_back(column.values);
    }
    const int64_t rows = arrays[0]->length();
    const auto batch = arrow::RecordBatch::Make(arrow::schema(fields), rows, arrays);
    auto writer =
        OpenFileWriter(*FindFileFormat("parquet").ValueOrDie(), storage_.get(), request)
            .ValueOrDie();
    for (int64_t row = 0, cut = 0; row < rows; ++cut) {
      const int64_t size = std::min<int64_t>(
          rows - row, 1 + static_cast<int64_t>(Cell({cut_key, 1}, cut) % 90'000));
      const auto status = writer->Write(*batch->Slice(row, size));
      EXPECT_TRUE(status.ok()) << status.ToString();
      if (!status.ok()) break;
      row += size;
    }
    Written written;
    written.facts = writer->Close().ValueOrDie();
    written.bytes = folder_.Read("x.parquet");
    const auto input = std::make_shared<arrow::io::BufferReader>(
        arrow::Buffer::FromString(written.bytes));
    written.reader = parquet::ParquetFileReader::Open(input);
    written.table = parquet::arrow::OpenFile(input, arrow::default_memory_pool())
                        .ValueOrDie()
                        ->ReadTable()
                        .ValueOrDie();
    return written;
  }

  void ExpectEqual(const std::vector<sample::RandomColumn>& columns,
                   const WriteOptions& options, uint64_t seed);

  sample::Folder folder_;
  std::unique_ptr<Storage> storage_ = Storage::Open(folder_.path()).ValueOrDie();
};

void ExpectEqualStatistics(const parquet::RowGroupMetaData& left,
                           const parquet::RowGroupMetaData& right, int column) {
  const auto a = left.ColumnChunk(column)->statistics();
  const auto b = right.ColumnChunk(column)->statistics();
  ASSERT_EQ(a == nullptr, b == nullptr);
  if (a == nullptr) return;
  EXPECT_EQ(a->null_count(), b->null_count());
  EXPECT_EQ(a->num_values(), b->num_values());
  if (a->num_values() == 0) {
    // libparquet takes the value of a dictionary of one for used in a chunk of nulls.
    EXPECT_FALSE(a->HasMinMax());
    return;
  }
  ASSERT_EQ(a->HasMinMax(), b->HasMinMax());
  if (!a->HasMinMax()) return;
  EXPECT_EQ(a->EncodeMin(), b->EncodeMin());
  EXPECT_EQ(a->EncodeMax(), b->EncodeMax());
}

/// Each page of the index against the rows it covers.
template <typename Type, typename ArrayType>
void ExpectIndexOf(parquet::RowGroupPageIndexReader* index, int column,
                   const arrow::Array& rows) {
  const auto offsets = index->GetOffsetIndex(column);
  const auto base = index->GetColumnIndex(column);
  ASSERT_NE(offsets, nullptr);
  ASSERT_NE(base, nullptr);
  const auto& typed = dynamic_cast<const parquet::TypedColumnIndex<Type>&>(*base);
  const auto& values = static_cast<const ArrayType&>(rows);
  const auto& places = offsets->page_locations();
  for (size_t page = 0; page < places.size(); ++page) {
    const int64_t begin = places[page].first_row_index;
    const int64_t end =
        page + 1 < places.size() ? places[page + 1].first_row_index : rows.length();
    ASSERT_LT(begin, end);
    EXPECT_LE(end - begin, kBlockRows);
    std::optional<decltype(values.GetView(0))> low, high;
    int64_t nulls = 0;
    for (int64_t row = begin; row < end; ++row) {
      if (values.IsNull(row)) {
        ++nulls;
        continue;
      }
      const auto value = values.GetView(row);
      low = low && *low < value ? *low : value;
      high = high && value < *high ? *high : value;
    }
    EXPECT_EQ(base->null_counts()[page], nulls);
    EXPECT_EQ(base->null_pages()[page], !low.has_value());
    if (!low) continue;
    if constexpr (std::is_same_v<Type, parquet::ByteArrayType>) {
      EXPECT_EQ(std::string_view(typed.min_values()[page]), *low);
      EXPECT_EQ(std::string_view(typed.max_values()[page]), *high);
    } else {
      EXPECT_EQ(typed.min_values()[page], *low);
      EXPECT_EQ(typed.max_values()[page], *high);
    }
  }
}

void ExpectPageIndex(const Written& written) {
  const auto pages = written.reader->GetPageIndexReader();
  const auto metadata = written.reader->metadata();
  int64_t first = 0;
  for (int group = 0; group < metadata->num_row_groups(); ++group) {
    const int64_t rows = metadata->RowGroup(group)->num_rows();
    const auto index = pages->RowGroup(group);
    for (int column = 0; column < metadata->num_columns(); ++column) {
      const auto* root = metadata->schema()->GetColumnRoot(column);
      SCOPED_TRACE(root->name());
      if (root->is_group()) continue;  // ExpectEqualPlaces looks at those.
      const auto part = written.table->GetColumnByName(root->name())->Slice(first, rows);
      const auto values = arrow::Concatenate(part->chunks()).ValueOrDie();
      if (values->type_id() == arrow::Type::INT64) {
        ExpectIndexOf<parquet::Int64Type, arrow::Int64Array>(index.get(), column,
                                                             *values);
      } else if (values->type_id() == arrow::Type::STRING) {
        const auto& texts = static_cast<const arrow::StringArray&>(*values);
        int32_t longest = 0;
        for (int64_t row = 0; row < rows; ++row) {
          longest = std::max(longest, texts.value_length(row));
        }
        if (longest > 1 << 16) continue;  // Bounds of more than 64 kB are not written.
        ExpectIndexOf<parquet::ByteArrayType, arrow::StringArray>(index.get(), column,
                                                                  *values);
      }
    }
    first += rows;
  }
}

/// Pages of structs and lists are those of libparquet.
void ExpectEqualPlaces(const Written& left, const Written& right) {
  const auto pages = left.reader->GetPageIndexReader();
  const auto expected = right.reader->GetPageIndexReader();
  const auto metadata = left.reader->metadata();
  for (int group = 0; group < metadata->num_row_groups(); ++group) {
    for (int leaf = 0; leaf < metadata->num_columns(); ++leaf) {
      if (metadata->schema()->GetColumnRoot(leaf)->is_primitive()) continue;
      const auto a = pages->RowGroup(group)->GetOffsetIndex(leaf)->page_locations();
      const auto b = expected->RowGroup(group)->GetOffsetIndex(leaf)->page_locations();
      ASSERT_EQ(a.size(), b.size());
      for (size_t page = 0; page < a.size(); ++page) {
        EXPECT_EQ(a[page].first_row_index, b[page].first_row_index);
      }
      const auto index = pages->RowGroup(group)->GetColumnIndex(leaf);
      const auto other = expected->RowGroup(group)->GetColumnIndex(leaf);
      ASSERT_EQ(index == nullptr, other == nullptr);
      if (index != nullptr) {
        EXPECT_EQ(index->null_counts(), other->null_counts());
      }
    }
  }
}

void TwoWriters::ExpectEqual(const std::vector<sample::RandomColumn>& columns,
                             const WriteOptions& options, uint64_t seed) {
  const Written native = Write(columns, options, ParquetEncoder::kNative, seed);
  const Written again = Write(columns, options, ParquetEncoder::kNative, seed + 1);
  EXPECT_TRUE(native.bytes == again.bytes) << "the cut of the batches shows";
  const Written library = Write(columns, options, ParquetEncoder::kLibrary, seed);
  const auto left = native.reader->metadata(), right = library.reader->metadata();
  EXPECT_TRUE(left->schema()->Equals(*right->schema()));
  ASSERT_EQ(left->num_row_groups(), right->num_row_groups());
  for (int i = 0; i < native.table->num_columns(); ++i) {
    const auto& column = columns[static_cast<size_t>(i)];
    SCOPED_TRACE(column.layout.name + " " + column.layout.type->ToString());
    EXPECT_TRUE(native.table->column(i)->Equals(
        *library.table->column(i),
        arrow::EqualOptions().nans_equal(true).signed_zeros_equal(false)));
    const auto& facts = native.facts.columns[static_cast<size_t>(i)];
    EXPECT_TRUE(facts == library.facts.columns[static_cast<size_t>(i)]);
  }
  for (int group = 0; group < left->num_row_groups(); ++group) {
    EXPECT_EQ(left->RowGroup(group)->num_rows(), right->RowGroup(group)->num_rows());
    for (int leaf = 0; leaf < left->num_columns(); ++leaf) {
      SCOPED_TRACE(left->schema()->Column(leaf)->path()->ToDotString());
      ExpectEqualStatistics(*left->RowGroup(group), *right->RowGroup(group), leaf);
    }
  }
  ExpectPageIndex(native);
  ExpectEqualPlaces(native, library);
}

TEST_F(TwoWriters, EveryKindAtOddSizes) {
  for (const int64_t rows : {0, 1, 2, 127, 128, 129, 255, 256, 257, 1'023}) {
    for (uint64_t round = 0; round < 4; ++round) {
      SCOPED_TRACE(testing::Message() << rows << " rows, round " << round);
      std::vector<sample::RandomColumn> columns;
      const auto kinds = static_cast<uint64_t>(sample::NumColumnKinds());
      for (uint64_t kind = 0; kind < kinds; ++kind) {
        columns.push_back(sample::MakeRandomColumn(
            kind + kinds * (round + 4 * static_cast<uint64_t>(rows)), rows));
      }
      ExpectEqual(columns, {}, round);
    }
  }
}

TEST_F(TwoWriters, RandomSchemasOverPagesAndGroups) {
  for (uint64_t seed = 0; seed < 24; ++seed) {
    constexpr int64_t kSizes[] = {kBlockRows - 1, kBlockRows, kBlockRows + 1,
                                  2 * kBlockRows + 777};
    const int64_t rows = kSizes[seed % 4];
    std::vector<sample::RandomColumn> columns;
    for (uint64_t i = 0; i < 6; ++i) {
      columns.push_back(sample::MakeRandomColumn(
          Cell({seed, 3}, static_cast<int64_t>(i)) % 100'000 * 8 + i, rows));
    }
    WriteOptions options;
    options.row_group_rows = seed % 3 == 0 ? kBlockRows : 0;
    options.compress_all = seed % 5 == 0;
    if (seed % 4 == 1) options.parquet_profile = ParquetProfile::kCompat;
    const char* codecs[] = {"snappy", "zstd:1", "none", "lz4", "gzip:1", "brotli:1"};
    if (seed % 2 == 1) {
      options.compression = ParseCompression(codecs[seed / 2 % 6]).ValueOrDie();
    }
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    ExpectEqual(columns, options, seed);
  }
}

TEST_F(TwoWriters, AMillionRowsAndOne) {
  const auto kinds = static_cast<uint64_t>(sample::NumColumnKinds());
  for (const int64_t rows : {(int64_t{1} << 20) - 1, (int64_t{1} << 20) + 1}) {
    std::vector<sample::RandomColumn> columns;
    for (const uint64_t kind : {3u, 10u, 22u, 24u}) {
      columns.push_back(sample::MakeRandomColumn(kind + 11 * kinds, rows));
    }
    ExpectEqual(columns, {}, 5);
  }
}

std::string BloomFilterOf(parquet::ParquetFileReader* reader, int column) {
  auto group = reader->GetBloomFilterReader().RowGroup(0);
  const auto filter = group == nullptr ? nullptr : group->GetColumnBloomFilter(column);
  if (filter == nullptr) return "";
  const auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  filter->WriteTo(sink.get());
  return sink->Finish().ValueOrDie()->ToString();
}

TEST_F(TwoWriters, BloomFiltersHoldTheSameValues) {
  std::vector<sample::RandomColumn> columns;
  WriteOptions options;
  const auto kinds = static_cast<uint64_t>(sample::NumColumnKinds());
  for (uint64_t number = 0; number < 4 * kinds; ++number) {
    columns.push_back(sample::MakeRandomColumn(number, 3'000));
    if (arrow::is_nested(columns.back().layout.type->id())) {
      columns.pop_back();
    } else if (number % 5 != 0) {
      options.bloom_filters.push_back(columns.back().layout.name);
    }
  }
  const Written native = Write(columns, options, ParquetEncoder::kNative, 1);
  const Written library = Write(columns, options, ParquetEncoder::kLibrary, 1);
  int filters = 0;
  for (int i = 0; i < static_cast<int>(columns.size()); ++i) {
    const auto& layout = columns[static_cast<size_t>(i)].layout;
    SCOPED_TRACE(layout.name + " " + layout.type->ToString());
    const std::string filter = BloomFilterOf(native.reader.get(), i);
    EXPECT_TRUE(filter == BloomFilterOf(library.reader.get(), i));
    filters += !filter.empty();
  }
  EXPECT_GT(filters, 60);
}

TEST_F(TwoWriters, ChecksumsTellOfAChangedByte) {
  WriteOptions options;
  options.page_checksums = true;
  const std::vector<sample::RandomColumn> columns = {sample::MakeRandomColumn(3, 9'000)};
  const Written written = Write(columns, options, ParquetEncoder::kNative, 1);
  auto properties = parquet::default_reader_properties();
  properties.set_page_checksum_verification(true);
  const auto read = [&](const std::string& bytes) {
    const auto reader = parquet::ParquetFileReader::Open(
        std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(bytes)),
        properties);
    const auto pages = reader->RowGroup(0)->GetColumnPageReader(0);
    while (pages->NextPage() != nullptr) {
    }
  };
  EXPECT_NO_THROW(read(written.bytes));
  std::string changed = written.bytes;
  changed[200] ^= 1;
  EXPECT_THROW(read(changed), parquet::ParquetException);
}

TEST_F(TwoWriters, CompatUsesOldEncodingsOnly) {
  std::vector<sample::RandomColumn> columns;
  for (int kind = 0; kind < sample::NumColumnKinds(); ++kind) {
    columns.push_back(sample::MakeRandomColumn(static_cast<uint64_t>(kind), 5'000));
  }
  WriteOptions options;
  options.parquet_profile = ParquetProfile::kCompat;
  const Written written = Write(columns, options, ParquetEncoder::kNative, 1);
  const auto group = written.reader->metadata()->RowGroup(0);
  for (int i = 0; i < group->num_columns(); ++i) {
    const auto chunk = group->ColumnChunk(i);
    EXPECT_EQ(chunk->compression(), arrow::Compression::SNAPPY);
    for (const auto encoding : chunk->encodings()) {
      EXPECT_TRUE(encoding == parquet::Encoding::PLAIN ||
                  encoding == parquet::Encoding::PLAIN_DICTIONARY ||
                  encoding == parquet::Encoding::RLE)
          << parquet::EncodingToString(encoding);
    }
  }
}

}  // namespace
}  // namespace lakeseed
