// walk: events of a visit in order, through as many stages as it goes.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "lakeseed/generate/test_match.h"
#include "lakeseed/generate/test_struct.h"

namespace lakeseed {
namespace {

constexpr char kShop[] =
    "{walk: {depth: parent.stage, stages: ["
    "{first: page_view, then: {page_view: 0.7, search: 0.3}}, "
    "{first: add_to_cart, then: {page_view: 1}, share: 0.5}, "
    "{first: checkout}, {first: purchase}], "
    "seconds: {page_view: 30, search: 10}}}";

class WalkTest : public testing::Test {
 protected:
  WalkTest() : match_({.orders = 4, .free = 30, .days = 100}) {
    context_.set_rows(match_.events.get());
    context_.AddInput("parent.stage", arrow::int64(), [this](const Rows& rows) {
      std::vector<int64_t> parents(static_cast<size_t>(rows.length()));
      match_.events->fanout()->ParentsOf(rows, parents.data());
      arrow::Int64Builder builder;
      for (const int64_t one : parents) {
        EXPECT_TRUE(builder.Append(match_.funnel().StageOf(one)).ok());
      }
      return builder.Finish().ValueOrDie();
    });
    rows_ = Rows(match_.events->Extent({0, 99}));
  }

  std::vector<int64_t> Integers(const TestStruct& made, const char* field) const {
    const auto array = std::static_pointer_cast<arrow::Int64Array>(made.array(field));
    return {array->raw_values(), array->raw_values() + array->length()};
  }

  TestMatch match_;
  TestContext context_;
  Rows rows_;
};

TEST_F(WalkTest, KeepsTheLawsOfStructs) {
  const auto walk = context_.Bind(kShop).ValueOrDie();
  ExpectStructLaws(context_, *walk);
}

TEST_F(WalkTest, GoesThroughItsStagesInOrderAndNoFurther) {
  const auto walk = context_.Bind(kShop).ValueOrDie();
  const TestStruct made(context_, *walk, rows_, {"event", "stage", "seconds", "number"});
  const auto events = made.Texts("event");
  const auto stages = Integers(made, "stage"), seconds = Integers(made, "seconds"),
             numbers = Integers(made, "number");
  std::vector<int64_t> parents(stages.size());
  match_.events->fanout()->ParentsOf(rows_, parents.data());
  std::map<std::string, int64_t> reached;  // By the event that opens a stage.
  for (size_t i = 0; i < stages.size(); ++i) {
    const bool first = i == 0 || parents[i] != parents[i - 1];
    const bool last = i + 1 == stages.size() || parents[i + 1] != parents[i];
    if (first) {
      ASSERT_EQ(numbers[i], 1);
      ASSERT_EQ(stages[i], 1);
      ASSERT_EQ(seconds[i], 0);
      ASSERT_EQ(events[i], "page_view");
    } else {
      ASSERT_EQ(numbers[i], numbers[i - 1] + 1);
      ASSERT_GT(seconds[i], seconds[i - 1]);
      ASSERT_TRUE(stages[i] == stages[i - 1] || stages[i] == stages[i - 1] + 1);
    }
    if (last) {
      ASSERT_EQ(stages[i], match_.funnel().StageOf(parents[i]));
    }
    if (events[i] == "purchase") {
      ASSERT_TRUE(last);
      ASSERT_GE(match_.funnel().MatchOf(parents[i]), 0);
    }
    ++reached[events[i]];
  }
  EXPECT_EQ(reached["purchase"], 400);  // One for every order.
  EXPECT_GE(reached["checkout"], reached["purchase"]);
  EXPECT_GE(reached["add_to_cart"], reached["checkout"]);
}

TEST_F(WalkTest, LengthsHaveTheirMedian) {
  const auto walk = context_.Bind(kShop).ValueOrDie();
  const TestStruct made(context_, *walk, rows_, {"event", "seconds", "is_last"});
  const auto events = made.Texts("event");
  const auto seconds = Integers(made, "seconds");
  const auto last = std::static_pointer_cast<arrow::BooleanArray>(made.array("is_last"));
  std::vector<int64_t> views;
  for (size_t i = 0; i + 1 < events.size(); ++i) {
    if (events[i] == "page_view" && !last->Value(static_cast<int64_t>(i))) {
      views.push_back(seconds[i + 1] - seconds[i]);
    }
  }
  ASSERT_GT(views.size(), 2000u);
  std::nth_element(views.begin(), views.begin() + static_cast<int64_t>(views.size() / 2),
                   views.end());
  EXPECT_NEAR(static_cast<double>(views[views.size() / 2]), 30, 3);
}

TEST_F(WalkTest, MistakesHaveAPlace) {
  for (const char* yaml :
       {"{walk: {stages: [{first: a, then: {a: 1}}]}}", "{walk: {depth: parent.stage}}",
        "{walk: {depth: parent.stage, stages: [{first: a}]}}",
        "{walk: {depth: parent.stage, stages: [{first: a, then: {a: 1}, then_: 1}]}}",
        "{walk: {depth: parent.stage, stages: [{first: a, then: {a: 1}}], seconds: {b: "
        "2}}}"}) {
    EXPECT_FALSE(context_.Bind(yaml).ok()) << yaml;
  }
}

TEST_F(WalkTest, AVisitTooShortForItsDepthIsAnError) {
  context_.AddInt64("parent.stage", [](int64_t) { return 4; });
  const auto walk = context_.Bind(kShop).ValueOrDie();
  EXPECT_FALSE(context_.Generate(*walk, rows_).ok());
}

}  // namespace
}  // namespace lakeseed
