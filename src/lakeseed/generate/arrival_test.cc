// Late rows: equal to the reference model; each row once; exact shares; a day alone.

#include "lakeseed/generate/arrival.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "lakeseed/base/golden.h"

namespace lakeseed {
namespace {

/// So many rows on each day.
DayIndex Days(const std::vector<int64_t>& counts) {
  std::vector<int64_t> weights;
  for (const int64_t count : counts) weights.push_back(count * kNeutralWeight);
  return *DayIndex::OfRate(weights, 1, kNeutralWeight);
}

std::vector<int64_t> Numbers(const Rows& rows) {
  std::vector<int64_t> numbers;
  for (int64_t i = 0; i < rows.length(); ++i) numbers.push_back(rows[i]);
  return numbers;
}

std::vector<int64_t> ArrivingOn(const Arrival& arrival, int32_t day) {
  const DayArrivals on = arrival.On(day);
  return Numbers(on.RowsAt(on.places()));
}

std::vector<int32_t> DaysOf(const Arrival& arrival, const Rows& rows) {
  std::vector<int32_t> days(static_cast<size_t>(rows.length()));
  arrival.DaysOf(rows, days.data());
  return days;
}

const Key kKey = StreamKey(42, {"shop", "orders", "arrival"});
const std::vector<LateShare> kLate = {{1, 0.06}, {2, 0.03}, {7, 0.01}};

/// Ordinary days, days of a few rows, one of none, a large one.
const std::vector<int64_t> kCounts = {90, 3, 1,    0,  250, 89,   1,
                                      1,  1, 7000, 64, 65,  1023, 40};

TEST(ArrivalTest, EqualsTheModel) {
  const auto golden = LoadGolden("arrival");
  ASSERT_FALSE(golden.is_discarded());
  ASSERT_GE(golden["cases"].size(), 3u);
  for (const auto& one : golden["cases"]) {
    const DayIndex days = Days(GoldenIntegers(one["counts"]));
    std::vector<LateShare> late;
    for (const auto& share : one["late"]) {
      late.push_back({share[0].get<int32_t>(), share[1].get<double>()});
    }
    const Arrival arrival(GoldenKey(golden["key"]), days, late);
    for (int32_t day = 0; day < days.days(); ++day) {
      const auto want = GoldenIntegers(one["arrivals"][static_cast<size_t>(day)]);
      EXPECT_EQ(ArrivingOn(arrival, day), want) << day;
    }
    std::vector<int32_t> lags = DaysOf(arrival, Rows(RowRange{0, days.total()}));
    for (size_t row = 0; row < lags.size(); ++row) {
      lags[row] -= days.Day(static_cast<int64_t>(row));
    }
    EXPECT_EQ(lags, one["lags"].get<std::vector<int32_t>>());
  }
}

TEST(ArrivalTest, EveryRowArrivesOnce) {
  std::vector<int64_t> counts = kCounts;
  counts.resize(counts.size() + 8);  // Until all have arrived.
  const DayIndex days = Days(counts);
  const Arrival arrival(kKey, days, kLate);
  std::set<int64_t> seen;
  for (int32_t day = 0; day < days.days(); ++day) {
    EXPECT_EQ(arrival.Before(day), std::ssize(seen)) << day;
    const std::vector<int64_t> rows = ArrivingOn(arrival, day);
    EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end()));
    EXPECT_EQ(arrival.On(day).places(),
              (RowRange{std::ssize(seen), std::ssize(seen) + std::ssize(rows)}));
    for (const int32_t of : DaysOf(arrival, Rows(rows))) EXPECT_EQ(of, day);
    for (const int64_t row : rows) EXPECT_TRUE(seen.insert(row).second) << row;
  }
  EXPECT_EQ(std::ssize(seen), days.total());
  EXPECT_EQ(arrival.Before(days.days()), days.total());
}

TEST(ArrivalTest, SharesOfADayAreItsCuts) {
  const DayIndex days = Days(kCounts);
  const Arrival arrival(kKey, days, kLate);
  const double up_to[] = {0.90, 0.96, 0.99};
  for (int32_t day = 0; day < days.days(); ++day) {
    const RowRange rows{days.Before(day), days.Before(day + 1)};
    std::map<int32_t, int64_t> count;
    for (const int32_t of : DaysOf(arrival, Rows(rows))) ++count[of - day];
    int64_t arrived = 0;
    const int32_t lags[] = {0, 1, 2};
    for (size_t i = 0; i < 3; ++i) {
      arrived += count[lags[i]];
      const double exact = up_to[i] * static_cast<double>(rows.length());
      EXPECT_GT(static_cast<double>(arrived), exact - 1) << day;
      EXPECT_LT(static_cast<double>(arrived), exact + 1) << day;
    }
    EXPECT_EQ(arrived + count[7], rows.length());
  }
  // Days of one row are late about as often as any other.
  const DayIndex single = Days(std::vector<int64_t>(5000, 1));
  const Arrival of_single(kKey, single, kLate);
  std::map<int32_t, int64_t> count;
  const auto arrivals = DaysOf(of_single, Rows(RowRange{0, 5000}));
  for (size_t i = 0; i < arrivals.size(); ++i)
    ++count[arrivals[i] - static_cast<int32_t>(i)];
  EXPECT_NEAR(static_cast<double>(count[1]), 300, 75);
  EXPECT_NEAR(static_cast<double>(count[7]), 50, 30);
}

TEST(ArrivalTest, OutstandingRowsAreThoseThatHappenedAndHaveNotArrived) {
  const DayIndex days = Days(kCounts);
  const Arrival arrival(kKey, days, kLate);
  for (int32_t day = 0; day <= days.days(); ++day) {
    std::vector<int64_t> want;
    const RowRange before{0, days.Before(day)};
    const auto arrivals = DaysOf(arrival, Rows(before));
    for (int64_t row = 0; row < before.end; ++row) {
      if (arrivals[static_cast<size_t>(row)] >= day) want.push_back(row);
    }
    EXPECT_EQ(arrival.Outstanding(day), want) << day;
  }
}

TEST(ArrivalTest, PartsAreThoseOfTheWhole) {
  const DayIndex days = Days(kCounts);
  const Arrival arrival(kKey, days, kLate);
  for (const int32_t day : {0, 4, 9, 11, 13}) {
    const DayArrivals on = arrival.On(day);
    const std::vector<int64_t> all = ArrivingOn(arrival, day);
    for (const int64_t step : {int64_t{1}, int64_t{7}, int64_t{500}}) {
      std::vector<int64_t> joined;
      int64_t own = 0;
      for (int64_t at = on.places().begin; at < on.places().end; at += step) {
        const RowRange places{at, std::min(at + step, on.places().end)};
        for (const int64_t row : Numbers(on.RowsAt(places))) joined.push_back(row);
        const DayArrivals::Part part = on.PartAt(places);
        own += std::ssize(part.late) + part.own.length() - std::ssize(part.held);
      }
      EXPECT_EQ(joined, all) << day;
      EXPECT_EQ(own, on.size());
    }
    EXPECT_EQ(on.RowsAt({on.places().end, on.places().end}).length(), 0);
  }
}

TEST(ArrivalTest, RowsInAnyOrderArriveAsInTheirs) {
  const DayIndex days = Days(kCounts);
  const Arrival arrival(kKey, days, kLate);
  const auto all = DaysOf(arrival, Rows(RowRange{0, days.total()}));
  std::vector<int64_t> mixed;
  for (int64_t i = 0; i < 4000; ++i) mixed.push_back(i * 7919 % days.total());
  const auto some = DaysOf(arrival, Rows(mixed));
  for (size_t i = 0; i < mixed.size(); ++i) {
    ASSERT_EQ(some[i], all[static_cast<size_t>(mixed[i])]);
  }
}

TEST(ArrivalTest, MoreDaysChangeNothing) {
  const DayIndex short_days = Days({kCounts.begin(), kCounts.begin() + 10});
  const DayIndex long_days = Days(kCounts);
  const Arrival a(kKey, short_days, kLate), b(kKey, long_days, kLate);
  for (int32_t day = 0; day < 10; ++day)
    EXPECT_EQ(ArrivingOn(a, day), ArrivingOn(b, day));
}

}  // namespace
}  // namespace lakeseed
