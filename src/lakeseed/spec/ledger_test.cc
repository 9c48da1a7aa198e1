// `ledger:` of a table and `running:` of a rule: what is read, what is said to mistakes,
// and that they are, or are not, a part of the identity.

#include <gtest/gtest.h>

#include "lakeseed/spec/ledger_spec.h"
#include "lakeseed/spec/load.h"

namespace lakeseed {
namespace {

constexpr char kStreams[] =
    "{pay: {every: 2w, of: [a], adds: {const: 10}}, "
    "no: {per_day: 3, refuses: {const: 1}}}";

std::string Text(const std::string& streams, const std::string& more = "",
                 const std::string& rules = "{}") {
  return R"yaml(dataset: bank
window: {from: 2024-01-01, to: 2024-12-31}
tables:
  accounts: {rows: 9, columns: {account_id: {key: {}}}}
  postings:
    ledger:
      of: accounts
      groups: {a: 0.5, b: 0.3, c: 0.2}
      streams: )yaml" +
         streams + "\n" + more +
         "\n    columns: {posting_id: {key: {}}, left: $row}\n    rules: " + rules + "\n";
}

std::string Errors(const std::string& text) {
  const auto result = ParseDataset(text, "f", "", {});
  return result.ok() ? "OK" : result.status().message();
}

TEST(LedgerSpec, StreamsAreRead) {
  const auto spec = ParseDataset(Text(kStreams, "      zone: Europe/Paris"), "f", "", {});
  ASSERT_TRUE(spec.ok()) << spec.status().ToString();
  const TableSpec& table = *spec->FindTable("postings");
  EXPECT_TRUE(table.has_own_days());
  const LedgerSpec& ledger = *table.ledger;
  EXPECT_EQ(ledger.of, "accounts");
  EXPECT_EQ(ledger.zone, "Europe/Paris");
  EXPECT_EQ(ledger.block, 64);
  EXPECT_FALSE(ledger.is_main());
  ASSERT_EQ(ledger.streams.size(), 2u);
  EXPECT_EQ(ledger.streams[0].every_days, 14);
  EXPECT_EQ(ledger.streams[0].kind, LedgerStreamSpec::Kind::kAdds);
  EXPECT_EQ(ledger.streams[0].of, std::vector<std::string>{"a"});
  EXPECT_EQ(ledger.streams[1].kind, LedgerStreamSpec::Kind::kRefuses);
  EXPECT_NE(ledger.streams[1].per_day, nullptr);
}

TEST(LedgerSpec, IsPartOfTheIdentity) {
  const auto text = [](const std::string& streams) {
    return ParseDataset(Text(streams), "f", "", {})->canonical_text;
  };
  const std::string base = text("{pay: {every: 2d, of: [a], adds: {const: 10}}}");
  EXPECT_EQ(base, text("{pay: {every: 48h, of: [a], adds: {const: 10}}}"));
  for (const char* other :
       {"{pay: {every: 3d, of: [a], adds: {const: 10}}}",
        "{pay: {every: 2d, of: [b], adds: {const: 10}}}",
        "{pay: {every: 2d, of: [a], adds: {const: 11}}}",
        "{pay: {every: 2d, of: [a], takes: {const: 10}}}",
        "{got: {every: 2d, of: [a], adds: {const: 10}}}",
        "{pay: {every: 2d, of: [a], adds: {const: 10}, scaled: false}}",
        "{pay: {every: 2d, of: [a], adds: {const: 10}, block: 4}}",
        "{pay: {every: 2d, of: [a], adds: {const: 10}, seasons: "
        "{weekday: {sun: 0}}}}"}) {
    EXPECT_NE(base, text(other)) << other;
  }
  const auto returned = [&](const std::string& more, const std::string& burst = "") {
    return text("{pay: {every: 9d, of: [a], adds: {const: 10}, returned: {" + more + "}" +
                burst + "}}");
  };
  const std::string back = returned("as: back, after: {const: 2}");
  EXPECT_EQ(back, returned("as: back, after: {const: 2}", ", share: 1"));
  const std::string burst = ", burst: {length: {const: 2}";
  for (const std::string& other :
       {returned("as: other, after: {const: 2}"), returned("as: back, after: {const: 3}"),
        returned("as: back, after: {const: 2}", ", share: 0.5"),
        returned("as: back, after: {const: 2}, part: {const: 3}"),
        returned("as: back, after: {const: 2}", burst + "}"),
        returned("as: back, after: {const: 2}", burst + ", within: 5m}"),
        returned("as: back, after: {const: 2}", burst + ", tries: {const: 1}}")}) {
    EXPECT_NE(back, other);
  }
}

TEST(LedgerSpec, MistakesAreNamed) {
  const auto has = [](const std::string& text, const std::string& part) {
    const std::string errors = Errors(text);
    EXPECT_NE(errors.find(part), std::string::npos) << errors;
  };
  has(Text("{pay: {every: 2d}}"), "needs exactly one law of amounts");
  has(Text("{pay: {every: 9d, takes: {const: 1}, share: 0.5, returned: "
           "{as: back, after: {const: 2}, part: {const: 1}}}}"),
      "is for postings of which all comes back");
  has(Text("{pay: {every: 2d, adds: {const: 1}, takes: {const: 1}}}"),
      "needs exactly one law of amounts");
  has(Text("{pay: {adds: {const: 1}}}"), "needs every");
  has(Text("{pay: {every: 36h, adds: {const: 1}}}"), "not a number of days: 36h");
  has(Text("{pay: {every: 400d, adds: {const: 1}}}"), "not a number of days: 400d");
  has(Text("{pay: {every: 1d, of: [a, c], adds: {const: 1}}}"),
      "groups of a stream follow each other: c");
  has(Text("{pay: {every: 1d, of: [d], adds: {const: 1}}}"), "unknown group: d");
  has(Text("{no: {refuses: {const: 1}}}"), "needs per_day");
  has(Text("{no: {every: 1d, per_day: 1, refuses: {const: 1}}}"),
      "is not for what is refused");
  has(Text("{to: {every: 1d, transfers: {const: 1}, scaled: true}}"),
      "both sides of a transfer move the same");
  has(Text("{to: {every: 1d, transfers: {const: 1}, balancing: true}}"),
      "is for streams that add or take");
  has(Text("{no: {per_day: rest, refuses: {const: 1}}}"), "takes the rest of no target");
  has(Text("{}"), "has no streams");
  has(Text(kStreams, "      block: 7"), "must be even");
  has(Text(kStreams, "      seasons: {growth: 1% per year}"),
      "as many accounts on all days");
}

TEST(RunningRule, NamesColumnsAndWhatTheyAdd) {
  const auto spec = ParseDataset(
      Text(kStreams, "", "{sum: {running: left, per: posting_id, adds: left, from: 0}}"),
      "f", "", {});
  ASSERT_TRUE(spec.ok()) << spec.status().ToString();
  const RuleSpec& rule = spec->FindTable("postings")->rules[0];
  ASSERT_NE(rule.running, nullptr);
  EXPECT_EQ(rule.running->column, "left");
  EXPECT_EQ(rule.running->per, "posting_id");
  EXPECT_NE(Errors(Text(kStreams, "", "{sum: {running: left, per: posting_id, adds: 1}}"))
                .find("missing key: from"),
            std::string::npos);
  EXPECT_NE(Errors(Text(kStreams, "",
                        "{sum: {running: lost, per: posting_id, adds: 1, from: 0}}"))
                .find("unknown column: lost"),
            std::string::npos);
}

}  // namespace
}  // namespace lakeseed
