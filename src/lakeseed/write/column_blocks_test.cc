// Columns that are made where they are written give the file that arrays of them give, in
// every format.

#include "lakeseed/base/column_blocks.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

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

class ColumnBlocksTest : public testing::Test {
 protected:
  /// The file of a column, in batches of so many rows.
  std::string Write(const FileFormatDef& format, const ColumnBlocks& column, Form form,
                    int64_t batch_rows, const WriteOptions& options = {},
                    ShapeKind kind = ShapeKind::kSequence) {
    FileRequest request;
    request.path = "x." + std::string(format.extension);
    request.options = options;
    request.columns = {{"id", column.type(), {.kind = kind}}};
    const auto schema = arrow::schema({arrow::field("id", column.type(), false)});
    auto writer = OpenFileWriter(format, storage_.get(), request).ValueOrDie();
    for (int64_t row = 0, turn = 0; row < column.length(); row += batch_rows, ++turn) {
      const int64_t rows = std::min(batch_rows, column.length() - row);
      MadeColumn made;
      if (IsBlocks(form, turn)) {
        made.blocks =
            MakeProgression(column.type(), column.progression()->From(row), rows);
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
                        ShapeKind kind = ShapeKind::kSequence) {
    const std::string arrays =
        Write(format, column, Form::kArrays, column.length() + 1, options, kind);
    for (const Form form : {Form::kBlocks, Form::kByTurns}) {
      EXPECT_TRUE(Write(format, column, form, batch_rows, options, kind) == arrays)
          << format.name << ": " << column.length() << " rows from "
          << column.progression()->first << " by " << column.progression()->step
          << ", in batches of " << batch_rows;
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
        ExpectEqualFiles(parquet, *column, 10'000, options, kind);
      }
    }
  }
}

}  // namespace
}  // namespace lakeseed
