#include "lakeseed/plan/own_date.h"

namespace lakeseed {

const ColumnSpec* OwnDate(const TableSpec& table) {
  for (const ColumnSpec& column : table.columns) {
    const bool is_fact = column.expression != nullptr &&
                         column.expression->kind == Expr::Kind::kPath &&
                         column.expression->path.size() == 1;
    if (!is_fact) continue;
    const std::string& name = column.expression->path[0];
    if (name == "$time" || name == "$day" || name == "$event_day" || name == "$born" ||
        name == "$valid_from") {
      return &column;
    }
  }
  return nullptr;
}

}  // namespace lakeseed
