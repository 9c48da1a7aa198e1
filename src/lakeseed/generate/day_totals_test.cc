// TotalsByKey: equal to a map, for keys and sums of all sizes; TotalKeys.

#include "lakeseed/generate/day_totals.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>

#include "lakeseed/base/cell.h"

namespace lakeseed {
namespace {

using Map = std::map<TotalKey, int64_t>;

void ExpectEqual(const TotalsByKey& totals, const Map& map) {
  for (const auto& [key, sum] : map) {
    EXPECT_EQ(totals.At(key), sum) << key[0] << " " << key[1];
    EXPECT_EQ(totals.At({key[0] + 1'000'000, key[1]}), 0);
  }
}

void Fill(int64_t stream, int64_t count, TotalsByKey* totals, Map* map) {
  for (int64_t i = 0; i < count; ++i) {
    const Key cells = StreamKey(42, {"totals"}).Sub(stream);
    const TotalKey key{Below(Cell(cells, i, 0), 300), Below(Cell(cells, i, 1), 40)};
    const int64_t value = Below(Cell(cells, i, 2), 9);
    totals->Add(key, value);
    (*map)[key] += value;
  }
}

TEST(TotalsByKey, AddUpRowsAndOtherTotals) {
  TotalsByKey all;
  Map map;
  ExpectEqual(all, {{{1, 2}, 0}});
  for (const int64_t count : {5, 4000, 60, 9000, 0}) {
    TotalsByKey one;
    Fill(count, count, &one, &map);
    one.Shrink();
    all.Add(one);
  }
  ExpectEqual(all, map);
  all.Shrink();
  ExpectEqual(all, map);
  Fill(1, 500, &all, &map);
  ExpectEqual(all, map);
  EXPECT_LT(all.bytes(), 16 * static_cast<int64_t>(map.size()));
}

TEST(TotalsByKey, KeysAndSumsThatAreLarge) {
  constexpr int64_t kMost = INT64_MAX / 4;
  TotalsByKey all;
  Map map;
  for (const int64_t first : {int64_t{-1}, int64_t{0}, (int64_t{1} << 28) - 2,
                              (int64_t{1} << 28) - 1, int64_t{1} << 28, kMost}) {
    for (const int64_t second :
         {int64_t{-7}, int64_t{0}, (int64_t{1} << 18) - 1, int64_t{1} << 18, kMost}) {
      for (const int64_t value :
           {int64_t{1}, int64_t{200'000}, int64_t{100'000}, int64_t{-300'005}, kMost}) {
        TotalsByKey one;
        one.Add({first, second}, value);
        one.Add({first, second}, 3);
        all.Add(one);
        map[{first, second}] += value + 3;
      }
    }
  }
  for (const auto& [key, sum] : map)
    EXPECT_EQ(all.At(key), sum) << key[0] << " " << key[1];
}

TEST(TotalKeys, HaveWhatWasAddedAndFewOthers) {
  constexpr int64_t kKeys = 20'000;
  TotalKeys keys(kKeys);
  for (int64_t i = 0; i < kKeys; ++i) keys.Add({i, i % 7});
  int64_t others = 0;
  for (int64_t i = 0; i < kKeys; ++i) {
    EXPECT_TRUE(keys.Has({i, i % 7})) << i;
    others += keys.Has({i, 7 + i % 7}) + keys.Has({kKeys + i, i % 7});
  }
  EXPECT_LT(others, 2 * kKeys / 50);
  EXPECT_FALSE(TotalKeys(0).Has({1, 2}));
}

TEST(TotalsByKey, OfSomeKeys) {
  auto keys = std::make_shared<TotalKeys>(2);
  keys->Add({1, 2});
  keys->Add({-5, 2});
  TotalsByKey some(keys);
  for (const TotalKey& key : {TotalKey{1, 2}, {-5, 2}, {1, 3}, {-5, 3}}) {
    some.Add(key, 7);
  }
  for (const int64_t first : {1, -5}) {
    EXPECT_TRUE(some.Knows({first, 2}));
    EXPECT_EQ(some.At({first, 2}), 7);
    EXPECT_FALSE(some.Knows({first, 3}));
    EXPECT_EQ(some.At({first, 3}), 0);
  }
  EXPECT_TRUE(TotalsByKey().Knows({1, 3}));
}

}  // namespace
}  // namespace lakeseed
