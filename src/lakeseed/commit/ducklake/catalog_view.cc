#include "lakeseed/commit/ducklake/catalog_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "lakeseed/base/status.h"
#include "lakeseed/commit/catalog_uri.h"
#include "lakeseed/commit/ducklake/catalog_tables.h"
#include "lakeseed/commit/table_files.h"

namespace lakeseed::ducklake {
namespace {

std::optional<int64_t> IdOf(const SqlValue& value) {
  return IsNull(value) ? std::nullopt : std::optional(IntegerOf(value));
}

/// Files with rows that DuckDB has deleted in the catalog itself.
arrow::Result<std::set<int64_t>> FilesWithInlinedDeletes(SqlConnection* connection,
                                                         int64_t table) {
  const std::string name = fmt::format("ducklake_inlined_delete_{}", table);
  std::set<int64_t> files;
  ARROW_ASSIGN_OR_RAISE(const bool is_there, connection->HasTable(name));
  if (!is_there) return files;
  ARROW_ASSIGN_OR_RAISE(const auto rows,
                        connection->Query("SELECT DISTINCT file_id FROM " + name));
  for (const SqlRow& row : rows) files.insert(IntegerOf(row[0]));
  return files;
}

}  // namespace

arrow::Result<std::unique_ptr<SqlConnection>> FindCatalog(const Storage& storage) {
  // An object store has none of its own, and that of Iceberg tables may be no database.
  ARROW_ASSIGN_OR_RAISE(const TableFormatDef* format, FindTableFormat("ducklake"));
  const bool may_be = storage.catalog().empty()
                          ? IsLocal(storage)
                          : TakesCatalog(*format, storage.catalog());
  if (!may_be) return nullptr;
  ARROW_ASSIGN_OR_RAISE(const std::string uri, SqlCatalogUri(storage, kCatalogPath));
  ARROW_ASSIGN_OR_RAISE(auto connection, SqlConnection::Find(uri));
  if (connection == nullptr) return connection;
  ARROW_ASSIGN_OR_RAISE(const bool is_made, IsMade(connection.get()));
  return is_made ? std::move(connection) : nullptr;
}

arrow::Result<bool> IsMade(SqlConnection* connection) {
  return connection->HasTable("ducklake_metadata");
}

arrow::Status CheckVersion(SqlConnection* connection) {
  ARROW_ASSIGN_OR_RAISE(
      const auto rows,
      connection->Query(
          "SELECT \"value\" FROM ducklake_metadata WHERE \"key\" = 'version'"));
  const std::string version = rows.empty() ? "none" : TextOf(rows[0][0]);
  if (version == kVersion) return arrow::Status::OK();
  return RequestError("the DuckLake catalog has another version than 1.0: " + version,
                      "use another --output or --catalog");
}

arrow::Result<int64_t> LastCommit(SqlConnection* connection, const std::string& run_id) {
  const std::string begin = "lakeseed/" + run_id + "/";
  ARROW_ASSIGN_OR_RAISE(
      const auto rows,
      connection->Query("SELECT commit_extra_info FROM ducklake_snapshot_changes WHERE "
                        "commit_extra_info LIKE $1",
                        {begin + "%"}));
  int64_t last = 0;
  for (const SqlRow& row : rows) {
    const std::string text = TextOf(row[0]);
    last =
        std::max<int64_t>(last, std::strtoll(text.c_str() + begin.size(), nullptr, 10));
  }
  return last;
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

arrow::Result<FoundTable> FindTableOf(const Storage& storage, const std::string& folder) {
  FoundTable found;
  ARROW_ASSIGN_OR_RAISE(found.catalog, FindCatalog(storage));
  if (found.catalog == nullptr) return found;
  const std::string name = folder.substr(std::string_view(kTablesFolder).size());
  const size_t slash = name.find('/');
  const bool has_dataset = slash != std::string::npos;
  ARROW_ASSIGN_OR_RAISE(found.id, FindTable(found.catalog.get(),
                                            has_dataset ? name.substr(0, slash) : "main",
                                            has_dataset ? name.substr(slash + 1) : name));
  return found;
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

arrow::Result<std::map<std::string, WholeFile>> WholeFiles(SqlConnection* connection,
                                                           int64_t table) {
  ARROW_ASSIGN_OR_RAISE(const auto cut, FilesWithInlinedDeletes(connection, table));
  ARROW_ASSIGN_OR_RAISE(
      const auto rows,
      connection->Query(
          "SELECT f.path, f.data_file_id, f.row_id_start, f.record_count, "
          "f.file_size_bytes, f.mapping_id, f.partition_id FROM ducklake_data_file f "
          "LEFT JOIN ducklake_delete_file d ON d.data_file_id = f.data_file_id AND "
          "d.end_snapshot IS NULL WHERE f.table_id = $1 AND f.end_snapshot IS NULL AND "
          "f.row_id_start IS NOT NULL AND d.data_file_id IS NULL",
          {table}));
  std::map<std::string, WholeFile> files;
  for (const SqlRow& row : rows) {
    WholeFile file{IntegerOf(row[1]), IntegerOf(row[2]), IntegerOf(row[3]),
                   IntegerOf(row[4]), IdOf(row[5]),      IdOf(row[6])};
    if (!cut.contains(file.id)) files.emplace(TextOf(row[0]), file);
  }
  return files;
}

}  // namespace lakeseed::ducklake
