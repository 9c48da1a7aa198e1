#include "lakeseed/series/made_days.h"

#include <algorithm>

#include "lakeseed/plan/frequency.h"
#include "lakeseed/plan/own_date.h"

namespace lakeseed {
namespace {

constexpr double kGibi = 1024.0 * 1024.0 * 1024.0;

std::string KindOf(const BoundDataset& dataset, const std::string& name) {
  const BoundTable& table = dataset.table(dataset.FindTable(name));
  const auto frequency = FrequencyOf(dataset, table);
  if (!frequency) return "incremental";
  return frequency == Frequency::kOnce ? "static" : "snapshot";
}

/// The column that says when rows are of.
PrimaryDate PrimaryDateOf(const TableSpec& table) {
  const ColumnSpec* const column = OwnDate(table);
  if (column == nullptr) return {};
  const std::string& fact = column->expression->path[0];
  // A file of late events has those of other days too.
  const bool is_event = fact == "$time" || fact == "$day" || fact == "$event_day";
  return {column->name, is_event && table.has_own_days() && table.late.empty()};
}

DayTable& TableOf(const BoundDataset& dataset, const std::string& name, DayFacts* day) {
  for (DayTable& table : day->tables) {
    if (table.table == name) return table;
  }
  DayTable& table = day->tables.emplace_back();
  table.table = name;
  table.kind = KindOf(dataset, name);
  table.primary_date = PrimaryDateOf(*dataset.table(dataset.FindTable(name)).spec);
  return table;
}

/// Facts of the files of one day, or of all with `day` unset.
DayFacts FactsOf(const BoundDataset& dataset, std::optional<int32_t> day, double seconds,
                 const RunReport& report) {
  DayFacts facts;
  facts.seconds = seconds;
  // Memory and cores are those of the run that the day was part of.
  facts.peak_memory_gb = static_cast<double>(report.peak_rss_bytes) / kGibi;
  if (report.seconds > 0) facts.cpu_cores_used = report.cpu_seconds / report.seconds;
  int64_t rows = 0;
  for (const DataFile& file : report.files) {
    if (day && file.day != day) continue;
    DayTable& table = TableOf(dataset, file.table, &facts);
    table.rows += file.num_rows;
    table.bytes += file.size_bytes;
    table.files.push_back(file);
    rows += file.num_rows;
  }
  if (seconds > 0) facts.rows_per_second = static_cast<double>(rows) / seconds;
  return facts;
}

}  // namespace

std::vector<DayFacts> FactsOfDays(const BoundDataset& dataset,
                                  const std::vector<int32_t>& days,
                                  const RunReport& report) {
  std::vector<DayFacts> facts;
  for (const int32_t day : days) {
    double seconds = 0;
    for (const DayReport& made : report.days) {
      if (made.day == day) seconds = made.seconds;
    }
    facts.push_back(FactsOf(dataset, day, seconds, report));
    facts.back().day = day;
  }
  return facts;
}

DayFacts FactsOfWhole(const BoundDataset& dataset, int32_t day, const RunReport& report) {
  DayFacts facts = FactsOf(dataset, std::nullopt, report.seconds, report);
  facts.day = day;
  return facts;
}

}  // namespace lakeseed
