#include "lakeseed/commit/iceberg/catalog.h"

namespace lakeseed::iceberg {

arrow::Status PrepareCatalog(SqlConnection* connection, const std::string& name_space) {
  ARROW_RETURN_NOT_OK(connection->Run(
      "CREATE TABLE IF NOT EXISTS iceberg_tables(catalog_name VARCHAR(255) NOT NULL, "
      "table_namespace VARCHAR(255) NOT NULL, table_name VARCHAR(255) NOT NULL, "
      "metadata_location VARCHAR(1000), previous_metadata_location VARCHAR(1000), "
      "iceberg_type VARCHAR(5) DEFAULT 'TABLE', PRIMARY KEY (catalog_name, "
      "table_namespace, table_name))"));
  ARROW_RETURN_NOT_OK(connection->Run(
      "CREATE TABLE IF NOT EXISTS iceberg_namespace_properties(catalog_name "
      "VARCHAR(255) NOT NULL, namespace VARCHAR(255) NOT NULL, property_key "
      "VARCHAR(255) NOT NULL, property_value VARCHAR(1000) NOT NULL, PRIMARY KEY "
      "(catalog_name, namespace, property_key))"));
  ARROW_ASSIGN_OR_RAISE(
      const auto there,
      connection->Query("SELECT 1 FROM iceberg_namespace_properties WHERE catalog_name = "
                        "$1 AND namespace = $2",
                        {kCatalogName, name_space}));
  if (!there.empty()) return arrow::Status::OK();
  return connection->Run(
      "INSERT INTO iceberg_namespace_properties(catalog_name, namespace, property_key, "
      "property_value) VALUES ($1, $2, 'exists', 'true')",
      {kCatalogName, name_space});
}

arrow::Result<std::string> MetadataLocation(SqlConnection* connection,
                                            const std::string& name_space,
                                            const std::string& table) {
  ARROW_ASSIGN_OR_RAISE(const bool is_made, connection->HasTable("iceberg_tables"));
  if (!is_made) return "";
  ARROW_ASSIGN_OR_RAISE(
      const auto rows,
      connection->Query("SELECT metadata_location FROM iceberg_tables WHERE catalog_name "
                        "= $1 AND table_namespace = $2 AND table_name = $3",
                        {kCatalogName, name_space, table}));
  return rows.empty() ? "" : TextOf(rows[0][0]);
}

arrow::Status MoveTable(SqlConnection* connection, const std::string& name_space,
                        const std::string& table, const std::string& old,
                        const std::string& location) {
  if (old.empty()) {
    return connection->Run(
        "INSERT INTO iceberg_tables(catalog_name, table_namespace, table_name, "
        "metadata_location, iceberg_type) VALUES ($1, $2, $3, $4, 'TABLE')",
        {kCatalogName, name_space, table, location});
  }
  ARROW_RETURN_NOT_OK(connection->Run(
      "UPDATE iceberg_tables SET metadata_location = $1, previous_metadata_location = "
      "$2 WHERE catalog_name = $3 AND table_namespace = $4 AND table_name = $5 AND "
      "metadata_location = $2",
      {location, old, kCatalogName, name_space, table}));
  ARROW_ASSIGN_OR_RAISE(const std::string now,
                        MetadataLocation(connection, name_space, table));
  if (now == location) return arrow::Status::OK();
  return arrow::Status::AlreadyExists("another writer has moved the table ", table);
}

}  // namespace lakeseed::iceberg
