#include "lakeseed/commit/delta/protocol.h"

#include <fmt/format.h>

#include "lakeseed/base/status.h"
#include "lakeseed/commit/delta/schema.h"
#include "lakeseed/commit/table_files.h"

namespace lakeseed::delta {
namespace {

using nlohmann::ordered_json;

/// Features that ask nothing of us, or something that CheckWritable looks for.
constexpr std::string_view kKnown[] = {
    "appendOnly",      "invariants",         "checkConstraints", "changeDataFeed",
    "timestampNtz",    "generatedColumns",   "identityColumns",  "columnMapping",
    "deletionVectors", "vacuumProtocolCheck"};

bool IsKnown(std::string_view feature) {
  for (const std::string_view known : kKnown) {
    if (known == feature) return true;
  }
  return false;
}

/// A feature that the table uses, and that we cannot write; empty: none.
std::string ForeignFeature(const ordered_json& protocol) {
  const int reader = protocol.value("minReaderVersion", 1);
  const int writer = protocol.value("minWriterVersion", 1);
  if (reader > 3) return fmt::format("reader version {}", reader);
  if (writer > 7) return fmt::format("writer version {}", writer);
  for (const char* list : {"readerFeatures", "writerFeatures"}) {
    if (!protocol.contains(list) || !protocol[list].is_array()) continue;
    for (const ordered_json& feature : protocol[list]) {
      const std::string name = feature.get<std::string>();
      if (!IsKnown(name)) return name;
    }
  }
  return "";
}

/// The feature that a column's metadata switches on; empty: none.
std::string ColumnFeature(const ordered_json& fields) {
  if (!fields.is_structured()) return "";
  if (fields.is_object() && fields.contains("metadata")) {
    for (const auto& [key, value] : fields["metadata"].items()) {
      if (key == "delta.invariants") return "invariants";
      if (key == "delta.generationExpression") return "generatedColumns";
      if (key.starts_with("delta.identity.")) return "identityColumns";
      if (key.starts_with("delta.columnMapping.")) return "columnMapping";
    }
  }
  for (const ordered_json& inner : fields) {
    std::string found = ColumnFeature(inner);
    if (!found.empty()) return found;
  }
  return "";
}

arrow::Status Refuse(const std::string& folder, const std::string& feature) {
  return RequestError(
      fmt::format("the Delta table {} has a feature that lakeseed cannot write: {}",
                  folder, feature),
      "use another --output, or drop the feature with the program that added it");
}

}  // namespace

ordered_json ProtocolFor(const ordered_json& fields) {
  if (!HasLocalTimestamps(fields)) {
    return {{"minReaderVersion", 1}, {"minWriterVersion", 2}};
  }
  return {{"minReaderVersion", 3},
          {"minWriterVersion", 7},
          {"readerFeatures", ordered_json::array({"timestampNtz"})},
          {"writerFeatures",
           ordered_json::array({"timestampNtz", "appendOnly", "invariants"})}};
}

ordered_json UpgradeFor(const ordered_json& protocol, const ordered_json& fields) {
  if (!HasLocalTimestamps(fields)) return protocol;
  const int writer = protocol.value("minWriterVersion", 1);
  ordered_json upgraded = ProtocolFor(fields);
  if (writer < 7) {
    // Named versions stand for lists of features.
    if (writer >= 3) upgraded["writerFeatures"].push_back("checkConstraints");
    for (const char* name : {"changeDataFeed", "generatedColumns"}) {
      if (writer >= 4) upgraded["writerFeatures"].push_back(name);
    }
    if (writer >= 5) upgraded["writerFeatures"].push_back("columnMapping");
    if (writer >= 5) upgraded["readerFeatures"].push_back("columnMapping");
    if (writer >= 6) upgraded["writerFeatures"].push_back("identityColumns");
    return upgraded;
  }
  ordered_json same = protocol;
  same["minReaderVersion"] = 3;
  for (const char* list : {"readerFeatures", "writerFeatures"}) {
    if (!same.contains(list) || !same[list].is_array())
      same[list] = ordered_json::array();
    bool has_it = false;
    for (const ordered_json& feature : same[list]) has_it |= feature == "timestampNtz";
    if (!has_it) same[list].push_back("timestampNtz");
  }
  return same;
}

arrow::Status CheckWritable(const Snapshot& snapshot, const std::string& folder,
                            bool removes_files) {
  const std::string foreign = ForeignFeature(snapshot.protocol);
  if (!foreign.empty()) return Refuse(folder, foreign);
  ARROW_ASSIGN_OR_RAISE(const ordered_json fields, snapshot.Fields());
  const std::string of_column = ColumnFeature(fields);
  if (!of_column.empty()) return Refuse(folder, of_column);
  if (snapshot.Property("delta.columnMapping.mode").value_or("none") != "none") {
    return Refuse(folder, "columnMapping");
  }
  if (removes_files && snapshot.Property("delta.appendOnly").value_or("") == "true") {
    return Refuse(folder, "appendOnly (files cannot be replaced)");
  }
  const ordered_json& metadata = snapshot.metadata;
  if (metadata.contains("configuration") && metadata["configuration"].is_object()) {
    for (const auto& [key, value] : metadata["configuration"].items()) {
      if (key.starts_with("delta.constraints."))
        return Refuse(folder, "checkConstraints");
    }
  }
  return arrow::Status::OK();
}

arrow::Status CheckPartitions(const Snapshot& snapshot, const std::string& folder,
                              const std::vector<std::string>& columns) {
  return CheckSamePartitions("the Delta table " + folder, snapshot.PartitionColumns(),
                             columns);
}

}  // namespace lakeseed::delta
