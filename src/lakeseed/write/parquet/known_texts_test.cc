// Deferred texts in Parquet: the file of the texts themselves, and few texts made.

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "lakeseed/base/deferred_text.h"
#include "lakeseed/write/file_format.h"
#include "lakeseed/write/sample_columns.h"

namespace lakeseed {
namespace {

constexpr int64_t kRows = 5 * kBlockRows + 777;

/// Numbers that come again; two of them have the same text.
int64_t NumberOf(int64_t row, uint64_t size) {
  const uint64_t mixed = static_cast<uint64_t>(row + 1) * 0x9E3779B97F4A7C15;
  return static_cast<int64_t>(((mixed ^ mixed >> 32) * 0xD1B54A32D192ED03 >> 32) % size);
}
std::string TextOf(int64_t number) { return "text number " + std::to_string(number / 2); }

class Counted final : public TextSource {
 public:
  Counted(std::vector<int64_t> numbers, int64_t* made)
      : numbers_(std::move(numbers)), made_(made) {}

  const void* meaning() const override { return made_; }
  arrow::Result<std::shared_ptr<arrow::StringArray>> TextsAt(
      std::span<const int64_t> places, arrow::MemoryPool* pool) const override {
    arrow::StringBuilder texts(pool);
    for (const int64_t place : places) {
      ARROW_RETURN_NOT_OK(texts.Append(TextOf(numbers_[static_cast<size_t>(place)])));
    }
    *made_ += std::ssize(places);
    std::shared_ptr<arrow::StringArray> made;
    ARROW_RETURN_NOT_OK(texts.Finish(&made));
    return made;
  }

 private:
  const std::vector<int64_t> numbers_;
  int64_t* const made_;
};

/// Two columns of the same texts, the second null in half of the rows.
class DeferredFile : public testing::Test {
 protected:
  /// Write rows in batches of `cut`; returns the bytes of the file.
  std::string Write(uint64_t distinct, bool deferred, int64_t cut) {
    FileRequest request;
    request.path = "x.parquet";
    request.columns = {{.name = "some", .type = arrow::utf8()},
                       {.name = "all", .type = arrow::utf8()}};
    request.columns[0].shape.nullable = true;
    request.options.row_group_rows = 2 * kBlockRows;
    auto storage = Storage::Open(folder_.path()).ValueOrDie();
    auto writer =
        OpenFileWriter(*FindFileFormat("parquet").ValueOrDie(), storage.get(), request)
            .ValueOrDie();
    EXPECT_TRUE(writer->takes_deferred_texts());
    for (int64_t begin = 0; begin < kRows; begin += cut) {
      const auto batch = Batch(distinct, deferred, begin, std::min(begin + cut, kRows));
      const arrow::Status status = writer->Write(*batch);
      EXPECT_TRUE(status.ok()) << status.ToString();
    }
    facts_ = writer->Close().ValueOrDie();
    return folder_.Read("x.parquet");
  }

  std::shared_ptr<arrow::RecordBatch> Batch(uint64_t distinct, bool deferred,
                                            int64_t begin, int64_t end) {
    std::vector<int64_t> numbers;
    arrow::Int64Builder some, all;
    for (int64_t row = begin; row < end; ++row) {
      numbers.push_back(NumberOf(row, distinct));
      EXPECT_TRUE(all.Append(numbers.back()).ok());
    }
    const auto all_numbers = all.Finish().ValueOrDie();
    const auto source = std::make_shared<Counted>(numbers, &made_);
    arrow::ArrayVector columns(2);
    columns[1] =
        DeferredText(static_cast<const arrow::Int64Array&>(*all_numbers), source);
    // The second column's nulls lie over the numbers of the first.
    std::shared_ptr<arrow::Buffer> valid =
        arrow::AllocateEmptyBitmap(end - begin).ValueOrDie();
    for (int64_t i = 0; i < end - begin; ++i) {
      arrow::bit_util::SetBitTo(valid->mutable_data(), i, (begin + i) / 3 % 2 == 0);
    }
    auto data = columns[1]->data()->Copy();
    data->buffers[0] = valid;
    data->null_count = arrow::kUnknownNullCount;
    columns[0] = arrow::MakeArray(data);
    if (!deferred) {
      for (auto& column : columns) {
        column = MadeTexts(*column, arrow::default_memory_pool()).ValueOrDie();
      }
    }
    const auto schema = arrow::schema({arrow::field("some", columns[0]->type()),
                                       arrow::field("all", columns[1]->type(), false)});
    return arrow::RecordBatch::Make(schema, end - begin, columns);
  }

  /// Distinct numbers of each row group, which no column needs more than once.
  static int64_t DistinctByGroup(uint64_t distinct) {
    int64_t sum = 0;
    for (int64_t begin = 0; begin < kRows; begin += 2 * kBlockRows) {
      std::set<int64_t> seen;
      for (int64_t row = begin; row < std::min(begin + 2 * kBlockRows, kRows); ++row) {
        seen.insert(NumberOf(row, distinct));
      }
      sum += std::ssize(seen);
    }
    return sum;
  }

  const sample::Folder folder_;
  DataFile facts_;
  int64_t made_ = 0;
};

TEST_F(DeferredFile, IsTheFileOfTheTexts) {
  // Of few texts, of many that come again, and of such that hardly do: those are plain.
  for (const uint64_t distinct : {uint64_t{40}, uint64_t{60'000}, uint64_t{5'000'000}}) {
    const std::string expected = Write(distinct, false, kRows);
    const DataFile facts = facts_;
    for (const int64_t cut : {kRows, kBlockRows, int64_t{50'000}}) {
      EXPECT_TRUE(Write(distinct, true, cut) == expected) << distinct << ", cut " << cut;
      for (size_t c = 0; c < facts.columns.size(); ++c) {
        EXPECT_EQ(facts_.columns[c].null_count, facts.columns[c].null_count);
        EXPECT_TRUE(facts_.columns[c].min->Equals(*facts.columns[c].min));
        EXPECT_TRUE(facts_.columns[c].max->Equals(*facts.columns[c].max));
      }
    }
  }
}

TEST_F(DeferredFile, MakesATextOnceInARowGroupForAllColumns) {
  constexpr uint64_t kDistinct = 60'000;
  Write(kDistinct, true, kBlockRows);
  // The first page is looked at as it is, by each column, before an encoder is chosen.
  EXPECT_LE(made_, DistinctByGroup(kDistinct) + 2 * kBlockRows);
  EXPECT_LT(made_, kRows);
}

TEST_F(DeferredFile, WithBloomFiltersTakesTextsOnly) {
  FileRequest request;
  request.path = "y.parquet";
  request.columns = {{.name = "all", .type = arrow::utf8()}};
  request.options.bloom_filters = {"all"};
  auto storage = Storage::Open(folder_.path()).ValueOrDie();
  for (const std::string format : {"parquet", "csv"}) {
    if (format == "csv") request.options.bloom_filters.clear();
    const auto writer =
        OpenFileWriter(*FindFileFormat(format).ValueOrDie(), storage.get(), request)
            .ValueOrDie();
    EXPECT_FALSE(writer->takes_deferred_texts()) << format;
    const auto batch = Batch(40, true, 0, 100)->SelectColumns({1}).ValueOrDie();
    EXPECT_FALSE(writer->Write(*batch).ok()) << format;
  }
}

}  // namespace
}  // namespace lakeseed
