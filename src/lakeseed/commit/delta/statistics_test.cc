// Bounds of Delta's statistics, and what they leave out.

#include "lakeseed/commit/delta/statistics.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "lakeseed/commit/text_bounds.h"

namespace lakeseed::delta {
namespace {

using nlohmann::json;

std::string Character(uint32_t code) {
  std::string text;
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0 | code >> 12);
    text += static_cast<char>(0x80 | (code >> 6 & 0x3F));
  } else {
    text += static_cast<char>(0xF0 | code >> 18);
    text += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    text += static_cast<char>(0x80 | (code >> 6 & 0x3F));
  }
  if (code >= 0x80) text += static_cast<char>(0x80 | (code & 0x3F));
  return text;
}

size_t CharactersOf(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

TEST(BoundTest, TextsLieBetweenTheirBounds) {
  std::mt19937 random(7);
  const uint32_t codes[] = {1,      'a',    'z',     0x7E,     0x7F,     0x80,    0xE9,
                            0xD7FF, 0xFFFD, 0x1F389, 0x10FFFE, 0x10FFFF, 0x10FFFF};
  int omitted = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    const size_t most = i % 2 == 0 ? std::size(codes) : 2;
    const size_t first = i % 2 == 0 ? 0 : std::size(codes) - 2;
    for (size_t length = random() % 90; length > 0; --length) {
      text += Character(codes[first + random() % (most)]);
    }
    const std::string lower = LowerBound(text), upper = UpperBound(text);
    EXPECT_LE(lower, text);
    EXPECT_LE(CharactersOf(lower), 32u);
    EXPECT_EQ(text.substr(0, lower.size()), lower);
    if (upper.empty() && !text.empty()) {
      ++omitted;
      continue;
    }
    EXPECT_GE(upper, text);
    EXPECT_LE(CharactersOf(upper), 65u);
    if (CharactersOf(text) <= 32) {
      EXPECT_EQ(upper, text);
    }
  }
  EXPECT_GT(omitted, 100);  // Nothing is after sixty-four times the last character.
}

ColumnStatistics Column(const std::string& name, std::shared_ptr<arrow::Scalar> min,
                        std::shared_ptr<arrow::Scalar> max) {
  ColumnStatistics column{.name = name, .type = min->type, .null_count = 2};
  column.min = std::move(min);
  column.max = std::move(max);
  return column;
}

json Stats(const ColumnStatistics& column) {
  DataFile file;
  file.num_rows = 10;
  file.columns.push_back(column);
  const json stats = json::parse(StatisticsText(file).ValueOrDie());
  EXPECT_EQ(stats["numRecords"], 10);
  EXPECT_EQ(stats["nullCount"][column.name], column.null_count);
  return stats;
}

std::shared_ptr<arrow::Scalar> Micros(int64_t value, const char* zone = "UTC") {
  return std::make_shared<arrow::TimestampScalar>(
      value, arrow::timestamp(arrow::TimeUnit::MICRO, zone));
}

TEST(BoundTest, TimestampsAreRoundedOutwards) {
  const json stats = Stats(Column("t", Micros(-1), Micros(1'001)));
  EXPECT_EQ(stats["minValues"]["t"], "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(stats["maxValues"]["t"], "1970-01-01T00:00:00.002Z");
  const json exact = Stats(Column("t", Micros(2'000, ""), Micros(2'000, "")));
  EXPECT_EQ(exact["minValues"]["t"], "1970-01-01T00:00:00.002");
  EXPECT_EQ(exact["maxValues"]["t"], "1970-01-01T00:00:00.002");
  // The year 10000 and later cannot be said.
  const json late = Stats(Column("t", Micros(0), Micros(253'402'300'800'000'000)));
  EXPECT_TRUE(late["minValues"].contains("t"));
  EXPECT_FALSE(late["maxValues"].contains("t"));
}

TEST(BoundTest, NumbersAreExactAndNanIsAfterAllOfThem) {
  const auto type = arrow::decimal128(38, 6);
  const auto wide = std::make_shared<arrow::Decimal128Scalar>(
      arrow::Decimal128("99999999999999999999999999999999123456"), type);
  DataFile file;
  file.columns.push_back(Column("d", wide, wide));
  EXPECT_NE(StatisticsText(file).ValueOrDie().find(
                R"("maxValues":{"d":99999999999999999999999999999999.123456})"),
            std::string::npos);
  const auto small = std::make_shared<arrow::Decimal64Scalar>(arrow::Decimal64(-1),
                                                              arrow::decimal64(18, 9));
  file.columns = {Column("d", small, small)};
  EXPECT_NE(StatisticsText(file).ValueOrDie().find(R"({"d":-0.000000001})"),
            std::string::npos);
  const auto half = arrow::MakeScalar(0.1), one = arrow::MakeScalar(1.0);
  EXPECT_EQ(Stats(Column("x", half, one))["minValues"]["x"].get<double>(), 0.1);
  ColumnStatistics column = Column("x", half, one);
  column.nan_count = 1;
  EXPECT_EQ(Stats(column)["maxValues"]["x"].get<double>(),
            std::numeric_limits<double>::max());
  EXPECT_EQ(Stats(column)["minValues"]["x"].get<double>(), 0.1);
  const json infinite = Stats(Column("x", half, arrow::MakeScalar(INFINITY)));
  EXPECT_FALSE(infinite["maxValues"].contains("x"));
  column.min = column.max = nullptr;
  EXPECT_TRUE(Stats(column)["minValues"].empty());
}

TEST(BoundTest, NamesAndTextsAreQuoted) {
  const auto text = std::make_shared<arrow::StringScalar>("a\"\\\n😀");
  const json stats = Stats(Column("na\"me", text, text));
  EXPECT_EQ(stats["minValues"]["na\"me"], "a\"\\\n😀");
}

}  // namespace
}  // namespace lakeseed::delta
