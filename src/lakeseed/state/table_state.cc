#include "lakeseed/state/table_state.h"

namespace lakeseed {

arrow::Result<std::vector<TableState>> ReadTableStates(const Database& database,
                                                       const std::string& dataset_id,
                                                       const std::string& layout) {
  // Beside max(), SQLite takes the other columns from the row that holds it.
  ARROW_ASSIGN_OR_RAISE(
      Statement statement,
      database.Prepare("SELECT table_name, table_type, max(generation_date), count(*), "
                       "CASE WHEN table_type = 'incremental' THEN sum(rows_generated) "
                       "ELSE rows_generated END, sum(size_bytes) "
                       "FROM log_synthetic_data_tables "
                       "WHERE dataset_id = ? AND layout = ? "
                       "GROUP BY table_name ORDER BY table_name"));
  ARROW_RETURN_NOT_OK(statement.Bind({dataset_id, layout}));
  std::vector<TableState> tables;
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(const bool more, statement.Step());
    if (!more) return tables;
    tables.push_back({statement.Text(0), statement.Text(1), statement.Text(2),
                      statement.Integer(3), statement.Integer(4), statement.Integer(5)});
  }
}

}  // namespace lakeseed
