// Texts that come as numbers give the file that the texts themselves give.

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/write/file_format.h"
#include "lakeseed/write/sample_columns.h"

namespace lakeseed {
namespace {

constexpr int64_t kRows = 3 * kBlockRows + 777;

/// Different texts of all sizes; of many the first is longer than two bytes can say.
std::shared_ptr<arrow::StringArray> SomeTexts(int64_t size) {
  arrow::StringBuilder builder;
  EXPECT_TRUE(builder.Append(std::string(size < 10'000 ? 20 : 70'000, 'z')).ok());
  for (int64_t i = 1; i < size; ++i) {
    const uint64_t cell = Cell({3, 4}, i);
    std::string text(cell % 60, static_cast<char>('a' + cell / 64 % 26));
    EXPECT_TRUE(builder.Append(i == 1 ? "" : text + std::to_string(i)).ok());
  }
  return std::static_pointer_cast<arrow::StringArray>(*builder.Finish());
}

/// Texts in another order, so that neighbours have changed places.
int32_t Swapped(int32_t number, int64_t size) {
  return (number ^ 1) < size ? number ^ 1 : number;
}
std::shared_ptr<arrow::StringArray> Swapped(const arrow::StringArray& texts) {
  arrow::StringBuilder builder;
  for (int32_t i = 0; i < texts.length(); ++i) {
    EXPECT_TRUE(builder.Append(texts.GetView(Swapped(i, texts.length()))).ok());
  }
  return std::static_pointer_cast<arrow::StringArray>(*builder.Finish());
}

/// How a batch has its texts; numbers may be of two arrays in turn.
enum class Form { kTexts, kNumbers, kByTurns, kNumbersFirst, kNumbersOfTwo };

class NumberedTexts : public testing::TestWithParam<int64_t> {
 protected:
  void SetUp() override {
    texts_ = SomeTexts(GetParam());
    swapped_ = Swapped(*texts_);
    numbers_.resize(kRows);
    for (int64_t i = 0; i < kRows; ++i) {
      const uint64_t cell = Cell({1, 2}, i);
      // Numbers grow with the rows, as a cache gives them, and come again.
      const int64_t newest = std::min(texts_->length() - 1, i / 2 + 1);
      numbers_[static_cast<size_t>(i)] =
          cell % 7 == 0 ? -1 : static_cast<int32_t>(cell / 8 % (newest + 1));
    }
  }

  /// \param of_swapped  the numbers are those of the texts in their other order.
  std::shared_ptr<arrow::Array> Rows(int64_t begin, int64_t end, bool numbered,
                                     bool of_swapped) const {
    arrow::Int32Builder codes;
    arrow::StringBuilder whole;
    for (int64_t i = begin; i < end; ++i) {
      const int32_t number = numbers_[static_cast<size_t>(i)];
      const int32_t code = of_swapped ? Swapped(number, texts_->length()) : number;
      EXPECT_TRUE((number < 0 ? codes.AppendNull() : codes.Append(code)).ok());
      EXPECT_TRUE(
          (number < 0 ? whole.AppendNull() : whole.Append(texts_->GetView(number))).ok());
    }
    if (!numbered) return whole.Finish().ValueOrDie();
    // No more texts than have a number by then, all in the same memory.
    const int64_t known = std::min(texts_->length(), end / 2 + 3);
    return arrow::DictionaryArray::FromArrays(
               codes.Finish().ValueOrDie(),
               (of_swapped ? swapped_ : texts_)->Slice(0, known))
        .ValueOrDie();
  }

  arrow::Result<std::string> Write(Form form, int64_t batch_rows,
                                   const std::string& format = "parquet",
                                   WriteOptions options = {}) {
    FileRequest request;
    request.path = "x." + format;
    request.options = std::move(options);
    request.columns = {{"text", arrow::utf8(), {.nullable = true}}};
    ARROW_ASSIGN_OR_RAISE(const auto* def, FindFileFormat(format));
    ARROW_ASSIGN_OR_RAISE(auto writer, OpenFileWriter(*def, storage_.get(), request));
    takes_numbers_ = writer->TakesNumberedTexts();
    for (int64_t row = 0, turn = 0; row < kRows; row += batch_rows, ++turn) {
      const int64_t end = std::min(row + batch_rows, kRows);
      const bool is_text = form == Form::kTexts ||
                           (form == Form::kByTurns && turn % 3 != 1) ||
                           (form == Form::kNumbersFirst && turn % 3 == 1);
      const auto rows =
          Rows(row, end, !is_text, form == Form::kNumbersOfTwo && turn % 3 == 2);
      ARROW_RETURN_NOT_OK(writer->Write(*arrow::RecordBatch::Make(
          arrow::schema({arrow::field("text", rows->type())}), end - row, {rows})));
    }
    ARROW_RETURN_NOT_OK(writer->Close().status());
    return folder_.Read(request.path);
  }

  sample::Folder folder_;
  std::shared_ptr<Storage> storage_ = Storage::Open(folder_.path()).ValueOrDie();
  std::shared_ptr<arrow::StringArray> texts_, swapped_;
  std::vector<int32_t> numbers_;
  bool takes_numbers_ = false;
};

TEST_P(NumberedTexts, GiveTheBytesOfTheTexts) {
  for (const int64_t group_rows : {int64_t{0}, kBlockRows}) {
    WriteOptions options;
    options.row_group_rows = group_rows;
    const std::string plain = Write(Form::kTexts, kRows, "parquet", options).ValueOrDie();
    EXPECT_TRUE(takes_numbers_);
    for (const int64_t batch_rows : {kRows, int64_t{10'000}}) {
      for (const Form form :
           {Form::kNumbers, Form::kByTurns, Form::kNumbersFirst, Form::kNumbersOfTwo}) {
        EXPECT_TRUE(Write(form, batch_rows, "parquet", options).ValueOrDie() == plain)
            << batch_rows;
      }
    }
  }
}

TEST_P(NumberedTexts, AreRefusedByWhoTakesNone) {
  WriteOptions hashed;
  hashed.bloom_filters = {"text"};
  WriteOptions library;
  library.parquet_encoder = ParquetEncoder::kLibrary;
  std::vector<std::pair<std::string, WriteOptions>> requests = {{"parquet", hashed},
                                                                {"parquet", library}};
  for (const FileFormatDef& format : BuiltinFileFormats()) {
    if (format.name != "parquet") requests.emplace_back(format.name, WriteOptions{});
  }
  for (const auto& [format, options] : requests) {
    ASSERT_TRUE(Write(Form::kTexts, kRows, format, options).ok()) << format;
    EXPECT_FALSE(takes_numbers_) << format;
    const auto written = Write(Form::kNumbers, kRows, format, options);
    EXPECT_NE(written.status().message().find("batch has type"), std::string::npos)
        << format;
  }
}

// Few texts that repeat, many that hardly do, and as many as there are rows.
INSTANTIATE_TEST_SUITE_P(Sizes, NumberedTexts,
                         testing::Values(1, 50, 40'000, 3 * kBlockRows));

}  // namespace
}  // namespace lakeseed
