#include "lakeseed/spec/series_reader.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "lakeseed/base/status.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/spec/literal.h"

namespace lakeseed {
namespace {

constexpr int32_t kMinutesOfDay = 24 * 60;
constexpr int64_t kMinute = 60 * kMicrosecondsPerSecond;

constexpr char kHowEvery[] = "write 5m, 1h, 1d, or {minutes: <expression>}";
constexpr std::pair<std::string_view, SeriesSpec::Unit> kUnits[] = {
    {"minutes", SeriesSpec::Unit::kMinute},
    {"per_minute", SeriesSpec::Unit::kPerMinute},
    {"seconds", SeriesSpec::Unit::kSecond}};

void ReadEvery(const Field& field, SeriesSpec* series) {
  if (field.node.is_mapping()) {
    CheckKeys(field, {"minutes", "seconds", "per_minute"});
    if (field.node.entries.size() != 1) {
      return field.Error("needs one length of a step", kHowEvery);
    }
    for (const auto& [name, unit] : kUnits) {
      const auto count = Child(field, name);
      if (!count) continue;
      series->every = ReadExpression(*count);
      series->unit = unit;
    }
    return;
  }
  const auto length =
      field.node.is_scalar() ? ParseDurationLiteral(field.node.text) : std::nullopt;
  if (!length) return field.Error("not a span of time", kHowEvery);
  auto every = std::make_shared<Expr>();
  every->kind = Expr::Kind::kInteger;
  every->text = std::to_string(*length);
  every->place = field.node.place;
  series->every = std::move(every);
}

/// One or two digits.
std::optional<int32_t> ReadClockNumber(std::string_view text) {
  if (text.empty() || text.size() > 2) return std::nullopt;
  int32_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = 10 * number + (c - '0');
  }
  return number;
}

/// "09:30", or "9" for a whole hour, as a minute of the day, up to 24:00.
std::optional<int32_t> ReadMinute(std::string_view text) {
  const size_t colon = text.find(':');
  const bool is_hour = colon == std::string_view::npos;
  const auto hour = ReadClockNumber(text.substr(0, colon));
  const auto minute = is_hour ? 0 : ReadClockNumber(text.substr(colon + 1));
  if (!hour || !minute || *minute > 59) return std::nullopt;
  if (!is_hour && text.size() != colon + 3) return std::nullopt;  // As in "9:5".
  const int32_t total = 60 * *hour + *minute;
  return total > kMinutesOfDay ? std::nullopt : std::optional(total);
}

void ReadBetween(const Field& field, SeriesSpec* series) {
  const std::string text = ReadText(field);
  const size_t dash = text.find('-');
  const auto open = ReadMinute(std::string_view(text).substr(0, dash));
  const auto close = dash == std::string::npos
                         ? std::nullopt
                         : ReadMinute(std::string_view(text).substr(dash + 1));
  if (!open || !close || *open >= *close) {
    return field.Error("not a span of a day",
                       "write \"09:30-16:00\", in quotes, or 9-17");
  }
  series->open = *open;
  series->close = *close;
}

void ReadOn(const Field& field, SeriesSpec* series) {
  const std::string text = ReadText(field);
  Names names;
  for (const auto& [name, days] : kOpenDays) {
    names.emplace_back(name);
    if (name != text) continue;
    series->on = days;
    return;
  }
  field.Error(fmt::format("must be one of {}", fmt::join(names, ", ")),
              DidYouMean(text, names));
}

}  // namespace

std::shared_ptr<const SeriesSpec> ReadSeries(const Field& field) {
  auto series = std::make_shared<SeriesSpec>();
  series->place = field.node.place;
  if (!IsMapping(field)) return series;
  CheckKeys(field, {"of", "every", "between", "on", "zone", "spread"});
  for (const char* key : {"of", "every"}) {
    if (field.node.Find(key) != nullptr) continue;
    field.errors->Add(field.node.place, field.path, "missing key", key);
  }
  if (const auto of = Child(field, "of")) {
    for (const SpecNode& name : ReadNames(*of)) series->of.push_back(name.text);
    if (series->of.empty()) of->Error("names no tables");
  }
  if (const auto every = Child(field, "every")) ReadEvery(*every, series.get());
  if (const auto between = Child(field, "between")) ReadBetween(*between, series.get());
  if (const auto on = Child(field, "on")) ReadOn(*on, series.get());
  if (const auto zone = Child(field, "zone")) series->zone = ReadText(*zone);
  if (const auto spread = Child(field, "spread")) {
    series->spread = ReadBool(*spread).value_or(false);
  }
  return series;
}

arrow::Result<StepClock> ClockOf(const SeriesSpec& series, int64_t every) {
  constexpr int64_t kMost = kMicrosecondsPerDay;
  int64_t length = 0;
  if (every >= 1 && every <= kMost) {
    switch (series.unit) {
      case SeriesSpec::Unit::kMicrosecond:
        length = every;
        break;
      case SeriesSpec::Unit::kSecond:
        length = every * kMicrosecondsPerSecond;
        break;
      case SeriesSpec::Unit::kMinute:
        length = every * kMinute;
        break;
      case SeriesSpec::Unit::kPerMinute:
        length = (kMinute + every - 1) / every;  // So that a minute has no more.
        break;
    }
  }
  if (length < 1 || length > kMost) {
    return RequestError(
        fmt::format("a step is longer than nothing and at most a day: {}", every),
        kHowEvery);
  }
  ARROW_ASSIGN_OR_RAISE(TimeZone zone, TimeZone::Load(series.zone));
  return StepClock({.zone = std::move(zone),
                    .open = series.open,
                    .close = series.close,
                    .every = length,
                    .on = series.on});
}

}  // namespace lakeseed
