// Arithmetic: each expression over the five rows of expression_case.h.

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "lakeseed/evaluate/expression_case.h"

namespace lakeseed {
namespace {

constexpr ExpressionCase kCases[] = {
    {"a + 1", "int64: 8 -6 null 1 2000000001"},
    {"b - 1", "int64: 1 2 4 null 9223372036854775806"},
    {"a - a", "int64: 0 0 null 0 0"},
    {"-a", "int64: -7 7 null 0 -2000000000"},
    {"-p", "decimal(12,2): -10.50 0.05 null 0.00 -9999999999.99"},
    {"-x", "float64: -0.5 1.25 null -0.1 -1000000.25"},
    {"p + q", "decimal(15,4): 11.7345 -1.2845 null null 9999999999.9901"},
    {"p - q", "decimal(15,4): 9.2655 1.1845 null null 9999999999.9899"},
    {"p + 1", "decimal(13,2): 11.50 0.95 null 1.00 10000000000.99"},
    {"p * q", "decimal(18,6): 12.962250 0.061725 null null 999999.999999"},
    {"p * 2", "decimal(13,2): 21.00 -0.10 null 0.00 19999999999.98"},
    {"m + m - m", "decimal(18,2): 1.00 2.00 3.00 null 9999999999999999.99"},
    {"p + null", "decimal(13,2): null null null null null"},
    {"null + null", "null: null null null null null"},
    {"a % 2", "int64: 1 -1 null 0 0"},
    {"a % 3", "int64: 1 -1 null 0 2"},
    {"mod(a, 4)", "int64: 3 -3 null 0 0"},
    {"div(a, 2)", "int64: 3 -3 null 0 1000000000"},
    {"w + p", "decimal(13,2): 12.00 -1.55 null null 10000000001.99"},
    {"w * 2.5", "decimal(14,3): 3.750 -3.750 0.025 null 5.000"},
    {"x + y", "float64: 2.5 2.75 null null 1000003.25"},
    {"x * 2", "float64: 1 -2.5 null 0.2 2000000.5"},
    {"x / y", "float64: 0.25 -0.3125 null null 333333.4166666667"},
    {"double(p) + x", "float64: 11 -1.3 null 0.1 10001000000.24"},
    {"1 + 2 * 3 - 4", "int64: 3 3 3 3 3"},
    {"(1 + 2) * 3", "int64: 9 9 9 9 9"},
    {"0.1 + 0.2", "decimal(2,1): 0.3 0.3 0.3 0.3 0.3"},
    {"1.50 * 2", "decimal(3,2): 3.00 3.00 3.00 3.00 3.00"},
    {"abs(a)", "int64: 7 7 null 0 2000000000"},
    {"abs(p)", "decimal(12,2): 10.50 0.05 null 0.00 9999999999.99"},
    {"abs(x)", "float64: 0.5 1.25 null 0.1 1000000.25"},
    {"sign(a)", "int64: 1 -1 null 0 1"},
    {"sign(q)", "int64: 1 -1 1 null 1"},
    {"sign(x)", "int64: 1 -1 null 1 1"},
    {"floor(q)", "int64: 1 -2 0 null 0"},
    {"ceil(q)", "int64: 2 -1 1 null 1"},
    {"floor(x)", "int64: 0 -2 null 0 1000000"},
    {"ceil(x)", "int64: 1 -1 null 1 1000001"},
    {"floor(p)", "int64: 10 -1 null 0 9999999999"},
    {"sqrt(y)",
     "float64: 1.4142135623730951 2 2.8284271247461903 null 1.7320508075688772"},
    {"exp(0)", "float64: 1 1 1 1 1"},
    {"log(y)",
     "float64: 0.6931471805599453 1.3862943611198906 2.0794415416798357 null "
     "1.0986122886681098"},
    {"power(y, 2)", "float64: 4 16 64 null 9"},
    {"least(a, 5)", "int64: 5 -7 null 0 5"},
    {"greatest(a, 5)", "int64: 7 5 null 5 2000000000"},
    {"least(p, q, 1)", "decimal(14,4): 1.0000 -1.2345 null null 0.0001"},
    {"min(a, b)", "int64: 2 -7 null null 2000000000"},
    {"max(p, 0)", "decimal(12,2): 10.50 0.00 null 0.00 9999999999.99"},
    {"greatest(x, y)", "float64: 2 4 null null 1000000.25"},
    {"greatest(d, e)", "date: 2024-02-29 1970-01-01 null null 2024-12-30"},
    {"least(t, 'b')", "text: 'Ann' 'b' '' null 'Zoë-Éva'"},
    {"sum(items.x)", "decimal(18,2): 3.00 4.00 0.00 null 1.00"},
    {"count(items)", "decimal(18,2): 3.00 4.00 0.00 null 1.00"},
    {"max(items.x)", "decimal(18,2): 3.00 4.00 0.00 null 1.00"},
    {"p + coalesce(sum(items.x), 0)",
     "decimal(18,2): 13.50 3.95 null 0.00 10000000000.99"},
    {"power(x, 3)",
     "float64: 0.125 -1.953125 null 0.0010000000000000002 1.0000007500001875e+18"},
    {"power(y, -1)", "float64: 0.5 0.25 0.125 null 0.3333333333333333"},
    {"power(y, 5)", "float64: 32 1024 32768 null 243"},
    {"power(double(2.25), double(0.5))", "float64: 1.5 1.5 1.5 1.5 1.5"},
    {"n * p", "decimal(15,2): 10.50 -0.10 null null 49999999999.95"},
    {"n * b - n * b", "int64: 0 0 0 null 0"},
    {"coalesce(p, 0.00) + coalesce(q, 0) * 2 - n",
     "decimal(15,4): 11.9690 -4.5190 -2.0000 null 9999999994.9902"},
    {"least(m, w)", "decimal(18,2): 1.00 -1.50 0.01 null 2.00"},
    {"abs(n - 3)", "int64: 2 1 0 null 2"},
};

TEST(Arithmetic, GivesTheValuesOfTheTable) { ExpectCases(kCases); }

std::shared_ptr<arrow::Array> Integers(const std::vector<int64_t>& values) {
  arrow::Int64Builder builder;
  EXPECT_TRUE(builder.AppendValues(values).ok());
  return *builder.Finish();
}

// Products are first tried in 64 bits: of small factors, of some that just fit, and of
// some for which 128 are asked.
TEST(Arithmetic, ProductsAreExactWhateverTheirSize) {
  constexpr int64_t kOne = 1;
  const std::vector<std::pair<int64_t, int64_t>> pairs = {{3, 5},
                                                          {-3, 5},
                                                          {kOne << 30, -(kOne << 31)},
                                                          {kOne << 31, kOne << 31},
                                                          {kOne << 41, kOne << 21},
                                                          {-(kOne << 41), kOne << 22},
                                                          {kOne << 62, -2},
                                                          {INT64_MIN, 1},
                                                          {INT64_MAX, -1}};
  for (const auto& [x, y] : pairs) {
    const Arrays columns = {{"x", Integers({2, x})}, {"y", Integers({-7, y})}};
    const auto product = Evaluate("x * y", columns);
    ASSERT_TRUE(product.ok()) << product.status().ToString();
    EXPECT_TRUE((*product)->Equals(*Integers({-14, x * y}))) << x << " * " << y;
    const auto swapped =
        Evaluate(std::to_string(3) + " * x", {{"x", Integers({y % 1000})}});
    EXPECT_TRUE((*swapped)->Equals(*Integers({y % 1000 * 3})));
  }
  const auto large =
      Evaluate("x * y", {{"x", Integers({1, kOne << 62})}, {"y", Integers({1, 2})}});
  ASSERT_FALSE(large.ok());
  EXPECT_NE(large.status().ToString().find("9223372036854775808"), std::string::npos)
      << large.status().ToString();
}

}  // namespace
}  // namespace lakeseed
