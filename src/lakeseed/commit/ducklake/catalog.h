// Catalog: a DuckLake catalog inside a transaction: its latest snapshot, and the rows
// that make the next one.
//
// Ids are taken in the order of the calls, so equal runs make equal catalogs.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/result.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lakeseed/commit/ducklake/catalog_view.h"
#include "lakeseed/commit/ducklake/run_commit.h"
#include "lakeseed/sql/connection.h"

namespace lakeseed::ducklake {

struct CatalogColumn {
  int64_t id = 0;
  ColumnText text;
  std::vector<CatalogColumn> children;  ///< As those of `text`.
};

struct CatalogTable {
  int64_t id = 0;
  std::vector<CatalogColumn> columns;  ///< In their order.
  std::optional<int64_t> partition_id;
  std::vector<PartitionKey> partitions;

  /// Names are equal without regard to case; null: there is no such column.
  const CatalogColumn* Find(const std::string& name) const;
  const CatalogColumn* Find(int64_t id) const;
};

class Catalog {
 public:
  /// Read the latest snapshot; make the catalog when there is none. REQUIRES: a
  /// transaction of `connection`, and it outlives the catalog.
  /// \retval Invalid (exit code 2)  it has another version than 1.0.
  static arrow::Result<Catalog> Read(SqlConnection* connection, const RunCommit& commit);

  /// Whether a snapshot has this marker.
  arrow::Result<bool> HasMarker(const std::string& marker) const;

  arrow::Result<int64_t> SchemaOf(const std::string& name);
  /// The table as it is now; nullopt when there is none.
  arrow::Result<std::optional<CatalogTable>> FindTable(int64_t schema,
                                                       const std::string& name) const;
  arrow::Result<CatalogTable> CreateTable(int64_t schema, const TableChange& change);
  /// \retval Invalid (exit code 2)  the table's files are not of this output.
  arrow::Status CheckPlace(const CatalogTable& table, const TableChange& change) const;
  arrow::Status DropTable(const CatalogTable& table);
  /// Columns of the files that the table does not have are added, nullable.
  arrow::Status AddColumns(const std::vector<ColumnText>& columns, CatalogTable* table);
  /// How DuckDB is to sort what it writes into a table that is there; empty: as before.
  arrow::Status SetSort(const CatalogTable& table,
                        const std::vector<std::string>& columns);

  /// End the files, rows and deletions of a table, or some of its files.
  arrow::Status RemoveAll(const CatalogTable& table);
  arrow::Status RemoveFiles(const CatalogTable& table,
                            const std::vector<std::string>& paths);
  arrow::Status AddFiles(const CatalogTable& table, const std::vector<AddedFile>& files);
  /// Put merged files in place of those that they are merged of. Rows keep their ids.
  /// \retval exit code 3  another writer has deleted rows of these, or moved them.
  arrow::Status MoveRows(const CatalogTable& table, const std::vector<AddedFile>& files,
                         const std::map<std::string, WholeFile>& there);

  bool changed() const { return !changes_.empty(); }
  /// Write the snapshot itself.
  arrow::Status Finish(const RunCommit& commit);

 private:
  struct TablePath {
    std::string text;
    bool is_relative;  ///< To the schema's.
  };

  explicit Catalog(SqlConnection* connection) : connection_(*connection) {}

  arrow::Status Make(const RunCommit& commit);
  arrow::Status InsertSort(const CatalogTable& table,
                           const std::vector<std::string>& columns);
  arrow::Status ReadPartitions(CatalogTable* table) const;
  arrow::Status InsertPartitions(const std::vector<PartitionKey>& partitions,
                                 CatalogTable* table);
  arrow::Status ReadHead();
  /// A column and what is inside it, with the numbers from `id` and `order` on.
  arrow::Result<CatalogColumn> InsertColumn(int64_t table, const ColumnText& column,
                                            const SqlValue& parent, int64_t* id,
                                            int64_t* order);
  /// Column of a file, or what is inside one, to field of the table.
  struct MappedName {
    std::string name;
    int64_t field = 0;
    int64_t parent = -1;  ///< Place among the names; -1: a column.
    bool operator==(const MappedName&) const = default;
  };
  using Mapping = std::vector<MappedName>;
  static void AddNames(const CatalogColumn& column, const std::string& name,
                       int64_t parent, Mapping* mapping);
  arrow::Result<std::map<int64_t, Mapping>> Mappings(const CatalogTable& table) const;
  /// Find the mapping of a file's columns, or make one.
  arrow::Result<int64_t> MappingOf(const CatalogTable& table,
                                   const std::vector<ColumnFacts>& columns,
                                   std::map<int64_t, Mapping>* mappings);
  /// What a file is to the table beside its rows.
  struct FileLinks {
    int64_t first_row_id;
    std::optional<int64_t> mapping, partition;
  };
  arrow::Status InsertFile(const CatalogTable& table, const AddedFile& file,
                           const FileLinks& links, const Mapping& mapping);
  arrow::Status MergeStatistics(const CatalogTable& table, int64_t old_rows,
                                const std::vector<AddedFile>& files);
  arrow::Status NoteSchemaChange(int64_t table);
  void Note(const std::string& change);

  arrow::Result<std::string> SchemaFolder(int64_t schema) const;
  arrow::Result<TablePath> PathFor(int64_t schema, const TableChange& change) const;

  SqlConnection& connection_;
  std::string home_;  ///< Of this output's tables; empty: the catalog moves with them.
  int64_t base_ = 0;  ///< The latest snapshot; ours is the next.
  int64_t schema_version_ = 0, next_catalog_id_ = 0, next_file_id_ = 0;
  int64_t base_time_us_ = 0;
  bool is_schema_changed_ = false;
  std::vector<std::string> changes_;
};

}  // namespace lakeseed::ducklake
