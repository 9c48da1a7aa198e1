// delta: Delta Lake tables, one per table of a dataset, below Tables/<dataset>/.
//
// README.md in this folder has the layout, the steps of a commit and what is
// promised when it is interrupted, or when other programs write to the tables.

#include <fmt/format.h>

#include <map>
#include <set>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/commit/check.h"
#include "lakeseed/commit/delta/optimize.h"
#include "lakeseed/commit/delta/protocol.h"
#include "lakeseed/commit/delta/schema.h"
#include "lakeseed/commit/delta/statistics.h"
#include "lakeseed/commit/delta/table_commit.h"
#include "lakeseed/commit/delta/vacuum.h"
#include "lakeseed/commit/manifest_committer.h"
#include "lakeseed/commit/parquet_footer.h"
#include "lakeseed/commit/table_files.h"
#include "lakeseed/commit/table_format.h"

namespace lakeseed {

extern const TableFormatDef kDeltaFormat;

namespace {

using nlohmann::ordered_json;

std::string FolderOf(const TargetRequest& request, const std::string& table) {
  return TableFolder(DatasetOf(request.identity), table);
}

arrow::Result<ordered_json> AddOf(const TargetRequest& request, const DataFile& file,
                                  const std::string& folder, int64_t time_ms) {
  ordered_json tags{{delta::kRunTag, request.run_id}};
  if (file.day) tags[delta::kDayTag] = FormatDate(*file.day);
  ARROW_ASSIGN_OR_RAISE(std::string path, delta::LogPath(folder, file.path));
  ordered_json partition = ordered_json::object();
  for (const auto& [name, value] : file.partition_values) {
    partition[name] = value ? ordered_json(*value) : ordered_json();
  }
  ordered_json add{{"path", std::move(path)},
                   {"partitionValues", std::move(partition)},
                   {"size", file.size_bytes},
                   {"modificationTime", time_ms},
                   {"dataChange", true}};
  if (request.statistics == TableStatistics::kAll) {
    ARROW_ASSIGN_OR_RAISE(add["stats"], delta::StatisticsText(file));
  } else if (request.statistics == TableStatistics::kRows) {
    add["stats"] = fmt::format(R"({{"numRecords":{}}})", file.num_rows);
  }
  add["tags"] = std::move(tags);
  return add;
}

/// Columns of a file of a table.
arrow::Result<ordered_json> FieldsOfFile(const Storage& storage,
                                         const TargetRequest& request,
                                         const DataFile& file) {
  ARROW_ASSIGN_OR_RAISE(const ParquetFooter footer,
                        ReadFooterOf(storage, request.run_id, file, "Delta tables"));
  ARROW_ASSIGN_OR_RAISE(ordered_json fields, delta::FieldsOf(*footer.schema));
  for (const PartitionField& field : PartitionsOf(request, file.table)) {
    delta::AddPartitionColumn(field, &fields);
  }
  return fields;
}

/// Columns of all files of a table: those of some days may have more than others.
arrow::Result<ordered_json> FieldsOfTable(const Storage& storage,
                                          const TargetRequest& request,
                                          const std::string& table,
                                          std::span<const DataFile> files) {
  std::set<std::vector<std::string>> seen;
  ordered_json fields;
  for (const DataFile& file : files) {
    if (file.table != table) continue;
    std::vector<std::string> names;
    for (const ColumnStatistics& column : file.columns) names.push_back(column.name);
    if (!seen.insert(std::move(names)).second) continue;
    ARROW_ASSIGN_OR_RAISE(ordered_json some, FieldsOfFile(storage, request, file));
    if (fields.is_null()) {
      fields = std::move(some);
    } else {
      ARROW_ASSIGN_OR_RAISE(fields, delta::MergeFields(fields, some));
    }
  }
  return fields;
}

std::vector<std::string> PartitionColumns(const TargetRequest& request,
                                          const std::string& table) {
  std::vector<std::string> columns;
  for (const PartitionField& field : PartitionsOf(request, table)) {
    columns.push_back(field.name);
  }
  return columns;
}

/// Files that the step takes out, as the log has them.
arrow::Result<std::vector<std::string>> Removals(const TargetRequest& request,
                                                 const std::string& table,
                                                 const ManifestStep& step) {
  const std::string folder = FolderOf(request, table);
  std::vector<std::string> removals;
  for (const std::string& path : ReplacedFiles(request, table, step)) {
    ARROW_ASSIGN_OR_RAISE(removals.emplace_back(), delta::LogPath(folder, path));
  }
  return removals;
}

/// Files of some days, of whichever run.
void AddFilesOf(const std::set<std::string>& days, const delta::Snapshot& snapshot,
                std::vector<std::string>* removals) {
  std::set<std::string> all(removals->begin(), removals->end());
  const delta::LogScope scope{.days = days};
  for (const auto& [path, add] : snapshot.files) {
    if (scope.Wants(add)) all.insert(path);
  }
  removals->assign(all.begin(), all.end());
}

arrow::Result<delta::TableCommit> PlanTable(const Storage& storage,
                                            const TargetRequest& request,
                                            const std::string& table,
                                            const ManifestStep& step) {
  delta::TableCommit plan;
  plan.folder = FolderOf(request, table);
  plan.run_id = request.run_id;
  plan.identity = request.identity;
  plan.partitions = PartitionColumns(request, table);
  plan.time_ms = step.commit.commit_time.time_since_epoch().count();
  std::set<std::string> days;
  bool is_whole = false;
  for (const DataFile& file : step.commit.files) {
    if (file.table != table) continue;
    ARROW_ASSIGN_OR_RAISE(auto add, AddOf(request, file, plan.folder, plan.time_ms));
    plan.adds.push_back(std::move(add));
    if (file.day) days.insert(FormatDate(*file.day));
    is_whole |= !file.day;
  }
  const bool replaces = request.if_exists == IfExists::kOverwrite;
  plan.rearranges = request.rearranges;
  plan.replaces_all = replaces && is_whole && !plan.rearranges;
  if (replaces && !plan.replaces_all) {
    ARROW_ASSIGN_OR_RAISE(plan.removals, Removals(request, table, step));
  }
  delta::LogScope scope = plan.scope();
  const bool replaces_days = replaces && !is_whole && !plan.rearranges;
  if (replaces_days) scope.days = days;
  ARROW_ASSIGN_OR_RAISE(const delta::Snapshot snapshot,
                        delta::ReadSnapshot(storage, plan.folder, scope));
  ARROW_RETURN_NOT_OK(CheckFoundTable(request, step, table, plan.folder, snapshot.id()));
  plan.table_id = snapshot.id();
  plan.transaction = snapshot.TransactionOf(plan.app_id()) + 1;
  if (replaces_days) AddFilesOf(days, snapshot, &plan.removals);
  if (plan.rearranges) {
    ARROW_ASSIGN_OR_RAISE(plan.fields, snapshot.Fields());
    plan.partitions = snapshot.PartitionColumns();
  } else {
    ARROW_ASSIGN_OR_RAISE(plan.fields,
                          FieldsOfTable(storage, request, table, step.commit.files));
  }
  // What stands against it shows now, while nothing has been written.
  ARROW_RETURN_NOT_OK(plan.Actions(snapshot).status());
  return plan;
}

arrow::Result<std::vector<ordered_json>> PlanTables(const Storage& storage,
                                                    const TargetRequest& request,
                                                    const ManifestStep& step) {
  std::vector<ordered_json> plans;
  for (const std::string& table : TablesOf(step.commit.files)) {
    ARROW_ASSIGN_OR_RAISE(const auto plan, PlanTable(storage, request, table, step));
    plans.push_back(plan.ToJson());
  }
  return plans;
}

arrow::Status PublishTable(Storage* storage, const ordered_json& step,
                           const std::string& scratch) {
  ARROW_ASSIGN_OR_RAISE(const auto commit, PlanFromJson<delta::TableCommit>(step));
  return commit.Publish(storage, scratch);
}

arrow::Status TidyTable(Storage* storage, const ordered_json& step,
                        const std::string& scratch) {
  ARROW_ASSIGN_OR_RAISE(const auto commit, PlanFromJson<delta::TableCommit>(step));
  return delta::CheckpointIfDue(storage, commit.folder, scratch);
}

constexpr TableLogDef kLog{
    .plan = PlanTables, .publish = PublishTable, .tidy = TidyTable};

/// One table of a request against its log.
arrow::Status CheckTable(const Storage& storage, const TargetRequest& request,
                         const Manifest& manifest, const std::string& table,
                         TargetState* state) {
  const std::string folder = FolderOf(request, table);
  const delta::TableCommit ours{.run_id = request.run_id};
  delta::LogScope scope{.application = ours.app_id()};
  for (const std::string& path : PromisedFiles(request, manifest, table)) {
    ARROW_ASSIGN_OR_RAISE(std::string in_log, delta::LogPath(folder, path));
    scope.paths.insert(std::move(in_log));
  }
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, delta::ReadSnapshot(storage, folder, scope));
  const WantedTable wanted = WantedOf(request, table);
  if (snapshot.exists()) {
    ARROW_RETURN_NOT_OK(delta::CheckWritable(snapshot, folder, wanted.replaces));
  }
  if (snapshot.exists() && !wanted.replaces_all() && !request.rearranges) {
    ARROW_RETURN_NOT_OK(
        delta::CheckPartitions(snapshot, folder, PartitionColumns(request, table)));
  }
  PresentTable present{.kind = "a Delta table", .name = folder, .folder = folder};
  present.exists = snapshot.exists();
  if (snapshot.exists()) state->table_ids[table] = snapshot.id();
  present.has_our_run = snapshot.TransactionOf(ours.app_id()) > 0;
  present.has = [&](const std::string& path) -> arrow::Result<bool> {
    ARROW_ASSIGN_OR_RAISE(const std::string in_log, delta::LogPath(folder, path));
    return snapshot.files.contains(in_log);
  };
  return CheckOwnFiles(request, manifest, table, present);
}

arrow::Result<TargetState> CheckDelta(Storage* storage, const TargetRequest& request) {
  ARROW_ASSIGN_OR_RAISE(const auto lock, storage->Lock(LockMode::kShared));
  ARROW_ASSIGN_OR_RAISE(const Manifest manifest, EffectiveManifest(*storage, request));
  ARROW_ASSIGN_OR_RAISE(TargetState state, CheckManifest(*storage, request, manifest,
                                                         NamesOnDisk::kDoNotCount));
  for (const std::string& table : TablesOf(request.files)) {
    ARROW_RETURN_NOT_OK(CheckTable(*storage, request, manifest, table, &state));
  }
  return state;
}

arrow::Result<std::unique_ptr<Committer>> OpenDelta(Storage* storage,
                                                    const TargetRequest& request) {
  return OpenCommitter(storage, request, kDeltaFormat);
}

}  // namespace

const TableFormatDef kDeltaFormat{
    .name = "delta",
    .summary = "Delta Lake tables: a log of commits beside Parquet files",
    .options = "table-statistics auto-compact",
    .check = CheckDelta,
    .open = OpenDelta,
    .log = &kLog,
    .may_have = delta::HasLog,
    .vacuum = delta::VacuumTables,
    .optimize = delta::OptimizeTables,
};

}  // namespace lakeseed
