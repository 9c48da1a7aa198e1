// TableCommit: what one run does to one Delta table, as one commit of its log.
//
// It says what is wanted, not which version it becomes: Publish() puts it on top of
// whatever other writers (Spark, deltalake, another lakeseed) have committed, as
// long as nothing that it is about was touched.
//
// Laws: published twice it is there once; of many writers at one version one wins,
// and the others come after it.
//
// Thread safety: plain values; any number of processes may publish at once.

#pragma once

#include <arrow/result.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lakeseed/commit/delta/log.h"
#include "lakeseed/write/storage.h"

namespace lakeseed::delta {

struct TableCommit {
  std::string folder;  ///< Of the table, below the root.
  /// Of the table that was planned on, empty: of none; nullopt: of whichever is there.
  std::optional<std::string> table_id;
  std::string run_id;
  std::string identity;     ///< JSON object; becomes a property of the table.
  int64_t transaction = 1;  ///< 1 for the run's first commit to the table, then 2, …
  int64_t time_ms = 0;      ///< Since 1970-01-01, UTC.
  nlohmann::ordered_json fields;             ///< Of the files that are added.
  std::vector<std::string> partitions;       ///< Columns of them, outermost first.
  std::vector<nlohmann::ordered_json> adds;  ///< Add actions; paths below `folder`.
  bool replaces_all = false;                 ///< All other files go, and the schema.
  /// The rows stay the same: readers of changes see nothing.
  bool rearranges = false;
  /// Paths of files that go. They must be there: if another writer has rewritten
  /// them, their rows would be there twice.
  std::vector<std::string> removals;

  nlohmann::ordered_json ToJson() const;
  static TableCommit FromJson(const nlohmann::ordered_json& json);

  std::string app_id() const { return "lakeseed/" + run_id; }
  /// What of the log Actions() needs.
  LogScope scope() const;

  /// The lines of the log that make a table of `snapshot` what is wanted; empty if
  /// it is that already.
  /// \retval Invalid (exit code 2)    the table has a feature that we cannot write,
  ///                                  or columns that do not fit.
  /// \retval exit code 3              a file that was to be replaced is gone.
  arrow::Result<std::vector<nlohmann::ordered_json>> Actions(
      const Snapshot& snapshot) const;

  /// Commit, unless it has been. `scratch` is a folder for files under way.
  arrow::Status Publish(Storage* storage, const std::string& scratch) const;

 private:
  arrow::Result<nlohmann::ordered_json> Metadata(const Snapshot& snapshot) const;
};

/// Write a checkpoint when the last one is ten commits old.
arrow::Status CheckpointIfDue(Storage* storage, const std::string& folder,
                              const std::string& scratch);

}  // namespace lakeseed::delta
