// Who lives on a day: equal to the reference model, and to counting by hand.

#include "lakeseed/generate/population.h"

#include <gtest/gtest.h>

#include <set>

#include "lakeseed/base/golden.h"

namespace lakeseed {
namespace {

const Key kKey = StreamKey(42, {"shop", "customers", "population"});

std::unique_ptr<Population> Make(int64_t founders, double growth, double churn,
                                 int32_t days) {
  const auto weights = *DayWeights(19358, days, {.growth = growth - churn});
  const auto rate = static_cast<int64_t>(static_cast<double>(founders) * growth * 65536);
  const DayIndex births = *DayIndex::OfRate(weights, rate, int64_t{1} << 48);
  return std::make_unique<Population>(
      PopulationOptions{.key = kKey,
                        .founders = founders,
                        .churn = churn,
                        .founders_key = StreamKey(1, {"founders"}),
                        .founders_since_days = 400},
      births);
}

std::unique_ptr<Population> OfGolden(const nlohmann::json& golden,
                                     const nlohmann::json& one) {
  const DayIndex births =
      *DayIndex::OfRate(GoldenIntegers(one["weights"]), one["num"].get<int64_t>(),
                        one["den"].get<int64_t>());
  return std::make_unique<Population>(
      PopulationOptions{.key = GoldenKey(golden["key"]),
                        .founders = one["founders"].get<int64_t>(),
                        .churn = GoldenDouble(one["churn"])},
      births);
}

TEST(PopulationTest, MembersEqualTheModel) {
  const auto golden = LoadGolden("population");
  ASSERT_FALSE(golden.is_discarded());
  for (const auto& one : golden["cases"]) {
    const auto population = OfGolden(golden, one);
    const auto ids = GoldenIntegers(one["ids"]);
    for (size_t i = 0; i < ids.size(); ++i) {
      EXPECT_EQ(population->Birth(ids[i]), one["birth"][i].get<int32_t>());
      EXPECT_EQ(population->Standing(ids[i]), one["standing"][i].get<int64_t>());
      EXPECT_EQ(population->Cohort(ids[i]), one["cohort"][i].get<int32_t>());
      EXPECT_EQ(
          population->IdOf(population->Cohort(ids[i]), population->Standing(ids[i])),
          ids[i]);
      // Past its horizon the model gives another day.
      const int32_t death = one["death"][i].get<int32_t>();
      const int32_t got = population->Death(ids[i]);
      if (death < population->horizon()) {
        EXPECT_EQ(got, death);
      } else {
        EXPECT_GE(got, population->horizon());
      }
    }
    for (size_t c = 0; c < one["shift"].size(); ++c) {
      EXPECT_EQ(population->Shift(static_cast<int32_t>(c)),
                GoldenDouble(one["shift"][c]));
    }
    for (const auto& day : one["days"]) {
      const auto d = day["day"].get<int32_t>();
      EXPECT_EQ(population->Living(d), day["living"].get<int64_t>());
      EXPECT_EQ(population->Ever(d), day["ever"].get<int64_t>());
      for (size_t i = 0; i < day["k"].size(); ++i) {
        EXPECT_EQ(population->Member(d, day["k"][i].get<int64_t>()),
                  day["member"][i].get<int64_t>());
      }
      for (size_t i = 0; i < day["ids"].size(); ++i) {
        EXPECT_EQ(population->Index(d, day["ids"][i].get<int64_t>()),
                  day["index"][i].get<int64_t>());
      }
    }
  }
}

TEST(PopulationTest, PicksEqualTheModel) {
  const auto golden = LoadGolden("population");
  for (const auto& one : golden["cases"]) {
    const auto population = OfGolden(golden, one);
    for (const auto& pick : one["pick"]) {
      const auto rows = GoldenIntegers(pick["rows"]);
      const std::vector<int32_t> days(rows.size(), pick["day"].get<int32_t>());
      const PickLaw law{.s = GoldenDouble(pick["s"])};
      std::vector<int64_t> got(rows.size());
      population->PickOf(GoldenKey(golden["key"]), Rows(rows), days.data(), law,
                         got.data());
      EXPECT_EQ(got, GoldenIntegers(pick["id"])) << pick["day"] << " " << law.s;
    }
  }
}

TEST(PopulationTest, TheLivingAreThoseBornAndNotDead) {
  const auto population = Make(1000, 0.004, 0.003, 400);
  for (const int32_t day : {-1, 0, 1, 2, 100, 399}) {
    std::set<int64_t> living;
    for (int64_t id = 0; id < population->Ever(day); ++id) {
      const bool lives = population->Birth(id) <= day && population->Death(id) > day;
      if (lives) living.insert(id);
      ASSERT_EQ(population->Alive(id, day), lives);
      ASSERT_EQ(population->Index(day, id) >= 0, lives);
    }
    ASSERT_EQ(population->Living(day), static_cast<int64_t>(living.size()));
    const auto among = population->LivingAmong({0, population->Ever(day)}, day);
    ASSERT_EQ(among, std::vector<int64_t>(living.begin(), living.end()));
    const int64_t ever = population->Ever(399);
    std::vector<uint8_t> lives(static_cast<size_t>(ever));
    population->LivesOf(Rows(RowRange{0, ever}),
                        std::vector<int32_t>(lives.size(), day).data(), lives.data());
    for (int64_t id = 0; id < ever; ++id) {
      ASSERT_EQ(lives[static_cast<size_t>(id)], living.count(id));
    }
    for (int64_t k = 0; k < population->Living(day); ++k) {
      const int64_t id = population->Member(day, k);
      ASSERT_EQ(population->Index(day, id), k);
      ASSERT_EQ(living.erase(id), 1u);
    }
  }
}

TEST(PopulationTest, TheLivingOfAllCohortsAreThoseOfEach) {
  // Of so many founders not all products fit 64 bits.
  for (const int64_t founders : {int64_t{1000}, int64_t{5'000'000'000}}) {
    const auto population = Make(founders, 0.004, 0.003, 400);
    for (const int32_t day : {-1, 0, 7, 399}) {
      std::vector<int64_t> counts(static_cast<size_t>(day) + 2);
      population->AliveCountsOf(day, counts.data());
      for (int32_t c = 0; c <= day + 1; ++c) {
        ASSERT_EQ(counts[static_cast<size_t>(c)], population->AliveCount(c, day));
      }
    }
  }
}

TEST(PopulationTest, BirthsAndDeathsFoldToTheLiving) {
  const auto population = Make(1000, 0.002, 0.001, 500);
  int64_t living = population->Living(0), deaths = 0;
  double expected = 0;
  for (int32_t day = 1; day < 500; ++day) {
    const auto gone = population->DeathsOn(day);
    std::vector<int32_t> days(gone.size());
    population->DeathsOf(Rows(gone), days.data());
    for (size_t i = 0; i < gone.size(); ++i) {
      ASSERT_EQ(population->Death(gone[i]), day);
      ASSERT_EQ(days[i], day);
    }
    deaths += static_cast<int64_t>(gone.size());
    expected += 0.001 * static_cast<double>(living);
    living += population->BirthsOn(day).length() - static_cast<int64_t>(gone.size());
    ASSERT_EQ(living, population->Living(day));
  }
  EXPECT_NEAR(static_cast<double>(deaths) / expected, 1.0, 0.06);
}

TEST(PopulationTest, ALongerHorizonMovesNobody) {
  const auto a = Make(500, 0.004, 0.002, 300), b = Make(500, 0.004, 0.002, 900);
  for (int64_t id = 0; id < a->Ever(299); ++id) {
    ASSERT_EQ(a->Birth(id), b->Birth(id));
    ASSERT_EQ(a->Standing(id), b->Standing(id));
    if (b->Death(id) < 300) {
      ASSERT_EQ(a->Death(id), b->Death(id));
    }
  }
  for (int64_t row = 0; row < 500; ++row) {
    ASSERT_EQ(a->Pick(kKey, row, 250, {.s = 1}), b->Pick(kKey, row, 250, {.s = 1}));
  }
}

TEST(PopulationTest, FoundersHaveBirthDaysBeforeTheEpoch) {
  const auto population = Make(1000, 0.002, 0.001, 300);
  const Rows all(RowRange{0, population->Ever(299)});
  std::vector<int32_t> born(static_cast<size_t>(all.length()));
  population->BornOf(all, born.data());
  std::set<int32_t> days;
  for (int64_t id = 0; id < all.length(); ++id) {
    const int32_t day = born[static_cast<size_t>(id)];
    if (id >= 1000) {
      ASSERT_EQ(day, population->Birth(id));
      continue;
    }
    ASSERT_TRUE(day >= -400 && day < 0) << day;
    days.insert(day);
  }
  EXPECT_GT(days.size(), 300u);
}

}  // namespace
}  // namespace lakeseed
