// The codes of a small law are those that its table picks, where steps begin
// too.

#include "lakeseed/generate/choice_steps.h"

#include <gtest/gtest.h>

#include <utility>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/key.h"
#include "lakeseed/base/simd_level.h"

namespace lakeseed {
namespace {

const Key kKey = StreamKey(42, {"shop", "orders", "choice"});

void ExpectPicks(const std::vector<double>& weights) {
  const AliasTable table = AliasTable::Make(weights).ValueOrDie();
  std::vector<int32_t> of;
  for (size_t i = 0; i < weights.size(); ++i) of.push_back(static_cast<int32_t>(7 * i));
  const ChoiceSteps steps(table, of);
  std::vector<uint64_t> cells{0, 1, UINT64_MAX - 1, UINT64_MAX};
  for (int64_t i = 0; i < 5000; ++i) cells.push_back(Cell(kKey, i));
  // Around each place where the pick changes.
  for (uint64_t i = 0; i < 64; ++i) {
    uint64_t low = i << 58, high = low + (uint64_t{1} << 58) - 1;
    if (table.Pick(low) == table.Pick(high)) continue;
    const int64_t before = table.Pick(low);
    while (high - low > 1) {
      const uint64_t middle = low + (high - low) / 2;
      (table.Pick(middle) == before ? low : high) = middle;
    }
    cells.insert(cells.end(), {low, high, high + 1});
  }
  std::vector<int32_t> codes(cells.size());
  const SimdLevel best = SimdLevelInUse();
  for (const char* level : {"baseline", "avx2", "avx512"}) {
    if (!SetSimdLevel(level).ok()) continue;
    steps.CodesOf(cells.data(), std::ssize(cells), codes.data());
    for (size_t i = 0; i < cells.size(); ++i) {
      const auto expected = of[static_cast<size_t>(table.Pick(cells[i]))];
      ASSERT_EQ(codes[i], expected)
          << weights.size() << " values, cell " << cells[i] << ", " << level;
      ASSERT_EQ(steps.CodeOf(cells[i]), expected);
    }
  }
  internal::simd_level = best;
}

TEST(ChoiceSteps, PicksWhatTheTablePicks) {
  ExpectPicks({1});
  ExpectPicks({0.5, 0.5});
  ExpectPicks({0.64, 0.24, 0.12});
  ExpectPicks({0, 1, 0, 3});
  ExpectPicks({0.4, 0.1, 0.15, 0.25, 0.1});
  ExpectPicks({1, 1, 1, 1, 1, 1, 1});
  ExpectPicks({1, 2, 3, 4, 5, 6, 7, 8});
  ExpectPicks({0.84, 0.11, 0.03, 0.014, 0.006});  // Eight steps.
  ExpectPicks({1, 2, 3, 4, 5, 6, 7, 8, 9});       // Too many for steps.
}

}  // namespace
}  // namespace lakeseed
