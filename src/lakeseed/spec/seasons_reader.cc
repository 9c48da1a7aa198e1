#include "lakeseed/spec/seasons_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/base/date.h"
#include "lakeseed/base/holiday.h"
#include "lakeseed/base/suggest.h"

namespace lakeseed {
namespace {

constexpr double kMaxFactor = 1e6;
constexpr int kHours = 24;

const Names& Weekdays() {
  static const Names names = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  return names;
}

const Names& Months() {
  static const Names names = {"jan", "feb", "mar", "apr", "may", "jun",
                              "jul", "aug", "sep", "oct", "nov", "dec"};
  return names;
}

double ReadFactor(const Field& field) {
  return ReadDouble(field, 0, kMaxFactor).value_or(1);
}

bool AllZero(const std::vector<double>& factors) {
  return std::all_of(factors.begin(), factors.end(), [](double f) { return f == 0; });
}

// A list of `size` factors; empty when it is not one.
std::vector<double> ReadList(const Field& field, size_t size) {
  if (field.node.items.size() != size) {
    field.errors->Add(field.node.place, field.path,
                      fmt::format("must have {} factors", size),
                      fmt::format("{}", field.node.items.size()));
    return {};
  }
  std::vector<double> factors;
  for (size_t i = 0; i < size; ++i) {
    factors.push_back(ReadFactor(
        Field{field.node.items[i], fmt::format("{}[{}]", field.path, i), field.errors}));
  }
  return factors;
}

// Factors by name; a name that is not given has factor 1.
std::vector<double> ReadNamed(const Field& field, const Names& names) {
  std::vector<double> factors;
  if (field.node.is_sequence()) {
    factors = ReadList(field, names.size());
  } else if (IsMapping(field)) {
    CheckKeys(field, names);
    for (const std::string& name : names) {
      const auto factor = Child(field, name);
      factors.push_back(factor ? ReadFactor(*factor) : 1);
    }
  }
  if (!factors.empty() && AllZero(factors)) {
    field.Error("at least one factor must be positive");
  }
  return factors;
}

std::map<std::string, double> ReadHolidays(const Field& field) {
  std::map<std::string, double> holidays;
  if (!IsMapping(field)) return holidays;
  for (const auto& [key, value] : field.node.entries) {
    const Field child{value, field.path + "." + key.text, field.errors};
    if (key.text == "country") {
      if (ReadText(child) != "US") child.Error("unknown country of holidays", "write US");
      continue;
    }
    const auto names = AllHolidayNames();
    const bool known = std::find(names.begin(), names.end(), key.text) != names.end();
    if (!known && !ParseDate(key.text).ok()) {
      std::string hint = DidYouMean(key.text, names);
      if (hint.empty()) {
        hint = fmt::format("a date as YYYY-MM-DD, or one of {}", fmt::join(names, ", "));
      }
      field.errors->Add(key.place, field.path, "unknown holiday", key.text, hint);
      continue;
    }
    holidays[key.text] = ReadFactor(child);
  }
  return holidays;
}

// "09-12" or "9"; the end is not part of it, and 22-02 goes over midnight.
bool ParseHours(std::string_view text, int* from, int* to) {
  const auto number = [](std::string_view digits) {
    if (digits.empty() || digits.size() > 2) return -1;
    int value = 0;
    for (const char c : digits) {
      if (c < '0' || c > '9') return -1;
      value = value * 10 + (c - '0');
    }
    return value <= kHours ? value : -1;
  };
  const size_t dash = text.find('-');
  *from = number(text.substr(0, dash));
  *to = dash == std::string_view::npos ? *from + 1 : number(text.substr(dash + 1));
  return *from >= 0 && *from < kHours && *to >= 0 && *to <= kHours && *from != *to;
}

std::vector<double> ReadHours(const Field& field) {
  std::vector<double> factors;
  if (field.node.is_sequence()) {
    factors = ReadList(field, kHours);
  } else if (IsMapping(field)) {
    const auto rest = Child(field, "default");
    factors.assign(kHours, rest ? ReadFactor(*rest) : 1);
    std::vector<std::string> owner(kHours);
    for (const auto& [key, value] : field.node.entries) {
      if (key.text == "default") continue;
      int from = 0, to = 0;
      if (!ParseHours(key.text, &from, &to)) {
        field.errors->Add(key.place, field.path, "not a range of hours", key.text,
                          "write \"09-12\" for 09:00 to 11:59, or `default`");
        continue;
      }
      const double factor =
          ReadFactor(Field{value, field.path + "." + key.text, field.errors});
      const int length = (to - from + kHours - 1) % kHours + 1;
      for (int i = 0; i < length; ++i) {
        const auto hour = static_cast<size_t>((from + i) % kHours);
        if (!owner[hour].empty()) {
          field.errors->Add(key.place, field.path,
                            fmt::format("hours overlap with {}", owner[hour]), key.text);
          break;
        }
        owner[hour] = key.text;
        factors[hour] = factor;
      }
    }
  }
  if (!factors.empty() && AllZero(factors)) {
    field.Error("at least one factor must be positive");
  }
  return factors;
}

}  // namespace

SeasonsSpec ReadSeasons(const Field& field, const SeasonsSpec& base) {
  SeasonsSpec seasons = base;
  if (!IsMapping(field)) return seasons;
  CheckKeys(field,
            {"weekday", "weekend", "month", "holidays", "holiday", "hours", "growth"});
  if (const auto child = Child(field, "weekday")) {
    seasons.weekday = ReadNamed(*child, Weekdays());
  }
  if (const auto child = Child(field, "weekend")) seasons.weekend = ReadFactor(*child);
  if (const auto child = Child(field, "month")) {
    seasons.month = ReadNamed(*child, Months());
  }
  if (const auto child = Child(field, "holidays"))
    seasons.holidays = ReadHolidays(*child);
  if (const auto child = Child(field, "holiday")) seasons.holiday = ReadFactor(*child);
  if (const auto child = Child(field, "hours")) seasons.hours = ReadHours(*child);
  if (const auto child = Child(field, "growth")) {
    seasons.growth_per_day = ReadRate(*child, kDay).value_or(0);
  }
  return seasons;
}

}  // namespace lakeseed
