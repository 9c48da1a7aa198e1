#include "lakeseed/write/bucket_hash.h"

#include <gtest/gtest.h>

#include "lakeseed/base/date.h"

namespace lakeseed {
namespace {

int32_t Signed(uint32_t hash) { return static_cast<int32_t>(hash); }

// The values of the specification's appendix B.
TEST(BucketHash, HasTheValuesOfTheSpecification) {
  EXPECT_EQ(Signed(BucketHash(int64_t{34})), 2017239379);
  EXPECT_EQ(Signed(DecimalBucketHash(1420)), -500754589);
  EXPECT_EQ(Signed(BucketHash(int64_t{DaysFromCivil(2017, 11, 16)})), -653330422);
  const int64_t time = ((22 * 60 + 31) * 60 + 8) * kMicrosecondsPerSecond;
  EXPECT_EQ(Signed(BucketHash(time)), -662762989);
  const int64_t instant = DaysFromCivil(2017, 11, 16) * kMicrosecondsPerDay + time;
  EXPECT_EQ(Signed(BucketHash(instant)), -2047944441);
  EXPECT_EQ(Signed(BucketHash(instant + 1)), -1207196810);
  EXPECT_EQ(Signed(BucketHash("iceberg")), 1210000089);
  EXPECT_EQ(Signed(BucketHash(std::string_view("\0\1\2\3", 4))), -188683207);
}

TEST(BucketHash, DecimalsHaveNoMoreBytesThanTheyNeed) {
  EXPECT_EQ(DecimalBucketHash(127), BucketHash(std::string_view("\x7F", 1)));
  EXPECT_EQ(DecimalBucketHash(128), BucketHash(std::string_view("\x00\x80", 2)));
  EXPECT_EQ(DecimalBucketHash(-1), BucketHash(std::string_view("\xFF", 1)));
  EXPECT_EQ(DecimalBucketHash(-129), BucketHash(std::string_view("\xFF\x7F", 2)));
  EXPECT_EQ(DecimalBucketHash(0), BucketHash(std::string_view("\0", 1)));
}

TEST(BucketHash, BucketsAreBelowTheirNumber) {
  for (int64_t i = -500; i < 500; ++i) {
    const int32_t bucket = BucketOf(BucketHash(i), 7);
    EXPECT_TRUE(bucket >= 0 && bucket < 7);
  }
  EXPECT_EQ(BucketOf(BucketHash(int64_t{34}), 16), 2017239379 % 16);
}

}  // namespace
}  // namespace lakeseed
