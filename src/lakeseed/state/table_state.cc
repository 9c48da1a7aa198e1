#include "lakeseed/state/table_state.h"

namespace lakeseed {

arrow::Status AddTableDay(Database* database, const std::string& dataset_id,
                          const std::string& layout, const TableState& day) {
  return database->Run(
      "INSERT INTO synthetic_data_table_state (dataset_id, layout, table_name, "
      "table_type, last_generated, generation_count, current_size, size_bytes) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (dataset_id, layout, table_name) DO UPDATE SET "
      "table_type = excluded.table_type, "
      "generation_count = generation_count + excluded.generation_count, "
      "current_size = CASE "
      "WHEN excluded.table_type = 'incremental' THEN current_size + "
      "excluded.current_size "
      "WHEN excluded.last_generated > last_generated THEN excluded.current_size "
      "ELSE current_size END, "
      "last_generated = max(last_generated, excluded.last_generated), "
      "size_bytes = size_bytes + excluded.size_bytes",
      {dataset_id, layout, day.table, day.kind, day.last_generated, day.generation_count,
       day.current_size, day.bytes});
}

arrow::Status RecountTables(Database* database, const std::string& dataset_id,
                            const std::string& layout) {
  ARROW_RETURN_NOT_OK(database->Run(
      "DELETE FROM synthetic_data_table_state WHERE dataset_id = ? AND layout = ?",
      {dataset_id, layout}));
  // Beside max(), SQLite takes the other columns from the row that holds it.
  return database->Run(
      "INSERT INTO synthetic_data_table_state (dataset_id, layout, table_name, "
      "table_type, last_generated, generation_count, current_size, size_bytes) "
      "SELECT dataset_id, layout, table_name, table_type, max(generation_date), "
      "count(*), "
      "CASE WHEN table_type = 'incremental' THEN sum(rows_generated) "
      "ELSE rows_generated END, sum(size_bytes) FROM log_synthetic_data_tables "
      "WHERE dataset_id = ? AND layout = ? GROUP BY table_name",
      {dataset_id, layout});
}

arrow::Result<std::vector<TableState>> ReadTableStates(const Database& database,
                                                       const std::string& dataset_id,
                                                       const std::string& layout) {
  ARROW_ASSIGN_OR_RAISE(
      Statement statement,
      database.Prepare("SELECT table_name, table_type, last_generated, generation_count, "
                       "current_size, size_bytes FROM synthetic_data_table_state "
                       "WHERE dataset_id = ? AND layout = ? ORDER BY table_name"));
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
