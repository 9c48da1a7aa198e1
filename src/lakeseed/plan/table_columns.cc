#include "lakeseed/plan/table_columns.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "lakeseed/base/status.h"
#include "lakeseed/base/suggest.h"
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

arrow::Status CheckSomeTableHas(std::span<const BoundTable* const> tables,
                                std::string_view column, std::string_view request) {
  std::vector<std::string_view> columns;
  for (const BoundTable* table : tables) {
    if (table->FindColumn(column) >= 0) return arrow::Status::OK();
    for (const BoundColumn& one : table->columns) columns.push_back(one.name);
  }
  std::string hint = DidYouMean(column, columns);
  if (hint.empty()) hint = "`lakeseed describe` prints the columns of each table";
  return RequestError(fmt::format("no table has such a column: {}", request),
                      std::move(hint));
}

}  // namespace lakeseed
