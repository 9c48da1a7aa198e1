// Rows that dirt hits are those of the reference model, at exact rates, alone as in
// blocks.

#include "lakeseed/base/dirty_rows.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "lakeseed/base/golden.h"

namespace lakeseed {
namespace {

std::vector<int64_t> HitsIn(const DirtyRows& dirt, int64_t first, int64_t last) {
  std::vector<int64_t> rows(static_cast<size_t>(last - first));
  std::iota(rows.begin(), rows.end(), first);
  std::vector<uint8_t> hit(rows.size());
  dirt.Of(rows.data(), last - first, hit.data());
  std::vector<int64_t> hits;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (hit[i] != 0) hits.push_back(rows[i]);
  }
  return hits;
}

TEST(DirtyRows, AreThoseOfTheReferenceModel) {
  const auto golden = LoadGolden("dirt");
  ASSERT_FALSE(golden.is_discarded());
  const Key key{GoldenBits(golden["key"][0]), GoldenBits(golden["key"][1])};
  for (const auto& one : golden["cases"]) {
    const DirtyRows dirt(key, GoldenDouble(one["share"]));
    const auto planned = GoldenIntegers(one["planned"]);
    for (size_t b = 0; b < planned.size(); ++b) {
      EXPECT_EQ(dirt.PlannedIn(static_cast<int64_t>(b)), planned[b]);
    }
    auto hits = HitsIn(dirt, 1000, 3100);
    if (hits.size() > 400) hits.resize(400);
    EXPECT_EQ(hits, GoldenIntegers(one["hits"])) << one["share"];
  }
}

TEST(DirtyRows, AreExactInEachBlockAndTheSameAlone) {
  const DirtyRows dirt({7, 9}, 0.02);
  for (int64_t block = 0; block < 20; ++block) {
    const int64_t begin = block * DirtyRows::kBlock;
    const auto hits = HitsIn(dirt, begin, begin + DirtyRows::kBlock);
    EXPECT_EQ(static_cast<int64_t>(hits.size()), dirt.PlannedIn(block));
    EXPECT_TRUE(hits.size() == 20 || hits.size() == 21) << hits.size();
    for (const int64_t row : {begin, hits.front(), hits.back()}) {
      const bool alone = HitsIn(dirt, row, row + 1).size() == 1;
      EXPECT_EQ(alone, std::find(hits.begin(), hits.end(), row) != hits.end());
    }
  }
}

}  // namespace
}  // namespace lakeseed
