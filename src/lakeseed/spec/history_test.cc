// Tables with `history_of`: what "*" stands for, and what is said to mistakes.

#include <gtest/gtest.h>

#include "lakeseed/spec/load.h"

namespace lakeseed {
namespace {

std::string Text(const std::string& history) {
  return R"yaml(dataset: shop
window: {from: 2024-01-01, to: 2024-12-31}
tables:
  goods: {rows: 3, columns: {good_id: {key: {}}}}
  people:
    population: {size: 50, changes: {rate: 1 per year, tracks: [city]}}
    columns:
      person_id: {key: {}}
      city: {choice: [a, b]}
      email: {const: x, doc: where to write}
  versions:
)yaml" + history;
}

arrow::Result<DatasetSpec> Parse(const std::string& history) {
  return ParseDataset(Text(history), "f", "", {});
}

std::string Errors(const std::string& history) {
  const auto result = Parse(history);
  return result.ok() ? "OK" : result.status().message();
}

std::vector<std::string> Columns(const DatasetSpec& spec) {
  std::vector<std::string> names;
  for (const ColumnSpec& one : spec.FindTable("versions")->columns) {
    names.push_back(one.name + "=" +
                    (one.expression ? FormatExpression(*one.expression) : "drawn"));
  }
  return names;
}

TEST(HistorySpec, StarStandsForTheColumnsThatAreNotNamed) {
  const auto spec = Parse(R"yaml(    history_of: people
    columns:
      key: {key: {}}
      "*": people
      city: upper(people.city)
      since: $valid_from
)yaml");
  ASSERT_TRUE(spec.ok()) << spec.status().ToString();
  EXPECT_EQ(Columns(*spec),
            (std::vector<std::string>{"key=drawn", "person_id=people.person_id",
                                      "email=people.email", "city=upper(people.city)",
                                      "since=$valid_from"}));
  EXPECT_EQ(spec->FindTable("versions")->columns[2].doc, "where to write");
  EXPECT_EQ(spec->FindTable("versions")->history->of, "people");
}

TEST(HistorySpec, StarLeavesOut) {
  const auto spec = Parse(R"yaml(    history_of: people
    columns: {"*": {of: people, except: [email, person_id]}}
)yaml");
  ASSERT_TRUE(spec.ok()) << spec.status().ToString();
  EXPECT_EQ(Columns(*spec), (std::vector<std::string>{"city=people.city"}));
}

TEST(HistorySpec, TheBaseIsPartOfTheIdentity) {
  const auto text = [](const char* columns) {
    return Parse(std::string("    history_of: people\n    columns: ") + columns)
        ->canonical_text;
  };
  EXPECT_NE(text("{a: people.city}").find("history_of: \"people\""), std::string::npos);
  // "*" is a short way of writing, nothing more.
  EXPECT_EQ(text("{\"*\": {of: people, except: [email]}}"),
            text("{person_id: people.person_id, city: people.city}"));
}

TEST(HistorySpec, MistakesAreReported) {
  EXPECT_EQ(Errors("    history_of: peopel\n    columns: {\"*\": peopel}\n"),
            "f:12:17: versions.history_of: unknown table: peopel\n\nhint: did you mean "
            "`people`?");
  EXPECT_EQ(Errors("    history_of: goods\n    columns: {\"*\": goods}\n"),
            "f:12:17: versions.history_of: only a population has a history: goods\n\n"
            "hint: populations: people");
  EXPECT_EQ(Errors("    history_of: people\n    columns: {\"*\": goods}\n"),
            "f:13:20: versions.columns.*: takes the columns of its own table only: "
            "goods\n\nhint: write people");
  EXPECT_EQ(
      Errors(
          "    history_of: people\n    columns: {\"*\": {of: people, except: [mail]}}\n"),
      "f:13:42: versions.columns.*.except: unknown column: mail\n\nhint: did you mean "
      "`email`?");
  EXPECT_EQ(
      Errors("    rows: 3\n    columns: {\"*\": people}\n"),
      "f:13:15: versions.columns.*: only a table with `history_of` or `rows_of` takes "
      "all columns of another\n\nhint: name the columns, or share them by `include:`");
  EXPECT_EQ(Errors("    rows: 3\n    history_of: people\n    columns: {a: $row}\n"),
            "f:13:5: versions: table needs exactly one of `rows`, `population`, "
            "`events`, `per`, `history_of`, `series`, `rows_of`, `calendar`, `ledger`: "
            "rows and history_of");
}

}  // namespace
}  // namespace lakeseed
