#include "lakeseed/commit/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/commit/journal.h"
#include "lakeseed/commit/parsed_texts.h"

namespace lakeseed {
namespace {

using nlohmann::ordered_json;

constexpr int kFormatVersion = 1;

/// `what` is no JSON, or lacks what it has to hold.
arrow::Status Damaged(std::string_view what, const nlohmann::json::exception& error) {
  std::string_view reason = error.what();  // "[json.exception.parse_error.101] …"
  if (const size_t end = reason.find("] "); end != std::string_view::npos) {
    reason.remove_prefix(end + 2);
  }
  return ErrorWithCode(ExitCode::kFailed, fmt::format("{} is damaged: {}", what, reason),
                       "lakeseed writes it whole or not at all: bring it back from a "
                       "copy, or make the data again in another directory");
}

}  // namespace

ordered_json ToJson(const Manifest& manifest) {
  ordered_json tables = ordered_json::object();
  for (const auto& [name, table] : manifest.tables) {
    ordered_json files = ordered_json::array();
    int64_t num_rows = 0, size_bytes = 0;
    for (const DataFile& file : table.files) {
      if (file.day) continue;
      files.push_back(ToJson(file));
      num_rows += file.num_rows;
      size_bytes += file.size_bytes;
    }
    tables[name] = {{"table", name.substr(name.rfind('.') + 1)},
                    {"num_rows", num_rows},
                    {"size_bytes", size_bytes},
                    {"identity", ordered_json::parse(table.identity)},
                    {"files", std::move(files)}};
  }
  ordered_json segments = ordered_json::array();
  for (const Segment& one : manifest.segments) {
    segments.push_back({{"path", one.path},
                        {"dataset", one.dataset},
                        {"from", FormatDate(one.from)},
                        {"to", FormatDate(one.to)},
                        {"num_files", one.num_files},
                        {"num_rows", one.num_rows},
                        {"size_bytes", one.size_bytes}});
  }
  return {{"format_version", manifest.format_version},
          {"version", manifest.version},
          {"run_id", manifest.run_id},
          {"commit_time", manifest.commit_time},
          {"identity", ordered_json::parse(manifest.identity)},
          {"tables", std::move(tables)},
          {"segments", std::move(segments)}};
}

std::string ManifestToText(const Manifest& manifest) {
  return ToJson(manifest).dump(1) + "\n";
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
    for (const ordered_json& one : json.at("segments")) {
      Segment& segment = manifest.segments.emplace_back();
      segment.path = one.at("path").get<std::string>();
      segment.dataset = one.at("dataset").get<std::string>();
      ARROW_ASSIGN_OR_RAISE(segment.from, ParseDate(one.at("from").get<std::string>()));
      ARROW_ASSIGN_OR_RAISE(segment.to, ParseDate(one.at("to").get<std::string>()));
      segment.num_files = one.at("num_files").get<int64_t>();
      segment.num_rows = one.at("num_rows").get<int64_t>();
      segment.size_bytes = one.at("size_bytes").get<int64_t>();
    }
  } catch (const nlohmann::json::exception& error) {
    return Damaged(fmt::format("manifest {}", kManifestPath), error);
  }
  return manifest;
}

ordered_json SegmentToJson(const std::vector<DataFile>& files) {
  ordered_json list = ordered_json::array();
  for (const DataFile& file : files) list.push_back(ToJson(file));
  return {{"format_version", kFormatVersion}, {"files", std::move(list)}};
}

std::string SegmentToText(const std::vector<DataFile>& files) {
  return SegmentToJson(files).dump(1) + "\n";
}

arrow::Result<std::vector<DataFile>> SegmentFromText(std::string_view text) {
  std::vector<DataFile> files;
  try {
    const ordered_json json = ordered_json::parse(text);
    for (const ordered_json& one : json.at("files")) {
      ARROW_ASSIGN_OR_RAISE(auto file, DataFileFromJson(one));
      files.push_back(std::move(file));
    }
  } catch (const nlohmann::json::exception& error) {
    return Damaged("segment of the manifest", error);
  }
  return files;
}

void AddSegment(const Segment& segment, std::vector<DataFile> files, Manifest* manifest) {
  for (DataFile& file : files) {
    manifest->segment_of[file.path] = segment.path;
    const std::string name =
        segment.dataset.empty() ? file.table : segment.dataset + "." + file.table;
    manifest->tables[name].files.push_back(std::move(file));
  }
}

arrow::Status LoadSegments(const Storage& storage, std::string_view dataset, int32_t from,
                           int32_t to, Manifest* manifest) {
  for (const Segment& one : manifest->segments) {
    const bool is_wanted =
        (dataset.empty() || one.dataset == dataset) && one.from <= to && from <= one.to;
    if (!is_wanted) continue;
    ARROW_ASSIGN_OR_RAISE(const std::string text, storage.ReadAll(one.path));
    ARROW_ASSIGN_OR_RAISE(std::vector<DataFile> files, SegmentFromText(text));
    AddSegment(one, std::move(files), manifest);
  }
  for (auto& [name, table] : manifest->tables) {
    std::sort(table.files.begin(), table.files.end(),
              [](const DataFile& a, const DataFile& b) { return a.path < b.path; });
  }
  return arrow::Status::OK();
}

arrow::Status LoadAllSegments(const Storage& storage, Manifest* manifest) {
  return LoadSegments(storage, "", INT32_MIN, INT32_MAX, manifest);
}

std::string DatasetOf(std::string_view identity) {
  const auto json = ordered_json::parse(identity, nullptr, /*allow_exceptions=*/false);
  return json.is_object() ? json.value("dataset", std::string()) : std::string();
}

std::string QualifiedName(std::string_view identity, std::string_view table) {
  const std::string dataset = DatasetOf(identity);
  return dataset.empty() ? std::string(table) : fmt::format("{}.{}", dataset, table);
}

arrow::Result<std::optional<Manifest>> ReadPublished(const Storage& storage) {
  ARROW_ASSIGN_OR_RAISE(const auto text, storage.ReadIfThere(kManifestPath));
  if (!text) return std::optional<Manifest>();
  static ParsedTexts<Manifest> parsed;
  ARROW_ASSIGN_OR_RAISE(Manifest manifest,
                        parsed.Get(storage.root(), *text, ManifestFromText));
  return std::optional<Manifest>(std::move(manifest));
}

arrow::Result<std::optional<Manifest>> ReadManifest(const Storage& storage) {
  ARROW_ASSIGN_OR_RAISE(const bool pending, storage.Exists(kCommitPath));
  ARROW_ASSIGN_OR_RAISE(auto manifest, ReadPublished(storage));
  if (!manifest && !pending) return manifest;
  if (!manifest) {
    manifest.emplace();
    manifest->identity = "{}";
  }
  manifest->commit_pending = pending;
  return manifest;
}

}  // namespace lakeseed
