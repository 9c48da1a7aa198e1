#include "lakeseed/commit/ducklake/catalog.h"

#include <arrow/util/string.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "lakeseed/base/uuid.h"
#include "lakeseed/commit/ducklake/catalog_tables.h"
#include "lakeseed/commit/ducklake/value_text.h"

namespace lakeseed::ducklake {
namespace {

/// A name in double quotes, as in the list of changes.
std::string Quoted(const std::string& name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += c;
    quoted += c;
  }
  return quoted + "\"";
}

/// A UUID that follows from what it names.
std::string UuidOf(const std::string& what, const std::string& name, int64_t id) {
  return UuidText(StreamKey(id, {"uuid", "ducklake", what, name}));
}

/// Columns, or what is inside one, from the rows of all columns of a table.
std::vector<CatalogColumn> ColumnsInside(std::optional<int64_t> parent,
                                         const std::vector<SqlRow>& rows) {
  std::vector<CatalogColumn> columns;
  for (const SqlRow& row : rows) {
    const bool is_inside =
        parent ? !IsNull(row[4]) && IntegerOf(row[4]) == *parent : IsNull(row[4]);
    if (!is_inside) continue;
    CatalogColumn column{
        IntegerOf(row[0]), {TextOf(row[1]), TextOf(row[2]), IntegerOf(row[3]) != 0}, {}};
    column.children = ColumnsInside(column.id, rows);
    for (const CatalogColumn& child : column.children) {
      column.text.children.push_back(child.text);
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

}  // namespace

const CatalogColumn* CatalogTable::Find(const std::string& name) const {
  const std::string wanted = arrow::internal::AsciiToLower(name);
  const auto at = std::find_if(columns.begin(), columns.end(), [&](const auto& column) {
    return arrow::internal::AsciiToLower(column.text.name) == wanted;
  });
  return at == columns.end() ? nullptr : &*at;
}

const CatalogColumn* CatalogTable::Find(int64_t id) const {
  const auto at = std::find_if(columns.begin(), columns.end(),
                               [&](const auto& column) { return column.id == id; });
  return at == columns.end() ? nullptr : &*at;
}

arrow::Result<Catalog> Catalog::Read(SqlConnection* connection, const RunCommit& commit) {
  Catalog catalog(connection);
  if (commit.is_shared) catalog.home_ = commit.data_path;
  ARROW_ASSIGN_OR_RAISE(const bool is_there, connection->HasTable("ducklake_metadata"));
  if (!is_there) ARROW_RETURN_NOT_OK(catalog.Make(commit));
  ARROW_RETURN_NOT_OK(CheckVersion(connection));
  ARROW_RETURN_NOT_OK(catalog.ReadHead());
  return catalog;
}

arrow::Status Catalog::Make(const RunCommit& commit) {
  for (const std::string& statement : CatalogTables(connection_)) {
    ARROW_RETURN_NOT_OK(connection_.Run(statement));
  }
  const std::pair<const char*, std::string> facts[] = {{"version", kVersion},
                                                       {"created_by", "lakeseed"},
                                                       {"data_path", commit.data_path},
                                                       {"encrypted", "false"}};
  for (const auto& [key, value] : facts) {
    ARROW_RETURN_NOT_OK(connection_.Run(
        "INSERT INTO ducklake_metadata(\"key\", \"value\") VALUES ($1, $2)",
        {key, value}));
  }
  ARROW_RETURN_NOT_OK(connection_.Run(
      "INSERT INTO ducklake_snapshot(snapshot_id, snapshot_time, schema_version, "
      "next_catalog_id, next_file_id) VALUES (0, $1, 0, 1, 0)",
      {InstantText(commit.time_us)}));
  ARROW_RETURN_NOT_OK(
      connection_.Run("INSERT INTO ducklake_snapshot_changes(snapshot_id, changes_made) "
                      "VALUES (0, 'created_schema:\"main\"')"));
  return connection_.Run(
      "INSERT INTO ducklake_schema(schema_id, schema_uuid, begin_snapshot, schema_name, "
      "path, path_is_relative) VALUES (0, $1, 0, 'main', 'main/', $2)",
      {UuidOf("schema", "main", 0), int64_t{1}});
}

arrow::Status Catalog::ReadHead() {
  ARROW_ASSIGN_OR_RAISE(
      const auto rows,
      connection_.Query("SELECT snapshot_id, schema_version, next_catalog_id, "
                        "next_file_id, snapshot_time FROM ducklake_snapshot "
                        "ORDER BY snapshot_id DESC LIMIT 1"));
  if (rows.empty()) {
    return arrow::Status::IOError("the DuckLake catalog has no snapshot");
  }
  base_ = IntegerOf(rows[0][0]);
  schema_version_ = IntegerOf(rows[0][1]);
  next_catalog_id_ = IntegerOf(rows[0][2]);
  next_file_id_ = IntegerOf(rows[0][3]);
  base_time_us_ = InstantOf(TextOf(rows[0][4]));
  return arrow::Status::OK();
}

arrow::Result<bool> Catalog::HasMarker(const std::string& marker) const {
  ARROW_ASSIGN_OR_RAISE(
      const auto rows,
      connection_.Query(
          "SELECT 1 FROM ducklake_snapshot_changes WHERE commit_extra_info = $1",
          {marker}));
  return !rows.empty();
}

void Catalog::Note(const std::string& change) {
  if (std::find(changes_.begin(), changes_.end(), change) == changes_.end()) {
    changes_.push_back(change);
  }
}

arrow::Status Catalog::NoteSchemaChange(int64_t table) {
  if (!is_schema_changed_) ++schema_version_;
  is_schema_changed_ = true;
  return connection_.Run(
      "INSERT INTO ducklake_schema_versions(begin_snapshot, schema_version, table_id) "
      "VALUES ($1, $2, $3)",
      {base_ + 1, schema_version_, table});
}

arrow::Result<int64_t> Catalog::SchemaOf(const std::string& name) {
  ARROW_ASSIGN_OR_RAISE(const auto rows,
                        connection_.Query("SELECT schema_id FROM ducklake_schema WHERE "
                                          "schema_name = $1 AND end_snapshot IS NULL",
                                          {name}));
  if (!rows.empty()) return IntegerOf(rows[0][0]);
  const int64_t id = next_catalog_id_++;
  if (!is_schema_changed_) ++schema_version_;
  is_schema_changed_ = true;
  Note("created_schema:" + Quoted(name));
  ARROW_RETURN_NOT_OK(connection_.Run(
      "INSERT INTO ducklake_schema(schema_id, schema_uuid, begin_snapshot, schema_name, "
      "path, path_is_relative) VALUES ($1, $2, $3, $4, $5, $6)",
      {id, UuidOf("schema", name, id), base_ + 1, name, name + "/", int64_t{1}}));
  return id;
}

arrow::Result<std::optional<CatalogTable>> Catalog::FindTable(
    int64_t schema, const std::string& name) const {
  ARROW_ASSIGN_OR_RAISE(
      const auto rows,
      connection_.Query("SELECT table_id FROM ducklake_table WHERE schema_id = $1 AND "
                        "table_name = $2 AND end_snapshot IS NULL",
                        {schema, name}));
  if (rows.empty()) return std::optional<CatalogTable>();
  CatalogTable table{.id = IntegerOf(rows[0][0])};
  ARROW_ASSIGN_OR_RAISE(
      const auto columns,
      connection_.Query(
          "SELECT column_id, column_name, column_type, nulls_allowed, parent_column "
          "FROM ducklake_column WHERE table_id = $1 AND end_snapshot IS NULL "
          "ORDER BY column_order",
          {table.id}));
  table.columns = ColumnsInside(std::nullopt, columns);
  ARROW_RETURN_NOT_OK(ReadPartitions(&table));
  return std::optional<CatalogTable>(std::move(table));
}

/// How DuckDB is to sort the rows that it writes.
arrow::Status Catalog::InsertSort(const CatalogTable& table,
                                  const std::vector<std::string>& columns) {
  if (columns.empty()) return arrow::Status::OK();
  const int64_t id = next_catalog_id_++;
  ARROW_RETURN_NOT_OK(connection_.Run(
      "INSERT INTO ducklake_sort_info(sort_id, table_id, begin_snapshot) VALUES ($1, $2, "
      "$3)",
      {id, table.id, base_ + 1}));
  int64_t place = 0;
  for (const std::string& column : columns) {
    ARROW_RETURN_NOT_OK(connection_.Run(
        "INSERT INTO ducklake_sort_expression(sort_id, table_id, sort_key_index, "
        "expression, dialect, sort_direction, null_order) VALUES ($1, $2, $3, $4, "
        "'duckdb', 'ASC', 'NULLS_FIRST')",
        {id, table.id, place++, Quoted(column)}));
  }
  return arrow::Status::OK();
}

arrow::Status Catalog::SetSort(const CatalogTable& table,
                               const std::vector<std::string>& columns) {
  if (columns.empty()) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(
      const auto rows,
      connection_.Query("SELECT e.expression FROM ducklake_sort_info i JOIN "
                        "ducklake_sort_expression e ON e.sort_id = i.sort_id AND "
                        "e.table_id = i.table_id WHERE i.table_id = $1 AND "
                        "i.end_snapshot IS NULL AND e.sort_direction = 'ASC' AND "
                        "e.null_order = 'NULLS_FIRST' ORDER BY e.sort_key_index",
                        {table.id}));
  const bool is_same =
      std::equal(rows.begin(), rows.end(), columns.begin(), columns.end(),
                 [](const SqlRow& row, const std::string& column) {
                   return TextOf(row[0]) == Quoted(column);
                 });
  if (is_same) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(connection_.Run(
      "UPDATE ducklake_sort_info SET end_snapshot = $1 WHERE table_id = $2 AND "
      "end_snapshot IS NULL",
      {base_ + 1, table.id}));
  Note(fmt::format("altered_table:{}", table.id));
  if (!is_schema_changed_) ++schema_version_;
  is_schema_changed_ = true;
  return InsertSort(table, columns);
}

arrow::Status Catalog::ReadPartitions(CatalogTable* table) const {
  ARROW_ASSIGN_OR_RAISE(
      const auto rows,
      connection_.Query(
          "SELECT p.partition_id, k.column_id, k.\"transform\" FROM "
          "ducklake_partition_info p JOIN ducklake_partition_column k ON k.partition_id "
          "= p.partition_id AND k.table_id = p.table_id WHERE p.table_id = $1 AND "
          "p.end_snapshot IS NULL ORDER BY k.partition_key_index",
          {table->id}));
  for (const SqlRow& row : rows) {
    table->partition_id = IntegerOf(row[0]);
    std::string name = TextOf(row[1]);
    if (const auto* column = table->Find(IntegerOf(row[1]))) name = column->text.name;
    table->partitions.push_back({std::move(name), TextOf(row[2])});
  }
  return arrow::Status::OK();
}

arrow::Status Catalog::InsertPartitions(const std::vector<PartitionKey>& partitions,
                                        CatalogTable* table) {
  table->partitions = partitions;
  if (partitions.empty()) return arrow::Status::OK();
  const int64_t id = next_catalog_id_++;
  table->partition_id = id;
  ARROW_RETURN_NOT_OK(connection_.Run(
      "INSERT INTO ducklake_partition_info(partition_id, table_id, begin_snapshot) "
      "VALUES ($1, $2, $3)",
      {id, table->id, base_ + 1}));
  int64_t place = 0;
  for (const PartitionKey& key : partitions) {
    ARROW_RETURN_NOT_OK(connection_.Run(
        "INSERT INTO ducklake_partition_column(partition_id, table_id, "
        "partition_key_index, column_id, \"transform\") VALUES ($1, $2, $3, $4, $5)",
        {id, table->id, place++, table->Find(key.column)->id, key.transform}));
  }
  return arrow::Status::OK();
}

arrow::Result<CatalogColumn> Catalog::InsertColumn(int64_t table,
                                                   const ColumnText& column,
                                                   const SqlValue& parent, int64_t* id,
                                                   int64_t* order) {
  CatalogColumn made{.id = (*id)++, .text = column};
  const bool is_nested = !column.children.empty();
  ARROW_RETURN_NOT_OK(connection_.Run(
      "INSERT INTO ducklake_column(column_id, begin_snapshot, table_id, column_order, "
      "column_name, column_type, default_value, nulls_allowed, parent_column, "
      "default_value_type, default_value_dialect) VALUES ($1, $2, $3, $4, $5, $6, "
      "'NULL', $7, $8, $9, 'duckdb')",
      {made.id, base_ + 1, table, (*order)++, column.name, column.type,
       int64_t{column.nulls_allowed}, parent, std::string(is_nested ? "" : "literal")}));
  for (const ColumnText& child : column.children) {
    ARROW_ASSIGN_OR_RAISE(made.children.emplace_back(),
                          InsertColumn(table, child, made.id, id, order));
  }
  return made;
}

arrow::Result<CatalogTable> Catalog::CreateTable(int64_t schema,
                                                 const TableChange& change) {
  ARROW_ASSIGN_OR_RAISE(const TablePath path, PathFor(schema, change));
  CatalogTable table{.id = next_catalog_id_++};
  ARROW_RETURN_NOT_OK(connection_.Run(
      "INSERT INTO ducklake_table(table_id, table_uuid, begin_snapshot, schema_id, "
      "table_name, path, path_is_relative) VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {table.id, UuidOf("table", change.table, table.id), base_ + 1, schema, change.table,
       path.text, int64_t{path.is_relative}}));
  int64_t id = 1, order = 1;
  for (const ColumnText& column : change.columns) {
    ARROW_ASSIGN_OR_RAISE(table.columns.emplace_back(),
                          InsertColumn(table.id, column, std::monostate{}, &id, &order));
  }
  ARROW_RETURN_NOT_OK(InsertPartitions(change.partitions, &table));
  ARROW_RETURN_NOT_OK(InsertSort(table, change.sort));
  Note(fmt::format("created_table:{}.{}", Quoted(change.schema), Quoted(change.table)));
  ARROW_RETURN_NOT_OK(NoteSchemaChange(table.id));
  return table;
}

arrow::Status Catalog::DropTable(const CatalogTable& table) {
  for (const char* name :
       {"table", "column", "data_file", "delete_file", "partition_info", "sort_info"}) {
    ARROW_RETURN_NOT_OK(connection_.Run(
        fmt::format("UPDATE ducklake_{} SET end_snapshot = $1 WHERE table_id = $2 AND "
                    "end_snapshot IS NULL",
                    name),
        {base_ + 1, table.id}));
  }
  Note(fmt::format("dropped_table:{}", table.id));
  if (!is_schema_changed_) ++schema_version_;
  is_schema_changed_ = true;
  return arrow::Status::OK();
}

arrow::Status Catalog::AddColumns(const std::vector<ColumnText>& columns,
                                  CatalogTable* table) {
  bool is_added = false;
  for (const ColumnText& column : columns) {
    if (table->Find(column.name) != nullptr) continue;
    // An id is never used again, not even of a column that was dropped.
    ARROW_ASSIGN_OR_RAISE(
        const auto last,
        connection_.Query("SELECT max(column_id), max(column_order) FROM "
                          "ducklake_column WHERE table_id = $1",
                          {table->id}));
    int64_t id = IntegerOf(last[0][0]) + 1, order = IntegerOf(last[0][1]) + 1;
    ColumnText added = column;
    added.nulls_allowed = true;  // Rows that are there have no value.
    ARROW_ASSIGN_OR_RAISE(table->columns.emplace_back(),
                          InsertColumn(table->id, added, std::monostate{}, &id, &order));
    is_added = true;
  }
  if (!is_added) return arrow::Status::OK();
  Note(fmt::format("altered_table:{}", table->id));
  return NoteSchemaChange(table->id);
}

arrow::Status Catalog::Finish(const RunCommit& commit) {
  // Time travel by instants needs them in the order of the snapshots.
  const int64_t time = std::max(commit.time_us, base_time_us_ + 1);
  ARROW_RETURN_NOT_OK(connection_.Run(
      "INSERT INTO ducklake_snapshot(snapshot_id, snapshot_time, schema_version, "
      "next_catalog_id, next_file_id) VALUES ($1, $2, $3, $4, $5)",
      {base_ + 1, InstantText(time), schema_version_, next_catalog_id_, next_file_id_}));
  return connection_.Run(
      "INSERT INTO ducklake_snapshot_changes(snapshot_id, changes_made, author, "
      "commit_message, commit_extra_info) VALUES ($1, $2, 'lakeseed', $3, $4)",
      {base_ + 1, fmt::format("{}", fmt::join(changes_, ",")), "run " + commit.run_id,
       commit.marker()});
}

}  // namespace lakeseed::ducklake
