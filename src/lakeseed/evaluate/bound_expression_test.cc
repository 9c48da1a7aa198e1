// Errors with places and hints, laws over random arrays, fixed dictionaries.

#include "lakeseed/evaluate/bound_expression.h"

#include <arrow/array.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_decimal.h>
#include <arrow/array/builder_dict.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/array/concatenate.h>
#include <arrow/util/decimal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "lakeseed/base/cell.h"
#include "lakeseed/evaluate/expression_case.h"

namespace lakeseed {
namespace {

using ::testing::HasSubstr;

// Each with a part of the rendered error; places count columns from 1.
constexpr ExpressionCase kBindErrors[] = {
    {"a + t", "f.yaml:3:3: t.c: + takes numbers: int + text"},
    {"t + u", "hint: || joins texts"},
    {"p * x", "f.yaml:3:3: t.c: * of decimal and double is not exact"},
    {"p + x",
     "hint: say how to round: round(… , 2); or write double(…) around the decimal"},
    {"0.5 * x", "* of decimal and double is not exact"},
    {"p > x", "comparison of decimal and double do not go together"},
    {"coalesce(x, p)", "coalesce of double and decimal do not go together"},
    {"a / b", "hint: div(a, b) is the whole quotient"},
    {"p / 2", "hint: say how to round: round(a / b, 2)"},
    {"p % 2", "% takes integers: decimal of scale 2 % int"},
    {"x % 2", "% takes integers: double"},
    {"t = 1", "hint: text(…) makes text of a number"},
    {"d >= '2024-01-01'", "hint: a date is written date '2024-01-31'"},
    {"z >= '2024-01-01'", "hint: compare with timestamp(date '2024-01-31')"},
    {"f = 1", "comparison of bool and int do not go together"},
    {"f < g", "< does not compare conditions"},
    {"a and f", "f.yaml:3:1: t.c: and takes conditions: int"},
    {"not a", "not takes conditions: int"},
    {"-t", "- takes a number: text"},
    {"case when a then 1 end", "f.yaml:3:11: t.c: when takes a condition: int"},
    {"case when f then 1 else 'x' end", "case of int and text do not go together"},
    {"upper(a)", "f.yaml:3:7: t.c: argument 1 of upper must be text: int"},
    {"upper(a)", "hint: text(x) prints other values"},
    {"uper(t)", "t.c: unknown function: uper"},
    {"uper(t)", "hint: did you mean `upper`?"},
    {"upper(t, u)", "wrong number of arguments to upper: 2"},
    {"upper(t, u)", "hint: it is upper(text)"},
    {"least(f, g)", "argument 1 of least must be a value with an order: bool"},
    {"substring(t, p)", "hint: round(x), floor(x) or ceil(x) give integers"},
    {"year(t)", "argument 1 of year must be a date or a timestamp: text"},
    {"hour(d)", "argument 1 of hour must be a timestamp: date"},
    {"date(z, t)", "argument 2 of date must be a constant text: not constant"},
    {"date(d, 'UTC')", "a date has no zone"},
    {"log(p)", "hint: write double(x)"},
    {"round(t, 2)", "round takes a number: text"},
    {"round(p, a)", "digits of round must be a constant whole number from -18 to 18: a"},
    {"round(p, 99)", "digits of round must be"},
    {"q * q * q * q * q", "product has more than 18 digits after the point: 20"},
    {"z + 1", "hint: write days(n), hours(n), minutes(n) or seconds(n)"},
    {"d * 2", "* does not take date and int"},
    {"d + e", "+ does not take date and date"},
    {"z - v", "a duration is no column"},
    {"days(1)", "hint: compare it, or count it with seconds_between(a, b)"},
    {"t || p",
     "f.yaml:3:6: t.c: || and concat take texts and integers: decimal of scale 2"},
    {"text(x)", "hint: round it first: text(round(x, 2))"},
    {"format_id('%q', a)", "format is not known: %q"},
    {"format_id('%d', a, b)", "format and arguments differ in number: 1 and 2"},
    {"format_id('%05d', t)", "%0d takes an integer: text"},
    {"a like 'x'", "like takes text: int"},
    {"nothing + 1", "unknown name: nothing"},
    {"1 % 0", "division by zero: 1 % 0"},
    {"lookup(states.nam, s)", "hint: did you mean `name`?"},
    {"lookup(state.name, s)", "did you mean `states`?"},
    {"lookup(states.name, a)", "key state of states is text: int"},
    {"lookup(codes.name, s)", "key code of codes is int: text"},
    {"lookup(states, s)", "lookup needs table.column"},
    {"lookup('x', s)", "lookup takes the name of a vocabulary column: 'x'"},
    {"99999999999999999999", "99999999999999999999"},
};

TEST(BoundExpression, TypeErrorsHavePlacesAndHints) {
  const VocabularyOfCases vocabulary;
  for (const ExpressionCase& one : kBindErrors) {
    const auto result = Evaluate(one.expression, CaseColumns());
    ASSERT_FALSE(result.ok()) << one.expression << " = " << Print(**result);
    EXPECT_THAT(Render(result.status()), HasSubstr(one.expected)) << one.expression;
    EXPECT_EQ(ExitCodeOf(result.status()), ExitCode::kRequest) << one.expression;
  }
}

TEST(BoundExpression, TellsAllErrorsAtOnce) {
  const auto status =
      Evaluate("upper(a) = lower(p) or nothing > 1", CaseColumns()).status();
  EXPECT_EQ(DiagnosticsOf(status).size(), 3) << Render(status);
}

constexpr ExpressionCase kRunErrors[] = {
    {"a + b",
     "f.yaml:3:3: t.c: does not fit int64: 9223372038854775807 (row 4: a = 2000000000, b "
     "= 9223372036854775807)"},
    {"a * p", "does not fit decimal(18,2): 19999999999980000000.00 (row 4:"},
    {"m + 0.01", "does not fit decimal(18,2): 10000000000000000.00 (row 4:"},
    {"a % (b - 3)", "division by zero: -7 % 0 (row 1: a = -7, b = 3)"},
    {"div(a, a)", "division by zero: div(0, 0) (row 3: a = 0)"},
    {"x / (y - 8 + 4)", "division by zero: -1.25 / 0 (row 1: x = -1.25, y = 4)"},
    {"round(p / a, 2)", "division by zero, or a quotient too large: 0.00 / 0 (row 3"},
    {"round(b * b * b * b * b, 1)", "too large"},
    {"abs(-b - 1 - 1)",
     "integer does not fit 64 bits: round(-9223372036854775809) (row 4"},
    {"sqrt(x)", "root of a negative number: sqrt(-1.25) (row 1: x = -1.25)"},
    {"log(x)", "logarithm of a number that is not above 0: log(-1.25)"},
    {"power(x, 1.5 + 0)", "hint: write double(x)"},
    {"round(power(y, 64) * y, 2)", "double does not fit a decimal of 18 digits"},
    {"round(power(y, 60) * p, 2)", "double is too large for exact arithmetic"},
    {"d + b",
     "time is out of range: 2024-12-30 + 9223372036854775807 (row 4: d = 2024-12-30"},
    {"lpad(t, a)", "width is above 10000: lpad('Zoë-Éva', 2000000000) (row 4"},
    {"hours(b) > hours(1)", "time is out of range: hours(9223372036854775807) (row 4"},
};

TEST(BoundExpression, ErrorsOfRowsNameTheRowsValues) {
  for (const ExpressionCase& one : kRunErrors) {
    const auto result = Evaluate(one.expression, CaseColumns());
    ASSERT_FALSE(result.ok()) << one.expression << " = " << Print(**result);
    EXPECT_THAT(Render(result.status()), HasSubstr(one.expected)) << one.expression;
  }
}

TEST(BoundExpression, ErrorsCountOnlyInRowsThatAreTaken) {
  for (const char* expression :
       {"case when b > 5 then 0 else a + b end", "coalesce(0, 1 % a)",
        "a = 0 or 10 % a = 1", "a <> 0 and 10 % a = 1", "if(x >= 0, sqrt(x), x)",
        "coalesce(nullif(a, 0), 0) = 0 or div(1, a) = 0"}) {
    const auto result = Evaluate(expression, CaseColumns());
    EXPECT_TRUE(result.ok()) << expression << Render(result.status());
  }
  // A null argument has no value, so it has no error either.
  EXPECT_TRUE(Evaluate("a % nullif(a, 0)", CaseColumns()).ok());
}

TEST(BoundExpression, OnlyANameIsTheVeryArray) {
  const auto result = Evaluate("k", CaseColumns()).ValueOrDie();
  EXPECT_EQ(result, CaseColumns().at("k"));
}

// ---------------------------------------------------------------------------

constexpr int64_t kRows = 1000;

bool Chance(uint64_t cell, uint64_t one_in) { return cell % one_in == 0; }

// Random columns with nulls; s and r have the same texts, once as codes.
Arrays RandomColumns(uint64_t seed) {
  const Key key{seed, 77};
  arrow::Int64Builder a;
  arrow::Decimal64Builder p(arrow::decimal64(12, 2));
  arrow::DoubleBuilder x;
  arrow::BooleanBuilder f;
  arrow::Date32Builder d;
  arrow::StringBuilder t;
  arrow::StringDictionary32Builder codes;
  const char* texts[] = {"CA", "NY", "", "Zoë", "a b", "TX", "ny", "it's"};
  for (int64_t i = 0; i < kRows; ++i) {
    const auto cell = [&](int64_t draw) { return Cell(key, i, draw); };
    const auto number = [&](int64_t draw, int64_t n) { return Below(cell(draw), n); };
    EXPECT_TRUE(
        (Chance(cell(0), 7) ? a.AppendNull() : a.Append(number(1, 41) - 20)).ok());
    EXPECT_TRUE((Chance(cell(2), 5)
                     ? p.AppendNull()
                     : p.Append(arrow::Decimal64(number(3, 2'000'000) - 1'000'000)))
                    .ok());
    EXPECT_TRUE(
        (Chance(cell(4), 9) ? x.AppendNull() : x.Append(Unit(cell(5)) * 10 - 5)).ok());
    EXPECT_TRUE((Chance(cell(6), 4) ? f.AppendNull() : f.Append(number(7, 2) == 1)).ok());
    EXPECT_TRUE((Chance(cell(8), 6)
                     ? d.AppendNull()
                     : d.Append(static_cast<int32_t>(number(9, 40'000)) - 10'000))
                    .ok());
    const bool null = Chance(cell(10), 6);
    const char* text = texts[number(11, 8)];
    EXPECT_TRUE((null ? t.AppendNull() : t.Append(text)).ok());
    EXPECT_TRUE((null ? codes.AppendNull() : codes.Append(text)).ok());
  }
  return {{"a", a.Finish().ValueOrDie()},    {"p", p.Finish().ValueOrDie()},
          {"x", x.Finish().ValueOrDie()},    {"f", f.Finish().ValueOrDie()},
          {"d", d.Finish().ValueOrDie()},    {"r", t.Finish().ValueOrDie()},
          {"s", codes.Finish().ValueOrDie()}};
}

// Expressions of text S, which a test reads as codes or as plain text.
constexpr const char* kOfText[] = {
    "S",
    "upper(S)",
    "slug(S)",
    "left(S, 1)",
    "S || '-x'",
    "concat('a', S, S)",
    "length(S)",
    "S = 'CA'",
    "S in ('CA', 'TX', null)",
    "S like '%Y'",
    "S is null",
    "nullif(S, 'NY')",
    "coalesce(S, 'none')",
    "case when f then S else 'other' end",
    "S || text(a)",
    "case when S = 'CA' then 1 when S < 'b' then 2 end",
    "replace(upper(S), 'A', S)",
    "coalesce(nullif(S, ''), upper(S), 'z')",
    "lookup(states.name, S)",
    "S = upper(S)",
    "round(p * lookup(states.rate, S), 2)",
    "least(S, 'M')",
    "S between 'A' and 'O'",
    "if(lookup(states.people, S) > 20000000, S, lower(S))",
    "split_part(S, ' ', 2)",
};

std::string With(std::string expression, char name) {
  std::replace(expression.begin(), expression.end(), 'S', name);
  return expression;
}

// Values only: a dictionary prints like its texts.
std::string Values(const arrow::Array& array) {
  const std::string text = Print(array);
  return text.substr(text.find(':'));
}

TEST(BoundExpression, CodesAndPlainTextGiveEqualValues) {
  const VocabularyOfCases vocabulary;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    const Arrays columns = RandomColumns(seed);
    for (const char* expression : kOfText) {
      const auto codes = Evaluate(With(expression, 's'), columns);
      const auto plain = Evaluate(With(expression, 'r'), columns);
      ASSERT_TRUE(codes.ok() && plain.ok()) << expression << Render(codes.status());
      EXPECT_EQ(Values(**codes), Values(**plain)) << expression;
    }
  }
}

constexpr const char* kOfNumbers[] = {
    "a * 2 + 1",
    "p * a - p",
    "p + coalesce(p, 0.00) - 0.005",
    "round(p * x, 2)",
    "round(p / nullif(a, 0), 3)",
    "x * x - a",
    "a % 3",
    "f and a > 0 or x < 1",
    "not f",
    "a between -5 and 5",
    "p in (1.00, 2.5, 3)",
    "case when f then p else a end",
    "coalesce(x, a)",
    "d + a",
    "year(d) * 100 + month(d)",
    "d is null or f",
    "format_id('A%05d', a)",
    "text(p)",
    "greatest(a, p, 0)",
    "floor(x) + ceil(p)",
    "d + hours(a)",
    "add_months(d, a)",
    "least(x, a)",
    "abs(p) > 10",
    "12",
    "'x'",
    "null",
};

Arrays Sliced(const Arrays& columns, int64_t offset, int64_t length) {
  Arrays sliced;
  for (const auto& [name, array] : columns) sliced[name] = array->Slice(offset, length);
  return sliced;
}

TEST(BoundExpression, IsRowWise) {
  const VocabularyOfCases vocabulary;
  const Arrays columns = RandomColumns(4);
  std::vector<std::string> expressions(std::begin(kOfNumbers), std::end(kOfNumbers));
  for (const char* expression : kOfText) {
    expressions.push_back(With(expression, 's'));
    expressions.push_back(With(expression, 'r'));
  }
  for (const std::string& expression : expressions) {
    const auto whole = Evaluate(expression, columns);
    ASSERT_TRUE(whole.ok()) << expression << Render(whole.status());
    for (int64_t cut : {0, 1, 7, 64, 333, 999}) {
      const auto left = Evaluate(expression, Sliced(columns, 0, cut)).ValueOrDie();
      const auto right =
          Evaluate(expression, Sliced(columns, cut, kRows - cut)).ValueOrDie();
      ASSERT_EQ(left->length() + right->length(), kRows) << expression;
      EXPECT_EQ(Values(**whole), Values(*left) + Values(*right).substr(1))
          << expression << " cut at " << cut;
    }
  }
}

TEST(BoundExpression, ADictionaryStaysTheSameForAllBatches) {
  const VocabularyOfCases vocabulary;
  const Arrays columns = RandomColumns(5);
  for (const char* expression : {"case when a > 0 then 'plus' else 'minus' end", "'web'",
                                 "lookup(states.name, r)", "if(f, 'y', null)", "upper(s)",
                                 "coalesce(s, 'none')", "lookup(states.name, s)"}) {
    const auto tree = ParseExpression(expression, Place{}).ValueOrDie();
    ArrayResolver resolver(columns);
    const auto bound = BoundExpression::Bind(*tree, "t.c", &resolver).ValueOrDie();
    const void* first = nullptr;
    for (int64_t offset : {500, 0, 990}) {
      std::vector<std::shared_ptr<arrow::Array>> inputs;
      for (const auto& array : resolver.inputs())
        inputs.push_back(array->Slice(offset, 10));
      const auto made =
          bound->Evaluate(inputs, 10, arrow::default_memory_pool()).ValueOrDie();
      ASSERT_EQ(made->type_id(), arrow::Type::DICTIONARY) << expression;
      const void* dictionary = made->data()->dictionary.get();
      if (first == nullptr) first = dictionary;
      EXPECT_EQ(first, dictionary) << expression;
    }
  }
}

class Never final : public NameResolver {
 public:
  arrow::Result<Input> Resolve(const Expr&) override {
    return Input{0, arrow::int64(), false};
  }
  arrow::Result<Input> ResolveFold(const Expr& call) override { return Resolve(call); }
};

TEST(BoundExpression, NullableIsWhatCanBeNull) {
  Never never;
  for (const auto& [expression, nullable] : std::vector<std::pair<const char*, bool>>{
           {"a", false},
           {"a + 1", false},
           {"a + null", true},
           {"a in (1, 2)", false},
           {"a in (1, null)", true},
           {"a not in (1, null)", true},
           {"nullif(a, 1)", true},
           {"coalesce(nullif(a, 1), 0)", false},
           {"coalesce(nullif(a, 1), null)", true},
           {"case when a > 0 then 1 end", true},
           {"case when a > 0 then 1 else 2 end", false},
           {"a > 0 and null", true},
           {"a is null", false},
           {"a between 1 and null", true}}) {
    const auto tree = ParseExpression(expression, Place{}).ValueOrDie();
    const auto bound = BoundExpression::Bind(*tree, "", &never).ValueOrDie();
    EXPECT_EQ(bound->nullable(), nullable) << expression;
  }
}

TEST(BuiltinFunctions, AreSortedAndSaid) {
  const auto functions = BuiltinFunctions();
  EXPECT_GE(functions.size(), 60);
  for (size_t i = 0; i < functions.size(); ++i) {
    EXPECT_TRUE(functions[i].signature.starts_with(functions[i].name))
        << functions[i].name;
    EXPECT_FALSE(functions[i].summary.empty()) << functions[i].name;
    if (i == 0) continue;
    EXPECT_LT(functions[i - 1].name, functions[i].name);
  }
}

}  // namespace
}  // namespace lakeseed
