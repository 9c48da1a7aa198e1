#include "lakeseed/spec/series_reader.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "lakeseed/spec/load.h"

namespace lakeseed {
namespace {

constexpr char kFile[] = R"yaml(dataset: plant
window: {{from: 2023-11-20, to: 2023-11-26}}
parameters: {{minutes: 15}}
tables:
  devices:
    rows: 3
    columns: {{device_id: {{key: {{}}}}}}
  metrics:
    population: 2
    columns: {{metric_id: {{key: {{}}}}}}
  readings:
    series: {}
    columns: {{at: $time}}
)yaml";

arrow::Result<DatasetSpec> Parse(std::string_view series) {
  return ParseDataset(fmt::format(kFile, series), "f", "", {});
}

std::string Errors(std::string_view series) {
  const auto parsed = Parse(series);
  return parsed.ok() ? "OK" : parsed.status().message();
}

SeriesSpec Read(std::string_view series) {
  const auto parsed = Parse(series);
  EXPECT_TRUE(parsed.ok()) << parsed.status().ToString();
  return parsed.ok() ? *parsed->FindTable("readings")->series : SeriesSpec();
}

TEST(Series, HasDefaults) {
  const SeriesSpec series = Read("{of: devices, every: 5m}");
  EXPECT_EQ(series.of, std::vector<std::string>{"devices"});
  EXPECT_EQ(series.every->text, "300000000");
  EXPECT_EQ(series.unit, SeriesSpec::Unit::kMicrosecond);
  EXPECT_EQ(series.open, 0);
  EXPECT_EQ(series.close, 1440);
  EXPECT_EQ(series.on, OpenDays::kEvery);
  EXPECT_FALSE(series.spread);
  EXPECT_EQ(series.zone, "UTC");
}

TEST(Series, ReadsWhatIsStated) {
  const SeriesSpec series = Read(
      "{of: [devices], every: {minutes: minutes}, between: \"09:30-16:00\", on: "
      "trading_days, zone: America/New_York, spread: true}");
  EXPECT_EQ(series.unit, SeriesSpec::Unit::kMinute);
  EXPECT_EQ(series.open, 570);
  EXPECT_EQ(series.close, 960);
  EXPECT_EQ(series.on, OpenDays::kTrading);
  EXPECT_TRUE(series.spread);
  EXPECT_EQ(series.zone, "America/New_York");
}

TEST(Series, WholeHoursNeedNoMinutes) {
  const SeriesSpec series = Read("{of: devices, every: 5m, between: 9-17}");
  EXPECT_EQ(series.open, 9 * 60);
  EXPECT_EQ(series.close, 17 * 60);
}

TEST(Series, AChangeOfItIsAnotherDataset) {
  const std::string one = Parse("{of: devices, every: 5m}")->canonical_text;
  EXPECT_EQ(Parse("{every: 300s, of: [devices]}")->canonical_text, one);
  for (const char* other :
       {"{of: devices, every: 6m}", "{of: devices, every: 5m, spread: true}",
        "{of: devices, every: 5m, between: \"00:00-12:00\"}",
        "{of: devices, every: 5m, on: trading_days}",
        "{of: devices, every: 5m, on: month_ends}",
        "{of: devices, every: 5m, zone: Europe/Berlin}"}) {
    EXPECT_NE(Parse(other)->canonical_text, one) << other;
  }
}

TEST(Series, MistakesAreTold) {
  const std::pair<const char*, const char*> cases[] = {
      {"{of: devices}", "f:12:13: readings.series: missing key: every"},
      {"{every: 5m}", "f:12:13: readings.series: missing key: of"},
      {"{of: device, every: 5m}",
       "f:12:13: readings.series.of: unknown table: device\n\nhint: did you mean "
       "`devices`?"},
      {"{of: [devices, metrics], every: 5m}",
       "f:12:13: readings.series.of: goes over tables that are made once: "
       "metrics\n\nhint: give that table `rows:`; a population may stand alone"},
      {"{of: devices, every: soon}",
       "f:12:34: readings.series.every: not a span of time: soon\n\nhint: write 5m, 1h, "
       "1d, or {minutes: <expression>}"},
      {"{of: devices, every: {minutes: hours}}",
       "f:12:44: readings.series.every: unknown name in a size: hours\n\nhint: sizes "
       "know minutes, main"},
      {"{of: devices, every: {minutes: 1, seconds: 2}}",
       "f:12:34: readings.series.every: needs one length of a step: a mapping\n\nhint: "
       "write 5m, "
       "1h, 1d, or {minutes: <expression>}"},
      {"{of: devices, every: 5m, between: 9-25}",
       "f:12:47: readings.series.between: not a span of a day: 9-25\n\nhint: write "
       "\"09:30-16:00\", in quotes, or 9-17"},
      {"{of: devices, every: 5m, between: \"9:5-17:00\"}",
       "f:12:47: readings.series.between: not a span of a day: \"9:5-17:00\"\n\nhint: "
       "write \"09:30-16:00\", in quotes, or 9-17"},
      {"{of: devices, every: 5m, between: \"16:00-09:30\"}",
       "f:12:47: readings.series.between: not a span of a day: \"16:00-09:30\"\n\nhint: "
       "write \"09:30-16:00\", in quotes, or 9-17"},
      {"{of: devices, every: 5m, on: mondays}",
       "f:12:42: readings.series.on: must be one of every_day, month_ends, trading_days: "
       "mondays"}};
  for (const auto& [series, error] : cases) EXPECT_EQ(Errors(series), error) << series;
}

TEST(ClockOf, CountsInTheUnitOfTheStep) {
  SeriesSpec series;
  const auto every = [&](SeriesSpec::Unit unit, int64_t count) {
    series.unit = unit;
    const auto clock = ClockOf(series, count);
    return clock.ok() ? clock->every() : -1;
  };
  EXPECT_EQ(every(SeriesSpec::Unit::kMicrosecond, 5), 5);
  EXPECT_EQ(every(SeriesSpec::Unit::kSecond, 5), 5'000'000);
  EXPECT_EQ(every(SeriesSpec::Unit::kMinute, 5), 300'000'000);
  EXPECT_EQ(every(SeriesSpec::Unit::kPerMinute, 5), 12'000'000);
  EXPECT_EQ(every(SeriesSpec::Unit::kPerMinute, 7), 8'571'429);
  EXPECT_EQ(every(SeriesSpec::Unit::kMinute, 0), -1);
  EXPECT_EQ(every(SeriesSpec::Unit::kMinute, 1441), -1);
  EXPECT_EQ(every(SeriesSpec::Unit::kMicrosecond, -3), -1);
  series.zone = "Mars/Olympus";
  EXPECT_FALSE(ClockOf(series, 60).ok());
}

}  // namespace
}  // namespace lakeseed
