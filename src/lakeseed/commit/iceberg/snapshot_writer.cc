#include "lakeseed/commit/iceberg/snapshot_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "lakeseed/base/status.h"
#include "lakeseed/base/uuid.h"
#include "lakeseed/commit/iceberg/avro.h"
#include "lakeseed/commit/iceberg/manifest_merge.h"
#include "lakeseed/commit/iceberg/manifest_schema.h"
#include "lakeseed/commit/iceberg/partition_spec.h"

namespace lakeseed::iceberg {
namespace {

using nlohmann::ordered_json;

int64_t Count(const ordered_json& summary, const char* name) {
  if (!summary.contains(name)) return 0;
  return std::strtoll(summary[name].get<std::string>().c_str(), nullptr, 10);
}

/// An entry that another manifest had, with its own sequence numbers.
ordered_json Carried(ordered_json entry, const ordered_json& listed, int status,
                     int64_t snapshot_id) {
  for (const char* name : {"sequence_number", "file_sequence_number"}) {
    if (!entry.contains(name) || entry[name].is_null()) {
      entry[name] = listed.at("sequence_number");
    }
  }
  if (entry["snapshot_id"].is_null()) entry["snapshot_id"] = listed["added_snapshot_id"];
  entry["status"] = status;
  if (status == kDeleted) entry["snapshot_id"] = snapshot_id;
  return entry;
}

}  // namespace

SnapshotWriter::SnapshotWriter(const TableCommit& commit, const TablePlace& place,
                               const TableState& state, std::vector<Manifest> manifests)
    : commit_(commit),
      place_(place),
      state_(state),
      manifests_(std::move(manifests)),
      key_(StreamKey(commit.transaction,
                     {"iceberg", commit.run_id, place.folder,
                      std::to_string(NextMetadataNumber(state)), LastSnapshot()})),
      snapshot_id_(static_cast<int64_t>(key_.a >> 1)) {}

bool SnapshotWriter::Goes(const Manifest& manifest, const ordered_json& entry) const {
  return manifest.has_data() && IsLive(entry) && going_.contains(PathOf(entry));
}

arrow::Status SnapshotWriter::Settle() {
  std::set<std::string> wanted;
  for (const ordered_json& file : commit_.files) {
    wanted.insert(place_.Uri(file.at("file_path").get<std::string>()));
  }
  std::set<std::string> live;
  for (const Manifest& manifest : manifests_) {
    for (const ordered_json& entry : manifest.entries()) {
      if (manifest.has_data() && IsLive(entry)) live.insert(PathOf(entry));
    }
  }
  for (const std::string& path : commit_.removals) {
    const std::string uri = place_.Uri(path);
    if (wanted.contains(uri)) continue;
    if (!live.contains(uri)) {
      return ErrorWithCode(
          ExitCode::kConflict,
          fmt::format("another writer has rewritten {}: {}", place_.folder, path),
          "its rows cannot be told apart any more; use another --output");
    }
    going_.insert(uri);
  }
  if (commit_.replaces_all) {
    for (const std::string& uri : live) {
      if (!wanted.contains(uri)) going_.insert(uri);
    }
  }
  if (commit_.rearranges) ARROW_RETURN_NOT_OK(CheckRearranged());
  const bool keeps_ids =
      commit_.rearranges && FormatVersion(state_.metadata) >= kRowLineage;
  const auto rows =
      keeps_ids ? RowPlacesOf(manifests_) : std::map<std::string, RowPlace>();
  for (const ordered_json& file : commit_.files) {
    ordered_json record = file;
    const auto path = file.at("file_path").get<std::string>();
    record["file_path"] = place_.Uri(path);
    if (live.contains(record["file_path"].get<std::string>())) continue;
    if (keeps_ids) {
      ARROW_ASSIGN_OR_RAISE(record[kFirstRowId], FirstRowIdOf(path, rows));
    }
    added_.push_back(std::move(record));
  }
  return arrow::Status::OK();
}

/// The id of the first row of a merged file; the others follow it, as in those files.
arrow::Result<int64_t> SnapshotWriter::FirstRowIdOf(
    const std::string& path, const std::map<std::string, RowPlace>& rows) const {
  std::optional<RowPlace> next;
  int64_t first = 0;
  for (const MergedFile& file : commit_.merged.at(path)) {
    const auto at = rows.find(place_.Uri(file.path));
    if (at == rows.end() || (next && at->second != *next)) {
      return ErrorWithCode(ExitCode::kConflict,
                           "another writer has moved rows of: " + file.path,
                           "the same again takes the files as they are now");
    }
    if (!next) first = at->second.first_id;
    next = at->second;
    next->first_id += file.num_rows;
  }
  return first;
}

/// Rows may move to other files only where nothing says more of them than their values.
arrow::Status SnapshotWriter::CheckRearranged() const {
  const auto refused = [&](const std::string& why) {
    return RequestError(fmt::format("{} is not optimized: {}", place_.folder, why),
                        "use the engine that made it so");
  };
  for (const Manifest& manifest : manifests_) {
    if (!manifest.has_data()) return refused("another program has deleted rows of it");
    const bool is_current =
        manifest.listed.at("partition_spec_id") == state_.metadata.at("default-spec-id");
    const auto goes = [&](const ordered_json& entry) { return Goes(manifest, entry); };
    if (!is_current &&
        std::any_of(manifest.entries().begin(), manifest.entries().end(), goes)) {
      return refused("another program has changed its partitions");
    }
  }
  return arrow::Status::OK();
}

arrow::Result<ordered_json> SnapshotWriter::Write(Storage* storage,
                                                  const std::string& scratch,
                                                  const ordered_json& metadata,
                                                  int64_t sequence, int64_t time_ms) {
  storage_ = storage;
  scratch_ = scratch;
  metadata_ = metadata;
  version_ = FormatVersion(metadata);
  sequence_ = sequence;
  ARROW_ASSIGN_OR_RAISE(std::vector<ordered_json> list, WriteManifests());
  const std::string path = fmt::format("{}/metadata/snap-{}-1-{}.avro", place_.folder,
                                       snapshot_id_, UuidText(key_));
  const int64_t next_row = AssignRowIds(&list);
  AvroFile file{.schema = ManifestListSchema(version_), .records = std::move(list)};
  const std::string parent = LastSnapshot();
  file.metadata = {{"snapshot-id", std::to_string(snapshot_id_)},
                   {"parent-snapshot-id", parent.empty() ? "null" : parent},
                   {"sequence-number", std::to_string(sequence)},
                   {"format-version", std::to_string(version_)}};
  ARROW_ASSIGN_OR_RAISE(const std::string bytes, WriteAvro(file));
  ARROW_RETURN_NOT_OK(WriteNew(storage_, scratch_, path, bytes));
  ordered_json snapshot{{"snapshot-id", snapshot_id_}};
  if (!parent.empty()) snapshot["parent-snapshot-id"] = std::stoll(parent);
  snapshot["sequence-number"] = sequence;
  snapshot["timestamp-ms"] = time_ms;
  snapshot["manifest-list"] = place_.Uri(path);
  snapshot["summary"] = Summary();
  snapshot["schema-id"] = metadata.at("current-schema-id");
  if (version_ >= kRowLineage) {
    const auto first_row = metadata.at("next-row-id").get<int64_t>();
    snapshot["first-row-id"] = first_row;
    snapshot["added-rows"] = next_row - first_row;
  }
  return snapshot;
}

int64_t SnapshotWriter::AssignRowIds(std::vector<ordered_json>* list) const {
  if (version_ < kRowLineage) return 0;
  auto next = metadata_.at("next-row-id").get<int64_t>();
  for (ordered_json& listed : *list) {
    const bool has_ids = !listed.value(kFirstRowId, ordered_json()).is_null();
    if (has_ids || listed.at("content").get<int>() != 0) continue;
    listed[kFirstRowId] = next;
    next += listed.at("added_rows_count").get<int64_t>() +
            listed.at("existing_rows_count").get<int64_t>();
  }
  return next;
}

std::string SnapshotWriter::MetadataPath() const {
  return fmt::format("{}/metadata/{:05}-{}.metadata.json", place_.folder,
                     NextMetadataNumber(state_), UuidText(key_.Sub(1)));
}

std::string SnapshotWriter::TableUuid() const { return UuidText(key_.Sub(2)); }

std::string SnapshotWriter::LastSnapshot() const {
  const ordered_json* snapshot =
      state_.exists() ? CurrentSnapshot(state_.metadata) : nullptr;
  return snapshot == nullptr ? "" : snapshot->at("snapshot-id").dump();
}

arrow::Result<std::vector<ordered_json>> SnapshotWriter::WriteManifests() {
  std::vector<ordered_json> list;
  if (!added_.empty()) {
    ARROW_ASSIGN_OR_RAISE(list.emplace_back(), WriteAdded());
  }
  std::vector<ManifestGroup> groups;
  for (const Manifest& manifest : manifests_) {
    const bool touched =
        std::any_of(manifest.entries().begin(), manifest.entries().end(),
                    [&](const ordered_json& entry) { return Goes(manifest, entry); });
    if (!touched) {
      if (manifest.is_merged) {
        AddToGroup(manifest, &groups);
      } else {
        list.push_back(manifest.listed);
      }
      continue;
    }
    AvroFile file = manifest.file;  // Whatever else its writer has put into it.
    file.records.clear();
    Carry(manifest, &file);
    ARROW_ASSIGN_OR_RAISE(
        list.emplace_back(),
        WriteManifest(file, manifest.listed.at("partition_spec_id"),
                      manifest.listed.value("partitions", ordered_json())));
  }
  for (const ManifestGroup& group : groups) {
    ordered_json one = group.front()->listed;
    if (group.size() > 1) {
      ARROW_ASSIGN_OR_RAISE(one, WriteMerged(group));
    }
    list.push_back(std::move(one));
  }
  return list;
}

void SnapshotWriter::Carry(const Manifest& manifest, AvroFile* file) const {
  if (version_ >= kRowLineage) {
    AddFirstRowId(&file->schema);
    file->metadata["format-version"] = std::to_string(version_);
  }
  RowIds ids(manifest.listed);
  for (const ordered_json& entry : manifest.entries()) {
    if (!IsLive(entry)) continue;
    const int status = Goes(manifest, entry) ? kDeleted : kExisting;
    ordered_json carried = entry;
    ids.Settle(&carried);
    file->records.push_back(
        Carried(std::move(carried), manifest.listed, status, snapshot_id_));
  }
}

/// One manifest of all their files.
arrow::Result<ordered_json> SnapshotWriter::WriteMerged(
    const std::vector<const Manifest*>& group) {
  AvroFile file = group.front()->file;
  file.records.clear();
  for (const Manifest* manifest : group) Carry(*manifest, &file);
  const ordered_json type =
      PartitionType(CurrentSpec(metadata_), CurrentSchema(metadata_)->at("fields"));
  return WriteManifest(file, group.front()->listed.at("partition_spec_id"),
                       PartitionSummaries(type, file.records));
}

/// A manifest of the files that come.
arrow::Result<ordered_json> SnapshotWriter::WriteAdded() {
  const ordered_json& spec = CurrentSpec(metadata_);
  const ordered_json& schema = *CurrentSchema(metadata_);
  const ordered_json type = PartitionType(spec, schema.at("fields"));
  AvroFile file{.schema = ManifestEntrySchema(type, version_)};
  for (const ordered_json& added : added_) {
    ordered_json record = added;
    ARROW_ASSIGN_OR_RAISE(record["partition"],
                          PartitionRecord(type, spec, added.at("partition")));
    if (!commit_.sort.empty()) {
      record["sort_order_id"] = metadata_.at("default-sort-order-id");
    }
    file.records.push_back({{"status", kAdded},
                            {"snapshot_id", snapshot_id_},
                            {"sequence_number", nullptr},
                            {"file_sequence_number", nullptr},
                            {"data_file", std::move(record)}});
  }
  const ordered_json& spec_id = metadata_.at("default-spec-id");
  file.metadata = {{"schema", schema.dump()},
                   {"schema-id", schema.at("schema-id").dump()},
                   {"partition-spec", spec.dump()},
                   {"partition-spec-id", spec_id.dump()},
                   {"format-version", std::to_string(version_)},
                   {"content", "data"}};
  ordered_json summaries = PartitionSummaries(type, file.records);
  return WriteManifest(file, spec_id, std::move(summaries));
}

arrow::Result<ordered_json> SnapshotWriter::WriteManifest(const AvroFile& file,
                                                          const ordered_json& spec_id,
                                                          ordered_json summaries) {
  ARROW_ASSIGN_OR_RAISE(const std::string bytes, WriteAvro(file));
  const std::string path = fmt::format("{}/metadata/{}-m{}.avro", place_.folder,
                                       UuidText(key_), num_manifests_++);
  ARROW_RETURN_NOT_OK(WriteNew(storage_, scratch_, path, bytes));
  int64_t files[3] = {}, rows[3] = {};
  int64_t least = sequence_;
  for (const ordered_json& entry : file.records) {
    const int status = entry.at("status").get<int>();
    ++files[status];
    rows[status] += entry.at("data_file").at("record_count").get<int64_t>();
    if (status == kExisting) {
      least = std::min(least, entry.at("sequence_number").get<int64_t>());
    }
  }
  return ordered_json{{"manifest_path", place_.Uri(path)},
                      {"manifest_length", static_cast<int64_t>(bytes.size())},
                      {"partition_spec_id", spec_id},
                      {"content", 0},
                      {"sequence_number", sequence_},
                      {"min_sequence_number", least},
                      {"added_snapshot_id", snapshot_id_},
                      {"added_files_count", files[kAdded]},
                      {"existing_files_count", files[kExisting]},
                      {"deleted_files_count", files[kDeleted]},
                      {"added_rows_count", rows[kAdded]},
                      {"existing_rows_count", rows[kExisting]},
                      {"deleted_rows_count", rows[kDeleted]},
                      {"partitions", std::move(summaries)}};
}

ordered_json SnapshotWriter::Summary() const {
  int64_t rows = 0, bytes = 0, gone_rows = 0, gone_bytes = 0;
  for (const ordered_json& file : added_) {
    rows += file.at("record_count").get<int64_t>();
    bytes += file.at("file_size_in_bytes").get<int64_t>();
  }
  for (const Manifest& manifest : manifests_) {
    for (const ordered_json& entry : manifest.entries()) {
      if (!Goes(manifest, entry)) continue;
      gone_rows += entry.at("data_file").at("record_count").get<int64_t>();
      gone_bytes += entry.at("data_file").at("file_size_in_bytes").get<int64_t>();
    }
  }
  static const ordered_json kNothing = ordered_json::object();
  const ordered_json* last = state_.exists() ? CurrentSnapshot(state_.metadata) : nullptr;
  const ordered_json& before = last == nullptr ? kNothing : last->at("summary");
  const auto files = static_cast<int64_t>(added_.size());
  const auto gone = static_cast<int64_t>(going_.size());
  const char* const replacing = commit_.rearranges ? "replace" : "overwrite";
  ordered_json summary{{"operation", going_.empty() ? "append" : replacing},
                       {kMarkerProperty, commit_.marker()}};
  const auto note = [&](const char* name, int64_t value) {
    summary[name] = std::to_string(value);
  };
  note("added-data-files", files);
  note("added-records", rows);
  note("added-files-size", bytes);
  if (gone > 0) {
    note("deleted-data-files", gone);
    note("deleted-records", gone_rows);
    note("removed-files-size", gone_bytes);
  }
  note("total-data-files", Count(before, "total-data-files") + files - gone);
  note("total-records", Count(before, "total-records") + rows - gone_rows);
  note("total-files-size", Count(before, "total-files-size") + bytes - gone_bytes);
  note("total-delete-files", Count(before, "total-delete-files"));
  note("total-position-deletes", Count(before, "total-position-deletes"));
  note("total-equality-deletes", Count(before, "total-equality-deletes"));
  return summary;
}

}  // namespace lakeseed::iceberg
