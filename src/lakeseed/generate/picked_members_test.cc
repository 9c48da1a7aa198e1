// What is read of the members picked last is what would be computed, in whatever order
// and among whichever others they are asked for.

#include "lakeseed/generate/picked_members.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <numeric>

#include "lakeseed/generate/population.h"

namespace lakeseed {
namespace {

constexpr int32_t kDays = 420;
constexpr int32_t kDay = 400;
const Key kKey = StreamKey(42, {"picked members"});

// Founders are so few that they are not picked apart.
std::unique_ptr<Population> Make(const char* name) {
  const auto weights = *DayWeights(19358, kDays, {.growth = 0.01});
  return std::make_unique<Population>(
      PopulationOptions{.key = StreamKey(42, {name}), .founders = 100, .churn = 0.002},
      *DayIndex::OfRate(weights, 9'000, kNeutralWeight * 1000));
}

std::vector<int64_t> Picks(const Population& population, RowRange rows) {
  std::vector<int64_t> picks(static_cast<size_t>(rows.length()));
  const std::vector<int32_t> days(picks.size(), kDay);
  population.PickOf(kKey, Rows(rows), days.data(), {.s = 0.7}, picks.data());
  return picks;
}

void ExpectStandings(const Population& population, const std::vector<int64_t>& ids) {
  std::vector<int32_t> cohorts(ids.size());
  std::vector<int64_t> standings(ids.size());
  population.StandingsOf(ids, cohorts.data(), standings.data());
  for (size_t i = 0; i < ids.size(); ++i) {
    ASSERT_EQ(cohorts[i], population.Cohort(ids[i])) << i;
    ASSERT_EQ(standings[i], population.Standing(ids[i])) << i;
  }
}

TEST(PickedMembersTest, StandAsIfTheyWereComputed) {
  const auto one = Make("one"), other = Make("other");
  for (const Population* first : {one.get(), other.get()}) {
    ExpectStandings(*first, {3, 1, 2});  // From here on they are noted down.
    const std::vector<int64_t> picks = Picks(*first, {0, 5'000});
    for (const Population* population : {one.get(), other.get()}) {
      ExpectStandings(*population, picks);
      ExpectStandings(*population, {picks.begin() + 900, picks.end()});
      std::vector<int64_t> some, reversed(picks.rbegin(), picks.rend());
      for (size_t i = 0; i < picks.size(); ++i) {
        if (i % 3 != 0) some.push_back(picks[i]);
        if (i % 5 == 0) some.push_back(static_cast<int64_t>(i) % population->Ever(kDay));
        if (i == 2'000) i += 500;
      }
      ExpectStandings(*population, some);
      ExpectStandings(*population, reversed);
      ExpectStandings(*population, {});
    }
  }
}

TEST(PickedMembersTest, AreReadAndNotComputed) {
  PickedMembers known;
  EXPECT_FALSE(known.Ask());
  EXPECT_TRUE(known.Begin());
  EXPECT_FALSE(known.Begin()) << "nobody has asked since";
  std::vector<int64_t> ids(100), standings(100), there(100);
  std::vector<int32_t> cohorts(100), of(100);
  std::iota(ids.begin(), ids.end(), int64_t{1000});
  std::iota(cohorts.begin(), cohorts.end(), 7);
  std::iota(standings.begin(), standings.end(), int64_t{-50});
  known.Add(ids, cohorts.data(), standings.data());
  EXPECT_TRUE(known.Ask());
  EXPECT_TRUE(known.Read(ids, of.data(), there.data()).empty());
  EXPECT_EQ(of, cohorts);
  EXPECT_EQ(there, standings);
  // From the first one on again; one that was not picked, and some that are left out.
  const std::vector<int64_t> some = {1000, 1002, 5, 1003, 1009, 1019};
  EXPECT_EQ(known.Read(some, of.data(), there.data()), (std::vector<int32_t>{2, 5}));
  EXPECT_EQ(there[4], -41);
  const std::vector<int64_t> strange(50, 1);
  EXPECT_EQ(known.Read(strange, of.data(), there.data()).size(), strange.size());
}

TEST(PickedMembersTest, HaveABound) {
  PickedMembers known;
  const auto most = static_cast<size_t>(PickedMembers::kMost);
  std::vector<int64_t> ids(most + 100);
  std::iota(ids.begin(), ids.end(), int64_t{0});
  std::vector<int32_t> cohorts(ids.size(), 3);
  known.Add(ids, cohorts.data(), ids.data());
  known.Add(ids, cohorts.data(), ids.data());
  std::vector<int64_t> standings(ids.size());
  EXPECT_EQ(known.Read(ids, cohorts.data(), standings.data()).size(), 100U);
}

}  // namespace
}  // namespace lakeseed
