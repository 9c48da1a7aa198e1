// Columns that are made where they are written give the file that arrays of them give, in
// every format.

#include "lakeseed/base/column_blocks.h"

#include <arrow/api.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_ops.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/write/file_format.h"
#include "lakeseed/write/sample_columns.h"

namespace lakeseed {
namespace {

using Progression = ColumnBlocks::Progression;

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

/// How batch number `turn` has its column.
enum class Form { kArrays, kBlocks, kByTurns };

bool IsBlocks(Form form, int64_t turn) {
  return form == Form::kBlocks || (form == Form::kByTurns && turn % 3 != 1);
}

/// Rows [begin, begin + length) of a column.
class Part final : public ColumnBlocks {
 public:
  Part(const ColumnBlocks& whole, int64_t begin, int64_t length)
      : ColumnBlocks(whole.type(), length, BitsOf(whole, begin, length)),
        whole_(whole),
        begin_(begin) {}

  std::shared_ptr<arrow::Array> dictionary() const override {
    return whole_.dictionary();
  }
  std::optional<Progression> progression() const override {
    const auto values = whole_.progression();
    return values ? std::optional(values->From(begin_)) : std::nullopt;
  }
  void Fill(int64_t begin, int64_t count, void* out) const override {
    whole_.Fill(whole_.CountValues(0, begin_) + begin, count, out);
  }

 private:
  static std::shared_ptr<arrow::Buffer> BitsOf(const ColumnBlocks& whole, int64_t begin,
                                               int64_t length) {
    if (whole.validity() == nullptr) return nullptr;
    return arrow::internal::CopyBitmap(arrow::default_memory_pool(),
                                       whole.validity()->data(), begin, length)
        .ValueOrDie();
  }

  const ColumnBlocks& whole_;
  const int64_t begin_;
};

/// Cells as values of a type: all bits of them, or those from 0 to `most`.
class Cells final : public ColumnBlocks {
 public:
  /// \param null_share  rows of 100 that are null; 0: the column knows of none.
  Cells(std::shared_ptr<arrow::DataType> type, std::optional<int64_t> most,
        int64_t length, uint64_t null_share)
      : ColumnBlocks(std::move(type), length, NullsOf(length, null_share)), most_(most) {}

  std::shared_ptr<arrow::Array> dictionary() const override {
    if (type()->id() != arrow::Type::DICTIONARY) return nullptr;
    arrow::StringBuilder texts;
    for (int64_t i = 0; i <= *most_; ++i) {
      EXPECT_TRUE(texts.Append("text " + std::to_string(i * 7919 % 1000)).ok());
    }
    return texts.Finish().ValueOrDie();
  }
  void Fill(int64_t begin, int64_t count, void* out) const override {
    for (int64_t i = 0; i < count; ++i) {
      const auto cell = static_cast<int64_t>(Cell({5, 6}, begin + i));
      const int64_t value = most_ ? (cell & INT64_MAX) % (*most_ + 1) : cell;
      if (type()->id() == arrow::Type::DOUBLE) {
        static_cast<double*>(out)[i] = static_cast<double>(value) / 4;
      } else if (type()->byte_width() == 4) {
        static_cast<int32_t*>(out)[i] = static_cast<int32_t>(value);
      } else {
        static_cast<int64_t*>(out)[i] = value;
      }
    }
  }

 private:
  static std::shared_ptr<arrow::Buffer> NullsOf(int64_t length, uint64_t null_share) {
    if (null_share == 0) return nullptr;
    std::shared_ptr<arrow::Buffer> bits = arrow::AllocateEmptyBitmap(length).ValueOrDie();
    for (int64_t i = 0; i < length; ++i) {
      arrow::bit_util::SetBitTo(bits->mutable_data(), i,
                                Cell({7, 8}, i) % 100 >= null_share);
    }
    return bits;
  }

  const std::optional<int64_t> most_;
};

class ColumnBlocksTest : public testing::Test {
 protected:
  /// The file of a column, in batches of so many rows.
  std::string Write(const FileFormatDef& format, const ColumnBlocks& column, Form form,
                    int64_t batch_rows, const WriteOptions& options = {},
                    const ColumnShape& shape = {.kind = ShapeKind::kSequence}) {
    FileRequest request;
    request.path = "x." + std::string(format.extension);
    request.options = options;
    request.columns = {{"id", column.type(), shape}};
    const auto schema =
        arrow::schema({arrow::field("id", column.type(), shape.nullable)});
    auto writer = OpenFileWriter(format, storage_.get(), request).ValueOrDie();
    for (int64_t row = 0, turn = 0; row < column.length(); row += batch_rows, ++turn) {
      const int64_t rows = std::min(batch_rows, column.length() - row);
      MadeColumn made;
      if (IsBlocks(form, turn)) {
        made.blocks = std::make_shared<Part>(column, row, rows);
      } else {
        made.array = column.ToArray(row, rows, arrow::default_memory_pool()).ValueOrDie();
      }
      EXPECT_TRUE(writer->Write(MadeRows(schema, rows, {made})).ok());
    }
    const DataFile file = writer->Close().ValueOrDie();
    EXPECT_EQ(file.num_rows, column.length());
    return folder_.Read(request.path) + ToJson(file).dump();
  }

  void ExpectEqualFiles(const FileFormatDef& format, const ColumnBlocks& column,
                        int64_t batch_rows, const WriteOptions& options = {},
                        const ColumnShape& shape = {.kind = ShapeKind::kSequence}) {
    const std::string arrays =
        Write(format, column, Form::kArrays, column.length() + 1, options, shape);
    for (const Form form : {Form::kBlocks, Form::kByTurns}) {
      EXPECT_TRUE(Write(format, column, form, batch_rows, options, shape) == arrays)
          << format.name << ": " << column.length() << " rows of "
          << column.type()->ToString() << ", " << column.null_count()
          << " nulls, in batches of " << batch_rows;
    }
  }

  sample::Folder folder_;
  std::shared_ptr<Storage> storage_ = Storage::Open(folder_.path()).ValueOrDie();
};

/// Progressions of so many values that end where numbers do, or cross zero.
std::vector<Progression> ProgressionsOf(int64_t length) {
  const int64_t steps = std::max<int64_t>(length - 1, 1);
  std::vector<Progression> all = {{1, 1},  {1000, 5},       {-7, 1},
                                  {42, 0}, {-7 * steps, 7}, {3 * steps, -3}};
  all.push_back({kLeast, 1});
  all.push_back({kMost - steps, 1});
  all.push_back({kMost, -1});
  all.push_back({kLeast, kMost / steps});
  all.push_back({kMost, kLeast / steps});
  return all;
}

TEST_F(ColumnBlocksTest, ProgressionsGiveTheFilesOfTheirArrays) {
  for (const FileFormatDef& format : BuiltinFileFormats()) {
    for (const int64_t length :
         {0, 1, 2, 127, 128, 129, 255, 256, 257, 258, 513, 1023, 2049}) {
      for (const Progression& values : ProgressionsOf(length)) {
        const auto column = MakeProgression(arrow::int64(), values, length);
        for (const int64_t batch_rows : {int64_t{100}, int64_t{256}, length + 1}) {
          ExpectEqualFiles(format, *column, batch_rows);
        }
      }
    }
  }
}

TEST_F(ColumnBlocksTest, OfAMillionRowsToo) {
  const FileFormatDef& parquet = *FindFileFormat("parquet").ValueOrDie();
  for (const int64_t length : {(1 << 20) - 1, 1 << 20, (1 << 20) + 1}) {
    for (const Progression& values : {Progression{1, 1}, Progression{-9, -4}}) {
      const auto column = MakeProgression(arrow::int64(), values, length);
      for (const int64_t batch_rows : {int64_t{9'362}, kBlockRows, length}) {
        ExpectEqualFiles(parquet, *column, batch_rows);
      }
    }
  }
}

TEST_F(ColumnBlocksTest, CellsGiveTheFilesOfTheirArrays) {
  struct Kind {
    std::shared_ptr<arrow::DataType> type;
    std::optional<int64_t> most;
    ColumnShape shape;
  };
  const auto codes = arrow::dictionary(arrow::int32(), arrow::utf8());
  const auto times = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  const Kind kinds[] = {
      {arrow::int64(), std::nullopt, {}},
      {arrow::int64(), 900, {.kind = ShapeKind::kBounded, .min = 0, .max = 900}},
      // More than was declared.
      {arrow::int64(), 900, {.kind = ShapeKind::kBounded, .min = 10, .max = 700}},
      {arrow::date32(), 20'000, {}},
      {arrow::date32(), 9, {.kind = ShapeKind::kBounded, .min = 0, .max = 9}},
      {arrow::decimal64(7, 2), 9'999'999, {}},
      {arrow::decimal64(18, 4), 1'000'000'000'000, {}},
      {times, 1'000'000'000'000'000, {}},
      {arrow::float64(), int64_t{1} << 50, {.kind = ShapeKind::kReal}},
      {arrow::float64(), 500, {.kind = ShapeKind::kReal}},
      {codes, 300, {.kind = ShapeKind::kCategory, .num_categories = 301}},
      {codes, 3, {.kind = ShapeKind::kCategory, .num_categories = 4}},
  };
  for (const FileFormatDef& format : BuiltinFileFormats()) {
    for (const Kind& kind : kinds) {
      for (const uint64_t null_share : {0, 1, 60, 100}) {
        ColumnShape shape = kind.shape;
        shape.nullable = null_share > 0;
        for (const int64_t length :
             {int64_t{1}, int64_t{129}, int64_t{2'049}, kBlockRows + 1'023}) {
          if (length > kBlockRows && format.name != "parquet") continue;
          const Cells column(kind.type, kind.most, length, null_share);
          for (const int64_t batch_rows : {int64_t{100}, int64_t{5'000}, length}) {
            if (length / batch_rows > 100) continue;
            ExpectEqualFiles(format, column, batch_rows, {}, shape);
          }
        }
      }
    }
  }
}

TEST_F(ColumnBlocksTest, WithAllOptionsOfParquet) {
  const FileFormatDef& parquet = *FindFileFormat("parquet").ValueOrDie();
  WriteOptions compat, library, small_groups, hashed, checked, naive;
  compat.parquet_profile = ParquetProfile::kCompat;
  library.parquet_encoder = ParquetEncoder::kLibrary;
  small_groups.row_group_rows = kBlockRows;
  hashed.bloom_filters = {"id"};
  checked.page_checksums = true;
  checked.compress_all = true;
  naive.naive_timestamps = true;
  const auto times = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  for (const auto& type : {arrow::int64(), times, arrow::decimal64(18, 2)}) {
    const auto column = MakeProgression(type, {-50'000, 3}, 3 * kBlockRows + 777);
    for (const WriteOptions& options :
         {compat, library, small_groups, hashed, checked, naive}) {
      for (const ShapeKind kind : {ShapeKind::kSequence, ShapeKind::kUnknown}) {
        ExpectEqualFiles(parquet, *column, 10'000, options, {.kind = kind});
      }
    }
  }
}

}  // namespace
}  // namespace lakeseed
