#include "lakeseed/plan/table_columns.h"

#include "lakeseed/spec/shown_days.h"

namespace lakeseed {

std::vector<PlannedColumn> PlannedColumns(const BoundDataset& dataset,
                                          const BoundTable& table, const Plan& plan) {
  std::vector<PlannedColumn> planned;
  const auto add = [&](size_t c) {
    const BoundColumn& column = table.columns[c];
    planned.push_back(
        {column.name, column.type->ToString(), table.spec->columns[c].span});
  };
  if (!plan.by_day) {
    for (const int c : ColumnsOfFile(dataset, table, std::nullopt, plan.as_of)) {
      add(static_cast<size_t>(c));
    }
    return planned;
  }
  for (size_t c = 0; c < table.columns.size(); ++c) {
    if (table.spec->columns[c].span.Touches(plan.days.from, plan.days.to)) add(c);
  }
  return planned;
}

std::vector<int> ColumnsOfFile(const BoundDataset& dataset, const BoundTable& table,
                               std::optional<int32_t> day, AsOf as_of) {
  const std::optional<int32_t> seen =
      as_of.own_day ? std::nullopt
                    : std::optional<int32_t>(as_of.day + dataset.spec().epoch);
  const DateRange shown = ShownDays(dataset.spec(), *table.spec, day, seen);
  std::vector<int> columns;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    if (table.spec->columns[c].span.Touches(shown.from, shown.to)) {
      columns.push_back(static_cast<int>(c));
    }
  }
  return columns;
}

}  // namespace lakeseed
