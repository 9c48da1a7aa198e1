#include "lakeseed/spec/expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace lakeseed {
namespace {

const Place kPlace{"f.yaml", 7, 10};

// The tree with every operator in brackets.
std::string Tree(const Expr& node) {
  std::string args;
  for (const ExprPtr& arg : node.args) args += " " + Tree(*arg);
  const std::string path = fmt::format("{}", fmt::join(node.path, "."));
  switch (node.kind) {
    case Expr::Kind::kNull:
      return "null";
    case Expr::Kind::kText:
      return "'" + node.text + "'";
    case Expr::Kind::kDate:
      return "d" + node.text;
    case Expr::Kind::kPath:
      return path;
    case Expr::Kind::kMethod:
      return "(" + path + "." + node.text + args + ")";
    case Expr::Kind::kIn:
      return "(" + node.text + "in" + args + ")";
    case Expr::Kind::kIsNull:
      return "(" + node.text + "isnull" + args + ")";
    case Expr::Kind::kBetween:
      return "(" + node.text + "between" + args + ")";
    case Expr::Kind::kCase:
      return "(case" + args + ")";
    default:
      return args.empty() && node.kind != Expr::Kind::kCall
                 ? node.text
                 : "(" + node.text + args + ")";
  }
}

std::string Parse(std::string_view text) {
  const auto result = ParseExpression(text, kPlace);
  if (!result.ok()) return result.status().message();
  const std::string printed = FormatExpression(**result);
  const auto again = ParseExpression(printed, kPlace);
  if (!again.ok()) return "no round trip: " + printed;
  EXPECT_EQ(Tree(**again), Tree(**result)) << printed;
  EXPECT_EQ(FormatExpression(**again), printed);
  return Tree(**result);
}

struct Golden {
  const char* text;
  const char* tree;
};

TEST(ParseExpression, Precedence) {
  const Golden cases[] = {
      {"quantity * unit_price", "(* quantity unit_price)"},
      {"a + b * c - d", "(- (+ a (* b c)) d)"},
      {"a - b - c", "(- (- a b) c)"},
      {"a - (b - c)", "(- a (- b c))"},
      {"a / b % c", "(% (/ a b) c)"},
      {"-a * -2", "(* (- a) (- 2))"},
      {"- -3", "(- (- 3))"},
      {"-(a + b)", "(- (+ a b))"},
      {"a or b and not c = d", "(or a (and b (not (= c d))))"},
      {"(a or b) and c", "(and (or a b) c)"},
      {"not not a", "(not (not a))"},
      {"a || 'x' || b + 1", "(|| (|| a 'x') (+ b 1))"},
      {"a + 1 = b * 2 and c <> d", "(and (= (+ a 1) (* b 2)) (!= c d))"},
      {"a == b", "(= a b)"},
      {"(a < b) = (c >= d)", "(= (< a b) (>= c d))"},
      {"a in (1, 2 + 3)", "(in a 1 (+ 2 3))"},
      {"a not in ('x') or b", "(or (notin a 'x') b)"},
      {"a is null and b is not null", "(and (isnull a) (notisnull b))"},
      {"x between 1 and 2 and y", "(and (between x 1 2) y)"},
      {"x not between a + 1 and b", "(notbetween x (+ a 1) b)"},
      {"name like 'a%'", "(like name 'a%')"},
      {"name not like 'a%' and b", "(and (not (like name 'a%')) b)"},
      {"case when a > 1.00 then 'big' when b then 2 end",
       "(case (> a 1.00) 'big' b 2 null)"},
      {"case when a then 1 else b + 1 end + 2", "(+ (case a 1 (+ b 1)) 2)"},
      {"CASE WHEN a IS NULL THEN TRUE ELSE False END", "(case (isnull a) true false)"},
      {"status.at('Shipped')", "(status.at 'Shipped')"},
      {"status.at(\"Shipped\")", "(status.at 'Shipped')"},
      {"Round(sum(items.total - coalesce(items.off, 0.00)), 2)",
       "(round (sum (- items.total (coalesce items.off 0.00))) 2)"},
      {"date '2024-02-29' > date(order_date)", "(> d2024-02-29 (date order_date))"},
      {"date", "date"},
      {"$day", "$day"},
      {"now()", "(now)"},
      {"'it''s'", "'it's'"},
      {"\"it's\"", "'it's'"},
      {"0.10", "0.10"},
      {".5", "0.5"},
      {"lookup(vocab.us_tax_rate, customers.state)",
       "(lookup vocab.us_tax_rate customers.state)"},
      {"  a\n  + b ", "(+ a b)"},
      {"'é' || a", "(|| 'é' a)"},
  };
  for (const Golden& one : cases) EXPECT_EQ(Parse(one.text), one.tree) << one.text;
}

TEST(ParseExpression, ErrorsHavePlaces) {
  const Golden cases[] = {
      {"", "f.yaml:7:10: empty expression"},
      {"a +", "f.yaml:7:13: expression ends where a value is needed"},
      {"* a", "f.yaml:7:10: unexpected token at the start: *"},
      {"a b", "f.yaml:7:12: unexpected token after the expression: b"},
      {"(a", "f.yaml:7:12: expression ends in parentheses\n\nhint: expected `)`"},
      {"a)", "f.yaml:7:11: unexpected token after the expression: )"},
      {"f(a, )", "f.yaml:7:15: unexpected token where a value is needed: )"},
      {"f(a b)",
       "f.yaml:7:14: unexpected token in the arguments of `f`: b\n\nhint: expected `,` "
       "or `)`"},
      {"a < b < c",
       "f.yaml:7:16: comparisons do not chain: <\n\nhint: join two comparisons by `and`, "
       "or "
       "use parentheses"},
      {"a = not b", "f.yaml:7:14: `not` needs parentheses here\n\nhint: write `(not …)`"},
      {"2h",
       "f.yaml:7:10: malformed number: 2h\n\nhint: write all digits, as in 1000 or 0.25; "
       "text "
       "stands in single quotes"},
      {"1e3",
       "f.yaml:7:10: malformed number: 1e3\n\nhint: write all digits, as in 1000 or "
       "0.25; text "
       "stands in single quotes"},
      {"'open",
       "f.yaml:7:10: text is not closed: 'open\n\nhint: end it with a quote; a quote "
       "inside is "
       "doubled: 'it''s'"},
      {"a && b", "f.yaml:7:12: unexpected character: &\n\nhint: write `and`"},
      {"a # b",
       "f.yaml:7:12: unexpected character: #\n\nhint: text stands in single quotes: "
       "'web'"},
      {"date '2024-02-30'",
       "f.yaml:7:15: not a date: 2024-02-30\n\nhint: write date 'YYYY-MM-DD'"},
      {"case a when 1 then 2 end",
       "f.yaml:7:15: unexpected token after `case`: a\n\nhint: write `case when … then … "
       "else "
       "… end`"},
      {"case when a then b",
       "f.yaml:7:28: expression ends in `case`\n\nhint: expected `end`"},
      {"a in ()", "f.yaml:7:12: `in` needs at least one value"},
      {"a is 5", "f.yaml:7:15: unexpected token after `is`: 5\n\nhint: expected `null`"},
      {"a.", "f.yaml:7:12: expression ends after `.`\n\nhint: expected a name"},
      {"a.case", "f.yaml:7:12: not a name: case"},
      {"a between 1",
       "f.yaml:7:21: expression ends in `between`\n\nhint: expected `and`"},
  };
  for (const Golden& one : cases) EXPECT_EQ(Parse(one.text), one.tree) << one.text;
}

TEST(ParseExpression, RefusesWhatWouldOverflowTheStack) {
  EXPECT_FALSE(ParseExpression(std::string(100'000, '('), kPlace).ok());
  EXPECT_FALSE(ParseExpression(std::string(100'000, '-'), kPlace).ok());
  std::string chain = "a";
  for (int i = 0; i < 100'000; ++i) chain += " + a";
  EXPECT_FALSE(ParseExpression(chain, kPlace).ok());
}

TEST(PathsOf, AreInReadingOrder) {
  const auto tree = *ParseExpression("a.b + sum(c.d) * status.at(e) - $day", kPlace);
  std::vector<std::string> names;
  for (const Expr* path : PathsOf(*tree)) {
    names.push_back(fmt::format("{}", fmt::join(path->path, ".")));
  }
  EXPECT_THAT(names, ::testing::ElementsAre("a.b", "c.d", "status", "e", "$day"));
}

// Random trees, printed and parsed: the tree must come back.
class RandomTree {
 public:
  explicit RandomTree(uint32_t seed) : random_(seed) {}

  std::string Draw(int depth) {
    static const char* const kLeaves[] = {
        "a",  "b.c", "1", "2.50", "'x''y'", "true", "null", "$day", "date '2024-01-31'",
        "f()"};
    if (depth == 0) return kLeaves[random_() % std::size(kLeaves)];
    static const char* const kOperators[] = {"+",  "-", "*",  "/",   "%",  "||",  "=",
                                             "!=", "<", ">=", "and", "or", "like"};
    const auto inner = [&] { return "(" + Draw(depth - 1) + ")"; };
    switch (random_() % 8) {
      case 0:
        return "not " + inner();
      case 1:
        return "-" + inner();
      case 2:
        return inner() + " in (" + Draw(depth - 1) + ", 1)";
      case 3:
        return inner() + " not between " + inner() + " and " + inner();
      case 4:
        return inner() + " is not null";
      case 5:
        return "case when " + Draw(depth - 1) + " then 1 else " + Draw(depth - 1) +
               " end";
      case 6:
        return "g(" + Draw(depth - 1) + ")";
      default:
        return inner() + " " + kOperators[random_() % std::size(kOperators)] + " " +
               inner();
    }
  }

 private:
  std::mt19937 random_;
};

TEST(FormatExpression, RoundTripsRandomTrees) {
  RandomTree trees(20240131);
  size_t shorter = 0;
  for (int i = 0; i < 3'000; ++i) {
    const std::string text = trees.Draw(1 + i % 5);
    const auto tree = ParseExpression(text, kPlace);
    ASSERT_TRUE(tree.ok()) << text << ": " << tree.status().message();
    const std::string printed = FormatExpression(**tree);
    const auto again = ParseExpression(printed, kPlace);
    ASSERT_TRUE(again.ok()) << printed << ": " << again.status().message();
    ASSERT_EQ(Tree(**again), Tree(**tree)) << text << "\n" << printed;
    ASSERT_EQ(FormatExpression(**again), printed);
    shorter += printed.size() < text.size();
  }
  EXPECT_GT(shorter, 2'000u);  // Needless parentheses are gone.
}

}  // namespace
}  // namespace lakeseed
