#include "lakeseed/commit/iceberg/table_state.h"

#include <fmt/format.h>

#include "lakeseed/base/status.h"
#include "lakeseed/commit/iceberg/avro.h"
#include "lakeseed/commit/parsed_texts.h"
#include "lakeseed/commit/table_files.h"

namespace lakeseed::iceberg {

using nlohmann::ordered_json;

arrow::Result<std::string> TablePlace::Local(const std::string& uri) const {
  const std::string below = root + "/";
  // Spark's writers leave out the scheme, or the empty host, and name S3 by its driver.
  std::string same = uri;
  if (uri.starts_with("/")) same.insert(0, "file://");
  if (uri.starts_with("file:/") && !uri.starts_with("file://")) same.insert(5, "//");
  if (uri.starts_with("s3a://")) same.erase(2, 1);
  if (same.starts_with(below)) return same.substr(below.size());
  return RequestError("a file of the table lies outside the output: " + uri,
                      "use another --output");
}

TablePlace PlaceOf(const Storage& storage, const std::string& name_space,
                   const std::string& table) {
  return {name_space, table, TableFolder(name_space, table),
          (IsLocal(storage) ? "file://" : "") + AbsoluteRoot(storage)};
}

TablePlace PlaceOfFolder(const Storage& storage, const std::string& folder) {
  const std::string below = folder.substr(std::string_view(kTablesFolder).size());
  const size_t slash = below.rfind('/');
  return PlaceOf(storage, below.substr(0, slash), below.substr(slash + 1));
}

int64_t NextMetadataNumber(const TableState& state) {
  if (!state.exists()) return 0;
  const std::string& location = state.metadata_location;
  const size_t name = location.rfind('/') + 1;  // "00012-….metadata.json", "v12.…"
  const size_t number = location.find_first_of("0123456789", name);
  return number == std::string::npos
             ? 1
             : std::strtoll(location.c_str() + number, nullptr, 10) + 1;
}

void AddToMetadataLog(const TableState& state, ordered_json* next) {
  // The default of the Java library.
  constexpr size_t kMostMetadata = 100;
  ordered_json& log = (*next)["metadata-log"];
  log.push_back({{"timestamp-ms", state.metadata.at("last-updated-ms")},
                 {"metadata-file", state.metadata_location}});
  if (log.size() > kMostMetadata) log.erase(0);
}

bool TableState::HasMarker(const std::string& marker) const {
  if (!exists() || !metadata.contains("snapshots")) return false;
  for (const ordered_json& snapshot : metadata["snapshots"]) {
    if (snapshot.contains("summary") &&
        snapshot["summary"].value(kMarkerProperty, "") == marker) {
      return true;
    }
  }
  return false;
}

arrow::Result<ordered_json> ReadMetadata(const Storage& storage,
                                         const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(const std::string text, storage.ReadAll(path));
  // A table's next metadata takes the place of this.
  static ParsedTexts<ordered_json> parsed;
  const std::string table = storage.root() + "/" + path.substr(0, path.rfind('/'));
  return parsed.Get(table, text, [&](const std::string&) -> arrow::Result<ordered_json> {
    ordered_json metadata = ordered_json::parse(text, nullptr, false);
    if (!metadata.is_discarded()) return metadata;
    return arrow::Status::IOError("Iceberg metadata is damaged: ", path);
  });
}

const ordered_json* CurrentSnapshot(const ordered_json& metadata) {
  if (!metadata.contains("current-snapshot-id") || !metadata.contains("snapshots")) {
    return nullptr;
  }
  const ordered_json& id = metadata["current-snapshot-id"];
  for (const ordered_json& snapshot : metadata["snapshots"]) {
    if (snapshot.at("snapshot-id") == id) return &snapshot;
  }
  return nullptr;
}

const ordered_json* CurrentSchema(const ordered_json& metadata) {
  for (const ordered_json& schema : metadata.at("schemas")) {
    if (schema.at("schema-id") == metadata.at("current-schema-id")) return &schema;
  }
  return nullptr;
}

arrow::Result<std::vector<Manifest>> ListManifests(const Storage& storage,
                                                   const TablePlace& place,
                                                   const TableState& state) {
  std::vector<Manifest> manifests;
  const ordered_json* snapshot =
      state.exists() ? CurrentSnapshot(state.metadata) : nullptr;
  if (snapshot == nullptr) return manifests;
  ARROW_ASSIGN_OR_RAISE(const std::string list,
                        place.Local(snapshot->at("manifest-list").get<std::string>()));
  ARROW_ASSIGN_OR_RAISE(const std::string bytes, storage.ReadAll(list));
  ARROW_ASSIGN_OR_RAISE(AvroFile file, ReadAvro(bytes));
  for (ordered_json& record : file.records) {
    manifests.push_back({.listed = std::move(record)});
  }
  return manifests;
}

arrow::Status ReadEntries(const Storage& storage, const TablePlace& place,
                          Manifest* manifest) {
  ARROW_ASSIGN_OR_RAISE(
      const std::string path,
      place.Local(manifest->listed.at("manifest_path").get<std::string>()));
  ARROW_ASSIGN_OR_RAISE(const std::string bytes, storage.ReadAll(path));
  ARROW_ASSIGN_OR_RAISE(manifest->file, ReadAvro(bytes));
  return arrow::Status::OK();
}

arrow::Status ReadEntries(const Storage& storage, const TablePlace& place,
                          std::vector<Manifest>* manifests) {
  for (Manifest& manifest : *manifests) {
    ARROW_RETURN_NOT_OK(ReadEntries(storage, place, &manifest));
  }
  return arrow::Status::OK();
}

arrow::Status WriteNew(Storage* storage, const std::string& scratch,
                       const std::string& path, const std::string& bytes) {
  return storage->WriteNow(path, bytes, Replace::kReplace, scratch + "/metadata");
}

bool IsLive(const ordered_json& entry) {
  return entry.at("status").get<int>() != kDeleted;
}

std::string PathOf(const ordered_json& entry) {
  return entry.at("data_file").at("file_path").get<std::string>();
}

arrow::Result<std::set<std::string>> LivePaths(const Storage& storage,
                                               const TablePlace& place,
                                               const TableState& state) {
  std::set<std::string> paths;
  ARROW_ASSIGN_OR_RAISE(auto manifests, ListManifests(storage, place, state));
  ARROW_RETURN_NOT_OK(ReadEntries(storage, place, &manifests));
  for (const Manifest& manifest : manifests) {
    for (const ordered_json& entry : manifest.entries()) {
      if (!manifest.has_data() || !IsLive(entry)) continue;
      const auto local = place.Local(PathOf(entry));
      paths.insert(local.ok() ? *local : PathOf(entry));
    }
  }
  return paths;
}

namespace {

/// A feature of later format versions that we do not write; empty: none.
std::string ForeignFeature(const ordered_json& metadata) {
  if (!metadata.value("encryption-keys", ordered_json()).empty()) return "encryption";
  for (const ordered_json& spec : metadata.at("partition-specs")) {
    for (const ordered_json& field : spec.at("fields")) {
      if (!field.contains("source-id")) return "transforms of several columns";
    }
  }
  const ordered_json* schema = CurrentSchema(metadata);
  for (const ordered_json& field : schema ? schema->at("fields") : ordered_json()) {
    if (field.contains("write-default")) {
      return "a default of the column " + field.at("name").get<std::string>();
    }
  }
  return "";
}

}  // namespace

int FormatVersion(const ordered_json& metadata) {
  return metadata.at("format-version").get<int>();
}

arrow::Status CheckWritable(const TableState& state, const std::string& table,
                            int version) {
  if (!state.exists()) return arrow::Status::OK();
  const int there = FormatVersion(state.metadata);
  if (there != 2 && there != kRowLineage) {
    return RequestError(fmt::format("the Iceberg table {} has a format version that "
                                    "lakeseed does not write: {}",
                                    table, there),
                        "use another --output");
  }
  if (version > 0 && version < there) {
    return RequestError(
        fmt::format("the Iceberg table {} has format version {}, asked for {}", table,
                    there, version),
        "versions do not go back: leave --iceberg-version out, or use another --output");
  }
  const std::string feature = ForeignFeature(state.metadata);
  if (feature.empty()) return arrow::Status::OK();
  return RequestError(
      fmt::format("the Iceberg table {} has a feature that lakeseed cannot write: {}",
                  table, feature),
      "use another --output, or drop the feature with the program that added it");
}

}  // namespace lakeseed::iceberg
