#include "lakeseed/generate/fault.h"

#include <gtest/gtest.h>

#include "lakeseed/base/golden.h"

namespace lakeseed {
namespace {

TEST(Fault, IsThatOfTheReferenceModel) {
  const auto golden = LoadGolden("fault");
  const Key key = GoldenKey(golden["key"]);
  for (const auto& one : golden["cases"]) {
    const Fault fault(key, {.members = one["members"],
                            .period = one["period"],
                            .share = GoldenDouble(one["share"]),
                            .longest = one["longest"]});
    for (const auto& cycle : one["cycles"]) {
      EXPECT_EQ(fault.Planned(cycle["cycle"]), cycle["planned"]);
      std::vector<int64_t> members, starts, ends;
      const auto intervals = fault.IntervalsOf(cycle["cycle"]);
      for (size_t i = 0; i < intervals.size(); ++i) {
        if (intervals[i].start == intervals[i].end) continue;
        members.push_back(static_cast<int64_t>(i));
        starts.push_back(intervals[i].start);
        ends.push_back(intervals[i].end);
      }
      EXPECT_EQ(members, GoldenIntegers(cycle["member"]));
      EXPECT_EQ(starts, GoldenIntegers(cycle["start"]));
      EXPECT_EQ(ends, GoldenIntegers(cycle["end"]));
    }
  }
}

TEST(Fault, TwoCyclesTellWhoIsAtFault) {
  const Fault fault(StreamKey(1, {"fault"}),
                    {.members = 50, .period = 20, .share = 0.7, .longest = 20});
  int64_t covered = 0;
  for (int64_t cycle = 1; cycle < 40; ++cycle) {
    for (const auto& interval : fault.IntervalsOf(cycle)) {
      if (interval.start == interval.end) continue;
      EXPECT_LE(interval.end, (cycle + 2) * 20);
      EXPECT_GE(interval.start, cycle * 20);
      covered += interval.end - interval.start;
    }
  }
  // Length 1 to 20, even: 10.5 steps of each fault.
  EXPECT_NEAR(static_cast<double>(covered) / (39 * 50), 0.7 * 10.5, 0.3);
}

}  // namespace
}  // namespace lakeseed
