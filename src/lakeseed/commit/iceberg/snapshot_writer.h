// SnapshotWriter: manifests, their list and the snapshot of one commit.
//
// Law: the same commit on top of the same state gives the same files, byte by byte.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/result.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "lakeseed/base/key.h"
#include "lakeseed/commit/iceberg/row_ids.h"
#include "lakeseed/commit/iceberg/table_commit.h"
#include "lakeseed/commit/iceberg/table_state.h"

namespace lakeseed::iceberg {

class SnapshotWriter {
 public:
  /// REQUIRES: all outlive the writer.
  SnapshotWriter(const TableCommit& commit, const TablePlace& place,
                 const TableState& state, std::vector<Manifest> manifests);

  /// Which files stay, go and come; nothing is written yet.
  /// \retval exit code 3  a file that was to go is not there.
  arrow::Status Settle();

  bool changes_files() const { return !added_.empty() || !going_.empty(); }
  int64_t snapshot_id() const { return snapshot_id_; }

  /// Write manifests and their list; return the snapshot for the metadata, of which
  /// schema and partitions are as they are to be.
  arrow::Result<nlohmann::ordered_json> Write(Storage* storage,
                                              const std::string& scratch,
                                              const nlohmann::ordered_json& metadata,
                                              int64_t sequence, int64_t time_ms);

  std::string MetadataPath() const;
  std::string TableUuid() const;

 private:
  arrow::Status CheckRearranged() const;
  arrow::Result<int64_t> FirstRowIdOf(const std::string& path,
                                      const std::map<std::string, RowPlace>& rows) const;
  std::string LastSnapshot() const;
  bool Goes(const Manifest& manifest, const nlohmann::ordered_json& entry) const;
  arrow::Result<std::vector<nlohmann::ordered_json>> WriteManifests();
  arrow::Result<nlohmann::ordered_json> WriteAdded();
  arrow::Result<nlohmann::ordered_json> WriteMerged(
      const std::vector<const Manifest*>& group);
  /// Append the entries of a manifest that are in the table, or go now.
  void Carry(const Manifest& manifest, AvroFile* file) const;
  arrow::Result<nlohmann::ordered_json> WriteManifest(
      const AvroFile& file, const nlohmann::ordered_json& spec_id,
      nlohmann::ordered_json summaries);
  /// Give ids to the rows of manifests that have none; return the next free one.
  int64_t AssignRowIds(std::vector<nlohmann::ordered_json>* list) const;
  nlohmann::ordered_json Summary() const;

  const TableCommit& commit_;
  const TablePlace& place_;
  const TableState& state_;
  const std::vector<Manifest> manifests_;
  const Key key_;
  Storage* storage_ = nullptr;  // From Write() on.
  std::string scratch_;
  int64_t snapshot_id_ = 0, sequence_ = 0;
  int num_manifests_ = 0, version_ = 0;
  nlohmann::ordered_json metadata_;
  std::vector<nlohmann::ordered_json> added_;
  std::set<std::string> going_;
};

}  // namespace lakeseed::iceberg
