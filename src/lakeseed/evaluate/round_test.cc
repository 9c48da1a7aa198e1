// Round: each expression over the five rows of expression_case.h.

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/test_level.h"
#include "lakeseed/evaluate/expression_case.h"

namespace lakeseed {
namespace {

constexpr ExpressionCase kCases[] = {
    {"round(q, 2)", "decimal(11,2): 1.23 -1.23 0.50 null 0.00"},
    {"round(q, 3)", "decimal(12,3): 1.235 -1.235 0.500 null 0.000"},
    {"round(q)", "int64: 1 -1 1 null 0"},
    {"round(p, 1)", "decimal(12,1): 10.5 -0.1 null 0.0 10000000000.0"},
    {"round(p, 0)", "decimal(11,0): 11 0 null 0 10000000000"},
    {"round(a, -1)", "int64: 10 -10 null 0 2000000000"},
    {"round(a, 2)", "decimal(12,2): 7.00 -7.00 null 0.00 2000000000.00"},
    {"round(x, 1)", "decimal(18,1): 0.5 -1.3 null 0.1 1000000.3"},
    {"round(x, 0)", "decimal(18,0): 1 -1 null 0 1000000"},
    {"round(x)", "int64: 1 -1 null 0 1000000"},
    {"round(p + x, 2)", "decimal(18,2): 11.00 -1.30 null 0.10 10001000000.24"},
    {"round(p / 3, 2)", "decimal(18,2): 3.50 -0.02 null 0.00 3333333333.33"},
    {"round(a / b, 4)", "decimal(18,4): 3.5000 -2.3333 null null 0.0000"},
    {"round(p / y, 2)", "decimal(18,2): 5.25 -0.01 null null 3333333333.33"},
    {"round(x / y, 3)", "decimal(18,3): 0.250 -0.313 null null 333333.417"},
    {"round(1 / 3 * 3, 2)", "decimal(3,2): 1.00 1.00 1.00 1.00 1.00"},
    {"round(0.005, 2)", "decimal(3,2): 0.01 0.01 0.01 0.01 0.01"},
    {"round(-0.005, 2)", "decimal(3,2): -0.01 -0.01 -0.01 -0.01 -0.01"},
    {"round(-2.5)", "int64: -3 -3 -3 -3 -3"},
    {"round(2.5)", "int64: 3 3 3 3 3"},
    {"round(1.005 * 100, 1)", "decimal(4,1): 100.5 100.5 100.5 100.5 100.5"},
    {"round(double(0.285), 2)", "decimal(3,2): 0.28 0.28 0.28 0.28 0.28"},
    {"round(double(1.005), 2)", "decimal(3,2): 1.00 1.00 1.00 1.00 1.00"},
    {"round(double(0.125), 2)", "decimal(3,2): 0.13 0.13 0.13 0.13 0.13"},
    {"round(null, 2)", "decimal(18,2): null null null null null"},
    {"round(m, 1)", "decimal(18,1): 1.0 2.0 3.0 null 10000000000000000.0"},
    {"round(q * 12345.678, -2)", "decimal(18,0): 15200 -15200 6200 null 0"},
    {"round(w * x, 2)", "decimal(18,2): 0.75 1.88 null null 2000000.50"},
    {"round(w * x * y, 4)", "decimal(18,4): 1.5000 7.5000 null null 6000001.5000"},
    {"round(w * (1 + x), 1)", "decimal(18,1): 2.3 0.4 null null 2000002.5"},
    {"round(x * 100)", "int64: 50 -125 null 10 100000025"},
    {"round(coalesce(w * x, 0.00), 2)", "decimal(18,2): 0.75 1.88 0.00 0.00 2000000.50"},
    {"round(w / q, 3)", "decimal(18,3): 1.215 1.215 0.020 null 20000.000"},
    {"round(case when f then w else x end, 1)",
     "decimal(18,1): 1.5 -1.3 null null 1000000.3"},
};

TEST(Round, GivesTheValuesOfTheTable) { ExpectCases(kCases); }

// Half away from zero, said with 128 bits.
int64_t Rounded(int64_t x, int digits) {
  __int128 power = 1;
  for (int i = 0; i < digits; ++i) power *= 10;
  const __int128 size = x < 0 ? -static_cast<__int128>(x) : static_cast<__int128>(x);
  const auto quotient = static_cast<int64_t>((size + power / 2) / power);
  return x < 0 ? -quotient : quotient;
}

class RoundTest : public AtSimdLevel {};

// Columns of small numbers, and some whose largest is beyond what doubles hold; halves,
// and what is next to them, of both signs.
TEST_P(RoundTest, DropsAnyNumberOfDigitsOfAnySize) {
  constexpr int kScale = 18;
  const auto from = arrow::decimal64(18, kScale);
  for (const int bits : {20, 29, 30, 31, 40, 50, 51, 52, 59}) {
    std::vector<int64_t> values = {0, (int64_t{1} << bits) - 1, int64_t{1} << bits};
    for (int64_t i = 1; i < 2000; ++i) {
      values.push_back(static_cast<int64_t>(Cell({1, 2}, i) >> (64 - bits)));
      const int64_t half = 5 * (i % 20'000);
      for (const int64_t near : {half - 1, half, half + 1}) values.push_back(near);
    }
    for (size_t i = 0; i < values.size(); i += 2) values[i] = -values[i];
    arrow::Int64Builder builder;
    ASSERT_TRUE(builder.AppendValues(values).ok());
    const auto whole = *builder.Finish();
    auto data = whole->data()->Copy();
    data->type = from;
    for (int digits = 1; digits < kScale; ++digits) {
      const auto rounded = Evaluate("round(x, " + std::to_string(kScale - digits) + ")",
                                    {{"x", arrow::MakeArray(data)}});
      ASSERT_TRUE(rounded.ok()) << rounded.status().ToString();
      const auto* got = (*rounded)->data()->GetValues<int64_t>(1);
      for (size_t i = 0; i < values.size(); ++i) {
        ASSERT_EQ(got[i], Rounded(values[i], digits)) << values[i] << " by " << digits;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Levels, RoundTest, EverySimdLevel(), SimdLevelName);

}  // namespace
}  // namespace lakeseed
