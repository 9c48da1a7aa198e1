#include "lakeseed/spec/node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lakeseed {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

SpecNode Parse(std::string_view text) {
  auto result = ParseYaml(text, "f.yaml");
  EXPECT_TRUE(result.ok()) << result.status().ToString();
  return result.ok() ? *result : SpecNode{};
}

// The tree in one line; quoted text in quotes.
std::string Print(const SpecNode& node) {
  std::string text;
  switch (node.kind) {
    case SpecNode::Kind::kNull:
      return node.broken ? "<broken>" : "~";
    case SpecNode::Kind::kScalar:
      return node.quoted ? "\"" + node.text + "\"" : node.text;
    case SpecNode::Kind::kSequence:
      for (const SpecNode& item : node.items) {
        text += (text.empty() ? "" : ", ") + Print(item);
      }
      return "[" + text + "]";
    case SpecNode::Kind::kMapping:
      for (const auto& [key, value] : node.entries) {
        text += (text.empty() ? "" : ", ") + Print(key) + ": " + Print(value);
      }
      return "{" + text + "}";
  }
  return "";
}

std::string Places(const arrow::Status& status) {
  std::string text;
  for (const Diagnostic& one : DiagnosticsOf(status)) {
    text += (text.empty() ? "" : " ") + one.place.ToString();
  }
  return text;
}

TEST(ParseYaml, KeepsTextAsWritten) {
  const SpecNode root = Parse(
      "country: NO\nday: 2020-01-01\nbig: 1e3\nzip: \"01234\"\nhex: 0x1F\nok: yes\n"
      "time: 12:30\nversion: 1.10\nsingle: 'it''s'\n");
  EXPECT_EQ(
      Print(root),
      "{country: NO, day: 2020-01-01, big: 1e3, zip: \"01234\", hex: 0x1F, ok: yes, "
      "time: 12:30, version: 1.10, single: \"it's\"}");
}

TEST(ParseYaml, KnowsTheKindsOfNothing) {
  const SpecNode root = Parse("a:\nb: ~\nc: null\nd: ''\ne: {null: 1, x: }\n");
  EXPECT_EQ(Print(root), "{a: ~, b: ~, c: ~, d: \"\", e: {null: 1, x: ~}}");
  EXPECT_EQ(root.Find("c")->text, "null");
  EXPECT_EQ(root.Find("a")->place.ToString(), "f.yaml:1:1");
  EXPECT_EQ(root.Find("nothing"), nullptr);
}

TEST(ParseYaml, KnowsEveryPlace) {
  const SpecNode root = Parse("# head\na: 1\nb:\n  c: [x, 'y']\n");
  EXPECT_EQ(root.entries[0].first.place.ToString(), "f.yaml:2:1");
  EXPECT_EQ(root.entries[0].second.place.ToString(), "f.yaml:2:4");
  const SpecNode& list = *root.Find("b")->Find("c");
  EXPECT_EQ(list.place.ToString(), "f.yaml:4:6");
  EXPECT_EQ(list.items[1].place.ToString(), "f.yaml:4:10");
}

TEST(ParseYaml, BlockScalarsAreNotQuoted) {
  const SpecNode root = Parse("a: >\n  case when x\n  then 1 end\nb: |\n  y\n");
  EXPECT_EQ(root.Find("a")->text, "case when x then 1 end\n");
  EXPECT_FALSE(root.Find("a")->quoted);
  EXPECT_FALSE(root.Find("b")->quoted);
}

TEST(ParseYaml, ReadsJsonAndTrailingCommas) {
  EXPECT_EQ(Print(Parse("{\n\t\"a\": [1, 2.50, true, null],\n\t\"b\": \"\\u00e9\",}\n")),
            "{\"a\": [1, 2.50, true, ~], \"b\": \"é\"}");
}

TEST(ParseYaml, ResolvesAliasesAndMergeKeys) {
  const SpecNode root = Parse(
      "base: &b {x: 1, y: 2}\nother: &o {y: 3, z: 4}\n"
      "one: {<<: *b, y: 9}\ntwo: {w: 0, <<: [*b, *o]}\nthree: *b\n");
  EXPECT_EQ(Print(*root.Find("one")), "{x: 1, y: 9}");
  EXPECT_EQ(Print(*root.Find("two")), "{w: 0, x: 1, y: 2, z: 4}");
  EXPECT_EQ(Print(*root.Find("three")), "{x: 1, y: 2}");
}

TEST(ParseYaml, ReportsEachDuplicateKey) {
  const auto status = ParseYaml("a: 1\nb: {c: 1, c: 2}\na: 3\n", "f.yaml").status();
  EXPECT_EQ(Places(status), "f.yaml:2:11 f.yaml:3:1");
  EXPECT_EQ(DiagnosticsOf(status)[1].ToString(),
            "f.yaml:3:1: duplicate key: a\n\nhint: it stands first in line 1");
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kRequest);
}

TEST(ParseYaml, RefusesSecondDocumentsAndBombs) {
  EXPECT_EQ(Places(ParseYaml("a: 1\n---\nb: 2\n", "f.yaml").status()), "f.yaml:2:1");
  EXPECT_THAT(ParseYaml("a: &a [*a]\n", "f").status().message(), HasSubstr("alias"));
  EXPECT_THAT(ParseYaml("a: {<<: 5}\n", "f").status().message(), HasSubstr("`<<`"));
  EXPECT_THAT(ParseYaml("{[1]: 2}\n", "f").status().message(), HasSubstr("plain name"));
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 30; ++i) {
    bomb +=
        fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  }
  EXPECT_THAT(ParseYaml(bomb, "f").status().message(), HasSubstr("too many values"));
  EXPECT_FALSE(ParseYaml(std::string(100'000, '['), "f").ok());
}

TEST(ParseYaml, NamesTabsInTheIndentation) {
  const auto status = ParseYaml("a:\n  b: 1\n\tc: 2\n", "f.yaml").status();
  EXPECT_EQ(DiagnosticsOf(status).front().ToString(),
            "f.yaml:3:1: malformed YAML: a tab in the indentation\n\n"
            "hint: indent with spaces");
}

TEST(ParseYamlPartly, KeepsTheOtherSections) {
  const PartialYaml partial = ParseYamlPartly(
      "dataset: x\n"
      "window: {from: 1, to: 2\n"
      "tables:\n"
      "  # the first\n"
      "  one:\n"
      "    columns:\n"
      "      a: 'open\n"
      "      b: 2\n"
      "  two:\n"
      "    rows: 5\n"
      "main: two\n",
      "f.yaml");
  EXPECT_EQ(
      Print(partial.root),
      "{dataset: x, window: <broken>, tables: {one: {columns: {a: <broken>, b: 2}}, "
      "two: {rows: 5}}, main: two}");
  ASSERT_EQ(partial.errors.size(), 2u);
  EXPECT_EQ(partial.errors[0].place.line, 3);  // Where the brace is missed.
  EXPECT_EQ(partial.errors[1].place.ToString(), "f.yaml:7:10");
  EXPECT_EQ(partial.root.Find("tables")->Find("two")->Find("rows")->place.ToString(),
            "f.yaml:10:11");
}

TEST(ParseYamlPartly, AnchorsOfOtherSectionsAreNoErrors) {
  const PartialYaml partial =
      ParseYamlPartly("a: &x {n: 1}\nb: *x\nc: [1\nd: 4\n", "f.yaml");
  EXPECT_EQ(partial.errors.size(), 1u);
  EXPECT_EQ(Print(partial.root), "{a: {n: 1}, b: <broken>, c: <broken>, d: 4}");
}

TEST(ParseYamlPartly, GivesUpOnFlowText) {
  const PartialYaml partial = ParseYamlPartly("{\"a\": [1, 2}", "f.json");
  EXPECT_TRUE(partial.root.broken);
  EXPECT_EQ(partial.errors.size(), 1u);
}

}  // namespace
}  // namespace lakeseed
