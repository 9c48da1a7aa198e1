#include "lakeseed/spec/dictionary_table.h"

#include <fmt/format.h>

#include <optional>

#include "lakeseed/base/suggest.h"
#include "lakeseed/spec/dictionary_size.h"
#include "lakeseed/spec/literal.h"
#include "lakeseed/spec/node_edit.h"

namespace lakeseed {
namespace {

constexpr double kMaxFactor = 1e6, kMaxRate = 1e3;
constexpr char kSnapshot[] = "snapshot", kIncremental[] = "incremental",
               kVersions[] = "slowly_changing_dimension";

class TableTranslation {
 public:
  TableTranslation(const Field& config, const std::string& name,
                   const std::optional<Field>& type, const DictionaryDays& days,
                   SpecNode* tree)
      : config_(config),
        name_(name),
        type_(type),
        days_(days),
        tree_(tree),
        tables_(FindMutable(tree, "tables")),
        table_(FindMutable(tables_, name)),
        by_day_(IsByDay(*tree, name)) {}

  void Run() {
    Type();
    if (const auto text = Child(config_, "description")) {
      SetEntry(table_, "doc", text->node);
    }
    Size();
    Frequency();
    Change("growth", "0.001");
    Change("churn", "0.0005");
    Days();
    Dates();
  }

 private:
  void Refuse(const Field& field, std::string reason, std::string hint = "") const {
    field.Error(std::move(reason), std::move(hint));
  }

  void Type() {
    const auto type = type_;
    if (!type) return;
    const std::string text = ReadText(*type);
    if (text == kIncremental && !by_day_) {
      Refuse(*type, fmt::format("{} is no table of rows by day", name_),
             "snapshot, or slowly_changing_dimension");
    } else if ((text == kSnapshot || text == kVersions) && by_day_) {
      Refuse(*type, fmt::format("the rows of {} belong to days", name_), "incremental");
    } else if (text == kVersions) {
      AddVersions(*type);
    } else if (text != kSnapshot && text != kIncremental) {
      const Names names = {kSnapshot, kIncremental, kVersions};
      std::string hint = DidYouMean(text, names);
      if (hint.empty()) hint = fmt::format("types: {}", fmt::join(names, ", "));
      Refuse(*type, "unknown type of a table", hint);
    }
  }

  // A row for every version of the members, in a table of its own.
  void AddVersions(const Field& type) {
    const SpecNode* population = table_->Find("population");
    if (population == nullptr || population->Find("changes") == nullptr) {
      return Refuse(type, fmt::format("the members of {} never change", name_),
                    "write snapshot");
    }
    const Place& place = type.node.place;
    SpecNode columns = MakeMapping(place);
    SpecNode key = MakeMapping(place);
    SetEntry(&key, "key", MakeMapping(place));
    SetEntry(&columns, "version_key", std::move(key));
    SetEntry(&columns, "*", MakeScalar(name_, place));
    SetEntry(&columns, "version", MakeScalar("$version", place));
    SetEntry(&columns, "effective_date", MakeScalar("$valid_from", place));
    SetEntry(&columns, "expiry_date", MakeScalar("$valid_to", place));
    SetEntry(&columns, "is_current", MakeScalar("$current", place));
    SpecNode versions = MakeMapping(place);
    SetEntry(&versions, "doc", MakeScalar("Every version of " + name_, place));
    SetEntry(&versions, "history_of", MakeScalar(name_, place));
    SetEntry(&versions, "columns", std::move(columns));
    SetEntry(tables_, name_ + "_history", std::move(versions));
    table_ = FindMutable(tables_, name_);  // It may have moved.
  }

  void Size() {
    const auto rows = Child(config_, "base_rows");
    const auto per_day = Child(config_, "base_rows_per_day");
    if (rows) {
      if (by_day_) {
        Refuse(*rows, fmt::format("the rows of {} belong to days", name_),
               "write base_rows_per_day");
      } else {
        SetBaseRows(*rows, name_, tree_);
      }
    }
    if (per_day) {
      if (!by_day_) {
        Refuse(*per_day, fmt::format("{} is copied whole", name_), "write base_rows");
      } else {
        SetRowsPerDay(*per_day, name_, tree_);
      }
    }
  }

  void Frequency() {
    const auto own = Child(config_, "frequency");
    if (by_day_) {
      if (own && ReadText(*own) != "daily") {
        Refuse(*own, fmt::format("the rows of {} come every day", name_), "write daily");
      }
      return;
    }
    const auto frequency = days_.Find("snapshot_frequency");
    if (own && ReadText(*own).empty()) {
      Refuse(*own, "must be a word", "daily, weekly, monthly, quarterly or once");
    } else if (own) {
      SetEntry(table_, "snapshot", own->node);
    } else if (frequency && table_->Find("population") != nullptr) {
      SetEntry(table_, "snapshot", frequency->node);
    }
  }

  // The rate that is stated, as "0.01 per week".
  std::optional<SpecNode> StatedRate(const std::string& what) const {
    std::optional<SpecNode> rate;
    for (const char* unit : {"day", "week", "month", "quarter"}) {
      const std::string_view adverb = std::string_view(unit) == "day" ? "daily" : "";
      const std::string key = fmt::format(
          "{}_{}_rate", adverb.empty() ? fmt::format("{}ly", unit) : std::string(adverb),
          what);
      const auto field = Child(config_, key);
      if (!field) continue;
      if (rate) Refuse(*field, "a second rate", "state one of them");
      const auto value = ReadDouble(*field, 0, kMaxRate);
      if (!value) continue;
      constexpr double kMonthsOfQuarter = 3;
      rate = std::string_view(unit) == "quarter"
                 ? MakeScalar(fmt::format("{} per month", *value / kMonthsOfQuarter),
                              field->node.place)
                 : MakeScalar(fmt::format("{} per {}", field->node.text, unit),
                              field->node.place);
    }
    return rate;
  }

  // Births or deaths of a population.
  void Change(const std::string& what, const std::string& otherwise) {
    const auto enabled = Child(config_, what + "_enabled");
    const bool is_on = enabled && ReadBool(*enabled).value_or(false);
    const bool is_off = enabled && !is_on;
    std::optional<SpecNode> rate = StatedRate(what);
    const bool wanted = rate || is_on;
    if (wanted && table_->Find("population") == nullptr) {
      config_.errors->Add(rate ? rate->place : enabled->node.place, config_.path,
                          fmt::format("{} is for tables whose members come and go", what),
                          std::nullopt, "leave it out");
      return;
    }
    if (table_->Find("population") == nullptr) return;
    SpecNode* population = PopulationOf(table_, config_.node.place);
    if (rate && is_off) {
      config_.errors->Add(rate->place, config_.path,
                          fmt::format("has no effect: {}_enabled is False", what),
                          rate->text);
    } else if (rate) {
      SetEntry(population, what, std::move(*rate));
    } else if (is_off) {
      SetEntry(population, what, MakeScalar("0", enabled->node.place));
    } else if (is_on) {
      Usual(what, otherwise, enabled->node.place, population);
    }
  }

  // The rate of all tables; else the built-in's; else the source's default.
  void Usual(const std::string& what, const std::string& otherwise, const Place& place,
             SpecNode* population) const {
    const auto shared = days_.Find(what + "_rate");
    if (shared) {
      if (!ReadDouble(*shared, 0, kMaxRate)) return;
      SetEntry(population, what,
               MakeScalar(shared->node.text + " per day", shared->node.place));
      return;
    }
    const SpecNode* own = population->Find(what);
    if (own != nullptr && own->text != "0") return;
    SetEntry(population, what, MakeScalar(otherwise + " per day", place));
  }

  void Days() {
    const auto enabled =
        EitherKey(config_, "seasonal_multipliers_enabled", "seasonal_enabled");
    const auto dates = Child(config_, "custom_multipliers");
    if (table_->Find("events") == nullptr) {
      const SpecNode* parent = by_day_ ? EventsAbove(*tree_, name_) : nullptr;
      if (enabled) SameAsParent(*enabled, parent);
      for (const auto& [key, name] : {std::pair{"weekend_multiplier", "weekend"},
                                      std::pair{"holiday_multiplier", "holiday"}}) {
        if (const auto factor = Child(config_, key)) SameFactor(*factor, parent, name);
      }
      if (dates) Refuse(*dates, NoDays());
      return;
    }
    SpecNode* seasons =
        MappingAt(EventsOf(table_, config_.node.place), "seasons", config_.node.place);
    if (enabled && !ReadBool(*enabled).value_or(true)) {
      ClearSeasons(seasons, enabled->node.place);
    }
    for (const auto& [key, name] : {std::pair{"weekend_multiplier", "weekend"},
                                    std::pair{"holiday_multiplier", "holiday"}}) {
      const auto factor = Child(config_, key);
      if (factor && ReadDouble(*factor, 0, kMaxFactor)) {
        SetEntry(seasons, name, factor->node);
      }
    }
    SingleDays(dates, seasons);
    if (seasons->entries.empty()) {
      RemoveEntry(FindMutable(table_, "events"), "seasons");
    }
  }

  std::string NoDays() const {
    return by_day_ ? fmt::format("the rows of {} come with those of another table", name_)
                   : fmt::format("{} is copied whole, whatever the day", name_);
  }

  // Rows that belong to others' have the factors of those.
  void SameFactor(const Field& factor, const SpecNode* parent, const char* name) const {
    const auto value = ReadDouble(factor, 0, kMaxFactor);
    if (!value) return;
    if (parent == nullptr) return Refuse(factor, NoDays());
    const SpecNode* seasons = parent->Find("seasons");
    const SpecNode* shared = tree_->Find("seasons");
    const SpecNode* there = seasons == nullptr ? nullptr : seasons->Find(name);
    if (there == nullptr && shared != nullptr) there = shared->Find(name);
    const double is = there == nullptr ? 1 : ParseDoubleLiteral(there->text).value_or(1);
    if (is != *value) {
      Refuse(factor, NoDays(), fmt::format("their factor is {}", is));
    }
  }

  void SameAsParent(const Field& enabled, const SpecNode* parent) const {
    const auto is_on = ReadBool(enabled);
    if (!is_on) return;
    if (parent == nullptr) {
      if (*is_on) Refuse(enabled, NoDays());
      return;
    }
    const SpecNode* seasons = parent->Find("seasons");
    const bool is_flat = seasons != nullptr && seasons->Find("weekday") != nullptr;
    if (*is_on == is_flat) {
      Refuse(enabled, NoDays(), fmt::format("write {}", is_flat ? "False" : "True"));
    }
  }

  void SingleDays(const std::optional<Field>& dates, SpecNode* seasons) const {
    const bool has_holiday = seasons->Find("holiday") != nullptr;
    if (!dates && (days_.holidays.empty() || !has_holiday)) return;
    SpecNode holidays = MakeMapping(config_.node.place);
    const SpecNode* shared = tree_->Find("seasons");
    if (const SpecNode* own = seasons->Find("holidays")) {
      holidays = *own;
    } else if (shared != nullptr && shared->Find("holidays") != nullptr) {
      holidays = *shared->Find("holidays");
    }
    for (const SpecNode& day : days_.holidays) {
      if (has_holiday) SetEntry(&holidays, day.text, *seasons->Find("holiday"));
    }
    if (dates && IsMapping(*dates)) {
      for (const auto& [day, factor] : dates->node.entries) {
        SetEntry(&holidays, day.text, factor);
      }
    }
    SetEntry(seasons, "holidays", std::move(holidays));
  }

  // A built-in table must have them; an own one gets what it lacks.
  void Dates() {
    for (const char* key : {"date_columns", "primary_date_column"}) {
      const auto names = Child(config_, key);
      if (!names) continue;
      for (const SpecNode& name : ReadNames(*names)) {
        SpecNode* columns = FindMutable(table_, "columns");
        if (columns == nullptr || columns->Find(name.text) != nullptr) continue;
        if (config_.node.Find("columns") == nullptr) {
          Names known;
          for (const auto& [column, value] : columns->entries)
            known.push_back(column.text);
          config_.errors->Add(name.place, names->path, "unknown column", name.text,
                              DidYouMean(name.text, known));
          continue;
        }
        const bool has_time = table_->Find("events") != nullptr;
        SetEntry(columns, name.text,
                 MakeScalar(has_time                                ? "$time"
                            : table_->Find("population") != nullptr ? "$born"
                                                                    : "$as_of",
                            name.place));
      }
    }
  }

  const Field config_;
  const std::string name_;
  const std::optional<Field> type_;
  const DictionaryDays& days_;
  SpecNode* const tree_;
  SpecNode* const tables_;
  SpecNode* table_;
  const bool by_day_;  // Its rows belong to days.
};

}  // namespace

std::optional<Field> EitherKey(const Field& config, const char* one, const char* other) {
  const auto first = Child(config, one), second = Child(config, other);
  if (first && second) {
    second->errors->Add(second->node.place, config.path,
                        fmt::format("stands beside {}", one), other,
                        "they are the same; state one of them");
  }
  return first ? first : second;
}

void ApplyDictionaryTable(const Field& config, const std::string& name,
                          const std::optional<Field>& type, const DictionaryDays& days,
                          SpecNode* tree) {
  TableTranslation(config, name, type, days, tree).Run();
}

}  // namespace lakeseed
