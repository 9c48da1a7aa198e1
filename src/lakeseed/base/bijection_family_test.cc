// A family gives the images of its bijections, however the places are mixed.

#include "lakeseed/base/bijection_family.h"

#include <gtest/gtest.h>

#include <vector>

#include "lakeseed/base/cell.h"

namespace lakeseed {
namespace {

const Key kKey = StreamKey(42, {"shop", "orders", "x"});

void ExpectEachIsItsOwn(const std::vector<int64_t>& sizes) {
  BijectionFamily all;
  for (const int64_t n : sizes) all.Add({kKey.Sub(all.size()), n});
  std::vector<int32_t> which;
  std::vector<int64_t> x;
  for (int64_t i = 0; i < 3000; ++i) {
    const auto one = static_cast<int32_t>(Below(Cell(kKey, i, 1), all.size()));
    if (all[one].n() == 0) continue;
    which.push_back(one);
    x.push_back(Below(Cell(kKey, i, 2), all[which.back()].n()));
  }
  const int64_t count = std::ssize(x);
  std::vector<int64_t> y = x, back(x.size());
  all.ForwardOf(which.data(), y.data(), count, y.data());
  all.InverseOf(which.data(), y.data(), count, back.data());
  EXPECT_EQ(back, x);
  for (size_t i = 0; i < x.size(); ++i) {
    ASSERT_EQ(y[i], all[which[i]].Forward(x[i])) << i;
  }
}

// All numbers of rounds, sizes of one and over a block's length, in no order.
TEST(BijectionFamily, EachIsItsOwn) {
  ExpectEachIsItsOwn({1, 2, 63, 64, 65, 1000, 1023, 1024, 4097, 2000000});
}

// Those that are too many to be computed together, among others of all kinds.
TEST(BijectionFamily, VeryLargeOnesStandAmongOthers) {
  ExpectEachIsItsOwn({5, 1000, 4097, (int64_t{1} << 30) - 1, int64_t{1} << 30,
                      int64_t{5'000'000'000}, int64_t{1} << 61});
}

TEST(BijectionFamily, AllMayBeVerySmall) {
  ExpectEachIsItsOwn(std::vector<int64_t>(40, 64));
}

// More places than there are members.
TEST(BijectionFamily, MembersMayBeFew) {
  ExpectEachIsItsOwn({1, 2, 3, 60, 63, 64});
  ExpectEachIsItsOwn({5, 0, 64, 200, 0, 400});
}

// Computed in place: all of four rounds, all of six, and both.
TEST(BijectionFamily, ThoseOfFourAndSixRoundsStandTogether) {
  ExpectEachIsItsOwn({1024, 1025, 4097, 2000000});
  ExpectEachIsItsOwn({65, 67, 1000, 1023});
  ExpectEachIsItsOwn({65, 1023, 1024, 2000000});
}

}  // namespace
}  // namespace lakeseed
