// RunCommit: what one run does to the tables of one DuckLake, as one snapshot.
//
// It says what is wanted, not which snapshot it becomes: Publish() puts it on top of
// whatever other writers (DuckDB, another lakeseed) have committed, as long as
// nothing that it is about was touched.
//
// Laws: published twice it is there once; all its tables appear together; of many
// writers at one snapshot one wins, and the others come after it.
//
// Thread safety: plain values; any number of processes may publish at once.

#pragma once

#include <arrow/result.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "lakeseed/sql/connection.h"

namespace lakeseed::ducklake {

/// A column of a table, or of a file.
struct ColumnText {
  std::string name, type;
  bool nulls_allowed = true;
  std::vector<ColumnText> children;  ///< Fields of a struct; of a list its element.
};

/// Statistics of one column of one file.
struct ColumnFacts {
  std::string name;
  int64_t size_bytes = 0;
  int64_t num_values = 0;  ///< Without nulls.
  int64_t num_nulls = 0;
  std::optional<bool> has_nan;  ///< Of floating-point columns alone.
  std::optional<std::string> min, max;
};

struct AddedFile {
  std::string path;  ///< Below the table's folder.
  int64_t num_rows = 0, size_bytes = 0, footer_bytes = 0;
  std::vector<ColumnFacts> columns;
  std::vector<std::optional<std::string>> partition;  ///< A value per partition key.
  std::vector<std::string> merged;  ///< Files that it has the rows of, in their order.
};

/// One key of a table's partitions: what is made of which column.
struct PartitionKey {
  std::string column, transform;  ///< "identity", "year", …, "bucket(16)"
};

/// "year(order_date)", "city"; empty: no partitions.
std::vector<std::string> PartitionTerms(const std::vector<PartitionKey>& keys);

struct TableChange {
  std::string schema, table;
  std::string table_id;             ///< Of the table planned on; empty: of none.
  std::vector<ColumnText> columns;  ///< Of the added files.
  std::vector<PartitionKey> partitions;
  std::vector<std::string> sort;  ///< Columns that the rows of files are sorted by.
  std::vector<AddedFile> files;
  bool replaces_all = false;  ///< All other rows go, and the columns.
  /// Files that go. They must be there: if another writer has rewritten them, their
  /// rows would be there twice.
  std::vector<std::string> removals;
  /// The files have the rows of those that they are merged of, which go.
  bool rearranges = false;
};

struct RunCommit {
  std::string data_path;   ///< Of all tables, with a '/' at its end; not in the JSON.
  bool is_shared = false;  ///< Other outputs have tables in the catalog too; neither.
  std::string run_id;
  int64_t transaction = 1;  ///< 1 for the run's first commit, then 2, …
  int64_t time_us = 0;      ///< Since 1970-01-01, UTC.
  std::vector<TableChange> tables;

  nlohmann::ordered_json ToJson() const;
  static RunCommit FromJson(const nlohmann::ordered_json& json);

  /// How the snapshot says whose it is.
  std::string marker() const {
    return "lakeseed/" + run_id + "/" + std::to_string(transaction);
  }

  /// Commit, unless it has been.
  /// \retval Invalid (exit code 2)    columns that do not fit, another version.
  /// \retval exit code 3              a file that was to be replaced is gone.
  arrow::Status Publish(SqlConnection* connection) const;

  /// What stands against it now; changes nothing.
  arrow::Status Check(SqlConnection* connection) const;
};

}  // namespace lakeseed::ducklake
