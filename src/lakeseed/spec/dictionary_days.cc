#include "lakeseed/spec/dictionary_days.h"

#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/base/date.h"
#include "lakeseed/base/holiday.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/spec/node_edit.h"

namespace lakeseed {
namespace {

constexpr std::string_view kWeekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                          "friday", "saturday", "sunday"};
constexpr size_t kDaysOfWeek = 7, kMonths = 12, kShortName = 3;
constexpr char kHolidayFactor[] = "2.0";
constexpr double kMostShare = 1;
constexpr char kStateTable[] = "synthetic_data_state";

// "mon" of "monday" or "mon"; empty for any other name.
std::string ShortWeekday(std::string_view name) {
  for (const std::string_view day : kWeekdays) {
    if (name == day || name == day.substr(0, kShortName)) {
      return std::string(day.substr(0, kShortName));
    }
  }
  return "";
}

SpecNode Ones(size_t count, const Place& place) {
  SpecNode list;
  list.kind = SpecNode::Kind::kSequence;
  list.place = place;
  list.items.assign(count, MakeScalar("1", place));
  return list;
}

SpecNode NoHolidays(const Place& place) {
  SpecNode holidays = MakeMapping(place);
  SetEntry(&holidays, "country", MakeScalar("US", place));
  return holidays;
}

class DayTranslation {
 public:
  DayTranslation(const Field& root, SpecNode* tree) : root_(root), tree_(tree) {}

  DictionaryDays Run() {
    DictionaryDays left{Child(root_, "incremental_config"), {}};
    if (left.config && !left.config->node.is_mapping()) left.config.reset();
    if (left.config) {
      State(*left.config);
      Holidays(*left.config);
      Week(*left.config);
      Shared(*left.config);
      left.holidays = MoreHolidays(*left.config);
      LevelGrowth(*left.config);
    }
    if (const auto time = Child(root_, "temporal_patterns");
        time && time->node.is_mapping()) {
      if (const auto hours = Child(*time, "hourly_distribution")) {
        SetEntry(Seasons(hours->node.place), "hours", hours->node);
      }
      if (const auto factors = Child(*time, "seasonal_multipliers")) Factors(*factors);
    }
    return left;
  }

 private:
  SpecNode* Seasons(const Place& place) { return MappingAt(tree_, "seasons", place); }

  // Weekdays go to `weekday`, every other name to `holidays`, whose reader knows them.
  void Factors(const Field& field) {
    if (!IsMapping(field)) return;
    SpecNode week = MakeMapping(field.node.place);
    SpecNode* seasons = Seasons(field.node.place);
    for (const auto& [key, value] : field.node.entries) {
      const std::string day = ShortWeekday(key.text);
      SpecNode* factors = &week;
      SpecNode name = key;
      if (!day.empty()) {
        name.text = day;
      } else if (const std::string meant = DidYouMean(key.text, kWeekdays);
                 !meant.empty() && NearestName(key.text, AllHolidayNames()).empty()) {
        field.errors->Add(key.place, field.path, "unknown day", key.text, meant);
        continue;
      } else {
        factors = MappingAt(seasons, "holidays", field.node.place);
      }
      RemoveEntry(factors, name.text);
      factors->entries.emplace_back(std::move(name), value);
    }
    if (!week.entries.empty()) SetEntry(seasons, "weekday", std::move(week));
  }

  void Week(const Field& days) {
    const auto multipliers = Child(days, "seasonal_multipliers");
    const auto patterns = Child(days, "seasonal_patterns");
    if (multipliers && patterns) {
      patterns->errors->Add(patterns->node.place, patterns->path,
                            "stands beside seasonal_multipliers", std::nullopt,
                            "they are the same; state one of them");
    }
    if (multipliers) Factors(*multipliers);
    if (patterns) Factors(*patterns);
    const auto enabled = Child(days, "enable_seasonal_patterns");
    if (enabled && !ReadBool(*enabled).value_or(true)) {
      ClearSeasons(Seasons(enabled->node.place), enabled->node.place);
    }
  }

  void Holidays(const Field& days) {
    if (const auto named = Child(days, "holiday_multipliers");
        named && IsMapping(*named)) {
      SpecNode holidays = NoHolidays(named->node.place);
      for (const auto& entry : named->node.entries) holidays.entries.push_back(entry);
      SetEntry(Seasons(named->node.place), "holidays", std::move(holidays));
    }
    for (const auto& [key, name] : {std::pair{"weekend_multiplier", "weekend"},
                                    std::pair{"holiday_multiplier", "holiday"}}) {
      if (const auto factor = Child(days, key)) {
        SetEntry(Seasons(factor->node.place), name, factor->node);
      }
    }
  }

  // Days that are holidays by the calendar have that factor already.
  std::vector<SpecNode> MoreHolidays(const Field& days) {
    std::vector<SpecNode> more;
    const auto list = Child(days, "holiday_dates");
    if (!list) return more;
    if (!list->node.is_sequence()) {
      list->Error("must be a list of dates");
      return more;
    }
    const auto factor = Child(days, "holiday_multiplier");
    for (const SpecNode& item : list->node.items) {
      const auto day = ReadDate(Field{item, list->path, list->errors});
      if (!day || (factor && FederalHolidayOn(*day) != nullptr)) continue;
      SpecNode value = factor ? factor->node : MakeScalar(kHolidayFactor, item.place);
      SetEntry(MappingAt(Seasons(item.place), "holidays", item.place), item.text,
               std::move(value));
      more.push_back(item);
    }
    return more;
  }

  // What tables take from here must be sound, even if each has its own.
  static void Shared(const Field& days) {
    for (const char* key : {"growth_rate", "churn_rate"}) {
      if (const auto rate = Child(days, key)) ReadDouble(*rate, 0, kMostShare);
    }
    if (const auto types = Child(days, "table_types")) IsMapping(*types);
    const auto frequency = Child(days, "snapshot_frequency");
    if (!frequency) return;
    const Names words = {"daily", "weekly", "monthly", "quarterly", "once"};
    const std::string text = ReadText(*frequency);
    if (std::find(words.begin(), words.end(), text) != words.end()) return;
    frequency->Error(fmt::format("must be one of {}", fmt::join(words, ", ")),
                     DidYouMean(text, words));
  }

  void LevelGrowth(const Field& days) {
    const auto rate = Child(days, "growth_rate");
    SpecNode* seasons = FindMutable(tree_, "seasons");
    if (!rate || !ReadDouble(*rate, 0, kMostShare) || seasons == nullptr) return;
    if (FindMutable(seasons, "growth") == nullptr) return;
    SetEntry(seasons, "growth",
             MakeScalar(rate->node.text + " per day", rate->node.place));
  }

  void State(const Field& days) {
    const auto name = Child(days, "state_table_name");
    if (!name || ReadText(*name) == kStateTable) return;
    name->Error("the state has one name",
                fmt::format("it is the view {} of the state file", kStateTable));
  }

  const Field root_;
  SpecNode* const tree_;
};

}  // namespace

void ClearSeasons(SpecNode* seasons, const Place& place) {
  SetEntry(seasons, "weekday", Ones(kDaysOfWeek, place));
  SetEntry(seasons, "month", Ones(kMonths, place));
  SetEntry(seasons, "holidays", NoHolidays(place));
}

DictionaryDays ApplyDictionaryDays(const Field& root, SpecNode* tree) {
  return DayTranslation(root, tree).Run();
}

}  // namespace lakeseed
