// Days of rows: equal to the reference model, exact totals, append-only.

#include "lakeseed/generate/day_index.h"

#include <gtest/gtest.h>

#include <numeric>

#include "lakeseed/base/date.h"
#include "lakeseed/base/golden.h"

namespace lakeseed {
namespace {

class DayIndexTest : public testing::Test {
 protected:
  void SetUp() override {
    golden_ = LoadGolden("dayindex");
    ASSERT_FALSE(golden_.is_discarded());
    epoch_ = *ParseDate(golden_["epoch"].get<std::string>());
    factors_ = {.growth = GoldenDouble(golden_["growth"]),
                .weekday = GoldenDoubles(golden_["weekday"]),
                .month = GoldenDoubles(golden_["month"]),
                .noise = GoldenDouble(golden_["noise"]),
                .noise_key = GoldenKey(golden_["key"])};
    for (const auto& holiday : golden_["holiday"]) {
      factors_.holiday[*ParseDate(holiday[0].get<std::string>())] =
          GoldenDouble(holiday[1]);
    }
    weights_ = *DayWeights(epoch_, golden_["days"].get<int32_t>(), factors_);
  }

  nlohmann::json golden_;
  int32_t epoch_ = 0;
  DayFactors factors_;
  std::vector<int64_t> weights_;
};

TEST_F(DayIndexTest, WeightsEqualTheModel) {
  const auto want = GoldenIntegers(golden_["weights"]);
  const auto step = golden_["weights_step"].get<size_t>();
  for (size_t i = 0; i < want.size(); ++i) ASSERT_EQ(weights_[i * step], want[i]) << i;
  EXPECT_EQ(std::accumulate(weights_.begin(), weights_.end(), int64_t{0}),
            golden_["weights_sum"].get<int64_t>());
}

TEST_F(DayIndexTest, TargetsEqualTheModelAndAreExact) {
  const auto first = golden_["window"][0].get<int32_t>();
  const auto last = golden_["window"][1].get<int32_t>();
  for (const auto& one : golden_["targets"]) {
    const auto target = one["target"].get<int64_t>();
    const DayIndex days = *DayIndex::OfTarget(weights_, target, first, last);
    EXPECT_EQ(days.Before(last + 1) - days.Before(first), target);
    for (size_t i = 0; i < one["before"].size(); ++i) {
      ASSERT_EQ(days.Before(one["before_days"][i].get<int32_t>()),
                one["before"][i].get<int64_t>());
    }
    for (size_t i = 0; i < one["rows"].size(); ++i) {
      ASSERT_EQ(days.Day(one["rows"][i].get<int64_t>()), one["day"][i].get<int32_t>());
    }
  }
}

TEST_F(DayIndexTest, ExactForAnyWindowAndTarget) {
  for (const int64_t target : {int64_t{0}, int64_t{1}, int64_t{7}, int64_t{10'000},
                               int64_t{10'000'000}, int64_t{10'000'000'000'000}}) {
    for (const auto& [first, last] : {std::pair{0, 3999}, {17, 17}, {1000, 2000}}) {
      const DayIndex days = *DayIndex::OfTarget(weights_, target, first, last);
      EXPECT_EQ(days.Before(last + 1) - days.Before(first), target);
    }
  }
}

TEST_F(DayIndexTest, RowsAndDaysAgreeBothWays) {
  for (const int64_t target : {int64_t{50}, int64_t{9'000}}) {
    const DayIndex days = *DayIndex::OfTarget(weights_, target, 0, 3999);
    std::vector<int32_t> all(static_cast<size_t>(days.total()));
    days.DaysOf({0, days.total()}, all.data());
    for (int32_t day = 0; day < days.days(); ++day) {
      for (int64_t row = days.Before(day); row < days.Before(day + 1); ++row) {
        ASSERT_EQ(days.Day(row), day);
        ASSERT_EQ(all[static_cast<size_t>(row)], day);
      }
    }
    std::vector<int32_t> part(31);
    days.DaysOf({9, 40}, part.data());
    EXPECT_TRUE(std::equal(part.begin(), part.end(), all.begin() + 9));
  }
}

TEST_F(DayIndexTest, ALongerHorizonAppends) {
  const auto longer = *DayWeights(epoch_, 6000, factors_);
  EXPECT_TRUE(std::equal(weights_.begin(), weights_.end(), longer.begin()));
  const DayIndex a = *DayIndex::OfTarget(weights_, 12345, 100, 900);
  const DayIndex b = *DayIndex::OfTarget(longer, 12345, 100, 900);
  for (int32_t day = 0; day <= a.days(); ++day) ASSERT_EQ(a.Before(day), b.Before(day));
  for (int64_t row = 0; row < a.total(); row += 17) ASSERT_EQ(a.Day(row), b.Day(row));
}

TEST_F(DayIndexTest, RatesEqualTheModelAndKeepEveryRow) {
  const DayIndex days = *DayIndex::OfRate(
      weights_, golden_["rate"]["per_day"].get<int64_t>(), kNeutralWeight);
  EXPECT_EQ(days.Before(97), golden_["rate"]["before"][1].get<int64_t>());
  // 8000 * 1.3 is 10400 every Friday of 20 years: no row is lost to rounding.
  const auto fridays = *DayWeights(0, 7300, {.weekday = {1, 1, 1, 1, 1.3, 1, 1}});
  const DayIndex shop = *DayIndex::OfRate(fridays, 8000, kNeutralWeight);
  for (int32_t day = 0; day < 7300; ++day) {
    ASSERT_EQ(shop.Count(day), Weekday(day) == 4 ? 10400 : 8000) << day;
  }
}

TEST_F(DayIndexTest, GrowthThatOverflowsNamesTheDate) {
  const auto weights = DayWeights(0, 18262, {.growth = 0.002});
  ASSERT_FALSE(weights.ok());
  EXPECT_NE(weights.status().message().find("1988-12-31"), std::string::npos)
      << weights.status().message();
  EXPECT_FALSE(DayIndex::OfTarget(std::vector<int64_t>(10, 0), 5, 0, 9).ok());
}

TEST(DayIndex, CountsOfDaysAreTheirOwn) {
  const std::vector<int64_t> neutral(4, kNeutralWeight), counts = {7, 0, 12, 1};
  const auto index = DayIndex::OfCounts(neutral, counts);
  ASSERT_TRUE(index.ok());
  for (int32_t day = 0; day < 4; ++day) {
    EXPECT_EQ(index->Count(day), counts[static_cast<size_t>(day)]);
  }
  // Factors multiply, and halves do not get lost.
  const std::vector<int64_t> half(4, kNeutralWeight / 2);
  EXPECT_EQ(DayIndex::OfCounts(half, counts)->total(), 10);
}

}  // namespace
}  // namespace lakeseed
