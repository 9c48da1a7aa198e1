// pattern, template, sequence, unique_code, uuid, text: generators of texts.

#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "lakeseed/generate/test_context.h"
#include "lakeseed/generate/test_error.h"
#include "lakeseed/generate/test_statistics.h"

namespace lakeseed {
namespace {

std::vector<std::string> Made(TestContext& context, const std::string& yaml,
                              const Rows& rows) {
  auto generator = context.Bind(yaml);
  EXPECT_TRUE(generator.ok()) << yaml << generator.status().ToString();
  if (!generator.ok()) return {};
  auto made = context.Generate(**generator, rows);
  EXPECT_TRUE(made.ok()) << made.status().ToString();
  if (!made.ok()) return {};
  const auto& texts = static_cast<const arrow::StringArray&>(**made);
  std::vector<std::string> out;
  for (int64_t i = 0; i < texts.length(); ++i) {
    out.push_back(texts.IsNull(i) ? "<null>" : texts.GetString(i));
  }
  return out;
}

std::vector<std::string> Made(const std::string& yaml, RowRange rows = {0, 5000}) {
  TestContext context;
  return Made(context, yaml, Rows(rows));
}

TEST(PatternTest, PlaceholdersStayInTheirAlphabets) {
  const std::regex form("A#\\{[0-9][1-9][A-Z][a-z][A-Z0-9][a-z0-9][0-9a-f]\\}");
  for (const std::string& text : Made("{pattern: \"A#{{{#%@&?*x}}}\"}")) {
    ASSERT_TRUE(std::regex_match(text, form)) << text;
  }
}

TEST(PatternTest, DigitsAreEvenAndIndependent) {
  // More than one cell's worth; each place even, neighbours independent.
  const auto texts = Made("{pattern: \"{##########}\"}", {0, 50'000});
  for (size_t place = 0; place + 1 < 10; ++place) {
    std::vector<int64_t> pairs(100);
    for (const std::string& text : texts) {
      ++pairs[static_cast<size_t>((text[place] - '0') * 10 + text[place + 1] - '0')];
    }
    EXPECT_LT(ChiSquaredScore(pairs, std::vector<double>(100, 0.01)), 4.5) << place;
  }
}

TEST(PatternTest, BadFormsAreErrors) {
  ExpectRequestErrors({"{pattern: \"{#\"}", "{pattern: \"#}\"}", "{pattern: \"{q}\"}",
                       "{pattern: {form: \"{#}\"}}"});
}

TEST(TemplateTest, JoinsInputs) {
  TestContext context;
  context.AddText("name", {"Ada"});
  context.AddCategory("code", {"X"});
  const auto texts = Made(context, "{template: \"{name}-{code}-{$row:06}-{$day}{{}}\"}",
                          Rows(RowRange{1234, 1236}));
  ASSERT_EQ(texts.size(), 2u);
  EXPECT_EQ(texts[0], "Ada-X-001234-2023-01-02{}");
  EXPECT_EQ(texts[1], "Ada-X-001235-2023-01-02{}");
}

TEST(TemplateTest, ANullValueMakesANull) {
  TestContext context;
  context.AddInput("middle", arrow::utf8(), [](const Rows& rows) {
    return arrow::MakeArrayOfNull(arrow::utf8(), rows.length()).ValueOrDie();
  });
  EXPECT_EQ(Made(context, "{template: \"{first} {middle}\"}", Rows(RowRange{0, 1}))[0],
            "<null>");
}

TEST(TemplateTest, BadTemplatesAreErrors) {
  ExpectRequestErrors({"{template: \"{\"}", "{template: \"{}\"}",
                       "{template: \"{unknown}\"}", "{template: \"{$row:099}\"}",
                       "{template: \"}\"}"});
}

TEST(SequenceTest, NumbersAndFormats) {
  EXPECT_EQ(Made("{sequence: {start: 7, step: 5, format: \"N%04d%%\"}}", {2, 4}),
            (std::vector<std::string>{"N0017%", "N0022%"}));
  TestContext context;
  auto key = context.Bind("{key: {}}");
  ASSERT_TRUE(key.ok());
  EXPECT_EQ((*key)->shape().kind, ShapeKind::kSequence);
  auto made = context.Generate(**key, Rows(RowRange{0, 3}));
  EXPECT_EQ((*made)->data()->GetValues<int64_t>(1)[0], 1);
  auto huge = context.Bind("{sequence: {step: 9000000000000000000}}");
  ASSERT_TRUE(huge.ok());
  EXPECT_TRUE(context.Generate(**huge, Rows(RowRange{0, 2})).ok());
  EXPECT_FALSE(context.Generate(**huge, Rows(RowRange{0, 3})).ok());
  ExpectRequestErrors({"{sequence: {format: \"no number\"}}",
                       "{sequence: {format: \"%d %d\"}}", "{sequence: {format: \"%5d\"}}",
                       "{key: {begin: 3}}"});
}

TEST(UniqueCodeTest, FillsItsWholeDomainOnce) {
  TestContext context;
  const TestRowSpace rows(1000);
  context.set_rows(&rows);
  const auto codes =
      Made(context, "{unique_code: {format: \"SKU%03d\"}}", Rows(RowRange{0, 1000}));
  EXPECT_EQ(std::set<std::string>(codes.begin(), codes.end()).size(), 1000u);
  EXPECT_NE(codes[0], "SKU000");
  EXPECT_EQ(codes[0].size(), 6u);
}

TEST(UniqueCodeTest, TooFewCodesAreAnError) {
  TestContext context;
  const TestRowSpace rows(1001);
  context.set_rows(&rows);
  auto bound = context.Bind("{unique_code: {format: \"SKU%03d\"}}");
  ASSERT_FALSE(bound.ok());
  EXPECT_NE(Render(bound.status()).find("only 1000 codes for 1001 rows"),
            std::string::npos);
  const TestRowSpace fewer(10);
  context.set_rows(&fewer);
  auto generator = context.Bind("{unique_code: {digits: 2}}");
  ASSERT_TRUE(generator.ok());
  EXPECT_FALSE(context.Generate(**generator, Rows(RowRange{99, 101})).ok());
  ExpectRequestErrors({"{unique_code: {digits: 0}}", "{unique_code: {format: SKU%d}}",
                       "{unique_code: {digits: 3}}",
                       "{unique_code: {format: SKU%09d, digits: 3}}",
                       "{unique_code: {digits: 9, offset: 1000000000}}"});
}

TEST(UniqueCodeTest, OffsetAndLuhn) {
  TestContext context;
  const TestRowSpace rows(9000);
  context.set_rows(&rows);
  std::set<std::string> seen;
  for (const std::string& code :
       Made(context, "{unique_code: {prefix: C, digits: 5, offset: 1000, luhn: true}}",
            Rows(RowRange{0, 9000}))) {
    ASSERT_EQ(code.size(), 6u);
    int sum = 0;
    for (size_t i = 1; i < 6; ++i) {
      const int digit = code[i] - '0', doubled = i % 2 == 0 ? digit * 2 : digit;
      sum += doubled > 9 ? doubled - 9 : doubled;
    }
    ASSERT_EQ(sum % 10, 0) << code;
    ASSERT_GE(code, "C10000");
    ASSERT_TRUE(seen.insert(code).second);
  }
}

/// Sum of the Luhn test of a text of digits.
int LuhnSum(const std::string& digits) {
  int sum = 0;
  for (size_t i = 0; i < digits.size(); ++i) {
    const int digit = digits[digits.size() - 1 - i] - '0';
    const int part = i % 2 == 1 ? digit * 2 : digit;
    sum += part > 9 ? part - 9 : part;
  }
  return sum;
}

TEST(UniqueCodeTest, LuhnCoversTheDigitsBefore) {
  TestContext context;
  const Rows rows(RowRange{0, 500});
  for (const std::string& card :
       Made(context, "{unique_code: {prefix: \"411111\", digits: 10, luhn: true}}",
            rows)) {
    ASSERT_EQ(card.size(), 16u);
    ASSERT_EQ(LuhnSum(card) % 10, 0) << card;
  }
  // The check digit of an NPI counts 80840, which nobody prints.
  for (const std::string& npi :
       Made(context, "{unique_code: {prefix: \"2\", digits: 9, luhn: 80840}}", rows)) {
    ASSERT_EQ(npi.size(), 10u);
    ASSERT_EQ(LuhnSum("80840" + npi) % 10, 0) << npi;
  }
  EXPECT_EQ(LuhnSum("808401234567893") % 10, 0);  // The example of the standard.
}

TEST(UuidTest, AreVersionFourAndDistinct) {
  const std::regex form(
      "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  std::set<std::string> seen;
  std::vector<int64_t> nibbles(16);
  for (const std::string& text : Made("{uuid: {}}")) {
    ASSERT_TRUE(std::regex_match(text, form)) << text;
    ASSERT_TRUE(seen.insert(text).second);
    for (const size_t place : {0u, 10u, 20u, 30u, 35u}) {
      const char c = text[place];
      ++nibbles[static_cast<size_t>(c <= '9' ? c - '0' : c - 'a' + 10)];
    }
  }
  EXPECT_LT(ChiSquaredScore(nibbles, std::vector<double>(16, 1.0 / 16)), 4.5);
}

TEST(TextTest, WritesSentences) {
  std::set<std::string> distinct;
  for (const std::string& text : Made("{text: {of: reviews, sentences: [2, 3]}}")) {
    const auto points = std::count(text.begin(), text.end(), '.');
    ASSERT_TRUE(points == 2 || points == 3) << text;
    ASSERT_EQ(text.find_first_of("{}"), std::string::npos) << text;
    distinct.insert(text);
  }
  EXPECT_GT(distinct.size(), 3000u);
  // No phrase comes again before all others have come.
  const std::vector<std::string> turns =
      Made("{text: {phrases: [One., Two., Three.], sentences: [3, 5]}}");
  for (const std::string& text : turns) {
    const std::string first =
        text.substr(0, text.find(' ', text.find(' ', text.find(' ') + 1) + 1));
    for (const char* phrase : {"One.", "Two.", "Three."}) {
      ASSERT_NE(first.find(phrase), std::string::npos) << text;
    }
  }
  for (const std::string& text : Made("{text: {phrases: ['The {color} one.'], words: "
                                      "{color: [red]}, sentences: 1}}")) {
    ASSERT_EQ(text, "The red one.");
  }
  ExpectRequestErrors({"{text: {of: poems}}", "{text: {phrases: ['The {shape} one.']}}",
                       "{text: {sentences: [3, 1]}}", "{text: {sentences: 0}}",
                       "{text: {phrases: ['{color']}}"});
}

}  // namespace
}  // namespace lakeseed
