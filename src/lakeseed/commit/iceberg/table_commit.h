// TableCommit: what one run does to one Iceberg table, as one snapshot.
//
// It says what is wanted, not which snapshot it becomes: Next() puts it on top of
// whatever the table's metadata says now.
//
// Laws: the same commit on top of the same metadata gives the same files, byte by byte;
// a commit that is there already changes nothing.
//
// Thread safety: plain values.

#pragma once

#include <arrow/result.h>

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "lakeseed/commit/iceberg/catalog.h"
#include "lakeseed/commit/iceberg/table_state.h"
#include "lakeseed/commit/table_files.h"
#include "lakeseed/commit/target.h"
#include "lakeseed/write/data_file.h"

namespace lakeseed::iceberg {

class SnapshotWriter;

struct TableCommit {
  std::string name_space, table;
  std::string table_id;  ///< Of the table that was planned on; empty: of none.
  std::string run_id;
  int64_t transaction = 1;
  int64_t time_ms = 0;            ///< Since 1970-01-01, UTC.
  nlohmann::ordered_json fields;  ///< Of the files that are added.
  nlohmann::ordered_json spec;    ///< Their partitions: WantedSpec.
  std::vector<std::string> sort;  ///< Columns that their rows are sorted by.
  int version = 0;                ///< That the table is to have; 0: its own, or 2.
  /// `data_file` records of manifests; paths below the root.
  std::vector<nlohmann::ordered_json> files;
  bool replaces_all = false;  ///< All other files go, and the schema.
  bool rearranges = false;    ///< The files have the rows of those that go.
  /// Of files that rearrange, those that have their rows now.
  std::map<std::string, std::vector<MergedFile>> merged;
  std::vector<std::string> removals;  ///< Files that go; below the root.
  /// No file of it can be in the table, so that nobody need look for them there.
  bool is_new = false;

  nlohmann::ordered_json ToJson() const;
  static TableCommit FromJson(const nlohmann::ordered_json& json);

  std::string marker() const {
    return "lakeseed/" + run_id + "/" + std::to_string(transaction);
  }

  /// Write manifests, and return the step to the table's next metadata; nullopt when
  /// the table is as wanted already. `scratch`: a folder for files under way.
  /// \retval Invalid (exit code 2)  columns that do not fit, a feature of others.
  /// \retval exit code 3            a file that was to be replaced is gone.
  arrow::Result<std::optional<TableMove>> Next(Storage* storage,
                                               const std::string& scratch,
                                               const TablePlace& place,
                                               const TableState& state) const;

  /// What stands against it now; writes nothing.
  arrow::Status Check(const Storage& storage, const TablePlace& place,
                      const TableState& state) const;

 private:
  arrow::Result<SnapshotWriter> Begin(const Storage& storage, const TablePlace& place,
                                      const TableState& state) const;
  arrow::Result<nlohmann::ordered_json> MergedFields(const TableState& state) const;
  arrow::Result<nlohmann::ordered_json> Prepared(const TableState& state,
                                                 const std::string& new_uuid,
                                                 const TablePlace& place) const;
};

/// The `data_file` record of a file, with the number of its rows in any case.
nlohmann::ordered_json DataFileRecord(const DataFile& file,
                                      const nlohmann::ordered_json& fields,
                                      const std::map<std::string, int64_t>& column_bytes,
                                      TableStatistics statistics);

}  // namespace lakeseed::iceberg
