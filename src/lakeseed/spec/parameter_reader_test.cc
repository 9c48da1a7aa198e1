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
  EXPECT_EQ(Errors("{default: 5, one_of: [1, 2]}"),
            "f:3:32: parameters.one: unknown key: one_of\n\nhint: valid keys: default, "
            "doc, min, max, above");
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
}

}  // namespace
}  // namespace lakeseed
