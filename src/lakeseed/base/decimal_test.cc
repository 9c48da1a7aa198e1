#include "lakeseed/base/decimal.h"

#include <gtest/gtest.h>

#include <limits>

#include "lakeseed/base/golden.h"

namespace lakeseed {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();

TEST(Decimal, RatioEqualsReferenceModel) {
  const auto golden = LoadGolden("ratio")["amount_n_d_result"];
  ASSERT_GT(golden.size(), 80u);
  for (const auto& row : golden) {
    EXPECT_EQ(RoundRatio(row[0], row[1], row[2]), row[3].get<int64_t>());
    int64_t out = 0;
    ASSERT_TRUE(CheckedRatio(row[0], row[1], row[2], &out));
    EXPECT_EQ(out, row[3].get<int64_t>());
  }
}

TEST(Decimal, RatioRoundsHalfAwayFromZero) {
  EXPECT_EQ(RoundRatio(5, 1, 10), 1);
  EXPECT_EQ(RoundRatio(-5, 1, 10), -1);
  EXPECT_EQ(RoundRatio(4, 1, 10), 0);
  EXPECT_EQ(RoundRatio(19'99, 825, 10'000), 1'65);
  EXPECT_EQ(RoundRatio(kMax, kMax, kMax), kMax);
  EXPECT_EQ(RoundRatio(kMin, 1, 1), kMin);
  int64_t out = 0;
  EXPECT_FALSE(CheckedRatio(kMax, 2, 1, &out));
  EXPECT_FALSE(CheckedRatio(kMin, -1, 1, &out));
  EXPECT_FALSE(CheckedRatio(1, 1, 0, &out));
  EXPECT_TRUE(CheckedRatio(kMin, 1, 1, &out));
  EXPECT_EQ(out, kMin);
}

TEST(Decimal, Rescales) {
  EXPECT_EQ(Rescale(12345, 4, 2).ValueOrDie(), 123);
  EXPECT_EQ(Rescale(12350, 4, 2).ValueOrDie(), 124);
  EXPECT_EQ(Rescale(-12350, 4, 2).ValueOrDie(), -124);
  EXPECT_EQ(Rescale(-12, 1, 3).ValueOrDie(), -1200);
  EXPECT_EQ(Rescale(7, 2, 2).ValueOrDie(), 7);
  EXPECT_FALSE(Rescale(kMax, 0, 1).ok());
  EXPECT_FALSE(Rescale(1, 0, 19).ok());
}

TEST(Decimal, CheckedArithmetic) {
  int64_t out = 0;
  EXPECT_TRUE(CheckedAdd(2, 3, &out));
  EXPECT_EQ(out, 5);
  EXPECT_FALSE(CheckedAdd(kMax, 1, &out));
  EXPECT_FALSE(CheckedSubtract(kMin, 1, &out));
  EXPECT_FALSE(CheckedMultiply(kMax, 2, &out));
}

TEST(Decimal, ParsesAndFormats) {
  EXPECT_EQ(ParseDecimal("-12.50").ValueOrDie(), (Decimal{-1250, 2}));
  EXPECT_EQ(ParseDecimal("+7").ValueOrDie(), (Decimal{7, 0}));
  EXPECT_EQ(ParseDecimal(".0825").ValueOrDie(), (Decimal{825, 4}));
  EXPECT_EQ(ParseDecimal("3.").ValueOrDie(), (Decimal{3, 0}));
  EXPECT_EQ(ParseDecimal("-9223372036854775808").ValueOrDie(), (Decimal{kMin, 0}));
  for (const char* text : {"", "-", ".", "1.2.3", "1e5", " 1", "9223372036854775808",
                           "1,5", "0.0000000000000000001"}) {
    EXPECT_FALSE(ParseDecimal(text).ok()) << text;
  }
  EXPECT_EQ(FormatDecimal(-1250, 2), "-12.50");
  EXPECT_EQ(FormatDecimal(-5, 2), "-0.05");
  EXPECT_EQ(FormatDecimal(0, 3), "0.000");
  EXPECT_EQ(FormatDecimal(42, 0), "42");
  EXPECT_EQ(FormatDecimal(kMin, 18), "-9.223372036854775808");
  for (int64_t value : {int64_t{0}, int64_t{-1}, int64_t{99999}, kMax, kMin}) {
    EXPECT_EQ(ParseDecimal(FormatDecimal(value, 4)).ValueOrDie(), (Decimal{value, 4}));
  }
}

}  // namespace
}  // namespace lakeseed
