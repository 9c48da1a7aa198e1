#include "lakeseed/commit/files/manifest.h"

#include <nlohmann/json.hpp>

#include "lakeseed/base/status.h"
#include "lakeseed/commit/files/journal.h"

namespace lakeseed {
namespace {

using nlohmann::ordered_json;

constexpr int kFormatVersion = 1;

}  // namespace

std::string ManifestToText(const Manifest& manifest) {
  ordered_json tables = ordered_json::object();
  for (const auto& [name, table] : manifest.tables) {
    ordered_json files = ordered_json::array();
    int64_t num_rows = 0, size_bytes = 0;
    for (const DataFile& file : table.files) {
      files.push_back(ToJson(file));
      num_rows += file.num_rows;
      size_bytes += file.size_bytes;
    }
    tables[name] = {{"num_rows", num_rows},
                    {"size_bytes", size_bytes},
                    {"identity", ordered_json::parse(table.identity)},
                    {"files", std::move(files)}};
  }
  const ordered_json json{{"format_version", manifest.format_version},
                          {"version", manifest.version},
                          {"run_id", manifest.run_id},
                          {"commit_time", manifest.commit_time},
                          {"identity", ordered_json::parse(manifest.identity)},
                          {"tables", std::move(tables)}};
  return json.dump(1) + "\n";
}

arrow::Result<Manifest> ManifestFromText(std::string_view text) {
  Manifest manifest;
  try {
    const ordered_json json = ordered_json::parse(text);
    manifest.format_version = json.at("format_version").get<int>();
    if (manifest.format_version > kFormatVersion) {
      return arrow::Status::Invalid("manifest is of a later format version: ",
                                    manifest.format_version);
    }
    manifest.version = json.at("version").get<int64_t>();
    manifest.run_id = json.at("run_id").get<std::string>();
    manifest.commit_time = json.at("commit_time").get<std::string>();
    manifest.identity = json.at("identity").dump();
    for (const auto& [name, table] : json.at("tables").items()) {
      ManifestTable& entry = manifest.tables[name];
      entry.identity = table.at("identity").dump();
      for (const ordered_json& file : table.at("files")) {
        ARROW_ASSIGN_OR_RAISE(auto facts, DataFileFromJson(file));
        entry.files.push_back(std::move(facts));
      }
    }
  } catch (const nlohmann::json::exception& error) {
    return arrow::Status::Invalid("manifest is damaged: ", error.what());
  }
  return manifest;
}

arrow::Result<std::optional<Manifest>> ReadManifest(const Storage& storage) {
  ARROW_ASSIGN_OR_RAISE(const auto size, storage.SizeOf(kManifestPath));
  ARROW_ASSIGN_OR_RAISE(const bool pending, storage.Exists(kCommitPath));
  if (!size && !pending) return std::optional<Manifest>();
  Manifest manifest;
  if (size) {
    ARROW_ASSIGN_OR_RAISE(const std::string text, storage.ReadAll(kManifestPath));
    ARROW_ASSIGN_OR_RAISE(manifest, ManifestFromText(text));
  } else {
    manifest.identity = "{}";
  }
  manifest.commit_pending = pending;
  return manifest;
}

}  // namespace lakeseed
