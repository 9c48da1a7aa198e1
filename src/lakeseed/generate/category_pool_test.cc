#include "lakeseed/generate/category_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lakeseed {
namespace {

using ::testing::ElementsAre;

TEST(CategoryPool, CodesAreInTheOrderOfTheFirstAdds) {
  // In order of the texts as long as that goes, then not: two ways to find a text.
  CategoryPool pool;
  const std::vector<std::string> texts = {"b", "b", "d", "c", "d", "", "a", "b", "c", ""};
  std::vector<int32_t> codes;
  for (const std::string& text : texts) {
    codes.push_back(pool.Add(text));
    EXPECT_EQ(pool.text(codes.back()), text);
  }
  EXPECT_THAT(codes, ElementsAre(0, 0, 1, 2, 1, 3, 4, 0, 2, 3));
  ASSERT_TRUE(pool.Freeze().ok());
  EXPECT_THAT(pool.texts(), ElementsAre("b", "d", "c", "", "a"));
  EXPECT_EQ(pool.text(4), "a");
  const auto array = pool.Codes(2, arrow::default_memory_pool(),
                                [](int64_t i) { return static_cast<int32_t>(1 + i); })
                         .ValueOrDie();
  EXPECT_TRUE(array->ValidateFull().ok());
  EXPECT_EQ(static_cast<const arrow::DictionaryArray&>(*array).GetValueIndex(1), 2);
}

TEST(CategoryPool, FindsEachOfMany) {
  CategoryPool pool;
  pool.Reserve(100);
  for (int i = 0; i < 5000; ++i) ASSERT_EQ(pool.Add("x" + std::to_string(i)), i);
  for (int i = 4999; i >= 0; --i) ASSERT_EQ(pool.Add("x" + std::to_string(i)), i);
  ASSERT_TRUE(pool.Freeze().ok());
  EXPECT_EQ(pool.texts()[4321], "x4321");
}

TEST(CategoryPool, MayBeEmpty) {
  const CategoryPool pool = CategoryPool::Of({}).ValueOrDie();
  EXPECT_EQ(pool.size(), 0);
  EXPECT_TRUE(pool.texts().empty());
  EXPECT_FALSE(CategoryPool::Of({"a", "b", "a"}).ok());
}

}  // namespace
}  // namespace lakeseed
