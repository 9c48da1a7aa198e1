#include "lakeseed/commit/check.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/commit/journal.h"
#include "lakeseed/commit/optimize.h"

namespace lakeseed {
namespace {

using nlohmann::json;

constexpr char kOverwriteHint[] =
    "--if-exists overwrite replaces them, resume keeps what is complete";

arrow::Status CheckPaths(const TargetRequest& request) {
  if (request.run_id.empty()) return arrow::Status::Invalid("a run without an id");
  if (request.files.empty()) return RequestError("nothing to write");
  std::set<std::string_view> paths;
  for (const PlannedFile& file : request.files) {
    const std::string_view path = file.path;
    const bool inside = !path.empty() && path.front() != '/' &&
                        !path.starts_with("_lakeseed/") &&
                        fmt::format("/{}/", path).find("/../") == std::string::npos;
    if (!inside) {
      return RequestError("path leads out of the output: " + file.path,
                          "write it relative, without `..` and `_lakeseed`");
    }
    if (!paths.insert(path).second) {
      return RequestError("two files of one path: " + file.path,
                          "the path pattern must tell tables and parts apart");
    }
  }
  return arrow::Status::OK();
}

/// The first part in which two identities differ; empty when they are equal.
std::string Difference(const std::string& there, const std::string& here) {
  const json a = json::parse(there, nullptr, /*allow_exceptions=*/false);
  const json b = json::parse(here, nullptr, /*allow_exceptions=*/false);
  if (a == b) return "";
  std::string of_hash;  // It follows from others, which say more.
  for (const auto& [key, value] : b.items()) {
    const json other = a.is_object() && a.contains(key) ? a[key] : json();
    if (other == value) continue;
    std::string said =
        fmt::format("{} is {} there, {} here", key, other.dump(), value.dump());
    if (key != "spec_hash") return said;
    of_hash = "made with other parameters or another dataset file: " + said;
  }
  for (const auto& [key, value] : a.items()) {
    if (!b.contains(key))
      return fmt::format("{} is {} there, not set here", key, value.dump());
  }
  return of_hash.empty() ? "identity differs" : of_hash;
}

/// One dataset has one identity below one root; other datasets may be there too.
arrow::Status CheckIdentity(const Manifest& manifest, const TargetRequest& request) {
  for (const auto& [name, table] : manifest.tables) {
    if (DatasetOf(table.identity) != DatasetOf(request.identity)) continue;
    const std::string difference = Difference(table.identity, request.identity);
    if (difference.empty()) continue;
    return RequestError(
        fmt::format("output holds rows of another identity: {}: {}", name, difference),
        "use another --output, or --if-exists overwrite");
  }
  return arrow::Status::OK();
}

/// The merged files, and those beside them, that hold all rows of a planned one; empty
/// when there are none, or some of the rows are elsewhere.
std::vector<const DataFile*> MergedFiles(const std::vector<DataFile>& files,
                                         const PlannedFile& planned) {
  std::vector<const DataFile*> found;
  if (!planned.rows || std::none_of(files.begin(), files.end(), IsMerged)) return found;
  RowRange all = *planned.rows;
  for (RowRange before{-1, -1}; before != all;) {
    before = all;
    found.clear();
    for (const DataFile& file : files) {
      const bool overlaps = file.day == planned.day && file.rows.begin < before.end &&
                            before.begin < file.rows.end;
      if (!overlaps) continue;
      all = {std::min(all.begin, file.rows.begin), std::max(all.end, file.rows.end)};
      found.push_back(&file);
    }
  }
  int64_t rows = 0;
  bool has_merged = false;
  for (const DataFile* file : found) {
    rows += file->num_rows;
    has_merged |= IsMerged(*file);
  }
  if (!has_merged || rows != all.length()) found.clear();
  return found;
}

/// Rows of one table, or of one day of it, must not be there twice.
arrow::Status CheckOverlap(const Manifest& manifest, const TargetRequest& request) {
  std::set<std::string_view> planned;
  for (const PlannedFile& file : request.files) planned.insert(file.path);
  for (const PlannedFile& file : request.files) {
    const auto table = manifest.tables.find(QualifiedName(request.identity, file.table));
    if (table == manifest.tables.end() || !file.rows) continue;
    if (!MergedFiles(table->second.files, file).empty()) continue;
    for (const DataFile& old : table->second.files) {
      if (old.day.has_value() != file.day.has_value()) {
        return RequestError(fmt::format("table is there {}, and asked for {}: {}",
                                        old.day ? "by day" : "as a whole",
                                        file.day ? "by day" : "as a whole", file.table),
                            "use another --output, or --if-exists overwrite");
      }
      if (old.day != file.day) continue;
      const bool overlaps =
          old.rows.begin < file.rows->end && file.rows->begin < old.rows.end;
      if ((planned.contains(PlannedPath(old)) && old.rows == *file.rows) || !overlaps)
        continue;
      const bool is_moved = old.rows == *file.rows;
      return RequestError(
          fmt::format("rows {} to {} of {} are there already, {}: {}", old.rows.begin,
                      old.rows.end, file.table,
                      is_moved ? "in another place" : "cut in another way", old.path),
          fmt::format(
              "use the {} of the first run, or --if-exists overwrite",
              is_moved ? "output mode, path format and partitions" : "file sizes"));
    }
  }
  return arrow::Status::OK();
}

/// What the request would meet: tables of the manifest (by day: the same day of
/// them), and files beside it.
arrow::Result<std::vector<std::string>> Existing(const Storage& storage,
                                                 const Manifest& manifest,
                                                 const TargetRequest& request,
                                                 NamesOnDisk names, bool foreign_only) {
  std::map<std::string, std::string> owners;
  std::set<std::string> found;
  std::set<std::pair<std::string, std::optional<int32_t>>> days;
  for (const auto& [name, table] : manifest.tables) {
    for (const DataFile& file : table.files) {
      owners[file.path] = name;
      days.emplace(name, file.day);
    }
  }
  for (const PlannedFile& file : request.files) {
    const std::string name = QualifiedName(request.identity, file.table);
    const auto first = days.lower_bound({name, std::nullopt});
    const bool is_there = first != days.end() && first->first == name;
    if (!foreign_only && is_there) {
      if (!file.day || !first->second) {
        found.insert("table " + file.table);
        continue;
      }
      if (days.contains({name, file.day})) {
        found.insert(fmt::format("{} of {}", file.table, FormatDate(*file.day)));
        continue;
      }
    }
    const auto owner = owners.find(file.path);
    if (owner != owners.end() && owner->second == name) continue;
    if (names == NamesOnDisk::kDoNotCount) continue;
    ARROW_ASSIGN_OR_RAISE(const bool exists, storage.Exists(file.path));
    if (exists) found.insert("file " + file.path);
  }
  return std::vector<std::string>(found.begin(), found.end());
}

arrow::Status Refuse(const Storage& storage, const std::vector<std::string>& existing,
                     const char* hint) {
  if (existing.empty()) return arrow::Status::OK();
  constexpr size_t kShown = 8;
  const auto shown = std::span(existing).first(std::min(existing.size(), kShown));
  const std::string more = existing.size() > kShown
                               ? fmt::format(" and {} more", existing.size() - kShown)
                               : "";
  return RequestError(fmt::format("output exists: {}: {}{}", storage.root(),
                                  fmt::join(shown, ", "), more),
                      hint);
}

/// Whether the files that are there hold all rows of a planned one.
bool IsComplete(const PlannedFile& planned,
                const std::map<std::string, DataFile>& files) {
  int64_t rows = 0;
  for (const auto& [path, file] : files) {
    rows += file.num_rows;
    if (file.table != planned.table || (planned.rows && *planned.rows != file.rows)) {
      return false;
    }
  }
  return rows == files.begin()->second.rows.length();
}

/// Sort the request's files into finished and pending.
arrow::Status Divide(const Storage& storage, const Manifest& manifest,
                     const TargetRequest& request, bool keep_published, bool keep_staged,
                     TargetState* state) {
  std::map<std::string, std::map<std::string, DataFile>> complete;  // By planned path.
  if (keep_published) {
    for (const auto& [name, table] : manifest.tables) {
      for (const DataFile& file : table.files) {
        ARROW_ASSIGN_OR_RAISE(const auto size, storage.SizeOf(file.path));
        if (size == file.size_bytes || manifest.commit_pending)
          complete[PlannedPath(file)][file.path] = file;
      }
    }
  }
  if (keep_staged) {
    ARROW_ASSIGN_OR_RAISE(auto staged, StagedFiles(storage, request.run_id));
    for (DataFile& file : staged) {
      const std::string path = file.path;
      complete[PlannedPath(file)][path] = std::move(file);
    }
  }
  std::map<std::string, DataFile> merged;
  for (const PlannedFile& file : request.files) {
    const auto found = complete.find(file.path);
    if (found != complete.end() && IsComplete(file, found->second)) {
      for (const auto& [path, one] : found->second) state->finished.push_back(one);
      continue;
    }
    const auto table = manifest.tables.find(QualifiedName(request.identity, file.table));
    const bool may_be = keep_published && table != manifest.tables.end();
    const auto holding =
        may_be ? MergedFiles(table->second.files, file) : std::vector<const DataFile*>();
    if (holding.empty()) state->pending.push_back(file);
    for (const DataFile* one : holding) merged[one->path] = *one;
  }
  for (const DataFile& one : state->finished) merged.erase(one.path);
  for (auto& [path, one] : merged) state->finished.push_back(std::move(one));
  return arrow::Status::OK();
}

arrow::Result<Manifest> ReadEffective(const Storage& storage,
                                      const TargetRequest& request) {
  ARROW_ASSIGN_OR_RAISE(auto manifest, ReadManifest(storage));
  if (!manifest) {
    manifest.emplace();
    manifest->identity = "{}";
  }
  std::optional<CommitJournal> journal;
  if (manifest->commit_pending) {
    ARROW_ASSIGN_OR_RAISE(journal, ReadJournal(storage));
    if (journal && journal->base == manifest->version) {
      manifest = std::move(journal->manifest);
      manifest->commit_pending = true;
      // Its segment is not under its name yet.
      std::vector<Segment> rest;
      for (Segment& one : manifest->segments) {
        if (one.path == journal->segment_path) {
          AddSegment(one, journal->segment, &*manifest);
        } else {
          rest.push_back(std::move(one));
        }
      }
      manifest->segments = std::move(rest);
    }
  }
  // Files by day meet those of their days; a whole table meets all of them.
  int32_t from = INT32_MAX, to = INT32_MIN;
  for (const PlannedFile& file : request.files) {
    from = std::min(from, file.day.value_or(INT32_MIN));
    to = std::max(to, file.day.value_or(INT32_MAX));
  }
  ARROW_RETURN_NOT_OK(
      LoadSegments(storage, DatasetOf(request.identity), from, to, &*manifest));
  return *std::move(manifest);
}

}  // namespace

arrow::Result<Manifest> EffectiveManifest(const Storage& storage,
                                          const TargetRequest& request) {
  constexpr int kReads = 20;
  for (int i = 1;; ++i) {
    auto manifest = ReadEffective(storage, request);
    // Without locks a file may go while it is read; what replaces it is there then.
    const bool may_pass = manifest.status().IsIOError() && !storage.has_locks();
    if (!may_pass || i == kReads) return manifest;
    std::this_thread::sleep_for(std::chrono::milliseconds(10 * i));
  }
}

arrow::Result<std::vector<DataFile>> StagedFiles(const Storage& storage,
                                                 std::string_view run_id) {
  std::vector<DataFile> files;
  ARROW_ASSIGN_OR_RAISE(const auto entries,
                        storage.List(StagingFolder(run_id) + "/facts", true));
  for (const StorageEntry& entry : entries) {
    const std::string name = entry.path.substr(entry.path.rfind('/') + 1);
    if (entry.is_directory || name.starts_with('.')) continue;
    ARROW_ASSIGN_OR_RAISE(const std::string text, storage.ReadAll(entry.path));
    const auto json = nlohmann::ordered_json::parse(text, nullptr, false);
    if (json.is_discarded()) continue;  // As good as absent: the file is made again.
    const auto facts = DataFileFromJson(json);
    if (!facts.ok()) continue;
    ARROW_ASSIGN_OR_RAISE(const auto size,
                          storage.SizeOf(StagedDataPath(run_id, facts->path)));
    if (size == facts->size_bytes) files.push_back(*facts);
  }
  std::sort(files.begin(), files.end(),
            [](const DataFile& a, const DataFile& b) { return a.path < b.path; });
  return files;
}

arrow::Result<TargetState> CheckManifest(const Storage& storage,
                                         const TargetRequest& request,
                                         const Manifest& manifest, NamesOnDisk names) {
  ARROW_RETURN_NOT_OK(CheckPaths(request));
  TargetState state;
  state.base = manifest.version;
  ARROW_ASSIGN_OR_RAISE(const auto runs, storage.List(kScratchRoot));
  for (const StorageEntry& run : runs) {
    const std::string id = run.path.substr(run.path.rfind('/') + 1);
    if (run.is_directory && id != request.run_id) state.abandoned.push_back(id);
  }
  ARROW_ASSIGN_OR_RAISE(state.existing,
                        Existing(storage, manifest, request, names, false));
  // A commit that is tried again meets its own files.
  const bool again = request.keep_staged && manifest.run_id == request.run_id;
  switch (request.if_exists) {
    case IfExists::kError:
      if (!again) {
        ARROW_RETURN_NOT_OK(Refuse(storage, state.existing, kOverwriteHint));
        ARROW_RETURN_NOT_OK(CheckIdentity(manifest, request));
      }
      break;
    case IfExists::kAppend:
    case IfExists::kResume: {
      ARROW_RETURN_NOT_OK(CheckIdentity(manifest, request));
      ARROW_RETURN_NOT_OK(CheckOverlap(manifest, request));
      ARROW_ASSIGN_OR_RAISE(const auto foreign,
                            Existing(storage, manifest, request, names, true));
      ARROW_RETURN_NOT_OK(Refuse(storage, foreign,
                                 "lakeseed did not write them; --if-exists overwrite "
                                 "replaces them"));
      break;
    }
    case IfExists::kOverwrite:
      break;
  }
  const bool keep_published = again || request.if_exists == IfExists::kAppend ||
                              request.if_exists == IfExists::kResume;
  const bool keep_staged = request.keep_staged || request.if_exists == IfExists::kResume;
  ARROW_RETURN_NOT_OK(
      Divide(storage, manifest, request, keep_published, keep_staged, &state));
  return state;
}

}  // namespace lakeseed
