// `list-incremental-datasets`: the built-in datasets made for runs by day: which
// tables are copied how often, which have rows of each day, and how they grow.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lakeseed/base/date.h"
#include "lakeseed/cli/dataset_listing.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/terminal.h"
#include "lakeseed/spec/frequency.h"

namespace lakeseed {
namespace {

using nlohmann::ordered_json;

constexpr const char* kWeekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                     "friday", "saturday", "sunday"};

// A dataset is one of them if it states the rows of its days, not of the whole.
bool IsIncremental(const DatasetSpec& spec) { return spec.main.empty(); }

// Births less deaths, or the growth of the level, in percent of a day.
double GrowthOf(const TableSpec& table) {
  double growth = 0;
  if (table.population) {
    growth = table.population->growth_per_day - table.population->churn_per_day;
  } else if (table.events) {
    growth = table.events->seasons.growth_per_day;
  }
  return 100 * growth;
}

// Rounded as it is printed, so that 100 * 0.01 / 7 has no tail of digits.
double Rounded(double percent) { return std::stod(fmt::format("{:.4g}", percent)); }

ordered_json SeasonsOf(const SeasonsSpec& seasons) {
  ordered_json json = ordered_json::object();
  for (size_t day = 0; day < seasons.weekday.size(); ++day) {
    json[kWeekdays[day]] = seasons.weekday[day];
  }
  if (seasons.weekend != 1) json["weekend"] = seasons.weekend;
  if (seasons.holiday != 1) json["holiday"] = seasons.holiday;
  for (const auto& [name, factor] : seasons.holidays) json[name] = factor;
  const bool has_months = std::any_of(seasons.month.begin(), seasons.month.end(),
                                      [](double factor) { return factor != 1; });
  if (has_months) json["month"] = seasons.month;
  return json;
}

ordered_json SnapshotJson(const TableSpec& table, Frequency frequency) {
  ordered_json json = {{"table", table.name}, {"frequency", ToString(frequency)}};
  if (table.population) {
    json["births_percent_per_day"] = Rounded(100 * table.population->growth_per_day);
    json["deaths_percent_per_day"] = Rounded(100 * table.population->churn_per_day);
  }
  return json;
}

ordered_json IncrementalJson(const TableSpec& table) {
  ordered_json json = {{"table", table.name}};
  if (table.events) {
    json["growth_percent_per_day"] = Rounded(GrowthOf(table));
    json["seasonal_patterns"] = SeasonsOf(table.events->seasons);
  } else if (table.children) {
    json["parent"] = table.children->parent;
  }
  return json;
}

ordered_json ToJson(const DatasetSpec& spec) {
  ordered_json snapshots = ordered_json::array(), increments = ordered_json::array();
  ordered_json growth = ordered_json::object();
  std::optional<Frequency> most_often;
  bool seasonal = false;
  for (const TableSpec& table : spec.tables) {
    if (table.is_hidden) continue;
    const std::optional<Frequency> frequency = FrequencyOf(spec, table);
    if (frequency) {
      snapshots.push_back(SnapshotJson(table, *frequency));
      most_often = std::min(most_often.value_or(*frequency), *frequency);
    } else {
      increments.push_back(IncrementalJson(table));
      seasonal |= table.events && !SeasonsOf(table.events->seasons).empty();
    }
    if (GrowthOf(table) != 0) growth[table.name] = Rounded(GrowthOf(table));
  }
  ordered_json json = HeadJson(spec);
  json["first_day"] = FormatDate(spec.window.from);
  json["last_day"] = FormatDate(spec.window.to);
  json["snapshot_frequency"] = nullptr;
  if (most_often) json["snapshot_frequency"] = ToString(*most_often);
  json["seasonal_patterns"] = seasonal;
  json["growth_percent_per_day"] = std::move(growth);
  json["snapshot_tables"] = std::move(snapshots);
  json["incremental_tables"] = std::move(increments);
  return json;
}

std::string Seasons(const ordered_json& seasons) {
  std::vector<std::string> factors;
  for (const auto& [name, factor] : seasons.items()) {
    if (factor.is_number()) {
      factors.push_back(fmt::format("{} {:g}", name, factor.get<double>()));
    }
  }
  if (seasons.contains("month")) factors.emplace_back("months");
  return fmt::format("{}", fmt::join(factors, ", "));
}

std::string ToText(const ordered_json& one) {
  std::vector<std::string> growth, snapshots, increments;
  for (const auto& [table, percent] : one["growth_percent_per_day"].items()) {
    growth.push_back(fmt::format("{} {:+g} %", table, percent.get<double>()));
  }
  std::string seasons;
  for (const ordered_json& table : one["snapshot_tables"]) {
    snapshots.push_back(fmt::format("{} ({})", table["table"].get<std::string>(),
                                    table["frequency"].get<std::string>()));
  }
  for (const ordered_json& table : one["incremental_tables"]) {
    const auto name = table["table"].get<std::string>();
    increments.push_back(name);
    if (!table.contains("seasonal_patterns")) continue;
    const std::string factors = Seasons(table["seasonal_patterns"]);
    if (factors.empty()) continue;
    seasons += ListingLine(seasons.empty() ? "seasonal patterns" : "",
                           fmt::format("{}: {}", name, factors));
  }
  const auto text = [&](const char* key) { return one[key].get<std::string>(); };
  const ordered_json& often = one["snapshot_frequency"];
  const std::string frequency = often.is_null() ? "" : often.get<std::string>();
  return fmt::format("{}: {}\n", text("id"), text("description")) +
         ListingLine("name", text("name")) +
         ListingLine("type", fmt::format("{} ({})", text("type"), text("pattern"))) +
         ListingLine("domain", text("domain")) +
         ListingLine("days", text("first_day") + " to " + text("last_day")) +
         ListingLine("snapshot frequency", frequency) + seasons +
         ListingLine("growth per day", fmt::format("{}", fmt::join(growth, ", "))) +
         ListingLine("snapshot tables", fmt::format("{}", fmt::join(snapshots, ", "))) +
         ListingLine("incremental tables",
                     fmt::format("{}", fmt::join(increments, ", ")));
}

arrow::Result<ExitCode> RunListIncrementalDatasets(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<DatasetSpec> specs, ListedDatasets(arguments));
  ordered_json list = ordered_json::array();
  for (const DatasetSpec& spec : specs) {
    if (IsIncremental(spec)) list.push_back(ToJson(spec));
  }
  if (arguments.Switch("json")) {
    PrintJson({{"datasets", list}});
    return ExitCode::kDone;
  }
  std::string text;
  for (const ordered_json& one : list) text += (text.empty() ? "" : "\n") + ToText(one);
  Print(text);
  return ExitCode::kDone;
}

}  // namespace

extern const CommandDef kListIncrementalDatasetsCommand;
const CommandDef kListIncrementalDatasetsCommand{
    .name = "list-incremental-datasets",
    .summary = "the built-in datasets for runs by day: snapshots, seasons, growth",
    .options = {kListingOptions, kJsonOption},
    .examples =
        "lakeseed list-incremental-datasets\n"
        "lakeseed list-incremental-datasets --domain retail\n"
        "lakeseed list-incremental-datasets --json",
    .run = RunListIncrementalDatasets,
};

}  // namespace lakeseed
