#include "lakeseed/commit/ducklake/catalog_view.h"

#include "lakeseed/sql/connection.h"

namespace lakeseed::ducklake {
namespace {

arrow::Result<int64_t> CountCommits(SqlConnection* connection,
                                    const std::string& run_id) {
  ARROW_ASSIGN_OR_RAISE(
      const auto rows,
      connection->Query("SELECT count(*) FROM ducklake_snapshot_changes WHERE "
                        "commit_extra_info LIKE $1",
                        {"lakeseed/" + run_id + "/%"}));
  return IntegerOf(rows[0][0]);
}

}  // namespace

arrow::Result<std::optional<LiveTable>> LiveFiles(const std::string& catalog,
                                                  const std::string& run_id,
                                                  const std::string& schema,
                                                  const std::string& table) {
  ARROW_ASSIGN_OR_RAISE(const auto connection, SqlConnection::Open(catalog));
  ARROW_ASSIGN_OR_RAISE(const bool is_made, connection->HasTable("ducklake_table"));
  if (!is_made) return std::optional<LiveTable>();
  ARROW_ASSIGN_OR_RAISE(
      const auto tables,
      connection->Query("SELECT t.table_id FROM ducklake_table t JOIN ducklake_schema s "
                        "ON s.schema_id = t.schema_id WHERE s.schema_name = $1 AND "
                        "t.table_name = $2 AND s.end_snapshot IS NULL AND "
                        "t.end_snapshot IS NULL",
                        {schema, table}));
  if (tables.empty()) return std::optional<LiveTable>();
  LiveTable live;
  ARROW_ASSIGN_OR_RAISE(const auto files,
                        connection->Query("SELECT path FROM ducklake_data_file WHERE "
                                          "table_id = $1 AND end_snapshot IS NULL",
                                          {tables[0][0]}));
  for (const SqlRow& row : files) live.paths.insert(TextOf(row[0]));
  ARROW_ASSIGN_OR_RAISE(const int64_t commits, CountCommits(connection.get(), run_id));
  live.has_our_run = commits > 0;
  return std::optional<LiveTable>(std::move(live));
}

arrow::Result<int64_t> NextTransaction(const RunCommit& commit) {
  ARROW_ASSIGN_OR_RAISE(const auto connection, SqlConnection::Open(commit.catalog));
  ARROW_ASSIGN_OR_RAISE(const bool is_made,
                        connection->HasTable("ducklake_snapshot_changes"));
  if (!is_made) return 1;
  ARROW_ASSIGN_OR_RAISE(const int64_t commits,
                        CountCommits(connection.get(), commit.run_id));
  return commits + 1;
}

}  // namespace lakeseed::ducklake
