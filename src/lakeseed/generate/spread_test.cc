// Spread: every child has the value of its parent.

#include "lakeseed/generate/spread.h"

#include <gtest/gtest.h>

#include <vector>

#include "lakeseed/base/cell.h"

namespace lakeseed {
namespace {

const Key kKey = StreamKey(3, {"spread test"});

TEST(SpreadTest, EachChildHasWhatItsParentHas) {
  // Values that never repeat, that do for a while, and one for all; few children or many.
  for (const int64_t run : {1, 5, 16, 40, 1000}) {
    for (const int64_t most : {0, 1, 3, 30}) {
      for (const int64_t parents : {0, 1, 15, 16, 17, 200}) {
        std::vector<int32_t> values, offsets{0};
        std::vector<int32_t> want;
        for (int64_t p = 0; p < parents; ++p) {
          values.push_back(static_cast<int32_t>(p / run * 7 % 90));
          const int64_t count = Below(Cell(kKey, p), most + 1);
          offsets.push_back(offsets.back() + static_cast<int32_t>(count));
          want.insert(want.end(), static_cast<size_t>(count), values.back());
        }
        const std::span<const int32_t> all(offsets);
        std::vector<int32_t> each(want.size()), runs(want.size());
        SpreadToChildren(
            all, [&](size_t p) { return values[p]; }, each.data());
        SpreadRunsToChildren(all, values.data(), runs.data());
        EXPECT_EQ(each, want) << run << " " << most << " " << parents;
        EXPECT_EQ(runs, want) << run << " " << most << " " << parents;
      }
    }
  }
}

}  // namespace
}  // namespace lakeseed
