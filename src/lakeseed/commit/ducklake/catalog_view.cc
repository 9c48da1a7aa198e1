#include "lakeseed/commit/ducklake/catalog_view.h"

namespace lakeseed::ducklake {

arrow::Result<bool> IsMade(SqlConnection* connection) {
  return connection->HasTable("ducklake_metadata");
}

arrow::Result<int64_t> CountCommits(SqlConnection* connection,
                                    const std::string& run_id) {
  ARROW_ASSIGN_OR_RAISE(
      const auto rows,
      connection->Query("SELECT count(*) FROM ducklake_snapshot_changes WHERE "
                        "commit_extra_info LIKE $1",
                        {"lakeseed/" + run_id + "/%"}));
  return IntegerOf(rows[0][0]);
}

arrow::Result<std::optional<int64_t>> FindTable(SqlConnection* connection,
                                                const std::string& schema,
                                                const std::string& table) {
  ARROW_ASSIGN_OR_RAISE(
      const auto rows,
      connection->Query("SELECT t.table_id FROM ducklake_table t JOIN ducklake_schema s "
                        "ON s.schema_id = t.schema_id WHERE s.schema_name = $1 AND "
                        "t.table_name = $2 AND s.end_snapshot IS NULL AND "
                        "t.end_snapshot IS NULL",
                        {schema, table}));
  if (rows.empty()) return std::optional<int64_t>();
  return std::optional(IntegerOf(rows[0][0]));
}

arrow::Result<std::set<std::string>> LiveFiles(SqlConnection* connection, int64_t table) {
  ARROW_ASSIGN_OR_RAISE(
      const auto rows,
      connection->Query("SELECT path FROM ducklake_data_file WHERE table_id = $1 AND "
                        "end_snapshot IS NULL",
                        {table}));
  std::set<std::string> paths;
  for (const SqlRow& row : rows) paths.insert(TextOf(row[0]));
  return paths;
}

}  // namespace lakeseed::ducklake
