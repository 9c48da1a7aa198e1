#include <arrow/api.h>
#include <gtest/gtest.h>

#include "lakeseed/write/sample_columns.h"
#include "lakeseed/write/storage.h"

namespace lakeseed {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

ArrayPtr Texts(const std::vector<std::optional<std::string>>& texts) {
  arrow::StringBuilder builder;
  for (const auto& text : texts) {
    EXPECT_TRUE((text ? builder.Append(*text) : builder.AppendNull()).ok());
  }
  return builder.Finish().ValueOrDie();
}

/// A CSV file of one column, without its header.
std::string Written(const ArrayPtr& column, int64_t batch_rows = INT64_MAX) {
  const sample::Folder folder;
  const auto storage = Storage::Open(folder.path()).ValueOrDie();
  FileRequest request;
  request.path = request.staged_path = "t.csv";
  request.table = "t";
  request.columns = {{.name = "c", .type = column->type()}};
  request.columns[0].shape.nullable = true;
  auto writer =
      OpenFileWriter(*FindFileFormat("csv").ValueOrDie(), storage.get(), request)
          .ValueOrDie();
  const auto schema = arrow::schema({arrow::field("c", column->type())});
  const auto batch = arrow::RecordBatch::Make(schema, column->length(), {column});
  for (int64_t row = 0; row < batch->num_rows(); row += batch_rows) {
    const int64_t rows = std::min(batch_rows, batch->num_rows() - row);
    EXPECT_TRUE(writer->Write(*batch->Slice(row, rows)).ok());
  }
  EXPECT_TRUE(writer->Close().ok());
  return folder.Read("t.csv").substr(2);
}

TEST(Csv, QuotesWhereAFieldNeedsThem) {
  // Any length and place, so that every way of looking at the bytes sees each.
  std::vector<std::optional<std::string>> texts, plain_texts;
  std::string expected, plain_expected;
  for (size_t size = 1; size <= 40; ++size) {
    const std::string plain(size, 'x');
    plain_texts.push_back(plain);
    plain_expected += plain + "\n";
    for (size_t at = 0; at < size; ++at) {
      for (const char odd : {',', '"', '\r', '\n'}) {
        std::string text = plain;
        text[at] = odd;
        texts.push_back(text);
        if (odd == '"') text.insert(at, 1, '"');
        expected += "\"" + text + "\"\n";
      }
    }
  }
  EXPECT_TRUE(Written(Texts(texts)) == expected);
  EXPECT_TRUE(Written(Texts(plain_texts)) == plain_expected);
}

TEST(Csv, OneTextOfABlockThatNeedsQuotes) {
  for (const size_t at : {size_t{0}, size_t{1}, size_t{500}, size_t{999}}) {
    std::vector<std::optional<std::string>> texts(1'000, "plain");
    texts[at] = "a,b";
    std::string expected;
    for (const auto& text : texts)
      expected += (*text == "a,b" ? "\"a,b\"" : *text) + "\n";
    EXPECT_TRUE(Written(Texts(texts)) == expected) << at;
  }
}

TEST(Csv, NullsAndEmptyTextsBesidePlainOnes) {
  const std::string longer(70, 'y');
  EXPECT_EQ(Written(Texts({"a", std::nullopt, "bc", longer})),
            "a\n\nbc\n" + longer + "\n");
  EXPECT_EQ(Written(Texts({"a", "", std::nullopt, "bc"})), "a\n\"\"\n\nbc\n");
  EXPECT_EQ(Written(Texts({std::nullopt, std::nullopt})), "\n\n");
  EXPECT_EQ(Written(Texts({""})), "\"\"\n");
  EXPECT_EQ(Written(Texts({"skipped", "a", std::nullopt, "b"})->Slice(1)), "a\n\nb\n");
}

template <typename Builder>
ArrayPtr Codes(const std::vector<int>& values) {
  Builder builder;
  for (const int code : values) {
    EXPECT_TRUE((code < 0
                     ? builder.AppendNull()
                     : builder.Append(static_cast<typename Builder::value_type>(code)))
                    .ok());
  }
  return builder.Finish().ValueOrDie();
}

TEST(Csv, DictionariesAreSpelledAsTheirTexts) {
  const std::vector<int> values = {1, 2, -1, 0, 1, 2};
  for (const ArrayPtr& codes :
       {Codes<arrow::Int8Builder>(values), Codes<arrow::Int32Builder>(values)}) {
    const auto column = arrow::DictionaryArray::FromArrays(
                            arrow::dictionary(codes->type(), arrow::utf8()), codes,
                            Texts({"plain", "a,b", ""}))
                            .ValueOrDie();
    EXPECT_EQ(Written(column), "\"a,b\"\n\"\"\n\nplain\n\"a,b\"\n\"\"\n");
    EXPECT_EQ(Written(column->Slice(1)), "\"\"\n\nplain\n\"a,b\"\n\"\"\n");
  }
}

TEST(Csv, DictionariesOfAnyLongestText) {
  for (const size_t longest : {1, 3, 7, 8, 15, 16, 31, 32, 65}) {
    const std::string text(longest, 'x');
    const ArrayPtr codes = Codes<arrow::Int32Builder>({1, 0, 1, 1, 0});
    const auto column =
        arrow::DictionaryArray::FromArrays(
            arrow::dictionary(codes->type(), arrow::utf8()), codes, Texts({"a", text}))
            .ValueOrDie();
    EXPECT_EQ(Written(column), text + "\na\n" + text + "\n" + text + "\na\n");
  }
}

TEST(Csv, FewLinesOfManyBatchesWaitForEachOther) {
  std::vector<std::optional<std::string>> texts;
  std::string expected;
  for (int i = 0; i < 5'000; ++i) {
    texts.push_back(std::string(1 + i % 300, static_cast<char>('a' + i % 26)));
    expected += *texts.back() + "\n";
  }
  EXPECT_TRUE(Written(Texts(texts), 7) == expected);
  EXPECT_TRUE(Written(Texts(texts)) == expected);
}

}  // namespace
}  // namespace lakeseed
