#include "lakeseed/commit/journal.h"

#include <map>
#include <nlohmann/json.hpp>

#include "lakeseed/base/status.h"
#include "lakeseed/commit/table_format.h"

namespace lakeseed {
namespace {

using nlohmann::ordered_json;

/// Directories that a removal may have emptied, up to the root.
arrow::Status RemoveEmptyParents(Storage* storage, std::string path) {
  for (size_t slash = path.rfind('/'); slash != std::string::npos;
       slash = path.rfind('/')) {
    path.resize(slash);
    ARROW_RETURN_NOT_OK(storage->RemoveEmptyDirectory(path));
  }
  return arrow::Status::OK();
}

arrow::Result<bool> IsAbandoned(const Storage& storage) {
  ARROW_ASSIGN_OR_RAISE(const auto entries, storage.List("_lakeseed"));
  for (const StorageEntry& entry : entries) {
    if (entry.path != kCommitPath) continue;
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now().time_since_epoch());
    return now.count() - entry.modified_ms >
           std::chrono::milliseconds(kAbandonedAfter).count();
  }
  return false;  // It has just ended.
}

}  // namespace

std::string StagingFolder(std::string_view run_id) {
  return fmt::format("{}/{}", kScratchRoot, run_id);
}

std::string StagedDataPath(std::string_view run_id, std::string_view path) {
  return fmt::format("{}/{}/data/{}", kScratchRoot, run_id, path);
}

std::string FactsPath(std::string_view run_id, std::string_view path) {
  return fmt::format("{}/{}/facts/{}.json", kScratchRoot, run_id, path);
}

std::string CommitJournal::ToText() const {
  const ordered_json json{{"base", base},
                          {"renames", renames},
                          {"removals", removals},
                          {"table_format", table_format},
                          {"tables", tables},
                          {"segment_path", segment_path},
                          {"segment", SegmentToJson(segment)},
                          {"manifest", lakeseed::ToJson(manifest)}};
  return json.dump(1) + "\n";
}

arrow::Result<CommitJournal> CommitJournal::FromText(std::string_view text) {
  CommitJournal journal;
  try {
    const ordered_json json = ordered_json::parse(text);
    journal.base = json.at("base").get<TableVersion>();
    journal.renames = json.at("renames").get<std::vector<std::string>>();
    journal.removals = json.at("removals").get<std::vector<std::string>>();
    journal.table_format = json.at("table_format").get<std::string>();
    journal.tables = json.at("tables").get<std::vector<ordered_json>>();
    ARROW_ASSIGN_OR_RAISE(journal.manifest, ManifestFromText(json.at("manifest").dump()));
    journal.segment_path = json.at("segment_path").get<std::string>();
    ARROW_ASSIGN_OR_RAISE(journal.segment, SegmentFromText(json.at("segment").dump()));
  } catch (const nlohmann::json::exception& error) {
    return arrow::Status::Invalid("commit journal is damaged: ", error.what());
  }
  return journal;
}

arrow::Result<bool> CommitJournal::Complete(Storage* storage) const {
  ARROW_ASSIGN_OR_RAISE(const auto published, ReadPublished(*storage));
  const TableVersion current = published ? published->version : kNoVersion;
  const bool ours = current == manifest.version && published->run_id == manifest.run_id;
  if (current == base) {
    const arrow::Status status = Publish(storage);
    if (ExitCodeOf(status) == ExitCode::kConflict ||
        ExitCodeOf(status) == ExitCode::kRequest) {
      ARROW_RETURN_NOT_OK(storage->RemoveDirectory(StagingFolder(manifest.run_id)));
      ARROW_RETURN_NOT_OK(storage->Remove(kCommitPath));
      return ErrorWithCode(ExitCode::kConflict, DiagnosticsOf(status)[0].reason,
                           "tables that are committed already stay so; the same "
                           "request again makes the rest");
    }
    ARROW_RETURN_NOT_OK(status);
  }
  if (current == base || ours) ARROW_RETURN_NOT_OK(CleanUp(storage));
  ARROW_RETURN_NOT_OK(storage->Remove(kCommitPath));
  return current == base || ours;
}

arrow::Status CommitJournal::Publish(Storage* storage) const {
  std::map<std::string, int64_t> sizes;
  for (const auto& [name, table] : manifest.tables) {
    for (const DataFile& file : table.files) sizes[file.path] = file.size_bytes;
  }
  for (const DataFile& file : segment) sizes[file.path] = file.size_bytes;
  for (const std::string& path : renames) {
    const std::string staged = StagedDataPath(manifest.run_id, path);
    ARROW_ASSIGN_OR_RAISE(const bool is_staged, storage->Exists(staged));
    if (is_staged) {
      ARROW_RETURN_NOT_OK(storage->Rename(staged, path, Replace::kReplace));
      continue;
    }
    ARROW_ASSIGN_OR_RAISE(const auto size, storage->SizeOf(path));
    if (size == sizes[path]) continue;
    if (tables.empty()) {
      return arrow::Status::IOError("file of an interrupted commit is gone: ", path);
    }
    // A table was dropped together with it. What lies in place of the others is in no
    // log, or in that of a table which is committed already: both may stay.
    return ErrorWithCode(ExitCode::kConflict,
                         "another program removed a file of this commit: " + path);
  }
  if (!tables.empty()) {
    ARROW_ASSIGN_OR_RAISE(const TableFormatDef* format, FindTableFormat(table_format));
    for (const ordered_json& table : tables) {
      ARROW_RETURN_NOT_OK(
          format->log->publish(storage, table, StagingFolder(manifest.run_id)));
    }
  }
  if (!segment_path.empty()) {
    ARROW_RETURN_NOT_OK(
        storage->WriteNow(segment_path, SegmentToText(segment), Replace::kReplace,
                          StagingFolder(manifest.run_id) + "/segment.json"));
  }
  return storage->WriteNow(kManifestPath, ManifestToText(manifest), Replace::kReplace,
                           StagingFolder(manifest.run_id) + "/manifest.json");
}

arrow::Status CommitJournal::CleanUp(Storage* storage) const {
  for (const ordered_json& table : tables) {
    ARROW_ASSIGN_OR_RAISE(const TableFormatDef* format, FindTableFormat(table_format));
    if (format->log->tidy == nullptr) break;
    (void)format->log->tidy(storage, table, StagingFolder(manifest.run_id));
  }
  for (const std::string& path : removals) {
    ARROW_RETURN_NOT_OK(storage->Remove(path));
    ARROW_RETURN_NOT_OK(RemoveEmptyParents(storage, path));
  }
  ARROW_RETURN_NOT_OK(storage->RemoveDirectory(StagingFolder(manifest.run_id)));
  return storage->RemoveEmptyDirectory(kScratchRoot);
}

arrow::Status CommitJournal::Begin(Storage* storage) const {
  return storage->WriteNow(kCommitPath, ToText(), Replace::kRefuse,
                           StagingFolder(manifest.run_id) + "/commit.json");
}

arrow::Result<std::optional<CommitJournal>> ReadJournal(const Storage& storage) {
  ARROW_ASSIGN_OR_RAISE(const auto text, storage.ReadIfThere(kCommitPath));
  if (!text) return std::optional<CommitJournal>();
  ARROW_ASSIGN_OR_RAISE(CommitJournal journal, CommitJournal::FromText(*text));
  return std::optional<CommitJournal>(std::move(journal));
}

arrow::Result<bool> RecoverCommit(Storage* storage, std::string_view run_id) {
  const auto read = ReadJournal(*storage);
  if (read.status().IsIOError() && !storage->has_locks()) {
    return arrow::Status::AlreadyExists("another commit has just ended");
  }
  ARROW_ASSIGN_OR_RAISE(const auto journal, read);
  if (!journal) return false;
  if (!storage->has_locks() && journal->manifest.run_id != run_id) {
    ARROW_ASSIGN_OR_RAISE(const bool is_abandoned, IsAbandoned(*storage));
    if (!is_abandoned) {
      return arrow::Status::AlreadyExists("another commit is under way");
    }
  }
  const arrow::Result<bool> done = journal->Complete(storage);
  // Another run's was given up, so there is nothing left to complete.
  const bool is_ours = journal->manifest.run_id == run_id;
  if (ExitCodeOf(done.status()) == ExitCode::kConflict && !is_ours) return true;
  return done;
}

}  // namespace lakeseed
