#include "lakeseed/commit/iceberg/table_commit.h"

#include <arrow/scalar.h>
#include <arrow/type.h>

#include <algorithm>

#include "lakeseed/commit/iceberg/manifest_merge.h"
#include "lakeseed/commit/iceberg/partition_spec.h"
#include "lakeseed/commit/iceberg/schema.h"
#include "lakeseed/commit/iceberg/snapshot_writer.h"
#include "lakeseed/commit/iceberg/sort_order.h"
#include "lakeseed/commit/iceberg/value_bytes.h"
#include "lakeseed/commit/table_files.h"

namespace lakeseed::iceberg {
namespace {

using nlohmann::ordered_json;

/// The convention of the Java library for a table without partitions.
constexpr int kLastPartitionId = 999;

/// The greatest id of fields and elements, and of those inside them.
int64_t LastColumnId(const ordered_json& json, int64_t least) {
  for (const auto& [key, value] : json.items()) {
    if (key == "id" || key == "element-id") {
      least = std::max(least, value.get<int64_t>());
    } else if (value.is_structured()) {
      least = LastColumnId(value, least);
    }
  }
  return least;
}

/// Metadata of a table that nobody has made yet.
ordered_json NewMetadata(const TablePlace& place, const std::string& uuid,
                         int64_t time_ms) {
  return {{"format-version", 2},
          {"table-uuid", uuid},
          {"location", place.location()},
          {"last-sequence-number", 0},
          {"last-updated-ms", time_ms},
          {"last-column-id", 0},
          {"current-schema-id", 0},
          {"schemas", ordered_json::array()},
          {"default-spec-id", 0},
          {"partition-specs", ordered_json::array()},
          {"last-partition-id", kLastPartitionId},
          {"default-sort-order-id", 0},
          {"sort-orders", ordered_json::array({ordered_json{
                              {"order-id", 0}, {"fields", ordered_json::array()}}})},
          {"properties", {{"write.parquet.compression-codec", "snappy"}}},
          {"current-snapshot-id", -1},
          {"refs", ordered_json::object()},
          {"snapshots", ordered_json::array()},
          {"statistics", ordered_json::array()},
          {"snapshot-log", ordered_json::array()},
          {"metadata-log", ordered_json::array()}};
}

/// Make `fields` the current schema, a new one unless it is there.
void SetSchema(const ordered_json& fields, ordered_json* metadata) {
  int64_t next = 0;
  for (const ordered_json& schema : (*metadata)["schemas"]) {
    if (schema.at("fields") == fields) {
      (*metadata)["current-schema-id"] = schema["schema-id"];
      return;
    }
    next = std::max(next, schema.at("schema-id").get<int64_t>() + 1);
  }
  (*metadata)["schemas"].push_back(
      {{"type", "struct"}, {"schema-id", next}, {"fields", fields}});
  (*metadata)["current-schema-id"] = next;
  (*metadata)["last-column-id"] =
      LastColumnId(fields, (*metadata)["last-column-id"].get<int64_t>());
}

}  // namespace

ordered_json TableCommit::ToJson() const {
  ordered_json merged_files = ordered_json::object();
  for (const auto& [path, parts] : merged) {
    merged_files[path] = ordered_json::array();
    for (const MergedFile& part : parts) {
      merged_files[path].push_back({part.path, part.num_rows});
    }
  }
  // Bounds are bytes, which JSON text cannot have: they travel as numbers.
  return {{"namespace", name_space},
          {"table", table},
          {"table_id", table_id},
          {"run_id", run_id},
          {"transaction", transaction},
          {"time_ms", time_ms},
          {"fields", fields},
          {"spec", spec},
          {"sort", sort},
          {"version", version},
          {"replaces_all", replaces_all},
          {"rearranges", rearranges},
          {"merged", std::move(merged_files)},
          {"removals", removals},
          {"is_new", is_new},
          {"files", files}};
}

TableCommit TableCommit::FromJson(const ordered_json& json) {
  TableCommit commit;
  commit.name_space = json.at("namespace").get<std::string>();
  commit.table = json.at("table").get<std::string>();
  commit.table_id = json.at("table_id").get<std::string>();
  commit.run_id = json.at("run_id").get<std::string>();
  commit.transaction = json.at("transaction").get<int64_t>();
  commit.time_ms = json.at("time_ms").get<int64_t>();
  commit.fields = json.at("fields");
  commit.spec = json.at("spec");
  commit.sort = json.at("sort").get<std::vector<std::string>>();
  commit.version = json.at("version").get<int>();
  commit.replaces_all = json.at("replaces_all").get<bool>();
  commit.rearranges = json.at("rearranges").get<bool>();
  for (const auto& [path, parts] : json.at("merged").items()) {
    for (const ordered_json& part : parts) {
      commit.merged[path].push_back(
          {part.at(0).get<std::string>(), part.at(1).get<int64_t>()});
    }
  }
  commit.removals = json.at("removals").get<std::vector<std::string>>();
  commit.is_new = json.at("is_new").get<bool>();
  commit.files = json.at("files").get<std::vector<ordered_json>>();
  for (ordered_json& file : commit.files) {
    for (const char* bounds : {"lower_bounds", "upper_bounds"}) {
      for (ordered_json& bound : file.at(bounds)) {
        if (bound.at("value").is_binary()) continue;
        const auto bytes = bound["value"].at("bytes").get<std::vector<uint8_t>>();
        bound["value"] = ordered_json::binary(bytes);
      }
    }
  }
  return commit;
}

ordered_json DataFileRecord(const DataFile& file, const ordered_json& fields,
                            const std::map<std::string, int64_t>& column_bytes,
                            TableStatistics statistics) {
  ordered_json record{{"content", 0},
                      {"file_path", file.path},
                      {"file_format", "PARQUET"},
                      {"partition", ordered_json::array()},
                      {"record_count", file.num_rows},
                      {"file_size_in_bytes", file.size_bytes}};
  const auto pair = [](const ordered_json& id, ordered_json value) {
    return ordered_json{{"key", id}, {"value", std::move(value)}};
  };
  for (const char* name : {"column_sizes", "value_counts", "null_value_counts",
                           "nan_value_counts", "lower_bounds", "upper_bounds"}) {
    record[name] = ordered_json::array();
  }
  for (const auto& [name, value] : file.partition_values) {
    record["partition"].push_back(value ? ordered_json(*value) : ordered_json());
  }
  record["split_offsets"] = nullptr;
  if (statistics != TableStatistics::kAll) return record;
  for (const ColumnStatistics& column : file.columns) {
    const auto field = std::find_if(fields.begin(), fields.end(), [&](const auto& one) {
      return one.at("name") == column.name;
    });
    // Of structs and lists only leaves would have statistics.
    if (field == fields.end() || arrow::is_nested(column.type->id())) continue;
    const ordered_json& id = field->at("id");
    if (const auto size = column_bytes.find(column.name); size != column_bytes.end()) {
      record["column_sizes"].push_back(pair(id, size->second));
    }
    record["value_counts"].push_back(pair(id, file.num_rows));
    record["null_value_counts"].push_back(pair(id, column.null_count));
    if (arrow::is_floating(column.type->id())) {
      record["nan_value_counts"].push_back(pair(id, column.nan_count));
    }
    const auto bound = [&](const char* name, const std::shared_ptr<arrow::Scalar>& value,
                           bool is_upper) {
      if (value == nullptr) return;
      if (const auto bytes = BoundBytes(*value, is_upper)) {
        record[name].push_back(pair(id, BinaryJson(*bytes)));
      }
    };
    bound("lower_bounds", column.min, false);
    bound("upper_bounds", column.max, true);
  }
  return record;
}

arrow::Result<SnapshotWriter> TableCommit::Begin(const Storage& storage,
                                                 const TablePlace& place,
                                                 const TableState& state) const {
  ARROW_RETURN_NOT_OK(CheckWritable(state, table, version));
  if (!replaces_all) {
    // A catalog may make a table before it takes our first snapshot.
    const bool is_begun =
        table_id.empty() && state.exists() && CurrentSnapshot(state.metadata) == nullptr;
    if (!is_begun) ARROW_RETURN_NOT_OK(CheckSameTable(table, table_id, state.id()));
    if (!rearranges) ARROW_RETURN_NOT_OK(CheckSpec(state, spec, table));
  }
  ARROW_ASSIGN_OR_RAISE(auto manifests, ListManifests(storage, place, state));
  ChooseMerged(state.metadata, &manifests);
  for (Manifest& manifest : manifests) {
    if (is_new && !manifest.is_merged) continue;
    ARROW_RETURN_NOT_OK(ReadEntries(storage, place, &manifest));
  }
  SnapshotWriter writer(*this, place, state, std::move(manifests));
  ARROW_RETURN_NOT_OK(writer.Settle());
  return writer;
}

arrow::Result<ordered_json> TableCommit::MergedFields(const TableState& state) const {
  if (!state.exists() || replaces_all) return fields;
  const ordered_json* schema = CurrentSchema(state.metadata);
  if (schema == nullptr) return fields;
  if (rearranges) return schema->at("fields");
  return MergeFields(schema->at("fields"), fields);
}

/// The metadata with schema and partitions as they are to be.
arrow::Result<ordered_json> TableCommit::Prepared(const TableState& state,
                                                  const std::string& new_uuid,
                                                  const TablePlace& place) const {
  ordered_json metadata = state.metadata;
  if (!state.exists()) metadata = NewMetadata(place, new_uuid, time_ms);
  if (version > FormatVersion(metadata)) {
    metadata["format-version"] = version;
    metadata["next-row-id"] = 0;
  }
  if (rearranges) return metadata;
  ARROW_ASSIGN_OR_RAISE(const ordered_json merged, MergedFields(state));
  const ordered_json* schema = state.exists() ? CurrentSchema(metadata) : nullptr;
  if (schema == nullptr || schema->at("fields") != merged) SetSchema(merged, &metadata);
  if (!state.exists() || CurrentSpecTerms(metadata) != SpecTerms(spec)) {
    SetSpec(spec, &metadata);
  }
  SetSortOrder(sort, &metadata);
  return metadata;
}

arrow::Status TableCommit::Check(const Storage& storage, const TablePlace& place,
                                 const TableState& state) const {
  ARROW_RETURN_NOT_OK(Begin(storage, place, state).status());
  return MergedFields(state).status();
}

arrow::Result<std::optional<TableMove>> TableCommit::Next(Storage* storage,
                                                          const std::string& scratch,
                                                          const TablePlace& place,
                                                          const TableState& state) const {
  if (state.HasMarker(marker())) return std::optional<TableMove>();
  ARROW_ASSIGN_OR_RAISE(SnapshotWriter writer, Begin(*storage, place, state));
  ARROW_ASSIGN_OR_RAISE(ordered_json metadata,
                        Prepared(state, writer.TableUuid(), place));
  if (metadata == state.metadata && !writer.changes_files()) {
    return std::optional<TableMove>();
  }
  const int64_t time = std::max(
      time_ms, state.exists() ? metadata["last-updated-ms"].get<int64_t>() + 1 : time_ms);
  const int64_t sequence = metadata["last-sequence-number"].get<int64_t>() + 1;
  ARROW_ASSIGN_OR_RAISE(ordered_json snapshot,
                        writer.Write(storage, scratch, metadata, sequence, time));
  if (snapshot.contains("first-row-id")) {
    metadata["next-row-id"] =
        snapshot["first-row-id"].get<int64_t>() + snapshot["added-rows"].get<int64_t>();
  }
  metadata["last-sequence-number"] = sequence;
  metadata["last-updated-ms"] = time;
  metadata["snapshots"].push_back(std::move(snapshot));
  metadata["current-snapshot-id"] = writer.snapshot_id();
  metadata["refs"]["main"] = {{"snapshot-id", writer.snapshot_id()}, {"type", "branch"}};
  metadata["snapshot-log"].push_back(
      {{"timestamp-ms", time}, {"snapshot-id", writer.snapshot_id()}});
  if (state.exists()) AddToMetadataLog(state, &metadata);
  return std::optional(
      TableMove{place, state, std::move(metadata), writer.MetadataPath()});
}

}  // namespace lakeseed::iceberg
