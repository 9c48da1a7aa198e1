// Picks: in proportion to permanent weights, the same however they are asked for.

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/generate/population.h"

namespace lakeseed {
namespace {

const Key kKey = StreamKey(42, {"pick test"});

std::unique_ptr<Population> Make(int64_t founders, int32_t days) {
  const auto weights = *DayWeights(19358, days, {.growth = 0.001});
  return std::make_unique<Population>(
      PopulationOptions{
          .key = StreamKey(42, {"members"}), .founders = founders, .churn = 0.002},
      *DayIndex::OfRate(weights, founders * 3, kNeutralWeight * 1000));
}

std::vector<int64_t> Picks(const Population& population, const Rows& rows,
                           const std::vector<int32_t>& days, const PickLaw& law) {
  std::vector<int64_t> out(static_cast<size_t>(rows.length()));
  population.PickOf(kKey, rows, days.data(), law, out.data());
  return out;
}

// chi2 of picks against weights, in standard deviations.
double Excess(const std::vector<int64_t>& picks, const std::vector<double>& weights) {
  std::vector<double> count(weights.size());
  for (int64_t id : picks) ++count[static_cast<size_t>(id)];
  double total = 0, chi2 = 0, cells = -1;
  for (double weight : weights) total += weight;
  for (size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] == 0) {
      EXPECT_EQ(count[i], 0) << "picked who does not live: " << i;
      continue;
    }
    const double want = static_cast<double>(picks.size()) * weights[i] / total;
    chi2 += (count[i] - want) * (count[i] - want) / want;
    ++cells;
  }
  return (chi2 - cells) / std::sqrt(2 * cells);
}

TEST(PopulationPickTest, InProportionToPermanentWeights) {
  const auto population = Make(300, 420);
  const Rows rows(RowRange{1000, 101'000});
  for (const int32_t day : {0, 100, 400}) {
    const std::vector<int32_t> days(100'000, day);
    for (const PickLaw& law :
         {PickLaw{.s = 0.65}, PickLaw{.s = 1}, PickLaw{.s = 1.1},
          PickLaw{.s = 0.87, .offset = 20}, PickLaw{}, PickLaw{.s = 0.8, .alive = false},
          PickLaw{.alive = false}}) {
      std::vector<double> weights(static_cast<size_t>(population->Ever(day)));
      for (size_t i = 0; i < weights.size(); ++i) {
        const auto id = static_cast<int64_t>(i);
        const int32_t c = population->Cohort(id);
        const double n = static_cast<double>(population->CohortSize(c));
        const double v = population->Shift(c) + law.offset * n / 300;
        const double place = static_cast<double>(population->Standing(id)) + v;
        if (population->Alive(id, day) || !law.alive)
          weights[i] = Power(place / n, -law.s);
        if (law.alive && law.offset == 0 && weights[i] > 0) {
          EXPECT_EQ(weights[i], population->Weight(id, law.s));
        }
      }
      EXPECT_LT(std::abs(Excess(Picks(*population, rows, days, law), weights)), 4.5)
          << day << " " << law.s << " " << law.offset;
    }
  }
}

TEST(PopulationPickTest, OneDayAloneEqualsTheFullRun) {
  const auto all = Make(500, 800), alone = Make(500, 1300);
  std::vector<int32_t> days;
  for (int32_t day = 0; day < 600; ++day) {
    for (int i = 0; i < 20; ++i) days.push_back(day);
  }
  const auto size = static_cast<int64_t>(days.size());
  for (const PickLaw& law :
       {PickLaw{.s = 0.65}, PickLaw{}, PickLaw{.s = 0.9, .offset = 5}}) {
    const auto full = Picks(*all, Rows(RowRange{0, size}), days, law);
    const std::vector<int32_t> day500(20, 500);
    const auto one = Picks(*alone, Rows(RowRange{10'000, 10'020}), day500, law);
    EXPECT_TRUE(std::equal(one.begin(), one.end(), full.begin() + 10'000));
  }
}

TEST(PopulationPickTest, AnyOrderAnyCutAnyThread) {
  const auto population = Make(2000, 300);
  const PickLaw law{.s = 0.8, .offset = 1};
  std::vector<int64_t> numbers;
  std::vector<int32_t> days;
  for (int64_t i = 0; i < 4000; ++i) {
    numbers.push_back(Below(Cell({5, 6}, i), 100'000));
    days.push_back(static_cast<int32_t>(numbers.back() / 400));
  }
  const auto want = Picks(*population, Rows(numbers), days, law);
  for (size_t i = 0; i < numbers.size(); i += 13) {
    ASSERT_EQ(population->Pick(kKey, numbers[i], days[i], law), want[i]);
  }
  const auto fresh = Make(2000, 300);
  std::vector<int64_t> got[3];
  std::vector<std::thread> threads;
  for (auto& one : got) {
    threads.emplace_back([&] { one = Picks(*fresh, Rows(numbers), days, law); });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& one : got) EXPECT_EQ(one, want);
}

// A population of so many keeps no table of its members, one of a few does after a while.
TEST(PopulationPickTest, AMemberIsTheSameWithAndWithoutATable) {
  for (const int64_t founders : {int64_t{3000}, MemberTable::kMostKept + 1}) {
    const auto population = Make(founders, 4);
    constexpr int64_t kRows = 20'000;
    const std::vector<int32_t> days(kRows, 3);
    for (const PickLaw& law : {PickLaw{.s = 0.7}, PickLaw{.s = 1.0}, PickLaw{.s = 1.5},
                               PickLaw{.s = 0.9, .offset = 9, .alive = false}}) {
      // The first hundred rows are asked for before there are enough for a table.
      const auto fresh = Make(founders, 4);
      const auto first =
          Picks(*fresh, Rows(RowRange{0, 100}), std::vector<int32_t>(100, 3), law);
      const auto all = Picks(*population, Rows(RowRange{0, kRows}), days, law);
      EXPECT_TRUE(std::equal(first.begin(), first.end(), all.begin()));
      EXPECT_EQ(Picks(*population, Rows(RowRange{0, kRows}), days, law), all);
      for (const int64_t id : all) {
        ASSERT_EQ(population->IdOf(population->Cohort(id), population->Standing(id)), id);
      }
    }
  }
}

TEST(PopulationPickTest, NobodyLeftGivesNoPick) {
  const std::vector<int64_t> none(300, 0);
  const Population population(PopulationOptions{.key = kKey, .founders = 3, .churn = 0.5},
                              *DayIndex::OfRate(none, 1, kNeutralWeight));
  ASSERT_EQ(population.Living(250), 0);
  EXPECT_EQ(population.Pick(kKey, 1, 250, {.s = 1}), -1);
  EXPECT_EQ(population.Pick(kKey, 1, 250, {}), -1);
  EXPECT_GE(population.Pick(kKey, 1, 250, {.alive = false}), 0);
}

}  // namespace
}  // namespace lakeseed
