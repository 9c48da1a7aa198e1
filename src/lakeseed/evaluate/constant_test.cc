// Constants, type names and exact casts.

#include <arrow/array.h>
#include <arrow/json/from_string.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/decimal.h"
#include "lakeseed/evaluate/convert.h"
#include "lakeseed/evaluate/expression_case.h"

namespace lakeseed {
namespace {

using ::testing::HasSubstr;

arrow::Result<std::string> Constant(const char* expression) {
  ARROW_ASSIGN_OR_RAISE(ExprPtr tree, ParseExpression(expression, Place{"f.yaml", 2, 5}));
  return EvaluateConstant(*tree,
                          {{"main", "10000"}, {"rate", "0.1"}, {"window.days", "731"}});
}

TEST(EvaluateConstant, IsExact) {
  constexpr ExpressionCase kCases[] = {
      {"5", "5"},
      {"main * rate", "1000"},
      {"main * 0.0125", "125"},
      {"0.1 + 0.2", "0.3"},
      {"main / 3 * 3", "10000"},
      {"1 / 8", "0.125"},
      {"-main / 4", "-2500"},
      {"round(main / 3)", "3333"},
      {"round(2 / 3, 4)", "0.6667"},
      {"round(-2.5)", "-3"},
      {"floor(-7 / 2)", "-4"},
      {"ceil(-7 / 2)", "-3"},
      {"ceil(main / 3)", "3334"},
      {"min(main, 500, rate)", "0.1"},
      {"max(main / 8, 1428)", "1428"},
      {"greatest(1, 2) + least(3, 4)", "5"},
      {"window.days % 365", "1"},
      {"-7 % 3", "-1"},
      {"abs(1 - main)", "9999"},
      {"999999999999 * 999999999999", "999999999998000000000001"},
      {"exp(0)", "1"},
      {"round(exp(12))", "162755"},
      {"round(exp(12.0) - 162754, 9)", "0.791419004"},
      {"round(exp(-rate), 15)", "0.90483741803596"},
      {"round(exp(-40) * 1000000000000000000, 6)", "4.248354"},
  };
  for (const ExpressionCase& one : kCases) {
    const auto result = Constant(one.expression);
    ASSERT_TRUE(result.ok()) << one.expression << Render(result.status());
    EXPECT_EQ(*result, one.expected) << one.expression;
  }
}

TEST(EvaluateConstant, ErrorsHavePlaces) {
  constexpr ExpressionCase kCases[] = {
      {"mian * 2", "f.yaml:2:5: unknown parameter: mian"},
      {"mian * 2", "hint: did you mean `main`?"},
      {"1 / (2 - 2)", "division by zero: 1 / (2 - 2)"},
      {"main / 3", "hint: round it: round(x), floor(x) or ceil(x)"},
      {"'x' || 'y'", "not a constant number"},
      {"upper(1)", "not a function of constants: upper(1)"},
      {"99999999999999999 * 99999999999999999 * 99999999999999999",
       "number is too large"},
      {"main = 1", "not a constant number"},
      {"exp(main)", "exp takes numbers from -40 to 40: exp(main)"},
      {"exp(1)", "not a finite decimal number"},
  };
  for (const ExpressionCase& one : kCases) {
    const auto result = Constant(one.expression);
    ASSERT_FALSE(result.ok()) << one.expression << *result;
    EXPECT_THAT(Render(result.status()), HasSubstr(one.expected)) << one.expression;
  }
}

TEST(TypeName, ParsesWhatItPrints) {
  for (const char* name : {"int8", "int16", "int32", "int64", "float64", "bool", "text",
                           "date", "timestamp_us", "decimal(12,2)", "decimal(18,18)"}) {
    const auto type = ParseTypeName(name, Place{});
    ASSERT_TRUE(type.ok()) << name;
    EXPECT_EQ(TypeName(**type), name);
  }
  EXPECT_EQ(TypeName(**ParseTypeName("double", Place{})), "float64");
  EXPECT_EQ(TypeName(**ParseTypeName("decimal( 9, 3 )", Place{})), "decimal(9,3)");
  EXPECT_EQ((*ParseTypeName("decimal(12,2)", Place{}))->id(), arrow::Type::DECIMAL64);
  for (const auto& [name, part] : std::vector<std::pair<const char*, const char*>>{
           {"in32", "did you mean `int32`?"},
           {"string", "did you mean `text`?"},
           {"timestamp", "did you mean `timestamp_us`?"},
           {"decimal", "decimal needs its digits: decimal"},
           {"decimal(19,2)", "1 to 18 digits"},
           {"decimal(4,5)", "1 to 18 digits"},
           {"blob", "types are int8"}}) {
    EXPECT_THAT(Render(ParseTypeName(name, Place{"f.yaml", 1, 2}).status()),
                HasSubstr(part));
  }
}

std::string Cast(const std::shared_ptr<arrow::DataType>& from, const char* json,
                 const char* to) {
  const auto array = arrow::json::ArrayFromJSONString(from, json).ValueOrDie();
  const auto type = ParseTypeName(to, Place{}).ValueOrDie();
  const auto cast = CastExactly(array, type, arrow::default_memory_pool());
  if (!cast.ok()) return DiagnosticsOf(cast.status())[0].ToString();
  EXPECT_TRUE((*cast)->ValidateFull().ok());
  EXPECT_TRUE((*cast)->type()->Equals(*type));
  return Print(**cast);
}

TEST(CastExactly, ConvertsOrTellsTheRow) {
  const auto dec = [](int scale) { return arrow::decimal64(12, scale); };
  EXPECT_EQ(Cast(arrow::int64(), "[1, null, -3]", "int8"), "int8: 1 null -3");
  EXPECT_EQ(Cast(arrow::int64(), "[1, 128]", "int8"),
            "does not fit int8: 128 (row 1: value = 128)");
  EXPECT_EQ(Cast(arrow::int32(), "[5, null]", "decimal(6,2)"), "decimal(6,2): 5.00 null");
  EXPECT_EQ(Cast(arrow::int32(), "[50000]", "decimal(6,2)"),
            "does not fit decimal(6,2): 50000.00 (row 0: value = 50000)");
  EXPECT_EQ(Cast(dec(3), R"(["1.005", "-1.005", null, "1.004"])", "decimal(9,2)"),
            "decimal(9,2): 1.01 -1.01 null 1.00");
  EXPECT_EQ(Cast(dec(2), R"(["1.50", "-2.50"])", "int32"), "int32: 2 -3");
  EXPECT_EQ(Cast(dec(2), R"(["1.50", null])", "float64"), "float64: 1.5 null");
  EXPECT_EQ(Cast(arrow::float64(), "[1.255, null, -0.5]", "decimal(5,2)"),
            "decimal(5,2): 1.25 null -0.50");
  EXPECT_EQ(Cast(arrow::int16(), "[3]", "float64"), "float64: 3");
  EXPECT_EQ(Cast(arrow::date32(), "[1, null]", "timestamp_us"),
            "timestamp_us: 1970-01-02T00:00:00 null");
  EXPECT_EQ(Cast(arrow::dictionary(arrow::int8(), arrow::utf8()), R"(["a", null, "b"])",
                 "text"),
            "text: 'a' null 'b'");
  EXPECT_EQ(Cast(arrow::null(), "[null, null]", "int32"), "int32: null null");
  EXPECT_EQ(Cast(arrow::utf8(), R"(["1"])", "int32"), "no cast from text to int32");
  EXPECT_EQ(Cast(arrow::boolean(), "[true]", "int32"), "no cast from bool to int32");
}

// Expected values: Python's decimal.Decimal(x), quantized ROUND_HALF_UP.
TEST(ScaleDouble, RoundsTheExactBinaryValue) {
  struct Case {
    double x;
    int scale;
    const char* expected;
  };
  constexpr Case kCases[] = {
      {0.285, 2, "0.28"},
      {1.005, 2, "1.00"},
      {0.125, 2, "0.13"},
      {-0.125, 2, "-0.13"},
      {2.675, 2, "2.67"},
      {0.1, 18, "0.100000000000000006"},
      {5e-324, 9, "0.000000000"},
      {1e15, 2, "1000000000000000.00"},
      {0.5, 0, "1"},
      {0.49999999999999994, 0, "0"},
      {1e-9, 9, "0.000000001"},
      {4.9999999999e-10, 9, "0.000000000"},
      {123456789.987654321, 9, "123456789.987654328"},
  };
  for (const Case& one : kCases) {
    Int128 scaled = 0;
    ASSERT_TRUE(ScaleDouble(one.x, one.scale, &scaled)) << one.x;
    EXPECT_EQ(FormatExact(scaled, one.scale), one.expected) << one.x;
  }
  Int128 unused = 0;
  EXPECT_FALSE(ScaleDouble(1e300, 2, &unused));
  EXPECT_FALSE(ScaleDouble(std::numeric_limits<double>::infinity(), 2, &unused));
  EXPECT_FALSE(ScaleDouble(std::numeric_limits<double>::quiet_NaN(), 2, &unused));
}

TEST(DropDigits, AgreesWithRoundRatio) {
  const Key key{5, 6};
  for (int64_t i = 0; i < 20'000; ++i) {
    const auto value = static_cast<int64_t>(Cell(key, i)) >> Below(Cell(key, i, 1), 60);
    const int digits = static_cast<int>(Below(Cell(key, i, 2), 19));
    EXPECT_EQ(static_cast<int64_t>(DropDigits(value, digits)),
              RoundRatio(value, 1, PowerOfTen(digits)));
  }
}

}  // namespace
}  // namespace lakeseed
