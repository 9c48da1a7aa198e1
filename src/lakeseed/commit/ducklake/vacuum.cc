#include "lakeseed/commit/ducklake/vacuum.h"

#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/base/status.h"
#include "lakeseed/commit/ducklake/catalog_tables.h"
#include "lakeseed/commit/ducklake/catalog_view.h"
#include "lakeseed/commit/ducklake/past_files.h"
#include "lakeseed/commit/ducklake/value_text.h"
#include "lakeseed/commit/manifest.h"
#include "lakeseed/commit/table_files.h"
#include "lakeseed/commit/upkeep.h"

namespace lakeseed::ducklake {
namespace {

/// One vacuum of one lake.
class Vacuum {
 public:
  Vacuum(Storage* storage, SqlConnection* catalog, const VacuumRequest& request)
      : storage_(*storage),
        catalog_(*catalog),
        request_(request),
        now_ms_(request.now.time_since_epoch().count()),
        before_ms_((request.now - request.retention).time_since_epoch().count()) {}

  arrow::Result<std::vector<VacuumedTable>> Run() {
    ARROW_ASSIGN_OR_RAISE(const auto entries, storage_.List("Tables", true));
    for (const StorageEntry& entry : entries) {
      if (!entry.is_directory) there_[entry.path] = entry;
    }
    ARROW_RETURN_NOT_OK(Expire());
    ARROW_RETURN_NOT_OK(FindOrphans());
    std::map<std::string, LakeTable> folders;  // One may be that of several in turn.
    for (const auto& [id, table] : past_->tables()) {
      LakeTable& one = folders[table.folder];
      one = {table.name, table.folder, one.is_there || table.is_there};
    }
    std::vector<VacuumedTable> tables;
    for (const auto& [folder, table] : folders) {
      if (folder.empty() || !IsWanted(request_.tables, table.name)) continue;
      ARROW_ASSIGN_OR_RAISE(VacuumedTable done, Remove(table));
      if (table.is_there || !done.removed.empty()) tables.push_back(std::move(done));
    }
    ARROW_RETURN_NOT_OK(Forget());
    std::sort(tables.begin(), tables.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return tables;
  }

 private:
  /// Take old snapshots and what only they have out of the catalog.
  arrow::Status Expire() {
    ARROW_RETURN_NOT_OK(catalog_.Begin());
    SqlTransaction transaction(&catalog_);
    ARROW_ASSIGN_OR_RAISE(past_, PastFiles::Read(&catalog_, storage_));
    ARROW_RETURN_NOT_OK(ReadScheduled());
    std::map<std::string, int64_t> written;
    for (const auto& [path, entry] : there_) written[path] = entry.modified_ms;
    if (!request_.tables.empty()) return arrow::Status::OK();
    const auto expired = past_->Expired(written, before_ms_, now_ms_);
    if (expired.empty()) return arrow::Status::OK();
    for (const int64_t snapshot : expired) {
      for (const char* table : {"snapshot", "snapshot_changes"}) {
        ARROW_RETURN_NOT_OK(catalog_.Run(
            fmt::format("DELETE FROM ducklake_{} WHERE snapshot_id = $1", table),
            {snapshot}));
      }
    }
    for (const size_t place : past_->OnlyIn(expired)) {
      ARROW_RETURN_NOT_OK(Schedule(past_->files()[place]));
    }
    return request_.dry_run ? arrow::Status::OK() : transaction.Commit();
  }

  arrow::Status ReadScheduled() {
    ARROW_ASSIGN_OR_RAISE(
        const auto rows,
        catalog_.Query("SELECT data_file_id, path, path_is_relative, schedule_start FROM "
                       "ducklake_files_scheduled_for_deletion"));
    for (const SqlRow& row : rows) {
      const std::string local = past_->LocalOf(TextOf(row[1]), IntegerOf(row[2]) != 0);
      named_.insert(local);
      const int64_t since = InstantOf(TextOf(row[3])) / kMicrosPerMilli;
      if (since < before_ms_) going_[local] = IntegerOf(row[0]);
    }
    return arrow::Status::OK();
  }

  /// As DuckDB does, so that what a vacuum which was killed has left goes some time.
  arrow::Status Schedule(const LakeFile& file) {
    const std::string kind = file.is_delete ? "delete" : "data";
    ARROW_RETURN_NOT_OK(catalog_.Run(
        fmt::format("DELETE FROM ducklake_{0}_file WHERE {0}_file_id = $1", kind),
        {file.id}));
    if (!file.is_delete) {
      for (const char* table :
           {"file_column_stats", "file_variant_stats", "file_partition_value"}) {
        ARROW_RETURN_NOT_OK(catalog_.Run(
            fmt::format("DELETE FROM ducklake_{} WHERE data_file_id = $1", table),
            {file.id}));
      }
    }
    going_[file.local] = file.id;
    return catalog_.Run(
        "INSERT INTO ducklake_files_scheduled_for_deletion(data_file_id, path, "
        "path_is_relative, schedule_start) VALUES ($1, $2, $3, $4)",
        {file.id, file.path, int64_t{0}, InstantText(now_ms_ * kMicrosPerMilli)});
  }

  /// Files in the tables' folders that no snapshot has ever named.
  arrow::Status FindOrphans() {
    for (const LakeFile& file : past_->files()) named_.insert(file.local);
    for (const auto& [id, table] : past_->tables()) {
      if (!table.is_there || table.folder.empty()) continue;
      ARROW_ASSIGN_OR_RAISE(const bool is_shared,
                            IsOfOthers(storage_, table.folder, "ducklake"));
      if (is_shared) continue;
      for (const auto& [path, entry] : FilesOf(table.folder)) {
        const bool is_orphan = path.ends_with(".parquet") && !named_.contains(path);
        if (is_orphan && entry->modified_ms < before_ms_) orphans_.insert(path);
      }
    }
    return arrow::Status::OK();
  }

  std::map<std::string, const StorageEntry*> FilesOf(const std::string& folder) const {
    std::map<std::string, const StorageEntry*> files;
    const std::string begin = folder + "/";
    for (auto at = there_.lower_bound(begin);
         at != there_.end() && at->first.starts_with(begin); ++at) {
      files[at->first] = &at->second;
    }
    return files;
  }

  arrow::Result<VacuumedTable> Remove(const LakeTable& table) {
    VacuumedTable done{.name = table.name};
    for (const auto& [path, entry] : FilesOf(table.folder)) {
      if (!going_.contains(path) && !orphans_.contains(path)) {
        ++done.kept_files;
        continue;
      }
      done.bytes += entry->size_bytes;
      done.removed.push_back(path);
      if (request_.dry_run) continue;
      ARROW_RETURN_NOT_OK(RemoveFromTable(&storage_, table.folder, path));
    }
    return done;
  }

  /// Of what was scheduled, what is gone.
  arrow::Status Forget() {
    if (request_.dry_run || going_.empty()) return arrow::Status::OK();
    ARROW_RETURN_NOT_OK(catalog_.Begin());
    SqlTransaction transaction(&catalog_);
    for (const auto& [path, id] : going_) {
      ARROW_ASSIGN_OR_RAISE(const bool is_there, path.empty() ? arrow::Result<bool>(true)
                                                              : storage_.Exists(path));
      if (is_there) continue;
      ARROW_RETURN_NOT_OK(catalog_.Run(
          "DELETE FROM ducklake_files_scheduled_for_deletion WHERE data_file_id = $1",
          {id}));
    }
    return transaction.Commit();
  }

  Storage& storage_;
  SqlConnection& catalog_;
  const VacuumRequest& request_;
  const int64_t now_ms_, before_ms_;
  std::map<std::string, StorageEntry> there_;
  std::optional<PastFiles> past_;
  std::map<std::string, int64_t> going_;  ///< Scheduled files to their ids.
  std::set<std::string> named_, orphans_;
};

}  // namespace

arrow::Result<bool> IsInCatalog(const Storage& storage, const std::string& folder) {
  ARROW_ASSIGN_OR_RAISE(const FoundTable found, FindTableOf(storage, folder));
  return found.id.has_value();
}

arrow::Result<std::vector<VacuumedTable>> VacuumTables(Storage* storage,
                                                       const VacuumRequest& request) {
  ARROW_ASSIGN_OR_RAISE(const auto lock, storage->Lock(LockMode::kExclusive));
  ARROW_ASSIGN_OR_RAISE(const auto catalog, FindCatalog(*storage));
  if (catalog == nullptr) return std::vector<VacuumedTable>();
  ARROW_RETURN_NOT_OK(CheckVersion(catalog.get()));
  ARROW_RETURN_NOT_OK(catalog->CheckWritable("ducklake_snapshot"));
  ARROW_RETURN_NOT_OK(RecoverCommit(storage, "").status());
  return Vacuum(storage, catalog.get(), request).Run();
}

}  // namespace lakeseed::ducklake
