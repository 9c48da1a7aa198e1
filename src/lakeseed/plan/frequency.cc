#include "lakeseed/plan/frequency.h"

#include "lakeseed/base/date.h"

namespace lakeseed {

std::optional<Frequency> FrequencyOf(const BoundDataset& dataset,
                                     const BoundTable& table) {
  const BoundTable& root = dataset.table(table.root);
  if (root.spec->events) return std::nullopt;
  for (const BoundTable* at = &table;; at = &dataset.table(at->parent)) {
    if (at->spec->snapshot) return at->spec->snapshot;
    if (at->parent < 0) break;
  }
  return root.spec->rows ? Frequency::kOnce : Frequency::kDaily;
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
