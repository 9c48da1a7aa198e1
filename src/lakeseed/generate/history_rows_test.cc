// Versions as rows: dense, in order of appearance, both ways, and as of any day.

#include "lakeseed/generate/history_rows.h"

#include <gtest/gtest.h>

#include <map>
#include <numeric>

#include "lakeseed/generate/population_rows.h"

namespace lakeseed {
namespace {

constexpr int32_t kDays = 420, kLast = 300, kPeriod = 30;

/// A shop of some hundred members, with its history; without changes when `rate` is 0.
struct Shop {
  std::unique_ptr<PopulationRows> members;
  std::unique_ptr<HistoryRows> history;
};

Shop Make(double rate, int32_t days = kDays) {
  const std::vector<int64_t> weights(static_cast<size_t>(days), kNeutralWeight);
  auto population =
      std::make_unique<Population>(PopulationOptions{.key = StreamKey(42, {"p"}),
                                                     .founders = 400,
                                                     .churn = 0.004,
                                                     .founders_key = StreamKey(42, {"f"}),
                                                     .founders_since_days = 900},
                                   *DayIndex::OfRate(weights, 2, kNeutralWeight));
  std::unique_ptr<Changes> changes;
  if (rate > 0) {
    changes = std::make_unique<Changes>(StreamKey(42, {"c"}), *population, kPeriod, rate);
  }
  Shop shop;
  shop.members = std::make_unique<PopulationRows>(
      std::move(population), std::move(changes), 19358, /*grows=*/true);
  shop.history = std::make_unique<HistoryRows>(*shop.members);
  return shop;
}

RowRange All(const Shop& shop, int32_t last = kLast) {
  return shop.history->Extent({0, last});
}

std::vector<int32_t> Ends(const Shop& shop, const HistoryRows::Versions& versions,
                          int32_t view) {
  const std::vector<int32_t> views(versions.members.size(), view);
  std::vector<int32_t> ends(views.size());
  shop.history->EndsOf(versions, views.data(), ends.data());
  return ends;
}

TEST(HistoryRowsTest, CountsFoundersBirthsAndChanges) {
  const Shop shop = Make(0.35);
  for (const int32_t day : {-1, 0, 1, 29, 30, 31, 299}) {
    const int64_t changes = day < 0 ? 0 : shop.members->changes()->Before(day + 1);
    EXPECT_EQ(All(shop, day),
              (RowRange{0, shop.members->population()->Ever(day) + changes}))
        << day;
  }
}

TEST(HistoryRowsTest, RowsAndVersionsBothWays) {
  const Shop shop = Make(0.35);
  const RowRange all = All(shop);
  const auto versions = shop.history->VersionsOf(Rows(all));
  const std::vector<int32_t> ends = Ends(shop, versions, kLast);
  std::vector<int32_t> days(ends.size());
  shop.history->DaysOf(Rows(all), days.data());
  EXPECT_EQ(days, versions.starts);
  int64_t later = 0;
  for (size_t i = 0; i < days.size(); ++i) {
    if (i > 0) {
      EXPECT_LE(days[i - 1], days[i]);
    }
    const int32_t last = ends[i] == kNoDay ? kLast : ends[i] - 1;
    for (const int32_t day : {days[i], (days[i] + last) / 2, last}) {
      EXPECT_EQ(shop.history->KeyOf(versions.members[i], day), static_cast<int64_t>(i));
    }
    EXPECT_EQ(shop.members->changes()->VersionAt(versions.members[i], days[i]),
              versions.numbers[i]);
    later += versions.numbers[i] > 1;
  }
  EXPECT_EQ(later, shop.members->changes()->Before(kLast + 1));
  EXPECT_GT(later, 500);
}

TEST(HistoryRowsTest, RowNumbersGiveWhatTheRangeGives) {
  const Shop shop = Make(0.35);
  const RowRange all = All(shop);
  const auto whole = shop.history->VersionsOf(Rows(all));
  std::vector<int64_t> numbers;
  for (int64_t r = all.end - 1; r >= 0; r -= 3) numbers.push_back(r);
  const auto some = shop.history->VersionsOf(Rows(numbers));
  for (size_t i = 0; i < numbers.size(); ++i) {
    const auto at = static_cast<size_t>(numbers[i]);
    EXPECT_EQ(some.members[i], whole.members[at]);
    EXPECT_EQ(some.numbers[i], whole.numbers[at]);
    EXPECT_EQ(some.from[i], whole.from[at]);
  }
  // From the middle of a day on.
  const auto tail = shop.history->VersionsOf(Rows(RowRange{all.end - 77, all.end}));
  EXPECT_EQ(tail.members,
            std::vector<int64_t>(whole.members.end() - 77, whole.members.end()));
}

TEST(HistoryRowsTest, ALongerHorizonRenumbersNothing) {
  const Shop shop = Make(0.35), longer = Make(0.35, 900);
  ASSERT_EQ(All(shop), All(longer));
  const auto a = shop.history->VersionsOf(Rows(All(shop)));
  const auto b = longer.history->VersionsOf(Rows(All(longer)));
  EXPECT_EQ(a.members, b.members);
  EXPECT_EQ(a.numbers, b.numbers);
  EXPECT_EQ(a.from, b.from);
  EXPECT_EQ(Ends(shop, a, kLast), Ends(longer, b, kLast));
}

TEST(HistoryRowsTest, OpenVersionsAreThoseOfTheLiving) {
  const Shop shop = Make(0.35);
  const Population& population = *shop.members->population();
  for (const int32_t day : {-1, 0, 30, 155, kLast}) {
    const auto versions = shop.history->VersionsOf(Rows(All(shop, day)));
    const std::vector<int32_t> ends = Ends(shop, versions, day);
    std::map<int64_t, int32_t> open;  // Version by member.
    std::map<int64_t, int32_t> next;  // End of the member's last version.
    for (size_t i = 0; i < ends.size(); ++i) {
      const int64_t member = versions.members[i];
      EXPECT_LT(versions.starts[i], ends[i]);
      if (versions.numbers[i] > 1) {
        EXPECT_EQ(next.at(member), versions.from[i]);
      }
      next[member] = ends[i];
      if (ends[i] != kNoDay) continue;
      EXPECT_TRUE(open.emplace(member, versions.numbers[i]).second);
    }
    EXPECT_EQ(static_cast<int64_t>(open.size()), population.Living(day));
    for (const auto& [member, version] : open) {
      EXPECT_EQ(shop.members->changes()->VersionAt(member, day), version);
    }
  }
}

TEST(HistoryRowsTest, OnlyOpenVersionsDependOnTheDayOfLooking) {
  const Shop shop = Make(0.35);
  const auto versions = shop.history->VersionsOf(Rows(All(shop, 150)));
  const std::vector<int32_t> then = Ends(shop, versions, 150);
  const std::vector<int32_t> now = Ends(shop, versions, kLast);
  int64_t closed = 0;
  for (size_t i = 0; i < then.size(); ++i) {
    if (then[i] != kNoDay) {
      EXPECT_EQ(then[i], now[i]);
    } else if (now[i] != kNoDay) {
      EXPECT_GT(now[i], 150);
      ++closed;
    }
  }
  EXPECT_GT(closed, 100);
}

TEST(HistoryRowsTest, WithoutChangesEachMemberHasOneVersion) {
  const Shop shop = Make(0);
  const RowRange all = All(shop);
  EXPECT_EQ(all.end, shop.members->population()->Ever(kLast));
  const auto versions = shop.history->VersionsOf(Rows(all));
  std::vector<int64_t> members(versions.members.size());
  std::iota(members.begin(), members.end(), 0);
  EXPECT_EQ(versions.members, members);
  EXPECT_EQ(versions.numbers, std::vector<int32_t>(members.size(), 1));
  const std::vector<int32_t> ends = Ends(shop, versions, kLast);
  for (size_t i = 0; i < ends.size(); ++i) {
    const int32_t death = shop.members->population()->Death(members[i]);
    EXPECT_EQ(ends[i], death <= kLast ? death : kNoDay);
    EXPECT_EQ(shop.history->KeyOf(members[i], kLast), members[i]);
  }
}

TEST(HistoryRowsTest, FoundersAreValidFromTheirBirth) {
  const Shop shop = Make(0.35);
  const auto versions = shop.history->VersionsOf(Rows(RowRange{0, 400}));
  for (const int32_t day : versions.from) EXPECT_LT(day, 0);
  EXPECT_LT(*std::min_element(versions.from.begin(), versions.from.end()), -500);
}

}  // namespace
}  // namespace lakeseed
