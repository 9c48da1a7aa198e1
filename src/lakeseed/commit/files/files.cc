// files: plain files and a manifest of what belongs to which table.
//
// README.md in this folder has the layout, the steps of a commit and what is
// promised when it is interrupted.

#include <arrow/util/io_util.h>

#include <cerrno>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "lakeseed/base/status.h"
#include "lakeseed/commit/files/check.h"
#include "lakeseed/commit/files/journal.h"
#include "lakeseed/commit/table_format.h"
#include "lakeseed/write/value_text.h"

namespace lakeseed {
namespace {

std::string ParentOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

class FilesCommitter final : public Committer {
 public:
  FilesCommitter(Storage* storage, TargetRequest request)
      : storage_(storage), request_(std::move(request)) {}

  arrow::Result<TableVersion> CurrentVersion() const override {
    ARROW_ASSIGN_OR_RAISE(const auto manifest, ReadManifest(*storage_));
    return manifest ? manifest->version : kNoVersion;
  }

  std::string StagedPath(std::string_view path) const override {
    return StagedDataPath(request_.run_id, path);
  }

  arrow::Status Record(const DataFile& file) override {
    return storage_->WriteAll(FactsPath(request_.run_id, file.path),
                              ToJson(file).dump(1) + "\n", Replace::kReplace);
  }

  arrow::Result<std::vector<DataFile>> Recorded() const override {
    return StagedFiles(*storage_, request_.run_id);
  }

  arrow::Result<CommitOutcome> Commit(const CommitRequest& request) override {
    ARROW_RETURN_NOT_OK(RecoverCommit(storage_).status());
    ARROW_ASSIGN_OR_RAISE(const Manifest current, EffectiveManifest(*storage_));
    CommitJournal journal;
    ARROW_ASSIGN_OR_RAISE(journal.renames, Renames(current, request.files));
    if (journal.renames.empty()) return CommitOutcome(Committed{current.version, true});
    if (current.version != request.base) return CommitOutcome(Conflict{current.version});
    journal.base = current.version;
    journal.manifest = NextManifest(current, request);
    journal.removals = Removals(current, journal.manifest);
    // After the journal nothing may stand in the way of a rename.
    for (const std::string& path : journal.renames) {
      ARROW_RETURN_NOT_OK(storage_->CreateDirectory(ParentOf(path)));
      ARROW_ASSIGN_OR_RAISE(const auto size, storage_->SizeOf(path));
      ARROW_ASSIGN_OR_RAISE(const bool exists, storage_->Exists(path));
      if (exists && !size)
        return RequestError("there is a directory in place of: " + path);
    }
    const arrow::Status begun = journal.Begin(storage_);
    if (begun.IsAlreadyExists()) return CommitOutcome(Conflict{current.version});
    if (!begun.ok()) {
      const auto visible = storage_->Exists(kCommitPath);
      if (visible.ok() && !*visible) return begun;
      return CommitOutcome(Unknown{begun.ToString()});
    }
    const arrow::Result<bool> published = journal.Complete(storage_);
    if (!published.ok()) return CommitOutcome(Unknown{published.status().ToString()});
    if (!*published) {
      ARROW_ASSIGN_OR_RAISE(const TableVersion version, CurrentVersion());
      return CommitOutcome(Conflict{version});
    }
    return CommitOutcome(Committed{journal.manifest.version, false});
  }

  arrow::Status Discard() override {
    ARROW_RETURN_NOT_OK(storage_->RemoveDirectory(StagingFolder(request_.run_id)));
    ARROW_RETURN_NOT_OK(storage_->RemoveEmptyDirectory(kStagingRoot));
    return storage_->RemoveEmptyDirectory("_lakeseed");
  }

 private:
  /// Paths of `files` that are staged; the others must be published already.
  arrow::Result<std::vector<std::string>> Renames(const Manifest& current,
                                                  std::span<const DataFile> files) const {
    if (files.empty()) return arrow::Status::Invalid("a commit without files");
    std::map<std::string, DataFile> staged, published;
    ARROW_ASSIGN_OR_RAISE(auto recorded, Recorded());
    for (DataFile& file : recorded) staged[file.path] = std::move(file);
    for (const auto& [name, table] : current.tables) {
      for (const DataFile& file : table.files) published[file.path] = file;
    }
    std::vector<std::string> renames;
    for (const DataFile& file : files) {
      const auto there = published.find(file.path);
      if (staged.contains(file.path) && staged[file.path] == file) {
        renames.push_back(file.path);
      } else if (there == published.end() || !(there->second == file)) {
        return arrow::Status::Invalid("file was not recorded, or not as it is: ",
                                      file.path);
      }
    }
    return renames;
  }

  Manifest NextManifest(const Manifest& current, const CommitRequest& request) const {
    Manifest next = current;
    next.commit_pending = false;
    next.version = current.version + 1;
    next.run_id = request_.run_id;
    next.identity = request_.identity;
    next.commit_time.clear();
    AppendTimestamp(request.commit_time.time_since_epoch().count(), 3, 'T', true,
                    &next.commit_time);
    std::map<std::string, std::map<std::string, DataFile>> tables;
    if (request_.if_exists != IfExists::kOverwrite) {
      for (const auto& [name, table] : current.tables) {
        for (const DataFile& file : table.files) tables[name][file.path] = file;
      }
    }
    std::set<std::string> written;
    for (const DataFile& file : request.files) {
      tables[file.table][file.path] = file;
      written.insert(file.table);
    }
    for (const std::string& name : written) {
      ManifestTable& table = next.tables[name];
      table.identity = request_.identity;
      table.files.clear();
      for (auto& [path, file] : tables[name]) table.files.push_back(std::move(file));
    }
    // A path belongs to one table: the one that was written last.
    for (auto& [name, table] : next.tables) {
      if (written.contains(name)) continue;
      std::erase_if(table.files, [&](const DataFile& file) {
        return std::any_of(request.files.begin(), request.files.end(),
                           [&](const DataFile& one) { return one.path == file.path; });
      });
    }
    return next;
  }

  static std::vector<std::string> Removals(const Manifest& current,
                                           const Manifest& next) {
    std::set<std::string> kept;
    for (const auto& [name, table] : next.tables) {
      for (const DataFile& file : table.files) kept.insert(file.path);
    }
    std::vector<std::string> removals;
    for (const auto& [name, table] : current.tables) {
      for (const DataFile& file : table.files) {
        if (!kept.contains(file.path)) removals.push_back(file.path);
      }
    }
    return removals;
  }

  Storage* const storage_;
  const TargetRequest request_;
};

arrow::Result<std::unique_ptr<Committer>> OpenFiles(Storage* storage,
                                                    const TargetRequest& request) {
  ARROW_RETURN_NOT_OK(RecoverCommit(storage).status());
  ARROW_RETURN_NOT_OK(CheckFiles(storage, request).status());
  const std::string folder = StagingFolder(request.run_id);
  if (!request.keep_staged && request.if_exists != IfExists::kResume) {
    ARROW_RETURN_NOT_OK(storage->RemoveDirectory(folder));
  }
  // An output that cannot be written to shows here, before any row is made.
  const arrow::Status made = storage->CreateDirectory(folder);
  if (!made.ok()) {
    const int reason = arrow::internal::ErrnoFromStatus(made);
    if (reason == EACCES || reason == EPERM || reason == EROFS || reason == ENOTDIR ||
        reason == EEXIST) {
      return RequestError(fmt::format("cannot write to output: {}: {}", storage->root(),
                                      std::strerror(reason)),
                          "choose a directory you may write to");
    }
    return made;
  }
  return std::make_unique<FilesCommitter>(storage, request);
}

}  // namespace

extern const TableFormatDef kFilesFormat{
    .name = "files",
    .summary = "plain files with a manifest of what belongs to which table",
    .check = CheckFiles,
    .open = OpenFiles,
};

}  // namespace lakeseed
