// ducklake: tables of one DuckLake, all of a run in one snapshot.
//
// README.md in this folder has the layout, the steps of a commit and what is promised
// when it is interrupted, or when other programs write to the tables.

#include <arrow/scalar.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lakeseed/base/status.h"
#include "lakeseed/commit/catalog_uri.h"
#include "lakeseed/commit/check.h"
#include "lakeseed/commit/ducklake/catalog_view.h"
#include "lakeseed/commit/ducklake/optimize.h"
#include "lakeseed/commit/ducklake/run_commit.h"
#include "lakeseed/commit/ducklake/vacuum.h"
#include "lakeseed/commit/ducklake/value_text.h"
#include "lakeseed/commit/manifest_committer.h"
#include "lakeseed/commit/parquet_footer.h"
#include "lakeseed/commit/table_files.h"
#include "lakeseed/commit/table_format.h"

namespace lakeseed {

extern const TableFormatDef kDucklakeFormat;

namespace {

using ducklake::AddedFile;
using ducklake::ColumnFacts;
using ducklake::RunCommit;
using ducklake::TableChange;
using nlohmann::ordered_json;

/// The dataset of a run is the schema of its tables.
std::string SchemaOf(const TargetRequest& request) {
  const std::string dataset = DatasetOf(request.identity);
  return dataset.empty() ? "main" : dataset;
}

std::string FolderOf(const TargetRequest& request, const std::string& table) {
  return TableFolder(SchemaOf(request), table);
}

/// The catalog of an output; null when there is none and it is not to be made.
arrow::Result<std::unique_ptr<SqlConnection>> OpenCatalog(const Storage& storage,
                                                          bool make) {
  ARROW_ASSIGN_OR_RAISE(const std::string uri,
                        SqlCatalogUri(storage, ducklake::kCatalogPath));
  if (make) return SqlConnection::Open(uri);
  ARROW_ASSIGN_OR_RAISE(auto connection, SqlConnection::Find(uri));
  if (connection == nullptr) return connection;
  ARROW_RETURN_NOT_OK(connection->CheckWritable("ducklake_snapshot"));
  ARROW_ASSIGN_OR_RAISE(const bool is_made, ducklake::IsMade(connection.get()));
  return is_made ? std::move(connection) : nullptr;
}

std::optional<std::string> BoundOf(const std::shared_ptr<arrow::Scalar>& scalar) {
  return scalar == nullptr ? std::nullopt : ducklake::BoundText(*scalar);
}

/// A column and what is inside it; `path` names it in errors.
arrow::Result<ducklake::ColumnText> ColumnOf(const arrow::Field& field,
                                             const std::string& path) {
  ducklake::ColumnText column{.name = field.name(), .nulls_allowed = field.nullable()};
  ARROW_ASSIGN_OR_RAISE(column.type, ducklake::TypeText(*field.type(), path));
  if (!arrow::is_nested(field.type()->id())) return column;
  for (const auto& child : field.type()->fields()) {
    const bool is_element = field.type()->id() == arrow::Type::LIST;
    const auto named = is_element ? child->WithName("element") : child;
    ARROW_ASSIGN_OR_RAISE(column.children.emplace_back(),
                          ColumnOf(*named, path + "." + named->name()));
  }
  return column;
}

AddedFile AddedOf(const DataFile& file, std::string path, const ParquetFooter& footer) {
  AddedFile added{.path = std::move(path),
                  .num_rows = file.num_rows,
                  .size_bytes = file.size_bytes,
                  .footer_bytes = footer.size_bytes};
  for (const ColumnStatistics& column : file.columns) {
    ColumnFacts facts{.name = column.name,
                      .num_values = file.num_rows - column.null_count,
                      .num_nulls = column.null_count};
    if (const auto size = footer.column_bytes.find(column.name);
        size != footer.column_bytes.end()) {
      facts.size_bytes = size->second;
    }
    if (arrow::is_floating(column.type->id())) facts.has_nan = column.nan_count > 0;
    facts.min = BoundOf(column.min);
    facts.max = BoundOf(column.max);
    added.columns.push_back(std::move(facts));
  }
  return added;
}

std::string TransformText(const PartitionField& field) {
  const std::string name(ToString(field.transform));
  return field.width > 0 ? fmt::format("{}({})", name, field.width) : name;
}

/// Of a table that is there now; `catalog` is null when none is made.
arrow::Result<std::optional<int64_t>> FindId(SqlConnection* catalog,
                                             const std::string& schema,
                                             const std::string& table) {
  if (catalog == nullptr) return std::optional<int64_t>();
  return ducklake::FindTable(catalog, schema, table);
}

arrow::Result<TableChange> PlanTable(const Storage& storage, const TargetRequest& request,
                                     const std::string& table, const ManifestStep& step,
                                     SqlConnection* catalog) {
  TableChange change{.schema = SchemaOf(request), .table = table};
  ARROW_ASSIGN_OR_RAISE(const auto id, FindId(catalog, change.schema, table));
  if (id) change.table_id = std::to_string(*id);
  ARROW_RETURN_NOT_OK(CheckFoundTable(request, step, table, change.schema + "." + table,
                                      change.table_id));
  for (const PartitionField& field : PartitionsOf(request, table)) {
    change.partitions.push_back({field.source, TransformText(field)});
  }
  change.sort = SortColumnsOf(request, table);
  change.rearranges = request.rearranges;
  const std::string folder = FolderOf(request, table);
  bool is_whole = false;
  for (const DataFile& file : step.commit.files) {
    if (file.table != table) continue;
    std::vector<MergedFile> merged;
    if (request.rearranges) merged = MergedOf(request, file, step);
    if (request.rearranges && merged.empty()) continue;  // It stays.
    ARROW_ASSIGN_OR_RAISE(const ParquetFooter footer,
                          ReadFooterOf(storage, request.run_id, file, "a DuckLake"));
    ARROW_ASSIGN_OR_RAISE(std::string path, PathInTable(folder, file.path));
    for (const auto& field : footer.schema->fields()) {
      const bool is_known =
          std::any_of(change.columns.begin(), change.columns.end(),
                      [&](const auto& one) { return one.name == field->name(); });
      if (is_known) continue;
      ARROW_ASSIGN_OR_RAISE(change.columns.emplace_back(),
                            ColumnOf(*field, field->name()));
    }
    change.files.push_back(AddedOf(file, std::move(path), footer));
    for (const auto& [name, value] : file.partition_values) {
      change.files.back().partition.push_back(value);
    }
    for (const MergedFile& one : merged) {
      ARROW_ASSIGN_OR_RAISE(change.files.back().merged.emplace_back(),
                            PathInTable(folder, one.path));
    }
    is_whole |= !file.day;
  }
  // A column that some of the files do not have is null there.
  for (ducklake::ColumnText& column : change.columns) {
    for (const AddedFile& file : change.files) {
      column.nulls_allowed |=
          std::none_of(file.columns.begin(), file.columns.end(),
                       [&](const ColumnFacts& one) { return one.name == column.name; });
    }
  }
  if (request.if_exists != IfExists::kOverwrite || request.rearranges) return change;
  change.replaces_all = is_whole;
  if (is_whole) return change;
  for (const std::string& path : ReplacedFiles(request, table, step)) {
    ARROW_ASSIGN_OR_RAISE(change.removals.emplace_back(), PathInTable(folder, path));
  }
  return change;
}

void SetPlace(const Storage& storage, RunCommit* commit) {
  // Absolute, since DuckDB takes a relative one from its own working directory.
  commit->data_path = AbsoluteRoot(storage) + "/" + kTablesFolder;
  commit->is_shared = !storage.catalog().empty();
}

arrow::Result<std::vector<ordered_json>> PlanRun(const Storage& storage,
                                                 const TargetRequest& request,
                                                 const ManifestStep& step) {
  ARROW_ASSIGN_OR_RAISE(const auto catalog, OpenCatalog(storage, /*make=*/false));
  RunCommit plan;
  plan.run_id = request.run_id;
  SetPlace(storage, &plan);
  plan.time_us =
      step.commit.commit_time.time_since_epoch().count() * ducklake::kMicrosPerMilli;
  for (const std::string& table : TablesOf(step.commit.files)) {
    ARROW_ASSIGN_OR_RAISE(TableChange change,
                          PlanTable(storage, request, table, step, catalog.get()));
    plan.tables.push_back(std::move(change));
  }
  if (catalog != nullptr) {
    ARROW_ASSIGN_OR_RAISE(const int64_t last,
                          ducklake::LastCommit(catalog.get(), request.run_id));
    plan.transaction = last + 1;
    // What stands against it shows now, while nothing has been written.
    ARROW_RETURN_NOT_OK(plan.Check(catalog.get()));
  }
  ordered_json json = plan.ToJson();
  json["catalog"] = CatalogName(storage);
  return std::vector<ordered_json>{std::move(json)};
}

arrow::Status PublishRun(Storage* storage, const ordered_json& step, const std::string&) {
  ARROW_ASSIGN_OR_RAISE(RunCommit commit, PlanFromJson<RunCommit>(step));
  ARROW_RETURN_NOT_OK(CheckCatalogName(*storage, step.value("catalog", "")));
  SetPlace(*storage, &commit);
  ARROW_ASSIGN_OR_RAISE(const auto catalog, OpenCatalog(*storage, /*make=*/true));
  return commit.Publish(catalog.get());
}

constexpr TableLogDef kLog{.plan = PlanRun, .publish = PublishRun};

arrow::Status CheckTable(SqlConnection* catalog, const TargetRequest& request,
                         const Manifest& manifest, const std::string& table,
                         TargetState* state) {
  const std::string folder = FolderOf(request, table);
  PresentTable present{.kind = "a DuckLake table",
                       .name = SchemaOf(request) + "." + table,
                       .folder = folder};
  ARROW_ASSIGN_OR_RAISE(const auto id, FindId(catalog, SchemaOf(request), table));
  present.exists = id.has_value();
  if (id) {
    state->table_ids[table] = std::to_string(*id);
    ARROW_ASSIGN_OR_RAISE(const int64_t last,
                          ducklake::LastCommit(catalog, request.run_id));
    present.has_our_run = last > 0;
  }
  // Files that others have rewritten are not among those whose rows move.
  if (request.rearranges) return arrow::Status::OK();
  std::optional<std::set<std::string>> live;
  present.has = [&](const std::string& path) -> arrow::Result<bool> {
    if (!live) live.emplace();
    if (id && live->empty()) {
      ARROW_ASSIGN_OR_RAISE(live, ducklake::LiveFiles(catalog, *id));
    }
    ARROW_ASSIGN_OR_RAISE(const std::string below, PathInTable(folder, path));
    return live->contains(below);
  };
  return CheckOwnFiles(request, manifest, table, present);
}

arrow::Result<TargetState> CheckDucklake(Storage* storage, const TargetRequest& request) {
  ARROW_ASSIGN_OR_RAISE(const auto lock, storage->Lock(LockMode::kShared));
  // Not before the lock: a run that commits meanwhile may make it.
  ARROW_ASSIGN_OR_RAISE(const auto catalog, OpenCatalog(*storage, /*make=*/false));
  ARROW_ASSIGN_OR_RAISE(const Manifest manifest, EffectiveManifest(*storage, request));
  ARROW_ASSIGN_OR_RAISE(TargetState state, CheckManifest(*storage, request, manifest,
                                                         NamesOnDisk::kDoNotCount));
  for (const std::string& table : TablesOf(request.files)) {
    ARROW_RETURN_NOT_OK(CheckTable(catalog.get(), request, manifest, table, &state));
  }
  return state;
}

arrow::Result<std::unique_ptr<Committer>> OpenDucklake(Storage* storage,
                                                       const TargetRequest& request) {
  return OpenCommitter(storage, request, kDucklakeFormat);
}

}  // namespace

const TableFormatDef kDucklakeFormat{
    .name = "ducklake",
    .summary = "a DuckLake: Parquet files, and a catalog in an SQL database",
    .catalogs = "sqlite postgresql",
    .options = "auto-compact",
    .partitions = {.style = PartitionStyle::kDucklake, .has_yearmonth = false},
    .check = CheckDucklake,
    .open = OpenDucklake,
    .log = &kLog,
    .may_have = ducklake::IsInCatalog,
    .vacuum = ducklake::VacuumTables,
    .optimize = ducklake::OptimizeTables,
};

}  // namespace lakeseed
