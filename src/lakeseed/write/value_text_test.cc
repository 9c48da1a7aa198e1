#include "lakeseed/write/value_text.h"

#include <gtest/gtest.h>

#include <limits>

#include "lakeseed/base/status.h"
#include "lakeseed/write/compression.h"
#include "lakeseed/write/sample_columns.h"
#include "lakeseed/write/storage.h"

namespace lakeseed {
namespace {

TEST(ValueText, Decimals) {
  const auto text = [](int64_t value, int32_t scale) {
    std::string out;
    AppendDecimal(value, scale, &out);
    return out;
  };
  EXPECT_EQ(text(0, 2), "0.00");
  EXPECT_EQ(text(-5, 2), "-0.05");
  EXPECT_EQ(text(123, 0), "123");
  EXPECT_EQ(text(-12'345, 3), "-12.345");
  EXPECT_EQ(text(12, -2), "1200");
  EXPECT_EQ(text(std::numeric_limits<int64_t>::min(), 18), "-9.223372036854775808");
}

TEST(ValueText, DecimalsOfEveryScaleAreTheirDigits) {
  for (int32_t scale = 0; scale <= 18; ++scale) {
    for (const int64_t value :
         {int64_t{0}, int64_t{7}, int64_t{-10}, int64_t{99}, int64_t{-100},
          int64_t{12'345}, int64_t{-1'234'567}, int64_t{99'999'999}, int64_t{100'000'000},
          int64_t{1'234'567'890'123}, std::numeric_limits<int64_t>::max(),
          std::numeric_limits<int64_t>::min()}) {
      std::string out;
      AppendDecimal(value, scale, &out);
      std::string wide;
      AppendDecimal(arrow::Decimal128(value), scale, &wide);
      EXPECT_EQ(out, wide);
      EXPECT_EQ(arrow::Decimal128::FromString(out).ValueOrDie(), arrow::Decimal128(value))
          << out;
    }
  }
}

TEST(ValueText, IntegersOfEveryLength) {
  uint64_t value = 0;
  for (int length = 1; length <= 20; ++length) {
    for (const uint64_t near : {value - 1, value, value + 1}) {
      std::string text, negative;
      AppendUnsigned(near, &text);
      EXPECT_EQ(text, std::to_string(near));
      AppendInteger(static_cast<int64_t>(near), &negative);
      EXPECT_EQ(negative, std::to_string(static_cast<int64_t>(near)));
    }
    value = value == 0 ? 10 : value * 10;
  }
}

TEST(ValueText, DigitsOfAnyNumber) {
  uint64_t state = 1;
  for (int i = 0; i < 200'000; ++i) {
    state = state * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
    const uint64_t value = state >> i % 64;
    std::string text, money;
    AppendUnsigned(value, &text);
    ASSERT_EQ(text, std::to_string(value));
    AppendDecimal(static_cast<int64_t>(value >> 1), 2, &money);
    const std::string cents = std::to_string(100 + (value >> 1) % 100).substr(1);
    ASSERT_EQ(money, std::to_string((value >> 1) / 100) + "." + cents);
  }
}

TEST(ValueText, TimesReadBack) {
  for (const int64_t ticks : {int64_t{0}, int64_t{-1}, int64_t{1'709'296'496'123'456},
                              int64_t{-2'208'988'800'000'001}}) {
    std::string out;
    AppendTimestamp(ticks, 6, 'T', true, &out);
    EXPECT_EQ(ParseTimestamp(out, 6).ValueOrDie(), ticks) << out;
  }
  std::string out;
  AppendTimestamp(1'709'296'496'123'456, 6, ' ', false, &out);
  EXPECT_EQ(out, "2024-03-01 12:34:56.123456");
  out.clear();
  AppendDate(-1, &out);
  EXPECT_EQ(out, "1969-12-31");
  EXPECT_FALSE(ParseTimestamp("yesterday", 6).ok());
}

TEST(ValueText, RememberedDaysAreThoseThatAreWritten) {
  DayTexts days;
  // Days that lead to the same place, others between them, and years of five digits.
  for (const int64_t day : {0, 64, 0, 1, 65, 64, -64, 2'932'896, 2'932'897, 2'932'896, 1,
                            3'000'000, -719'529, -719'528, 0}) {
    for (const int64_t rest : {int64_t{0}, int64_t{43'200'123'456}}) {
      const int64_t ticks = day * 86'400'000'000 + rest;
      char expected[kShortTextBytes], written[kShortTextBytes];
      char* const end = WriteTimestamp(ticks, 6, ' ', true, expected);
      EXPECT_EQ(std::string(written, WriteTimestamp(ticks, 6, ' ', true, &days, written)),
                std::string(expected, end));
    }
  }
}

TEST(ValueText, RealsAreShortestAndReal) {
  std::string out;
  for (const double value : {1.0, 0.1, -0.0, 1e300, 1.5}) {
    AppendReal(value, &out);
    out += ' ';
  }
  EXPECT_EQ(out, "1.0 0.1 -0.0 1e+300 1.5 ");
}

TEST(CompressionTest, ParsesAndRefuses) {
  for (const char* text :
       {"snappy", "zstd", "zstd:7", "gzip:9", "brotli", "lz4", "none"}) {
    EXPECT_EQ(ParseCompression(text).ValueOrDie().ToString(), text);
  }
  for (const char* text : {"zstd:0", "zstd:x", "snappy:3", "zst", ""}) {
    EXPECT_EQ(ExitCodeOf(ParseCompression(text).status()), ExitCode::kRequest) << text;
  }
}

TEST(StorageTest, PublishRefusesATakenName) {
  sample::Folder folder;
  const auto storage = Storage::Open(folder.path()).ValueOrDie();
  ASSERT_TRUE(storage->WriteAll("a/b", "one", Replace::kRefuse).ok());
  EXPECT_TRUE(storage->WriteAll("a/b", "two", Replace::kRefuse).IsAlreadyExists());
  EXPECT_EQ(storage->ReadAll("a/b").ValueOrDie(), "one");
  ASSERT_TRUE(storage->WriteAll("a/b", "two", Replace::kReplace).ok());
  EXPECT_EQ(storage->ReadAll("a/b").ValueOrDie(), "two");
  EXPECT_EQ(folder.Files(), std::vector<std::string>{"a/b"});
  ASSERT_TRUE(storage->RemoveEmptyDirectory("a").ok());
  EXPECT_EQ(storage->SizeOf("a/b").ValueOrDie(), 3);
  ASSERT_TRUE(storage->RemoveDirectory("a").ok());
  EXPECT_TRUE(storage->List("", true).ValueOrDie().empty());
  EXPECT_TRUE(storage->Remove("a/b").ok());
}

}  // namespace
}  // namespace lakeseed
