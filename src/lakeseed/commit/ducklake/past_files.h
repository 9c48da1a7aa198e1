// PastFiles: the files of a DuckLake's tables over all its snapshots, and which of them
// no snapshot needs any more.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/result.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lakeseed/sql/connection.h"
#include "lakeseed/write/storage.h"

namespace lakeseed::ducklake {

struct LakeTable {
  std::string name;    ///< "schema.table"
  std::string folder;  ///< Below the root, without a '/' at its end; empty: elsewhere.
  bool is_there = false;
};

struct LakeFile {
  int64_t id = 0, table = 0;
  bool is_delete = false;  ///< It says which rows of another are deleted.
  std::string path;        ///< As the catalog has it.
  std::string local;       ///< Below the root; empty: elsewhere.
  int64_t begin = 0;       ///< Snapshot.
  std::optional<int64_t> end;
};

class PastFiles {
 public:
  /// REQUIRES: a transaction of `connection`.
  static arrow::Result<PastFiles> Read(SqlConnection* connection, const Storage& storage);

  const std::map<int64_t, LakeTable>& tables() const { return tables_; }
  const std::vector<LakeFile>& files() const { return files_; }

  /// Snapshots that were replaced before then; never the latest. `written`: when files
  /// below the root were, since the times of our own snapshots are those of the data.
  std::set<int64_t> Expired(const std::map<std::string, int64_t>& written,
                            int64_t before_ms, int64_t now_ms) const;

  /// Places in files() of those that only these snapshots have.
  std::vector<size_t> OnlyIn(const std::set<int64_t>& expired) const;

  /// Where a path of `ducklake_files_scheduled_for_deletion` leads, below the root.
  std::string LocalOf(const std::string& path, bool is_relative) const;

 private:
  struct Snapshot {
    int64_t id = 0;
    std::optional<int64_t> time_ms;  ///< By the clock of who made it; none: of ours.
  };

  arrow::Status ReadTables(SqlConnection* connection);
  arrow::Status ReadFiles(SqlConnection* connection, bool is_delete);
  arrow::Status ReadSnapshots(SqlConnection* connection);

  std::string root_, data_path_;  ///< Absolute, with a '/' at their ends.
  std::map<int64_t, LakeTable> tables_;
  std::map<int64_t, std::string> folders_;  ///< Absolute, of the tables.
  std::vector<LakeFile> files_;
  std::vector<Snapshot> snapshots_;  ///< In their order.
};

}  // namespace lakeseed::ducklake
