// vocabulary with conditions: only rows that fit, in proportion to their weights.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/test_struct.h"

namespace lakeseed {
namespace {

constexpr char kAcute[] =
    "{vocabulary: {table: diagnoses, where: {group: kind}, between: {value: age, low: "
    "age_low, high: age_high}, weight: {F: women, M: men}, weight_by: sex}}";

class FittingRowsTest : public testing::Test {
 protected:
  FittingRowsTest() {
    context_.AddInt64("age", [](int64_t row) { return row % 101; });
    context_.AddCategory("sex", {"F", "M"});
    context_.AddText("kind", {"acute"});
  }
  TestContext context_;
  const Rows rows_{RowRange{0, 40'000}};
};

TEST_F(FittingRowsTest, EveryRowFits) {
  const auto generator = context_.Bind(kAcute).ValueOrDie();
  const TestStruct made(context_, *generator, rows_,
                        {"code", "group", "age_low", "age_high", "sex"});
  const auto codes = made.Texts("code"), groups = made.Texts("group"),
             sexes = made.Texts("sex");
  const auto low = std::static_pointer_cast<arrow::Int64Array>(made.array("age_low"));
  const auto high = std::static_pointer_cast<arrow::Int64Array>(made.array("age_high"));
  std::map<std::string, int> sex_of;
  for (size_t i = 0; i < codes.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    ASSERT_FALSE(codes[i].empty());  // Some acute diagnosis fits every age.
    ASSERT_EQ(groups[i], "acute");
    ASSERT_LE(low->Value(row), row % 101);
    ASSERT_GE(high->Value(row), row % 101);
    ++sex_of[sexes[i]];
  }
  EXPECT_GT(sex_of["any"], 0);
}

TEST_F(FittingRowsTest, WithoutAFitThereIsNoRow) {
  context_.AddInt64("age", [](int64_t) { return 500; });
  const auto generator = context_.Bind(kAcute).ValueOrDie();
  const TestStruct made(context_, *generator, rows_, {"code"});
  EXPECT_EQ(made.array("code")->null_count(), rows_.length());
}

TEST_F(FittingRowsTest, APreferenceThatLeavesNoneIsNotSaid) {
  context_.AddText("wish", {"Dermatology", "Astrology"});
  const auto generator =
      context_
          .Bind(
              "{vocabulary: {table: diagnoses, weight: women, prefer: {specialty: "
              "wish}}}")
          .ValueOrDie();
  const TestStruct made(context_, *generator, rows_, {"specialty"});
  int preferred = 0;
  for (const std::string& one : made.Texts("specialty"))
    preferred += one == "Dermatology";
  EXPECT_GT(preferred, rows_.length() * 45 / 100);
  EXPECT_LT(preferred, rows_.length() * 65 / 100);
}

TEST_F(FittingRowsTest, MistakesHaveAPlace) {
  for (const char* yaml :
       {"{vocabulary: {table: diagnoses, where: {age_low: kind}}}",
        "{vocabulary: {table: diagnoses, weight: {F: women}}}",
        "{vocabulary: {table: diagnoses, weight: code}}",
        "{vocabulary: {table: diagnoses, between: {value: age, low: age_low}}}",
        "{vocabulary: {table: diagnoses, between: {value: kind, low: age_low, high: "
        "age_high}}}"}) {
    EXPECT_FALSE(context_.Bind(yaml).ok()) << yaml;
  }
}

}  // namespace
}  // namespace lakeseed
