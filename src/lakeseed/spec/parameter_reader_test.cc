#include "lakeseed/spec/parameter_reader.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "lakeseed/spec/load.h"

namespace lakeseed {
namespace {

constexpr char kFile[] = R"yaml(dataset: plant
window: {{from: 2023-11-20, to: 2023-11-26}}
parameters: {{one: {}}}
tables:
  devices:
    rows: one
    columns: {{id: {{key: {{}}}}, kind: {{each: [a, b]}}}}
  readings:
    series: {{of: devices, every: 5m}}
    columns: {{at: $time}}
)yaml";

arrow::Result<DatasetSpec> Parse(std::string_view parameter,
                                 const SpecOverrides& overrides = {}) {
  return ParseDataset(fmt::format(kFile, parameter), "f", "", overrides);
}

std::string Errors(std::string_view parameter, const SpecOverrides& overrides = {}) {
  const auto parsed = Parse(parameter, overrides);
  return parsed.ok() ? "OK" : parsed.status().message();
}

TEST(ParameterRange, SaysWhatItHolds) {
  const auto range = [](std::string_view text) {
    const auto parsed = Parse(text);
    EXPECT_TRUE(parsed.ok()) << parsed.status().message();
    return parsed.ok() ? parsed->parameters[0].range : ParameterRange();
  };
  EXPECT_EQ(range("{default: 5}").ToString(), "");
  EXPECT_TRUE(range("{default: 5}").holds(-1e300));
  EXPECT_EQ(range("{default: 5, min: 1, max: 8}").ToString(), "from 1 to 8");
  EXPECT_EQ(range("{default: 5, min: 0.5}").ToString(), "at least 0.5");
  EXPECT_EQ(range("{default: 5, max: 8}").ToString(), "at most 8");
  EXPECT_EQ(range("{default: 5, above: 0}").ToString(), "above 0");
  const ParameterRange both = range("{default: 5, above: 0, max: 8}");
  EXPECT_EQ(both.ToString(), "above 0 and at most 8");
  EXPECT_FALSE(both.holds(0));
  EXPECT_TRUE(both.holds(8));
  EXPECT_FALSE(both.holds(8.5));
  EXPECT_TRUE(range("{default: 5, min: 5}").holds(5));
}

TEST(Parameter, MistakesAreTold) {
  EXPECT_EQ(Errors("{default: 5, min: 8, max: 1}"),
            "f:3:19: parameters.one: no number is in this range: a mapping\n\nhint: the "
            "least one comes first");
  EXPECT_EQ(Errors("{default: 5, min: 1, above: 1}"),
            "f:3:47: parameters.one.above: stands beside `min`: 1\n\nhint: write one of "
            "the two");
  EXPECT_EQ(Errors("{default: 5, step: 2}"),
            "f:3:32: parameters.one: unknown key: step\n\nhint: valid keys: default, "
            "doc, min, max, above, names, one_of, counts");
  EXPECT_EQ(Errors("{default: 5, one_of: [1, 2]}"),
            "f:3:40: parameters.one.one_of: stands without `names`: a list\n\nhint: a "
            "number has `min` and `max`");
  EXPECT_EQ(Errors("{default: 5, names: tables.devices.rows}"),
            "f:3:39: parameters.one.names: no list stands at this path: "
            "tables.devices.rows\n\nhint: name one as in tables.cities.name.each");
  EXPECT_EQ(Errors("{default: 5, counts: tables.devices.columns.kind.each}"),
            "f:3:40: parameters.one.counts: stands beside `default`: "
            "tables.devices.columns.kind.each\n\nhint: write one of the two");
}

// What the parameter is and which kinds there are then.
std::string Stated(const char* parameter, const std::string& value) {
  const auto parsed = Parse(parameter, {.set = {{"one", value}}});
  if (!parsed.ok()) return parsed.status().message();
  std::string text = FormatExpression(*parsed->parameters[0].value) + ":";
  for (const SpecNode& kind : parsed->tables[0].columns[1].generator->params.items) {
    text += " " + kind.text;
  }
  return text;
}

TEST(Parameter, CountsTheNamesThatAreStated) {
  const char kAny[] = "{default: 2, min: 1, names: tables.devices.columns.kind.each}";
  EXPECT_EQ(Stated(kAny, "7"), "7: a b");
  EXPECT_EQ(Stated(kAny, "round(main * 2)"), "round(main * 2): a b");
  EXPECT_EQ(Stated(kAny, "[x, y, z]"), "3: x y z");
  EXPECT_EQ(Stated(kAny, "x, New York"), "2: x New York");
  EXPECT_EQ(Stated(kAny, "x"), "1: x");
  EXPECT_EQ(Stated(kAny, "x,y,x"), "--set one: parameters.one: name stands twice: x");
  const char kSome[] =
      "{default: 2, names: tables.devices.columns.kind.each, one_of: [apple, pear]}";
  EXPECT_EQ(Stated(kSome, "pear"), "1: pear");
  EXPECT_EQ(
      Stated(kSome, "pear,aple"),
      "--set one: parameters.one: must be one of apple, pear: aple\n\nhint: did you "
      "mean `apple`?");
}

TEST(Parameter, IsTheLengthOfAList) {
  const char kLength[] = "{counts: tables.devices.columns.kind.each}";
  EXPECT_EQ(Stated(kLength, "9"), "9: a b");
  const auto parsed =
      Parse(kLength, {.set = {{"tables.devices.columns.kind.each", "[x, y, z]"}}});
  ASSERT_TRUE(parsed.ok()) << parsed.status().message();
  EXPECT_EQ(FormatExpression(*parsed->parameters[0].value), "3");
}

// A dataset with a setting needs no other parameter here.
std::string WithSetting(std::string_view setting, const SpecOverrides& overrides = {}) {
  std::string text = fmt::format(kFile, setting);
  text.replace(text.find("rows: one"), 9, "rows: 3");
  const auto parsed = ParseDataset(text, "f", "", overrides);
  if (!parsed.ok()) return parsed.status().message();
  EXPECT_TRUE(parsed->parameters.empty());
  const SettingSpec& one = parsed->settings.at(0);
  return one.path + " = " + one.text;
}

TEST(Setting, NamesAPartOfTheFile) {
  const char kStep[] = "{sets: tables.readings.series.every, one_of: [5m, 1h]}";
  EXPECT_EQ(WithSetting(kStep), "tables.readings.series.every = 5m");
  EXPECT_EQ(WithSetting(kStep, {.set = {{"one", "1h"}}}),
            "tables.readings.series.every = 1h");
  EXPECT_EQ(WithSetting(kStep, {.set = {{"one", "2h"}}}),
            "--set one: parameters.one: must be one of 5m, 1h: 2h\n\nhint: did you mean "
            "`1h`?");
  EXPECT_EQ(WithSetting("{sets: tables.devices.columns.kind.each}"),
            "tables.devices.columns.kind.each = [a, b]");
  EXPECT_EQ(WithSetting("{sets: tables.readings.series.evry}"),
            "f:3:26: parameters.one.sets: nothing stands at this path: "
            "tables.readings.series.evry\n\nhint: write one as in "
            "tables.bars.series.every");
  const char kKinds[] = "{sets: tables.devices.columns.kind.each, one_of: [a, b, c]}";
  EXPECT_EQ(WithSetting(kKinds, {.set = {{"one", "[c, a]"}}}),
            "tables.devices.columns.kind.each = [c, a]");
  EXPECT_EQ(WithSetting(kKinds, {.set = {{"one", "[c, zebra]"}}}),
            "--set one: parameters.one: must be one of a, b, c: zebra");
}

// What the numbers of the file are, and what stands for them.
std::string WithStandIn(std::string_view stand_in, const SpecOverrides& overrides = {}) {
  const auto parsed = ParseDataset(
      fmt::format(kFile,
                  fmt::format("{{default: 2, min: 1}}, two: 8, other: {}", stand_in)),
      "f", "", overrides);
  if (!parsed.ok()) return parsed.status().message();
  std::string text;
  for (const ParameterSpec& one : parsed->parameters) {
    text += fmt::format("{} {}, ", one.name, FormatExpression(*one.value));
  }
  const SettingSpec& other = parsed->settings.at(0);
  return text + fmt::format("{} [{}] {}", other.name, fmt::join(other.stands_for, " "),
                            other.text);
}

TEST(StandIn, GivesOthersTheirValues) {
  const char kOne[] = "{stands_for: one, doc: the same}",
             kBoth[] = "{stands_for: [one, two]}";
  EXPECT_EQ(WithStandIn(kOne), "one 2, two 8, other [one] 2");
  EXPECT_EQ(WithStandIn(kOne, {.set = {{"other", "5"}}}), "one 5, two 8, other [one] 5");
  EXPECT_EQ(WithStandIn(kBoth), "one 2, two 8, other [one two] 2, 8");
  EXPECT_EQ(WithStandIn(kBoth, {.set = {{"other", "50, 500"}}}),
            "one 50, two 500, other [one two] 50, 500");
  EXPECT_EQ(WithStandIn(kBoth, {.set = {{"other", "[3, 4]"}, {"two", "7"}}}),
            "one 3, two 7, other [one two] 3, 7");
}

TEST(StandIn, MistakesAreTold) {
  const char kBoth[] = "{stands_for: [one, two]}";
  EXPECT_EQ(
      WithStandIn(kBoth, {.set = {{"other", "50"}}}),
      "--set other: parameters.other: needs 2 values: 50\n\nhint: they are one, two");
  EXPECT_EQ(
      WithStandIn("{stands_for: [one, tow]}"),
      "f:3:75: parameters.other.stands_for: stands for a parameter that is not there: "
      "tow\n\nhint: did you mean `two`?");
  EXPECT_EQ(
      WithStandIn("{stands_for: other}", {.set = {{"other", "5"}}}),
      "f:3:69: parameters.other.stands_for: stands for a parameter that is not there: "
      "other");
  EXPECT_EQ(
      WithStandIn("{stands_for: one, min: 3}"),
      "f:3:74: parameters.other: unknown key: min\n\nhint: valid keys: stands_for, doc");
}

}  // namespace
}  // namespace lakeseed
