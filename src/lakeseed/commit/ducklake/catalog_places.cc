// Where a catalog says that the files of its tables lie. Outputs that share a catalog
// have roots of their own, of which the catalog's own path can be one alone.

#include <fmt/format.h>

#include "lakeseed/base/status.h"
#include "lakeseed/commit/ducklake/catalog.h"

namespace lakeseed::ducklake {

arrow::Result<std::string> Catalog::SchemaFolder(int64_t schema) const {
  ARROW_ASSIGN_OR_RAISE(
      const auto rows,
      connection_.Query("SELECT s.path, s.path_is_relative, m.\"value\" FROM "
                        "ducklake_schema s, ducklake_metadata m WHERE s.schema_id = $1 "
                        "AND s.end_snapshot IS NULL AND m.\"key\" = 'data_path'",
                        {schema}));
  if (rows.empty()) return arrow::Status::IOError("the DuckLake catalog has no path");
  const std::string path = TextOf(rows[0][0]);
  return IntegerOf(rows[0][1]) != 0 ? TextOf(rows[0][2]) + path : path;
}

arrow::Result<Catalog::TablePath> Catalog::PathFor(int64_t schema,
                                                   const TableChange& change) const {
  const std::string name = change.table + "/";
  if (home_.empty()) return TablePath{name, true};
  ARROW_ASSIGN_OR_RAISE(const std::string folder, SchemaFolder(schema));
  const std::string wanted = home_ + change.schema + "/";
  if (folder == wanted) return TablePath{name, true};
  return TablePath{wanted + name, false};
}

arrow::Status Catalog::CheckPlace(const CatalogTable& table,
                                  const TableChange& change) const {
  if (home_.empty()) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(
      const auto rows,
      connection_.Query("SELECT path, path_is_relative, schema_id FROM ducklake_table "
                        "WHERE table_id = $1 AND end_snapshot IS NULL",
                        {table.id}));
  std::string folder = TextOf(rows[0][0]);
  if (IntegerOf(rows[0][1]) != 0) {
    ARROW_ASSIGN_OR_RAISE(const std::string above, SchemaFolder(IntegerOf(rows[0][2])));
    folder = above + folder;
  }
  if (folder == fmt::format("{}{}/{}/", home_, change.schema, change.table)) {
    return arrow::Status::OK();
  }
  return RequestError(fmt::format("the catalog has a table {}.{} of another output: {}",
                                  change.schema, change.table, folder),
                      "that output, or another catalog");
}

}  // namespace lakeseed::ducklake
