#include "lakeseed/commit/iceberg/manifest_merge.h"

#include <cstdlib>
#include <string>

namespace lakeseed::iceberg {
namespace {

using nlohmann::ordered_json;

constexpr int64_t kMinCount = 100, kTargetBytes = int64_t{8} << 20;

/// Text, as properties of tables are; `other` when it is not set.
std::string Property(const ordered_json& metadata, const char* name,
                     const std::string& other) {
  const auto at = metadata.find("properties");
  return at == metadata.end() || !at->is_object() ? other : at->value(name, other);
}

int64_t NumberProperty(const ordered_json& metadata, const char* name, int64_t other) {
  const std::string text = Property(metadata, name, "");
  const int64_t number = std::strtoll(text.c_str(), nullptr, 10);
  return number > 0 ? number : other;
}

/// Of one table schema, which programs spell in their own ways, and with equal fields.
bool HaveSameForm(const AvroFile& a, const AvroFile& b) {
  const auto said = [](const AvroFile& file, const char* name) {
    const auto at = file.metadata.find(name);
    return at == file.metadata.end() ? std::string() : at->second;
  };
  const char* const name = said(a, "schema-id").empty() ? "schema" : "schema-id";
  return said(a, name) == said(b, name) && a.schema == b.schema &&
         said(a, "format-version") == said(b, "format-version");
}

}  // namespace

void ChooseMerged(const ordered_json& metadata, std::vector<Manifest>* manifests) {
  if (manifests->empty()) return;
  if (Property(metadata, "commit.manifest-merge.enabled", "true") != "true") return;
  const int64_t least =
      NumberProperty(metadata, "commit.manifest.min-count-to-merge", kMinCount);
  int64_t room =
      NumberProperty(metadata, "commit.manifest.target-size-bytes", kTargetBytes);
  std::vector<Manifest*> chosen;
  for (Manifest& manifest : *manifests) {
    const auto bytes = manifest.listed.at("manifest_length").get<int64_t>();
    const bool fits =
        manifest.has_data() && bytes <= room &&
        manifest.listed.at("partition_spec_id") == metadata.at("default-spec-id");
    if (!fits) continue;
    room -= bytes;
    chosen.push_back(&manifest);
  }
  if (static_cast<int64_t>(chosen.size()) < least) return;
  for (Manifest* manifest : chosen) manifest->is_merged = true;
}

void AddToGroup(const Manifest& manifest, std::vector<ManifestGroup>* groups) {
  for (ManifestGroup& group : *groups) {
    if (!HaveSameForm(group.front()->file, manifest.file)) continue;
    group.push_back(&manifest);
    return;
  }
  groups->push_back({&manifest});
}

}  // namespace lakeseed::iceberg
