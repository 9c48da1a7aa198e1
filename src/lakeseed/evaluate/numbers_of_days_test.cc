#include "lakeseed/evaluate/numbers_of_days.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lakeseed/base/date.h"
#include "lakeseed/base/suggest.h"

namespace lakeseed {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

arrow::Result<std::vector<double>> Numbers(const char* text) {
  ARROW_ASSIGN_OR_RAISE(const ExprPtr tree, ParseExpression(text, Place{"f.yaml", 2, 5}));
  return NumbersOfDays(*tree, "sales.events", *ParseDate("2024-03-01"), 4);  // A Friday.
}

TEST(NumbersOfDays, AreThoseOfEachDay) {
  EXPECT_THAT(*Numbers("if(weekday($day) > 5, 1.5, 1)"), ElementsAre(1, 1.5, 1.5, 1));
  EXPECT_THAT(*Numbers("day($day) * 10"), ElementsAre(10, 20, 30, 40));
  EXPECT_THAT(*Numbers("2"), ElementsAre(2, 2, 2, 2));
  EXPECT_THAT(*Numbers("double(day($day)) / double(4)"), ElementsAre(0.25, 0.5, 0.75, 1));
}

TEST(NumbersOfDays, MistakesHavePlaces) {
  const auto error = [](const char* text) { return Numbers(text).status().ToString(); };
  EXPECT_THAT(error("weekday(day)"), HasSubstr("sales.events: is no day: day"));
  EXPECT_THAT(error("sum(items.price)"), HasSubstr("days have no rows to fold"));
  EXPECT_THAT(error("2 - day($day)"),
              HasSubstr("is no number from 0 to 1000000: -1 on 2024-03-03"));
  EXPECT_THAT(error("nullif(day($day), 2)"), HasSubstr("null on 2024-03-02"));
  EXPECT_THAT(error("day_name($day)"), HasSubstr("f.yaml:2:5"));
}

}  // namespace
}  // namespace lakeseed
