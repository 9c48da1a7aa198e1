#include "lakeseed/spec/frequency.h"

#include "lakeseed/base/date.h"
#include "lakeseed/spec/ledger_spec.h"
#include "lakeseed/spec/series_spec.h"

namespace lakeseed {

const TableSpec& RootOf(const DatasetSpec& dataset, const TableSpec& table) {
  const TableSpec* at = &table;
  // More steps than tables: parents in a circle, which binding refuses.
  for (size_t step = 0; at->children && step < dataset.tables.size(); ++step) {
    const TableSpec* parent = dataset.FindTable(at->children->parent);
    if (parent == nullptr) break;
    at = parent;
  }
  return *at;
}

const std::string& ZoneOf(const TableSpec& table) {
  if (table.ledger != nullptr) return table.ledger->zone;
  return table.events ? table.events->zone : table.series->zone;
}

std::optional<Frequency> FrequencyOf(const DatasetSpec& dataset, const TableSpec& table) {
  const TableSpec& root = RootOf(dataset, table);
  if (root.has_own_days()) return std::nullopt;
  const TableSpec* at = &table;
  for (size_t step = 0; step <= dataset.tables.size(); ++step) {
    if (at->snapshot) return at->snapshot;
    if (at == &root) break;
    at = dataset.FindTable(at->children->parent);
  }
  return root.rows ? Frequency::kOnce : Frequency::kDaily;
}

bool IsDue(Frequency frequency, int32_t day) {
  switch (frequency) {
    case Frequency::kDaily:
    case Frequency::kOnce:
      return true;
    case Frequency::kWeekly:
      return Weekday(day) == 0;
    case Frequency::kMonthly:
      return CivilFromDays(day).day == 1;
    case Frequency::kQuarterly: {
      const CivilDate date = CivilFromDays(day);
      return date.day == 1 && date.month % 3 == 1;
    }
  }
  return false;
}

std::string_view ToString(Frequency frequency) {
  switch (frequency) {
    case Frequency::kDaily:
      return "daily";
    case Frequency::kWeekly:
      return "weekly";
    case Frequency::kMonthly:
      return "monthly";
    case Frequency::kQuarterly:
      return "quarterly";
    case Frequency::kOnce:
      return "once";
  }
  return "";
}

}  // namespace lakeseed
