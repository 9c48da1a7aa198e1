#include "lakeseed/generate/patchwork.h"

#include <arrow/api.h>
#include <arrow/json/from_string.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lakeseed {
namespace {

std::shared_ptr<arrow::Array> Read(const std::shared_ptr<arrow::DataType>& type,
                                   const std::string& json) {
  return arrow::json::ArrayFromJSONString(type, json).ValueOrDie();
}

// From two arrays, the first of which begins in the midst of another.
void Check(const std::shared_ptr<arrow::DataType>& type, const std::string& first,
           const std::string& second, const std::string& expected) {
  const arrow::ArrayVector arrays{Read(type, first)->Slice(1), Read(type, second)};
  const std::vector<Patch> patches{{1, 0}, {0, 1}, {0, 0}, {1, 1}, {1, 0}};
  const auto made = MakePatchwork(arrays, patches, arrow::default_memory_pool());
  ASSERT_TRUE(made.ok()) << made.status();
  ASSERT_TRUE((*made)->ValidateFull().ok());
  EXPECT_TRUE((*made)->Equals(Read(type, expected)))
      << type->ToString() << ": " << (*made)->ToString();
}

TEST(PatchworkTest, TakesEachValueFromItsArray) {
  for (const auto& type : {arrow::int8(), arrow::int16(), arrow::int32(), arrow::int64(),
                           arrow::float64(), arrow::list(arrow::int32())}) {
    const bool list = type->id() == arrow::Type::LIST;
    Check(type, list ? "[[7], [1, 2], null]" : "[7, 1, null]",
          list ? "[[], [4]]" : "[3, 4]",
          list ? "[[], null, [1, 2], [4], []]" : "[3, null, 1, 4, 3]");
  }
  Check(arrow::boolean(), "[true, true, false]", "[false, null]",
        "[false, false, true, null, false]");
  for (const auto& type : {arrow::decimal64(5, 2), arrow::decimal128(20, 2)}) {
    Check(type, R"(["7.00", "1.25", "2.50"])", R"(["3.00", null])",
          R"(["3.00", "2.50", "1.25", null, "3.00"])");
  }
  Check(arrow::utf8(), R"(["no", "one", ""])", R"(["three", null])",
        R"(["three", "", "one", null, "three"])");
}

TEST(PatchworkTest, TextsOfEveryLengthFromEveryPlace) {
  // The last texts of an array end where its memory does.
  constexpr int32_t kTexts = 80;
  arrow::ArrayVector arrays;
  std::vector<std::vector<std::string>> expected(2);
  for (size_t which = 0; which < 2; ++which) {
    arrow::StringBuilder builder;
    for (int32_t i = 0; i < kTexts; ++i) {
      const auto size = static_cast<size_t>(which == 0 ? i : kTexts - i);
      expected[which].emplace_back(size, static_cast<char>('0' + i));
      ASSERT_TRUE(builder.Append(expected[which].back()).ok());
    }
    arrays.push_back(builder.Finish().ValueOrDie());
  }
  std::vector<Patch> patches;
  for (int32_t i = 0; i < 4 * kTexts; ++i) {
    patches.push_back({i / 3 % 2, (i * 37 + i / kTexts) % kTexts});
  }
  const auto made =
      MakePatchwork(arrays, patches, arrow::default_memory_pool()).ValueOrDie();
  ASSERT_TRUE(made->ValidateFull().ok());
  const auto& texts = static_cast<const arrow::StringArray&>(*made);
  for (size_t i = 0; i < patches.size(); ++i) {
    EXPECT_EQ(texts.GetView(static_cast<int64_t>(i)),
              expected[static_cast<size_t>(patches[i].array)]
                      [static_cast<size_t>(patches[i].place)]);
  }
}

TEST(PatchworkTest, CodesOfDifferentDictionariesKeepTheirTexts) {
  const auto type = arrow::dictionary(arrow::int32(), arrow::utf8());
  const auto coded = [&](const std::string& codes, const std::string& texts) {
    return arrow::DictionaryArray::FromArrays(type, Read(arrow::int32(), codes),
                                              Read(arrow::utf8(), texts))
        .ValueOrDie();
  };
  const std::vector<Patch> patches{{1, 0}, {0, 0}, {0, 1}};
  for (const std::string other : {R"(["a", "b"])", R"(["b", "c"])"}) {
    const auto made =
        MakePatchwork({coded("[0, 1]", R"(["a", "b"])"), coded("[0]", other)}, patches,
                      arrow::default_memory_pool());
    ASSERT_TRUE(made.ok()) << made.status();
    const auto& array = static_cast<const arrow::DictionaryArray&>(**made);
    const auto& texts = static_cast<const arrow::StringArray&>(*array.dictionary());
    EXPECT_EQ(texts.GetView(array.GetValueIndex(0)), other.substr(2, 1));
    EXPECT_EQ(texts.GetView(array.GetValueIndex(1)), "a");
    EXPECT_EQ(texts.GetView(array.GetValueIndex(2)), "b");
  }
}

TEST(PatchworkTest, StructsFieldByField) {
  Check(arrow::struct_(
            {arrow::field("a", arrow::int64()), arrow::field("b", arrow::utf8())}),
        R"([{"a": 7, "b": "x"}, {"a": 1, "b": null}, null])",
        R"([{"a": 3, "b": "y"}, {"a": null, "b": "z"}])",
        R"([{"a": 3, "b": "y"}, null, {"a": 1, "b": null}, {"a": null, "b": "z"},
            {"a": 3, "b": "y"}])");
}

}  // namespace
}  // namespace lakeseed
