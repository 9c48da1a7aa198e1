#include "lakeseed/commit/iceberg/sql_catalog.h"

#include <fmt/format.h>

namespace lakeseed::iceberg {
namespace {

/// Readers give the same name.
constexpr char kCatalogName[] = "lakeseed";

constexpr std::pair<const char*, const char*> kTables[] = {
    {"iceberg_tables",
     "catalog_name VARCHAR(255) NOT NULL, table_namespace VARCHAR(255) NOT NULL, "
     "table_name VARCHAR(255) NOT NULL, metadata_location VARCHAR(1000), "
     "previous_metadata_location VARCHAR(1000), iceberg_type VARCHAR(5) DEFAULT 'TABLE', "
     "PRIMARY KEY (catalog_name, table_namespace, table_name)"},
    {"iceberg_namespace_properties",
     "catalog_name VARCHAR(255) NOT NULL, namespace VARCHAR(255) NOT NULL, property_key "
     "VARCHAR(255) NOT NULL, property_value VARCHAR(1000) NOT NULL, PRIMARY KEY "
     "(catalog_name, namespace, property_key)"},
};

}  // namespace

arrow::Result<bool> SqlCatalog::Find() {
  if (connection_ == nullptr) {
    ARROW_ASSIGN_OR_RAISE(connection_, SqlConnection::Find(uri_));
  }
  return connection_ != nullptr;
}

arrow::Status SqlCatalog::CheckWritable() {
  ARROW_ASSIGN_OR_RAISE(const bool is_there, Find());
  return is_there ? connection_->CheckWritable("iceberg_tables") : arrow::Status::OK();
}

arrow::Status SqlCatalog::Prepare(const std::string& name_space) {
  // Asked for first: to make what is there needs rights that a writer may not have.
  for (const auto& [name, columns] : kTables) {
    ARROW_ASSIGN_OR_RAISE(const bool is_there, connection_->HasTable(name));
    if (is_there) continue;
    ARROW_RETURN_NOT_OK(
        connection_->Run(fmt::format("CREATE TABLE {}({})", name, columns)));
  }
  ARROW_ASSIGN_OR_RAISE(
      const auto there,
      connection_->Query("SELECT 1 FROM iceberg_namespace_properties WHERE catalog_name "
                         "= $1 AND namespace = $2",
                         {kCatalogName, name_space}));
  if (!there.empty()) return arrow::Status::OK();
  return connection_->Run(
      "INSERT INTO iceberg_namespace_properties(catalog_name, namespace, property_key, "
      "property_value) VALUES ($1, $2, 'exists', 'true')",
      {kCatalogName, name_space});
}

arrow::Result<std::string> SqlCatalog::LocationOf(const TablePlace& place) {
  ARROW_ASSIGN_OR_RAISE(const bool is_made, connection_->HasTable("iceberg_tables"));
  if (!is_made) return "";
  ARROW_ASSIGN_OR_RAISE(
      const auto rows,
      connection_->Query("SELECT metadata_location FROM iceberg_tables WHERE "
                         "catalog_name = $1 AND table_namespace = $2 AND table_name = $3",
                         {kCatalogName, place.name_space, place.table}));
  return rows.empty() ? "" : TextOf(rows[0][0]);
}

arrow::Result<TableState> SqlCatalog::Load(const Storage& storage,
                                           const TablePlace& place) {
  TableState state;
  ARROW_ASSIGN_OR_RAISE(const bool is_there, Find());
  if (!is_there) return state;
  ARROW_ASSIGN_OR_RAISE(state.metadata_location, LocationOf(place));
  if (!state.exists()) return state;
  ARROW_ASSIGN_OR_RAISE(const std::string path, place.Local(state.metadata_location));
  ARROW_ASSIGN_OR_RAISE(state.metadata, ReadMetadata(storage, path));
  return state;
}

arrow::Status SqlCatalog::MoveTable(const TableMove& move) {
  const std::string location = move.place.Uri(move.metadata_path);
  const std::string& old = move.from.metadata_location;
  const TablePlace& place = move.place;
  if (old.empty()) {
    return connection_->Run(
        "INSERT INTO iceberg_tables(catalog_name, table_namespace, table_name, "
        "metadata_location, iceberg_type) VALUES ($1, $2, $3, $4, 'TABLE')",
        {kCatalogName, place.name_space, place.table, location});
  }
  ARROW_RETURN_NOT_OK(connection_->Run(
      "UPDATE iceberg_tables SET metadata_location = $1, previous_metadata_location = "
      "$2 WHERE catalog_name = $3 AND table_namespace = $4 AND table_name = $5 AND "
      "metadata_location = $2",
      {location, old, kCatalogName, place.name_space, place.table}));
  ARROW_ASSIGN_OR_RAISE(const std::string now, LocationOf(place));
  if (now == location) return arrow::Status::OK();
  return arrow::Status::AlreadyExists("another writer has moved the table ", place.table);
}

arrow::Status SqlCatalog::Commit(Storage* storage, const std::string& scratch,
                                 std::span<const TableMove> moves) {
  if (connection_ == nullptr) {
    ARROW_ASSIGN_OR_RAISE(connection_, SqlConnection::Open(uri_));
  }
  for (const TableMove& move : moves) {
    ARROW_RETURN_NOT_OK(
        WriteNew(storage, scratch, move.metadata_path, move.metadata.dump()));
  }
  ARROW_RETURN_NOT_OK(connection_->Begin());
  SqlTransaction transaction(connection_.get());
  for (const TableMove& move : moves) {
    ARROW_RETURN_NOT_OK(Prepare(move.place.name_space));
    ARROW_RETURN_NOT_OK(MoveTable(move));
  }
  return transaction.Commit();
}

}  // namespace lakeseed::iceberg
