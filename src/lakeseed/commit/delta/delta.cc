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
#include "lakeseed/commit/journal.h"
#include "lakeseed/commit/manifest_committer.h"
#include "lakeseed/commit/table_format.h"

namespace lakeseed {

extern const TableFormatDef kDeltaFormat;

namespace {

using nlohmann::ordered_json;

/// "Tables/shop/orders"
std::string FolderOf(const std::string& identity, const std::string& table) {
  std::string name = QualifiedName(identity, table);
  const std::string dataset = name.substr(0, name.size() - table.size());
  return "Tables/" +
         (dataset.empty() ? "" : dataset.substr(0, dataset.size() - 1) + "/") + table;
}

std::string RunAppId(const std::string& run_id) {
  return delta::TableCommit{.run_id = run_id}.app_id();
}

/// RFC 2396 for the characters that our names may have.
std::string UriEncoded(std::string_view path) {
  std::string encoded;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain =
        byte > 0x7F || std::isalnum(byte) != 0 ||
        std::string_view("/-_.!~*'()=+,;@&$").find(c) != std::string_view::npos;
    encoded += is_plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return encoded;
}

arrow::Result<std::string> PathInTable(const std::string& folder,
                                       const std::string& path) {
  if (!path.starts_with(folder + "/")) {
    return RequestError("path leads out of the table: " + path,
                        fmt::format("files of a table lie below {}/", folder));
  }
  return UriEncoded(std::string_view(path).substr(folder.size() + 1));
}

arrow::Result<ordered_json> AddOf(const TargetRequest& request, const DataFile& file,
                                  const std::string& folder, int64_t time_ms) {
  ordered_json tags{{delta::kRunTag, request.run_id}};
  if (file.day) tags[delta::kDayTag] = FormatDate(*file.day);
  ARROW_ASSIGN_OR_RAISE(std::string path, PathInTable(folder, file.path));
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
  if (file.format != "parquet") {
    return RequestError("files of Delta tables are Parquet files: " + file.path);
  }
  const std::string staged = StagedDataPath(request.run_id, file.path);
  ARROW_ASSIGN_OR_RAISE(const bool is_staged, storage.Exists(staged));
  ARROW_ASSIGN_OR_RAISE(ordered_json fields,
                        delta::ReadFields(storage, is_staged ? staged : file.path));
  const auto partitions = request.partitions.find(file.table);
  if (partitions == request.partitions.end()) return fields;
  for (const PartitionField& field : partitions->second) {
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
  const auto at = request.partitions.find(table);
  if (at == request.partitions.end()) return columns;
  for (const PartitionField& field : at->second) columns.push_back(field.name);
  return columns;
}

/// Files of the table that the run's days replace.
arrow::Result<std::vector<std::string>> ReplacedFiles(const std::string& name,
                                                      const std::string& folder,
                                                      const std::set<int32_t>& days,
                                                      const ManifestStep& step,
                                                      const delta::Snapshot& snapshot) {
  std::set<std::string> replaced, kept;
  if (const auto at = step.next.tables.find(name); at != step.next.tables.end()) {
    for (const DataFile& file : at->second.files) kept.insert(file.path);
  }
  if (const auto at = step.current.tables.find(name); at != step.current.tables.end()) {
    for (const DataFile& file : at->second.files) {
      if (kept.contains(file.path)) continue;
      ARROW_ASSIGN_OR_RAISE(std::string path, PathInTable(folder, file.path));
      replaced.insert(std::move(path));
    }
  }
  std::set<std::string> texts;
  for (const int32_t day : days) texts.insert(FormatDate(day));
  for (const auto& [path, add] : snapshot.files) {
    if (!add.contains("tags") || !add["tags"].is_object()) continue;
    if (texts.contains(add["tags"].value(delta::kDayTag, ""))) replaced.insert(path);
  }
  return std::vector<std::string>(replaced.begin(), replaced.end());
}

arrow::Result<delta::TableCommit> PlanTable(const Storage& storage,
                                            const TargetRequest& request,
                                            const std::string& table,
                                            const ManifestStep& step) {
  delta::TableCommit plan;
  plan.folder = FolderOf(request.identity, table);
  plan.run_id = request.run_id;
  plan.identity = request.identity;
  plan.partitions = PartitionColumns(request, table);
  plan.time_ms = step.commit.commit_time.time_since_epoch().count();
  ARROW_ASSIGN_OR_RAISE(const delta::Snapshot snapshot,
                        delta::ReadSnapshot(storage, plan.folder));
  plan.transaction = snapshot.TransactionOf(plan.app_id()) + 1;
  std::set<int32_t> days;
  bool is_whole = false;
  for (const DataFile& file : step.commit.files) {
    if (file.table != table) continue;
    ARROW_ASSIGN_OR_RAISE(auto add, AddOf(request, file, plan.folder, plan.time_ms));
    plan.adds.push_back(std::move(add));
    if (file.day) days.insert(*file.day);
    is_whole |= !file.day;
  }
  if (request.rearranges) {
    plan.rearranges = true;
    ARROW_ASSIGN_OR_RAISE(plan.fields, snapshot.Fields());
    plan.partitions = snapshot.PartitionColumns();
    ARROW_ASSIGN_OR_RAISE(
        plan.removals, ReplacedFiles(QualifiedName(request.identity, table), plan.folder,
                                     {}, step, snapshot));
    ARROW_RETURN_NOT_OK(plan.Actions(snapshot).status());
    return plan;
  }
  ARROW_ASSIGN_OR_RAISE(plan.fields,
                        FieldsOfTable(storage, request, table, step.commit.files));
  if (request.if_exists == IfExists::kOverwrite) {
    plan.replaces_all = is_whole;
    if (!is_whole) {
      ARROW_ASSIGN_OR_RAISE(plan.removals,
                            ReplacedFiles(QualifiedName(request.identity, table),
                                          plan.folder, days, step, snapshot));
    }
  }
  // What stands against it shows now, while nothing has been written.
  ARROW_RETURN_NOT_OK(plan.Actions(snapshot).status());
  return plan;
}

arrow::Result<std::vector<ordered_json>> PlanTables(const Storage& storage,
                                                    const TargetRequest& request,
                                                    const ManifestStep& step) {
  std::set<std::string> tables;
  for (const DataFile& file : step.commit.files) tables.insert(file.table);
  std::vector<ordered_json> plans;
  for (const std::string& table : tables) {
    ARROW_ASSIGN_OR_RAISE(const auto plan, PlanTable(storage, request, table, step));
    plans.push_back(plan.ToJson());
  }
  return plans;
}

/// A step of the journal; made by PlanTables, and maybe read from the disk.
arrow::Result<delta::TableCommit> Parsed(const ordered_json& step) {
  try {
    return delta::TableCommit::FromJson(step);
  } catch (const nlohmann::json::exception& error) {
    return arrow::Status::Invalid("commit journal is damaged: ", error.what());
  }
}

arrow::Status PublishTable(Storage* storage, const ordered_json& step,
                           const std::string& scratch) {
  ARROW_ASSIGN_OR_RAISE(const delta::TableCommit commit, Parsed(step));
  return commit.Publish(storage, scratch);
}

arrow::Status TidyTable(Storage* storage, const ordered_json& step,
                        const std::string& scratch) {
  ARROW_ASSIGN_OR_RAISE(const delta::TableCommit commit, Parsed(step));
  return delta::CheckpointIfDue(storage, commit.folder, scratch);
}

constexpr TableLogDef kLog{
    .plan = PlanTables, .publish = PublishTable, .tidy = TidyTable};

/// One table of a request against its log.
class TableCheck {
 public:
  TableCheck(const TargetRequest& request, const Manifest& manifest, std::string table)
      : request_(request),
        manifest_(manifest),
        table_(std::move(table)),
        folder_(FolderOf(request.identity, table_)) {
    for (const PlannedFile& file : request.files) {
      if (file.table != table_) continue;
      if (file.day) days_.insert(*file.day);
      is_whole_ |= !file.day;
    }
  }

  arrow::Status Check(const Storage& storage) const {
    ARROW_ASSIGN_OR_RAISE(const auto snapshot, delta::ReadSnapshot(storage, folder_));
    const bool replaces = request_.if_exists == IfExists::kOverwrite;
    if (snapshot.exists()) {
      ARROW_RETURN_NOT_OK(delta::CheckWritable(snapshot, folder_, replaces));
    }
    if (snapshot.exists() && !(replaces && is_whole_) && !request_.rearranges) {
      ARROW_RETURN_NOT_OK(
          delta::CheckPartitions(snapshot, folder_, PartitionColumns(request_, table_)));
    }
    // Files of a commit that is under way are not in the log yet.
    if ((replaces && is_whole_) || manifest_.commit_pending) return arrow::Status::OK();
    const auto at = manifest_.tables.find(QualifiedName(request_.identity, table_));
    if (at != manifest_.tables.end()) return CheckOwnFiles(at->second, snapshot);
    if (snapshot.exists() && !HasOurRun(snapshot)) {
      return RequestError(
          "there is a Delta table that is not in the manifest: " + folder_,
          "--if-exists overwrite replaces it");
    }
    return arrow::Status::OK();
  }

 private:
  /// A commit of this run that was given up half way.
  bool HasOurRun(const delta::Snapshot& snapshot) const {
    return snapshot.TransactionOf(RunAppId(request_.run_id)) > 0;
  }

  /// The manifest must not promise what the log has no more.
  arrow::Status CheckOwnFiles(const ManifestTable& table,
                              const delta::Snapshot& snapshot) const {
    for (const DataFile& file : table.files) {
      if (file.day && !is_whole_ && !days_.contains(*file.day)) continue;
      ARROW_ASSIGN_OR_RAISE(const std::string path, PathInTable(folder_, file.path));
      if (snapshot.files.contains(path)) continue;
      return RequestError(
          fmt::format("another writer has removed or rewritten files of {}: {}", folder_,
                      file.path),
          is_whole_ ? "--if-exists overwrite makes the table anew"
                    : "use another --output; days of a rewritten table cannot be told "
                      "apart");
    }
    return arrow::Status::OK();
  }

  const TargetRequest& request_;
  const Manifest& manifest_;
  const std::string table_, folder_;
  std::set<int32_t> days_;
  bool is_whole_ = false;
};

arrow::Result<TargetState> CheckDelta(Storage* storage, const TargetRequest& request) {
  ARROW_ASSIGN_OR_RAISE(TargetState state,
                        CheckManifest(storage, request, NamesOnDisk::kDoNotCount));
  ARROW_ASSIGN_OR_RAISE(const auto lock, storage->Lock(LockMode::kShared));
  ARROW_ASSIGN_OR_RAISE(const Manifest manifest, EffectiveManifest(*storage, request));
  std::set<std::string> tables;
  for (const PlannedFile& file : request.files) {
    const std::string folder = FolderOf(request.identity, file.table);
    ARROW_RETURN_NOT_OK(PathInTable(folder, file.path).status());
    tables.insert(file.table);
  }
  for (const std::string& table : tables) {
    ARROW_RETURN_NOT_OK(TableCheck(request, manifest, table).Check(*storage));
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
    .check = CheckDelta,
    .open = OpenDelta,
    .log = &kLog,
    .vacuum = delta::VacuumTables,
    .optimize = delta::OptimizeTables,
};

}  // namespace lakeseed
