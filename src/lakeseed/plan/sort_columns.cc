#include "lakeseed/plan/sort_columns.h"

#include <fmt/ranges.h>

#include "lakeseed/base/status.h"
#include "lakeseed/plan/table_columns.h"

namespace lakeseed {

arrow::Result<SortOrder> SortOf(const BoundTable& table, const SortOrder& wanted) {
  for (const std::string& name : wanted.columns) {
    const int index = table.FindColumn(name);
    if (index < 0) return SortOrder();
    const auto at = static_cast<size_t>(index);
    if (!table.spec->columns[at].span.is_always()) {
      return RequestError(
          fmt::format("not in all files, so they are not sorted by it: "
                      "{}.{}",
                      table.name, name));
    }
    ARROW_RETURN_NOT_OK(CheckSortable(*table.columns[at].type, name));
  }
  return wanted;
}

arrow::Status NoTableToSort(std::span<const BoundTable* const> tables,
                            const SortOrder& wanted) {
  const std::string_view option = wanted.is_z_order ? "--z-order-by" : "--sort-by";
  for (const std::string& name : wanted.columns) {
    ARROW_RETURN_NOT_OK(
        CheckSomeTableHas(tables, name, fmt::format("{} {}", option, name)));
  }
  return RequestError(fmt::format("no table has all of these columns: {} {}", option,
                                  fmt::join(wanted.columns, ",")),
                      "tables without them are not sorted; one at least must be");
}

}  // namespace lakeseed
