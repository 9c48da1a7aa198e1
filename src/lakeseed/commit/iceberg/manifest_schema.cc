#include "lakeseed/commit/iceberg/manifest_schema.h"

#include <algorithm>

#include "lakeseed/commit/iceberg/table_state.h"

namespace lakeseed::iceberg {
namespace {

using nlohmann::ordered_json;

ordered_json Field(const char* name, int id, ordered_json type) {
  return {{"name", name}, {"type", std::move(type)}, {"field-id", id}};
}

ordered_json OptionalField(const char* name, int id, ordered_json type) {
  return {{"name", name},
          {"type", ordered_json::array({"null", std::move(type)})},
          {"default", nullptr},
          {"field-id", id}};
}

/// A map of integers, as Avro cannot have one: an array of keys and values.
ordered_json MapOf(int key_id, int value_id, const char* value) {
  const std::string name = "k" + std::to_string(key_id) + "_v" + std::to_string(value_id);
  return {{"type", "array"},
          {"logicalType", "map"},
          {"items",
           {{"type", "record"},
            {"name", name},
            {"fields", ordered_json::array({Field("key", key_id, "int"),
                                            Field("value", value_id, value)})}}}};
}

ordered_json ListOf(int id, const char* item) {
  return {{"type", "array"}, {"items", item}, {"element-id", id}};
}

}  // namespace

void AddFirstRowId(ordered_json* entry_schema) {
  for (ordered_json& field : entry_schema->at("fields")) {
    if (field.at("name") != "data_file") continue;
    ordered_json& members = field.at("type").at("fields");
    const bool has_it = std::any_of(
        members.begin(), members.end(),
        [](const ordered_json& one) { return one.at("name") == kFirstRowId; });
    if (!has_it) members.push_back(OptionalField(kFirstRowId, 142, "long"));
  }
}

ordered_json ManifestEntrySchema(const ordered_json& partition, int version) {
  const ordered_json file = {
      {"type", "record"},
      {"name", "r2"},
      {"fields",
       ordered_json::array(
           {Field("content", 134, "int"), Field("file_path", 100, "string"),
            Field("file_format", 101, "string"), Field("partition", 102, partition),
            Field("record_count", 103, "long"), Field("file_size_in_bytes", 104, "long"),
            OptionalField("column_sizes", 108, MapOf(117, 118, "long")),
            OptionalField("value_counts", 109, MapOf(119, 120, "long")),
            OptionalField("null_value_counts", 110, MapOf(121, 122, "long")),
            OptionalField("nan_value_counts", 137, MapOf(138, 139, "long")),
            OptionalField("lower_bounds", 125, MapOf(126, 127, "bytes")),
            OptionalField("upper_bounds", 128, MapOf(129, 130, "bytes")),
            OptionalField("key_metadata", 131, "bytes"),
            OptionalField("split_offsets", 132, ListOf(133, "long")),
            OptionalField("equality_ids", 135, ListOf(136, "int")),
            OptionalField("sort_order_id", 140, "int")})}};
  ordered_json schema = {
      {"type", "record"},
      {"name", "manifest_entry"},
      {"fields", ordered_json::array({Field("status", 0, "int"),
                                      OptionalField("snapshot_id", 1, "long"),
                                      OptionalField("sequence_number", 3, "long"),
                                      OptionalField("file_sequence_number", 4, "long"),
                                      Field("data_file", 2, file)})}};
  if (version >= kRowLineage) AddFirstRowId(&schema);
  return schema;
}

ordered_json ManifestListSchema(int version) {
  const ordered_json summary = {
      {"type", "record"},
      {"name", "r508"},
      {"fields", ordered_json::array({Field("contains_null", 509, "boolean"),
                                      OptionalField("contains_nan", 518, "boolean"),
                                      OptionalField("lower_bound", 510, "bytes"),
                                      OptionalField("upper_bound", 511, "bytes")})}};
  const ordered_json summaries = {
      {"type", "array"}, {"items", summary}, {"element-id", 508}};
  ordered_json fields = ordered_json::array(
      {Field("manifest_path", 500, "string"), Field("manifest_length", 501, "long"),
       Field("partition_spec_id", 502, "int"), Field("content", 517, "int"),
       Field("sequence_number", 515, "long"), Field("min_sequence_number", 516, "long"),
       Field("added_snapshot_id", 503, "long"), Field("added_files_count", 504, "int"),
       Field("existing_files_count", 505, "int"),
       Field("deleted_files_count", 506, "int"), Field("added_rows_count", 512, "long"),
       Field("existing_rows_count", 513, "long"),
       Field("deleted_rows_count", 514, "long"),
       OptionalField("partitions", 507, summaries),
       OptionalField("key_metadata", 519, "bytes")});
  if (version >= kRowLineage) fields.push_back(OptionalField(kFirstRowId, 520, "long"));
  return {{"type", "record"}, {"name", "manifest_file"}, {"fields", std::move(fields)}};
}

}  // namespace lakeseed::iceberg
