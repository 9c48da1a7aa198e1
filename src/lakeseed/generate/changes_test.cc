// Who changes when: equal to the reference model, exact counts, both ways.

#include "lakeseed/generate/changes.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/golden.h"

namespace lakeseed {
namespace {

struct World {
  std::unique_ptr<Population> population;
  std::unique_ptr<Changes> changes;
};

World Make(Key population_key, Key changes_key, int64_t founders, int32_t days,
           double churn, std::pair<int64_t, int64_t> births, int32_t period,
           double rate) {
  const std::vector<int64_t> weights(static_cast<size_t>(days), kNeutralWeight);
  World world;
  world.population = std::make_unique<Population>(
      PopulationOptions{.key = population_key, .founders = founders, .churn = churn},
      *DayIndex::OfRate(weights, births.first, births.second));
  world.changes = std::make_unique<Changes>(changes_key, *world.population, period, rate);
  return world;
}

World Shop(int32_t days = 300) {
  return Make(StreamKey(42, {"p"}), StreamKey(42, {"c"}), 400, days, 0.004,
              {2, kNeutralWeight}, 30, 0.35);
}

TEST(ChangesTest, AVersionIsKeptUntilThen) {
  const World world = Shop(300);
  const Changes& changes = *world.changes;
  const int32_t horizon = std::min(changes.horizon(), 300);
  std::vector<int64_t> ids;
  std::vector<int32_t> days;
  for (int64_t i = 0; i < 4000; ++i) {
    const auto day = static_cast<int32_t>(Cell({5, 6}, i) % horizon);
    const int64_t id =
        static_cast<int64_t>(Cell({7, 8}, i) % world.population->Ever(day));
    if (!world.population->Alive(id, day)) continue;
    ids.push_back(id);
    days.push_back(day);
  }
  std::vector<int32_t> until(ids.size()), versions(ids.size());
  std::vector<Changes::Standing> standings(ids.size());
  changes.VersionsOf(Rows(std::vector<int64_t>(ids)), days.data(), versions.data(),
                     standings.data());
  changes.KeptUntil(standings, days.data(), until.data());
  int64_t kept = 0, left = 0;
  for (size_t i = 0; i < ids.size(); ++i) {
    ASSERT_GT(until[i], days[i]);
    const int32_t version = changes.VersionAt(ids[i], days[i]);
    for (int32_t day = days[i]; day < std::min(until[i], horizon); ++day) {
      ASSERT_EQ(changes.VersionAt(ids[i], day), version) << ids[i] << " on " << day;
    }
    kept += until[i] - days[i];
    for (int32_t day = days[i];
         day < horizon && changes.VersionAt(ids[i], day) == version; ++day) {
      ++left;
    }
  }
  // Not much of what could be said is left unsaid.
  EXPECT_GT(kept, left / 2);
}

TEST(ChangesTest, EqualsTheModel) {
  const auto golden = LoadGolden("changes");
  ASSERT_FALSE(golden.is_discarded());
  for (const auto& one : golden["cases"]) {
    const World world =
        Make(GoldenKey(golden["population_key"]), GoldenKey(golden["changes_key"]),
             one["founders"].get<int64_t>(), one["days"].get<int32_t>(),
             GoldenDouble(one["churn"]),
             {one["births_num"].get<int64_t>(), one["births_den"].get<int64_t>()},
             one["period"].get<int32_t>(), GoldenDouble(one["rate"]));
    const Changes& changes = *world.changes;
    for (const auto& cycle : one["cycles"]) {
      const auto c = cycle["cycle"].get<int32_t>();
      EXPECT_EQ(changes.Stayers(c), cycle["stayers"].get<int64_t>());
      EXPECT_EQ(changes.Planned(c), cycle["planned"].get<int64_t>());
      EXPECT_EQ(changes.BeforeCycle(c), cycle["before"].get<int64_t>());
      for (size_t i = 0; i < cycle["ids"].size(); ++i) {
        EXPECT_EQ(changes.Change(c, cycle["ids"][i].get<int64_t>()),
                  cycle["change"][i].get<int64_t>());
      }
    }
    for (const auto& day : one["on"]) {
      EXPECT_EQ(changes.On(day["day"].get<int32_t>()), GoldenIntegers(day["ids"]));
      EXPECT_EQ(changes.Before(day["day"].get<int32_t>()), day["before"].get<int64_t>());
    }
    for (const auto& version : one["versions"]) {
      const auto id = version[0].get<int64_t>();
      const auto day = version[1].get<int32_t>();
      EXPECT_EQ(changes.VersionAt(id, day), version[2].get<int32_t>());
      int32_t block = -1;
      changes.VersionsOf(Rows(RowRange{id, id + 1}), day, &block);
      EXPECT_EQ(block, version[2].get<int32_t>());
    }
  }
}

TEST(ChangesTest, ListingIsTheInverse) {
  const World world = Shop();
  const Changes& changes = *world.changes;
  int64_t total = 0;
  for (int32_t day = 0; day < changes.horizon(); ++day) {
    EXPECT_EQ(changes.Before(day), total);
    for (int64_t id : changes.On(day)) {
      const auto history = changes.History(id, day);
      ASSERT_FALSE(history.empty());
      EXPECT_EQ(history.back().first, day);
      EXPECT_EQ(history.back().second, total++);
      EXPECT_TRUE(world.population->Alive(id, day));
      EXPECT_LT(world.population->Birth(id), day);
    }
  }
  EXPECT_EQ(changes.Before(changes.horizon()), total);
  EXPECT_GT(total, 1000);
}

TEST(ChangesTest, LastChangesAreTheLastOfTheHistories) {
  const World world = Shop();
  std::vector<int64_t> ids;
  std::vector<int32_t> days;
  for (int64_t i = 0; i < 3000; ++i) {
    days.push_back(static_cast<int32_t>(Below(Cell({1, 2}, i), 271)) - 1);
    ids.push_back(Below(Cell({3, 4}, i), world.population->Ever(270)));
  }
  std::vector<int32_t> changed(ids.size());
  std::vector<int64_t> numbers(ids.size());
  world.changes->LastChangesOf(ids, days.data(), changed.data(), numbers.data());
  int without = 0;
  for (size_t i = 0; i < ids.size(); ++i) {
    const auto history = world.changes->History(ids[i], days[i]);
    const auto last =
        history.empty() ? std::pair<int32_t, int64_t>(-1, -1) : history.back();
    ASSERT_EQ(std::pair(changed[i], numbers[i]), last);
    without += history.empty() ? 1 : 0;
  }
  EXPECT_GT(without, 100);
  EXPECT_LT(without, 2900);
}

void ExpectBlocksCountOneByOne(const World& world) {
  std::vector<int64_t> ids;
  std::vector<int32_t> days;
  for (int64_t i = 0; i < 3000; ++i) {
    days.push_back(static_cast<int32_t>(Below(Cell({1, 2}, i), 271)) - 1);
    ids.push_back(Below(Cell({3, 4}, i), world.population->Ever(270)));
  }
  std::vector<int32_t> a(ids.size());
  world.changes->VersionsOf(Rows(ids), days.data(), a.data());
  for (size_t i = 0; i < ids.size(); ++i) {
    ASSERT_EQ(a[i], world.changes->VersionAt(ids[i], days[i]));
    ASSERT_EQ(a[i] == 0, !world.population->Alive(ids[i], days[i]));
  }
  EXPECT_GT(*std::max_element(a.begin(), a.end()), 4);
}

TEST(ChangesTest, BlocksEqualCountingOneByOne) { ExpectBlocksCountOneByOne(Shop()); }

TEST(ChangesTest, BlocksOfManyEqualCountingOneByOne) {
  ExpectBlocksCountOneByOne(Make(StreamKey(5, {"p"}), StreamKey(5, {"c"}), 20'000, 300,
                                 0.002, {70, kNeutralWeight}, 9, 0.35));
}

// Short lives and short cycles, by several threads at once.
TEST(ChangesTest, ManyCyclesOfShortLives) {
  const World world = Make(StreamKey(7, {"p"}), StreamKey(7, {"c"}), 60, 240, 0.14,
                           {9, kNeutralWeight}, 4, 0.4);
  std::atomic<int> differences = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int32_t i = 0; i < 200; ++i) {
        const int32_t day = t % 2 == 0 ? i : 199 - i;
        const RowRange all{0, world.population->Ever(day)};
        std::vector<int32_t> found(static_cast<size_t>(all.length()));
        world.changes->VersionsOf(Rows(all), day, found.data());
        for (int64_t id = 0; id < all.end; ++id) {
          const int32_t one = world.changes->VersionAt(id, day);
          if (found[static_cast<size_t>(id)] != one) ++differences;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(differences, 0);
}

TEST(ChangesTest, ALongerHorizonMovesNoChange) {
  const World a = Shop(), b = Shop(700);
  for (int32_t day = 0; day < a.changes->horizon(); ++day) {
    ASSERT_EQ(a.changes->On(day), b.changes->On(day));
  }
}

TEST(ChangesTest, MasksAreNeverEmpty) {
  const World world = Shop();
  std::set<uint64_t> seen;
  for (int64_t id = 0; id < 200; ++id) {
    const uint64_t mask = world.changes->ChangedMask(id, 2, 3);
    ASSERT_TRUE(mask >= 1 && mask <= 7);
    seen.insert(mask);
    EXPECT_EQ(world.changes->ChangedMask(id, 3, 1), 1u);
    EXPECT_EQ(mask,
              1u + static_cast<uint64_t>(Below(Cell(StreamKey(42, {"c"}), id, 2), 7)));
  }
  EXPECT_EQ(seen.size(), 7u);
}

TEST(ChangesTest, PeriodsKeepFourOfTenAtMost) {
  EXPECT_EQ(ChangePeriod(0.3), 91);
  EXPECT_EQ(ChangePeriod(2), 73);
  EXPECT_EQ(ChangePeriod(12), 12);
}

}  // namespace
}  // namespace lakeseed
