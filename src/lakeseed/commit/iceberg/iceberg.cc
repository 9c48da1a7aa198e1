// iceberg: Apache Iceberg tables, one per table of a dataset, in an SQL catalog.
//
// README.md in this folder has the layout, the steps of a commit and what is promised
// when it is interrupted, or when other programs write to the tables.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <thread>

#include "lakeseed/base/status.h"
#include "lakeseed/commit/catalog_uri.h"
#include "lakeseed/commit/check.h"
#include "lakeseed/commit/iceberg/catalog.h"
#include "lakeseed/commit/iceberg/optimize.h"
#include "lakeseed/commit/iceberg/partition_spec.h"
#include "lakeseed/commit/iceberg/rest_catalog.h"
#include "lakeseed/commit/iceberg/schema.h"
#include "lakeseed/commit/iceberg/table_commit.h"
#include "lakeseed/commit/iceberg/table_state.h"
#include "lakeseed/commit/iceberg/vacuum.h"
#include "lakeseed/commit/manifest_committer.h"
#include "lakeseed/commit/parquet_footer.h"
#include "lakeseed/commit/table_files.h"
#include "lakeseed/commit/table_format.h"

namespace lakeseed {

extern const TableFormatDef kIcebergFormat;

namespace {

using iceberg::TableCommit;
using iceberg::TableMove;
using iceberg::TablePlace;
using iceberg::TableState;
using nlohmann::ordered_json;

constexpr int kMostTries = 1'000;

/// The dataset of a run is the namespace of its tables.
std::string NamespaceOf(const std::string& identity) {
  const std::string dataset = DatasetOf(identity);
  return dataset.empty() ? "default" : dataset;
}

/// Columns of all files, in the order of their ids; optional where a file has none.
arrow::Result<ordered_json> FieldsOfFiles(const std::vector<ParquetFooter>& footers) {
  std::map<int, ordered_json> by_id;
  std::map<int, size_t> files_with;
  for (const ParquetFooter& footer : footers) {
    ARROW_ASSIGN_OR_RAISE(const ordered_json fields, iceberg::FieldsOf(*footer.schema));
    for (const ordered_json& field : fields) {
      const int id = field.at("id").get<int>();
      by_id.emplace(id, field);
      ++files_with[id];
    }
  }
  ordered_json merged = ordered_json::array();
  for (auto& [id, field] : by_id) {
    if (files_with[id] < footers.size()) field["required"] = false;
    merged.push_back(std::move(field));
  }
  return merged;
}

/// Whether the manifest has none of the files that are to come.
bool AreNew(std::span<const DataFile* const> files, const TargetRequest& request,
            const std::string& table, const ManifestStep& step) {
  const auto at = step.current.tables.find(QualifiedName(request.identity, table));
  if (at == step.current.tables.end()) return true;
  std::set<std::string_view> there;
  for (const DataFile& file : at->second.files) there.insert(file.path);
  return std::none_of(files.begin(), files.end(),
                      [&](const DataFile* file) { return there.contains(file->path); });
}

arrow::Result<TableCommit> PlanTable(const Storage& storage, const TargetRequest& request,
                                     const TablePlace& place, const ManifestStep& step) {
  TableCommit plan{.name_space = place.name_space, .table = place.table};
  plan.run_id = request.run_id;
  plan.time_ms = step.commit.commit_time.time_since_epoch().count();
  std::vector<ParquetFooter> footers;
  std::vector<const DataFile*> files;
  bool is_whole = false;
  for (const DataFile& file : step.commit.files) {
    if (file.table != place.table) continue;
    ARROW_RETURN_NOT_OK(PathInTable(place.folder, file.path).status());
    ARROW_ASSIGN_OR_RAISE(footers.emplace_back(),
                          ReadFooterOf(storage, request.run_id, file, "Iceberg tables"));
    files.push_back(&file);
    is_whole |= !file.day;
    if (request.rearranges) plan.merged[file.path] = MergedOf(request, file, step);
  }
  ARROW_ASSIGN_OR_RAISE(plan.fields, FieldsOfFiles(footers));
  plan.spec = iceberg::WantedSpec(PartitionsOf(request, place.table));
  plan.sort = SortColumnsOf(request, place.table);
  plan.version = request.table_version;
  for (size_t i = 0; i < files.size(); ++i) {
    plan.files.push_back(iceberg::DataFileRecord(
        *files[i], plan.fields, footers[i].column_bytes, request.statistics));
  }
  plan.rearranges = request.rearranges;
  if (request.if_exists == IfExists::kOverwrite) {
    plan.replaces_all = is_whole && !plan.rearranges;
    if (!plan.replaces_all) plan.removals = ReplacedFiles(request, place.table, step);
  }
  plan.is_new = !plan.replaces_all && plan.removals.empty() &&
                AreNew(files, request, place.table, step);
  return plan;
}

arrow::Result<std::vector<ordered_json>> PlanRun(const Storage& storage,
                                                 const TargetRequest& request,
                                                 const ManifestStep& step) {
  ARROW_ASSIGN_OR_RAISE(const auto catalog, iceberg::OpenCatalog(storage));
  ordered_json plans = ordered_json::array();
  for (const std::string& table : TablesOf(step.commit.files)) {
    const TablePlace place =
        iceberg::PlaceOf(storage, NamespaceOf(request.identity), table);
    ARROW_ASSIGN_OR_RAISE(TableCommit plan, PlanTable(storage, request, place, step));
    ARROW_ASSIGN_OR_RAISE(const TableState state, catalog->Load(storage, place));
    ARROW_RETURN_NOT_OK(CheckFoundTable(request, step, table,
                                        place.name_space + "." + table, state.id()));
    plan.table_id = state.id();
    for (; state.HasMarker(plan.marker()); ++plan.transaction) plan.is_new = false;
    // What stands against it shows now, while nothing has been written.
    ARROW_RETURN_NOT_OK(plan.Check(storage, place, state));
    plans.push_back(plan.ToJson());
  }
  // One step: all tables of a run move together.
  return std::vector<ordered_json>{
      ordered_json{{"catalog", CatalogName(storage)}, {"tables", std::move(plans)}}};
}

/// What the journal has of a run.
struct RunPlan {
  std::string catalog;
  std::vector<TableCommit> tables;

  static RunPlan FromJson(const ordered_json& json) {
    RunPlan plan{.catalog = json.at("catalog").get<std::string>()};
    for (const ordered_json& one : json.at("tables")) {
      plan.tables.push_back(TableCommit::FromJson(one));
    }
    return plan;
  }
};

arrow::Status MoveTables(Storage* storage, iceberg::Catalog* catalog,
                         const std::string& scratch, const RunPlan& plan) {
  std::vector<TableMove> moves;
  for (const TableCommit& commit : plan.tables) {
    const TablePlace place = iceberg::PlaceOf(*storage, commit.name_space, commit.table);
    ARROW_ASSIGN_OR_RAISE(const TableState state, catalog->Load(*storage, place));
    ARROW_ASSIGN_OR_RAISE(auto move, commit.Next(storage, scratch, place, state));
    if (move) {
      moves.push_back(*std::move(move));
    } else if (state.exists()) {
      ARROW_RETURN_NOT_OK(catalog->Finish(storage, scratch, place, state));
    }
  }
  return moves.empty() ? arrow::Status::OK() : catalog->Commit(storage, scratch, moves);
}

arrow::Status PublishRun(Storage* storage, const ordered_json& step,
                         const std::string& scratch) {
  ARROW_ASSIGN_OR_RAISE(const RunPlan plan, PlanFromJson<RunPlan>(step));
  ARROW_RETURN_NOT_OK(CheckCatalogName(*storage, plan.catalog));
  ARROW_ASSIGN_OR_RAISE(const auto catalog, iceberg::OpenCatalog(*storage));
  for (int i = 0; i < kMostTries; ++i) {
    const arrow::Status status = MoveTables(storage, catalog.get(), scratch, plan);
    if (!status.IsAlreadyExists()) return status;
    // Somebody else has moved a table; ours moves after it.
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min(i, 50)));
  }
  return ErrorWithCode(ExitCode::kConflict, "other writers commit without a pause");
}

constexpr TableLogDef kLog{.plan = PlanRun, .publish = PublishRun};

arrow::Status CheckTable(const Storage& storage, iceberg::Catalog* catalog,
                         const TargetRequest& request, const Manifest& manifest,
                         const std::string& table, TargetState* target) {
  const TablePlace place =
      iceberg::PlaceOf(storage, NamespaceOf(request.identity), table);
  ARROW_ASSIGN_OR_RAISE(const TableState state, catalog->Load(storage, place));
  PresentTable present{.kind = "an Iceberg table",
                       .name = place.name_space + "." + table,
                       .folder = place.folder};
  ARROW_RETURN_NOT_OK(iceberg::CheckWritable(state, present.name, request.table_version));
  if (!WantedOf(request, table).replaces_all() && !request.rearranges) {
    const auto spec = iceberg::WantedSpec(PartitionsOf(request, table));
    ARROW_RETURN_NOT_OK(iceberg::CheckSpec(state, spec, present.name));
  }
  present.exists = state.exists();
  if (state.exists()) target->table_ids[table] = state.id();
  present.has_our_run = state.HasMarker(TableCommit{.run_id = request.run_id}.marker());
  std::optional<std::set<std::string>> live;
  present.has = [&](const std::string& path) -> arrow::Result<bool> {
    if (!live) {
      ARROW_ASSIGN_OR_RAISE(live, iceberg::LivePaths(storage, place, state));
    }
    return live->contains(path);
  };
  return CheckOwnFiles(request, manifest, table, present);
}

arrow::Result<StoreProperties> VendIceberg(const std::string& catalog,
                                           const std::string& output,
                                           const std::string& identity,
                                           const std::string& table) {
  if (!catalog.starts_with("http")) return StoreProperties();
  const std::string name_space = NamespaceOf(identity);
  return iceberg::RestCatalog::Vended(
      catalog, {name_space, table, TableFolder(name_space, table), AbsoluteRoot(output)});
}

arrow::Result<TargetState> CheckIceberg(Storage* storage, const TargetRequest& request) {
  ARROW_ASSIGN_OR_RAISE(const auto catalog, iceberg::OpenCatalog(*storage));
  ARROW_RETURN_NOT_OK(catalog->CheckWritable());
  ARROW_ASSIGN_OR_RAISE(const auto lock, storage->Lock(LockMode::kShared));
  ARROW_ASSIGN_OR_RAISE(const Manifest manifest, EffectiveManifest(*storage, request));
  ARROW_ASSIGN_OR_RAISE(TargetState state, CheckManifest(*storage, request, manifest,
                                                         NamesOnDisk::kDoNotCount));
  for (const std::string& table : TablesOf(request.files)) {
    ARROW_RETURN_NOT_OK(
        CheckTable(*storage, catalog.get(), request, manifest, table, &state));
  }
  return state;
}

arrow::Result<std::unique_ptr<Committer>> OpenIceberg(Storage* storage,
                                                      const TargetRequest& request) {
  return OpenCommitter(storage, request, kIcebergFormat);
}

}  // namespace

const TableFormatDef kIcebergFormat{
    .name = "iceberg",
    .summary =
        "Apache Iceberg tables: metadata beside Parquet files, an SQL or REST catalog",
    .catalogs = "sqlite postgresql http hadoop",
    .options = "table-statistics iceberg-version auto-compact",
    .partitions = {.style = PartitionStyle::kIceberg,
                   .counts_since_epoch = true,
                   .has_truncate = true},
    .has_field_ids = true,
    .vend = VendIceberg,
    .check = CheckIceberg,
    .open = OpenIceberg,
    .log = &kLog,
    .may_have = iceberg::HasMetadata,
    .vacuum = iceberg::VacuumTables,
    .optimize = iceberg::OptimizeTables,
};

}  // namespace lakeseed
