// What a DuckLake catalog has of a run and its tables now.
//
// Thread safety: as SqlConnection says; the calls only read.

#pragma once

#include <arrow/result.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "lakeseed/sql/connection.h"
#include "lakeseed/write/storage.h"

namespace lakeseed::ducklake {

/// The catalog that lies beside the tables, unless --catalog names another.
inline constexpr char kCatalogPath[] = "ducklake.sqlite";

/// The catalog of an output's tables; null when none is made.
arrow::Result<std::unique_ptr<SqlConnection>> FindCatalog(const Storage& storage);

/// Whether it has been made at all.
arrow::Result<bool> IsMade(SqlConnection* connection);

/// \retval Invalid (exit code 2)  it has another version than 1.0.
arrow::Status CheckVersion(SqlConnection* connection);

/// Number of a run's latest commit; 0: it has none, or none that has not expired.
/// REQUIRES: the catalog is made.
arrow::Result<int64_t> LastCommit(SqlConnection* connection, const std::string& run_id);

/// Id of a table of now; nullopt when there is none. REQUIRES: the catalog is made.
arrow::Result<std::optional<int64_t>> FindTable(SqlConnection* connection,
                                                const std::string& schema,
                                                const std::string& table);

/// The table of a folder, "Tables/shop/orders", and the catalog that has it.
struct FoundTable {
  std::unique_ptr<SqlConnection> catalog;  ///< Null: none is made.
  std::optional<int64_t> id;
};
arrow::Result<FoundTable> FindTableOf(const Storage& storage, const std::string& folder);

/// Paths of a table's data files of now, below its folder.
arrow::Result<std::set<std::string>> LiveFiles(SqlConnection* connection, int64_t table);

/// A data file of which no row is deleted.
struct WholeFile {
  int64_t id = 0;
  int64_t first_row_id = 0;
  int64_t num_rows = 0, size_bytes = 0;
  std::optional<int64_t> mapping, partition;  ///< Of its columns; of its values.
};

/// Those of now whose rows have consecutive ids, by path below the table's folder.
arrow::Result<std::map<std::string, WholeFile>> WholeFiles(SqlConnection* connection,
                                                           int64_t table);

}  // namespace lakeseed::ducklake
