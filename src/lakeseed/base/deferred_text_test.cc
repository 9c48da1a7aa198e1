#include "lakeseed/base/deferred_text.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lakeseed {
namespace {

/// The text at place p is p times "x".
class Crosses final : public TextSource {
 public:
  const void* meaning() const override { return "crosses"; }
  arrow::Result<std::shared_ptr<arrow::StringArray>> TextsAt(
      std::span<const int64_t> places, arrow::MemoryPool* pool) const override {
    arrow::StringBuilder texts(pool);
    for (const int64_t place : places) {
      ARROW_RETURN_NOT_OK(texts.Append(std::string(static_cast<size_t>(place), 'x')));
    }
    std::shared_ptr<arrow::StringArray> made;
    ARROW_RETURN_NOT_OK(texts.Finish(&made));
    return made;
  }
};

std::shared_ptr<arrow::Array> Column(const std::vector<bool>& valid) {
  arrow::Int64Builder numbers;
  for (size_t i = 0; i < valid.size(); ++i) {
    EXPECT_TRUE((valid[i] ? numbers.Append(7) : numbers.AppendNull()).ok());
  }
  const auto array = numbers.Finish().ValueOrDie();
  return DeferredText(static_cast<const arrow::Int64Array&>(*array),
                      std::make_shared<Crosses>());
}

TEST(DeferredTextTest, TextsAreThoseOfTheRowsAlsoOfASlice) {
  const std::vector<bool> valid = {true, true, false, true, false, false,
                                   true, true, true,  true, false};
  const auto size = static_cast<int64_t>(valid.size());
  const auto column = Column(valid);
  for (int64_t begin = 0; begin <= size; ++begin) {
    for (int64_t end = begin; end <= size; ++end) {
      const auto slice = column->Slice(begin, end - begin);
      const auto made = MadeTexts(*slice, arrow::default_memory_pool()).ValueOrDie();
      ASSERT_TRUE(made->ValidateFull().ok());
      ASSERT_EQ(made->length(), end - begin);
      EXPECT_EQ(made->null_count(), slice->null_count());
      const auto& texts = static_cast<const arrow::StringArray&>(*made);
      for (int64_t i = begin; i < end; ++i) {
        const bool is_valid = valid[static_cast<size_t>(i)];
        ASSERT_EQ(texts.IsValid(i - begin), is_valid);
        if (is_valid) {
          EXPECT_EQ(texts.GetView(i - begin), std::string(static_cast<size_t>(i), 'x'));
        }
      }
    }
  }
}

TEST(DeferredTextTest, OnlyItsOwnTypeHasASource) {
  const auto column = Column({true, false});
  ASSERT_NE(SourceOf(*column->type()), nullptr);
  EXPECT_EQ(SourceOf(*column->type())->meaning(),
            SourceOf(*Column({true})->type())->meaning());
  EXPECT_EQ(SourceOf(*arrow::utf8()), nullptr);
  EXPECT_EQ(SourceOf(*arrow::int64()), nullptr);
  EXPECT_FALSE(column->type()->Equals(*arrow::int64()));
}

}  // namespace
}  // namespace lakeseed
