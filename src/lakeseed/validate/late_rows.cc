#include "lakeseed/validate/late_rows.h"

#include <arrow/api.h>

#include <algorithm>

#include "lakeseed/base/date.h"
#include "lakeseed/spec/frequency.h"
#include "lakeseed/validate/cells.h"
#include "lakeseed/validate/relations.h"

namespace lakeseed {

const std::vector<LateShare>& LateOf(const DatasetSpec& dataset, const TableSpec& table) {
  return RootOf(dataset, table).late;
}

int32_t LongestLag(const DatasetSpec& dataset, const TableSpec& table) {
  const std::vector<LateShare>& late = LateOf(dataset, table);
  return late.empty() ? 0 : late.back().days;
}

std::vector<int32_t> EventColumn::DaysOf(const arrow::Array& cells) const {
  std::vector<int64_t> values;
  ReadIntegers(cells, &values);
  std::vector<int32_t> days(values.size(), kNoDay);
  for (size_t i = 0; i < values.size(); ++i) {
    if (cells.IsNull(static_cast<int64_t>(i))) continue;
    days[i] = is_time ? DayOfTimestamp(zone.ToLocal(values[i]))
                      : static_cast<int32_t>(values[i]);
  }
  return days;
}

std::optional<EventColumn> EventColumnOf(const DatasetSpec& dataset,
                                         const TableSpec& table) {
  const TableSpec& root = RootOf(dataset, table);
  if (!root.events) return std::nullopt;
  EventColumn column{.name = ColumnOfFact(table, "$day")};
  if (!column.name.empty()) return column;
  column.name = ColumnOfFact(table, "$time");
  auto zone = TimeZone::Load(root.events->zone);
  if (column.name.empty() || !zone.ok()) return std::nullopt;
  column.is_time = true;
  column.zone = *std::move(zone);
  return column;
}

int64_t LastArrivedKey(const TableFiles& files, const std::string& key, int32_t longest) {
  int64_t last = 0;
  const int32_t last_day = files.days().to;
  for (const FileFacts& file : files.facts->files) {
    const ColumnFacts* column = FindColumn(file, key);
    if (*file.day + longest > last_day || column == nullptr) continue;
    if (column->max.is_number_integer())
      last = std::max(last, column->max.get<int64_t>());
  }
  return last;
}

}  // namespace lakeseed
