// Matches and funnels: equal to the reference model, exact, both ways, in order.

#include "lakeseed/generate/funnel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <vector>

#include "lakeseed/base/golden.h"
#include "lakeseed/generate/test_match.h"

namespace lakeseed {
namespace {

TEST(Strata, EqualTheModel) {
  const auto golden = LoadGolden("match");
  ASSERT_FALSE(golden.is_discarded());
  for (const auto& one : golden["cases"]) {
    const Strata strata(GoldenKey(golden["key"]), one["rows"].get<int64_t>(),
                        one["chosen"].get<int64_t>());
    const auto rows = GoldenIntegers(one["row"]), match = GoldenIntegers(one["match"]),
               free = GoldenIntegers(one["free"]), row_of = GoldenIntegers(one["row_of"]);
    for (size_t i = 0; i < rows.size(); ++i) {
      ASSERT_EQ(strata.MatchOf(rows[i]), match[i]);
      if (match[i] < 0) {
        ASSERT_EQ(strata.FreeIndex(rows[i]), free[i]);
      }
    }
    for (size_t j = 0; j < row_of.size(); ++j) {
      ASSERT_EQ(strata.RowOf(static_cast<int64_t>(j)), row_of[j]);
    }
  }
}

TEST(Strata, GoOnBeyondTheirRows) {
  const Strata strata(StreamKey(1, {"split"}), 1000, 340);
  int64_t chosen = 0, free = 0;
  for (int64_t row = 0; row < 20'000; ++row) {
    ASSERT_EQ(strata.Before(row), chosen);
    const int64_t j = strata.MatchOf(row);
    if (j < 0) {
      ASSERT_EQ(strata.FreeIndex(row), free++);
      continue;
    }
    ASSERT_EQ(j, chosen++);
    ASSERT_EQ(strata.RowOf(j), row);
  }
  EXPECT_EQ(chosen, 6800);
}

TEST(Funnel, StagesHaveTheModelsSizes) {
  const auto golden = LoadGolden("match");
  for (const auto& one : golden["funnels"]) {
    const auto rows = one["rows"].get<int64_t>(), chosen = one["chosen"].get<int64_t>();
    const TestRowSpace orders(-1, std::max<int64_t>(chosen, 1));
    const auto funnel = Funnel::Make(
        GoldenKey(golden["key"]), DayIndex::OfStarts({0, rows - chosen}), orders,
        chosen == 0 ? std::optional<Strata>(Strata({}, 1, 0)) : std::nullopt,
        one["shares"].get<std::vector<double>>());
    const auto reach = GoldenIntegers(one["reach"]);
    ASSERT_EQ(funnel->stages(), static_cast<int64_t>(reach.size()));
    for (int64_t stage = 1; stage <= funnel->stages(); ++stage) {
      EXPECT_EQ(funnel->Reached(0, stage), reach[static_cast<size_t>(stage) - 1]);
    }
  }
}

class FunnelLaws : public testing::TestWithParam<TestMatch::Options> {};

TEST_P(FunnelLaws, EveryOrderHasItsVisit) {
  const TestMatch match(GetParam());
  const Funnel& funnel = match.funnel();
  const RowRange visits = match.visits.Extent({0, GetParam().days - 1});
  int64_t last = -1, matched = 0;
  for (int64_t row = visits.begin; row < visits.end; ++row) {
    const int64_t order = funnel.MatchOf(row);
    ASSERT_EQ(order >= 0, funnel.StageOf(row) == funnel.stages());
    if (order < 0) continue;
    ASSERT_EQ(funnel.RowOfMatch(order), row);
    ASSERT_GT(order, last);  // Both tables keep their order.
    last = order;
    int32_t here, there;
    match.visits.DaysOf(Rows(RowRange{row, row + 1}), &here);
    match.orders.DaysOf(Rows(RowRange{order, order + 1}), &there);
    ASSERT_EQ(here, there);
    ++matched;
  }
  int64_t expected = 0;
  for (int64_t order = 0; order < GetParam().orders * GetParam().days; ++order) {
    expected += funnel.RowOfMatch(order) >= 0 ? 1 : 0;
  }
  EXPECT_EQ(matched, expected);
  EXPECT_NEAR(static_cast<double>(matched),
              GetParam().share * static_cast<double>(GetParam().orders * GetParam().days),
              2);
}

TEST_P(FunnelLaws, RowsOfADayAreAskedForInAnyOrder) {
  const TestMatch match(GetParam());
  const Funnel& funnel = match.funnel();
  for (int32_t number = 0; number < GetParam().days; ++number) {
    Funnel::Day day = funnel.On(number);
    const RowRange rows = match.visits.Extent({number, number});
    for (int64_t i = 0; i < rows.length(); ++i) {
      ASSERT_EQ(funnel.MatchOf(&day, rows.begin + i), funnel.MatchOf(rows.begin + i));
      const int64_t far = rows.begin + (i * 7919 + 1) % rows.length();
      if (i % 3 == 0) {
        ASSERT_EQ(funnel.MatchOf(&day, far), funnel.MatchOf(far));
      }
    }
  }
}

TEST_P(FunnelLaws, StageCountsAreExactAndNeverIncrease) {
  const TestMatch match(GetParam());
  const Funnel& funnel = match.funnel();
  std::vector<int64_t> total(static_cast<size_t>(funnel.stages()) + 1);
  int64_t before = 0;
  for (int32_t day = 0; day < GetParam().days; ++day) {
    std::vector<int64_t> reached(total.size());
    const RowRange visits = match.visits.Extent({day, day});
    for (int64_t row = visits.begin; row < visits.end; ++row) {
      ASSERT_EQ(funnel.StagesBefore(row), before);
      const int64_t stage = funnel.StageOf(row);
      before += stage - 1;
      for (int64_t k = 1; k <= stage; ++k) ++reached[static_cast<size_t>(k)];
    }
    for (int64_t k = 1; k <= funnel.stages(); ++k) {
      const int64_t here = reached[static_cast<size_t>(k)];
      ASSERT_EQ(here, funnel.Reached(day, k));
      ASSERT_TRUE(k == 1 || here <= reached[static_cast<size_t>(k) - 1]);
      total[static_cast<size_t>(k)] += here;
    }
  }
  // Shares are met over all days, also where a day has few rows.
  for (size_t k = 0; k < GetParam().shares.size(); ++k) {
    const double share = GetParam().shares[k] * static_cast<double>(total[1]);
    const auto least = static_cast<double>(total.back());
    EXPECT_NEAR(static_cast<double>(total[k + 2]), std::max(share, least), 2);
  }
}

TEST_P(FunnelLaws, MatchesWithinTheRowsAddNone) {
  TestMatch::Options options = GetParam();
  const int64_t beside = TestMatch(options).visits.days().Count(0) - options.free;
  options.is_within = true;
  const TestMatch match(options);
  EXPECT_EQ(match.visits.days().Count(0), std::max(options.free, beside));
  int64_t matched = 0;
  for (int64_t row = 0; row < match.visits.days().Count(0); ++row) {
    const int64_t order = match.funnel().MatchOf(row);
    if (order < 0) continue;
    ASSERT_EQ(match.funnel().RowOfMatch(order), row);
    ++matched;
  }
  EXPECT_EQ(matched, beside);
}

TEST_P(FunnelLaws, BlocksEqualSingleRows) {
  const TestMatch match(GetParam());
  const int64_t size = match.visits.days().total();
  std::vector<int64_t> before(static_cast<size_t>(size) + 1);
  match.funnel().StagesBefore({0, size}, before.data());
  for (int64_t row = 0; row <= size; ++row) {
    ASSERT_EQ(before[static_cast<size_t>(row)], match.funnel().StagesBefore(row));
  }
}

TEST_P(FunnelLaws, ChildrenOfStagesCountBothWays) {
  const TestMatch match(GetParam());
  const Fanout& fanout = *match.events->fanout();
  const int64_t size = match.visits.days().total();
  std::vector<int32_t> counts(static_cast<size_t>(size));
  fanout.CountsOf({0, size}, counts.data());
  std::vector<int64_t> first(static_cast<size_t>(size)), all_rows(first.size());
  std::iota(all_rows.begin(), all_rows.end(), int64_t{0});
  fanout.FirstChildrenOf(Rows(all_rows), first.data());
  int64_t child = 0;
  for (int64_t row = 0; row < size; ++row) {
    const auto i = static_cast<size_t>(row);
    ASSERT_EQ(fanout.FirstChild(row), child);
    ASSERT_EQ(first[i], child);
    ASSERT_EQ(fanout.Count(row), counts[i]);
    ASSERT_GE(counts[i], match.funnel().StageOf(row));
    ASSERT_LE(counts[i], fanout.max());
    if (row % 7 == 0) {
      ASSERT_EQ(fanout.Parent(child), row);
      ASSERT_EQ(fanout.Parent(child + counts[i] - 1), row);
    }
    child += counts[i];
  }
  std::vector<int64_t> parents(static_cast<size_t>(child));
  fanout.ParentsOf(Rows(RowRange{0, child}), parents.data());
  for (int64_t row = 0, at = 0; row < size; ++row) {
    for (int32_t k = 0; k < counts[static_cast<size_t>(row)]; ++k) {
      ASSERT_EQ(parents[static_cast<size_t>(at++)], row);
    }
  }
  const std::vector<int64_t> some = {child - 1, 0, child / 2, child / 2, 17};
  std::vector<int64_t> found(some.size());
  fanout.ParentsOf(Rows(some), found.data());
  for (size_t i = 0; i < some.size(); ++i) {
    EXPECT_EQ(found[i], parents[static_cast<size_t>(some[i])]);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, FunnelLaws,
    testing::Values(TestMatch::Options{}, TestMatch::Options{.share = 0.34},
                    TestMatch::Options{.orders = 2, .free = 3, .days = 400, .share = 0.5},
                    TestMatch::Options{.orders = 5, .free = 0, .shares = {}},
                    TestMatch::Options{.free = 40, .share = 0.0, .shares = {0.3}},
                    TestMatch::Options{.orders = 900,
                                       .free = 9000,
                                       .days = 3,
                                       .shares = {0.46, 0.076, 0.046},
                                       .per_stage = 2}));

}  // namespace
}  // namespace lakeseed
