// iceberg: Apache Iceberg tables, one per table of a dataset, in an SQL catalog.
//
// README.md in this folder has the layout, the steps of a commit and what is promised
// when it is interrupted, or when other programs write to the tables.

#include <fmt/format.h>
#include <parquet/arrow/schema.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "lakeseed/base/status.h"
#include "lakeseed/commit/check.h"
#include "lakeseed/commit/iceberg/catalog.h"
#include "lakeseed/commit/iceberg/schema.h"
#include "lakeseed/commit/iceberg/table_commit.h"
#include "lakeseed/commit/iceberg/table_state.h"
#include "lakeseed/commit/journal.h"
#include "lakeseed/commit/manifest_committer.h"
#include "lakeseed/commit/table_format.h"

namespace lakeseed {

extern const TableFormatDef kIcebergFormat;

namespace {

using iceberg::TableCommit;
using iceberg::TablePlace;
using iceberg::TableState;
using nlohmann::ordered_json;

constexpr char kCatalogPath[] = "iceberg.sqlite";
constexpr int kMostTries = 1'000;

std::string RootOf(const Storage& storage) {
  std::string root = std::filesystem::absolute(storage.root()).lexically_normal();
  while (root.size() > 1 && root.ends_with('/')) root.pop_back();
  return root;
}

std::string CatalogUri(const Storage& storage) {
  return "sqlite:///" + RootOf(storage) + "/" + kCatalogPath;
}

arrow::Status CheckRoot(const Storage& storage) {
  if (storage.root().find("://") == std::string::npos) return arrow::Status::OK();
  return RequestError(
      "the catalog of Iceberg tables is a file beside them: " + storage.root(),
      "--output with a local directory");
}

/// The dataset of a run is the namespace of its tables.
std::string NamespaceOf(const std::string& identity, const std::string& table) {
  const std::string name = QualifiedName(identity, table);
  return name.size() == table.size() ? "default"
                                     : name.substr(0, name.size() - table.size() - 1);
}

TablePlace PlaceOf(const Storage& storage, const std::string& name_space,
                   const std::string& table) {
  return {name_space, table, "Tables/" + name_space + "/" + table,
          "file://" + RootOf(storage)};
}

arrow::Status CheckPath(const TablePlace& place, const std::string& path) {
  if (path.starts_with(place.folder + "/")) return arrow::Status::OK();
  return RequestError("path leads out of the table: " + path,
                      fmt::format("files of a table lie below {}/", place.folder));
}

arrow::Result<TableState> ReadState(const Storage& storage, SqlConnection* connection,
                                    const TablePlace& place) {
  TableState state;
  ARROW_ASSIGN_OR_RAISE(
      state.metadata_location,
      iceberg::MetadataLocation(connection, place.name_space, place.table));
  if (!state.exists()) return state;
  ARROW_ASSIGN_OR_RAISE(const std::string path, place.Local(state.metadata_location));
  ARROW_ASSIGN_OR_RAISE(const std::string text, storage.ReadAll(path));
  state.metadata = ordered_json::parse(text, nullptr, false);
  if (state.metadata.is_discarded()) {
    return arrow::Status::IOError("Iceberg metadata is damaged: ", path);
  }
  return state;
}

/// What the footer of a file says.
struct Footer {
  std::shared_ptr<arrow::Schema> schema;
  std::map<std::string, int64_t> column_bytes;
};

arrow::Result<Footer> ReadFooter(const Storage& storage, const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(auto input, storage.OpenInput(path));
  Footer footer;
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  const auto reader = parquet::ParquetFileReader::Open(std::move(input));
  const auto metadata = reader->metadata();
  ARROW_RETURN_NOT_OK(parquet::arrow::FromParquetSchema(
      metadata->schema(), parquet::ArrowReaderProperties(),
      metadata->key_value_metadata(), &footer.schema));
  for (int group = 0; group < metadata->num_row_groups(); ++group) {
    const auto row_group = metadata->RowGroup(group);
    for (int column = 0; column < row_group->num_columns(); ++column) {
      const auto chunk = row_group->ColumnChunk(column);
      footer.column_bytes[chunk->path_in_schema()->ToDotString()] +=
          chunk->total_compressed_size();
    }
  }
  END_PARQUET_CATCH_EXCEPTIONS
  return footer;
}

/// Files that the run's days replace: those that the manifest has no more.
std::vector<std::string> ReplacedFiles(const std::string& name,
                                       const ManifestStep& step) {
  std::set<std::string> kept;
  if (const auto at = step.next.tables.find(name); at != step.next.tables.end()) {
    for (const DataFile& file : at->second.files) kept.insert(file.path);
  }
  std::vector<std::string> replaced;
  if (const auto at = step.current.tables.find(name); at != step.current.tables.end()) {
    for (const DataFile& file : at->second.files) {
      if (!kept.contains(file.path)) replaced.push_back(file.path);
    }
  }
  return replaced;
}

/// Columns of all files, in the order of their ids; optional where a file has none.
arrow::Result<ordered_json> FieldsOfFiles(const std::vector<Footer>& footers) {
  std::map<int, ordered_json> by_id;
  std::map<int, size_t> files_with;
  for (const Footer& footer : footers) {
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

arrow::Result<TableCommit> PlanTable(const Storage& storage, const TargetRequest& request,
                                     const std::string& table, const ManifestStep& step) {
  TableCommit plan;
  plan.name_space = NamespaceOf(request.identity, table);
  plan.table = table;
  plan.run_id = request.run_id;
  plan.time_ms = step.commit.commit_time.time_since_epoch().count();
  const TablePlace place = PlaceOf(storage, plan.name_space, table);
  std::vector<Footer> footers;
  std::vector<const DataFile*> files;
  bool is_whole = false;
  for (const DataFile& file : step.commit.files) {
    if (file.table != table) continue;
    if (file.format != "parquet") {
      return RequestError("files of Iceberg tables are Parquet files: " + file.path);
    }
    ARROW_RETURN_NOT_OK(CheckPath(place, file.path));
    const std::string staged = StagedDataPath(request.run_id, file.path);
    ARROW_ASSIGN_OR_RAISE(const bool is_staged, storage.Exists(staged));
    ARROW_ASSIGN_OR_RAISE(footers.emplace_back(),
                          ReadFooter(storage, is_staged ? staged : file.path));
    files.push_back(&file);
    is_whole |= !file.day;
  }
  ARROW_ASSIGN_OR_RAISE(plan.fields, FieldsOfFiles(footers));
  for (size_t i = 0; i < files.size(); ++i) {
    plan.files.push_back(
        iceberg::DataFileRecord(*files[i], plan.fields, footers[i].column_bytes));
  }
  if (request.if_exists == IfExists::kOverwrite) {
    plan.replaces_all = is_whole;
    if (!is_whole) {
      plan.removals = ReplacedFiles(QualifiedName(request.identity, table), step);
    }
  }
  return plan;
}

arrow::Result<std::vector<ordered_json>> PlanRun(const Storage& storage,
                                                 const TargetRequest& request,
                                                 const ManifestStep& step) {
  ARROW_RETURN_NOT_OK(CheckRoot(storage));
  std::set<std::string> tables;
  for (const DataFile& file : step.commit.files) tables.insert(file.table);
  ARROW_ASSIGN_OR_RAISE(const bool has_catalog, storage.Exists(kCatalogPath));
  std::unique_ptr<SqlConnection> connection;
  if (has_catalog) {
    ARROW_ASSIGN_OR_RAISE(connection, SqlConnection::Open(CatalogUri(storage)));
  }
  ordered_json plans = ordered_json::array();
  for (const std::string& table : tables) {
    ARROW_ASSIGN_OR_RAISE(TableCommit plan, PlanTable(storage, request, table, step));
    const TablePlace place = PlaceOf(storage, plan.name_space, table);
    TableState state;
    if (has_catalog) {
      ARROW_ASSIGN_OR_RAISE(state, ReadState(storage, connection.get(), place));
    }
    while (state.HasMarker(plan.marker())) ++plan.transaction;
    // What stands against it shows now, while nothing has been written.
    ARROW_RETURN_NOT_OK(plan.Next(storage, nullptr, "", place, state).status());
    plans.push_back(plan.ToJson());
  }
  // One step: all tables of a run move in one transaction.
  return std::vector<ordered_json>{std::move(plans)};
}

arrow::Result<std::vector<TableCommit>> Parsed(const ordered_json& step) {
  std::vector<TableCommit> commits;
  try {
    for (const ordered_json& one : step) commits.push_back(TableCommit::FromJson(one));
  } catch (const nlohmann::json::exception& error) {
    return arrow::Status::Invalid("commit journal is damaged: ", error.what());
  }
  return commits;
}

arrow::Status MoveTables(Storage* storage, SqlConnection* connection,
                         const std::string& scratch,
                         const std::vector<TableCommit>& commits) {
  ARROW_RETURN_NOT_OK(connection->Begin());
  SqlTransaction transaction(connection);
  bool moved = false;
  for (const TableCommit& commit : commits) {
    ARROW_RETURN_NOT_OK(iceberg::PrepareCatalog(connection, commit.name_space));
    const TablePlace place = PlaceOf(*storage, commit.name_space, commit.table);
    ARROW_ASSIGN_OR_RAISE(const TableState state, ReadState(*storage, connection, place));
    ARROW_ASSIGN_OR_RAISE(const auto location,
                          commit.Next(*storage, storage, scratch, place, state));
    if (!location) continue;
    ARROW_RETURN_NOT_OK(iceberg::MoveTable(connection, commit.name_space, commit.table,
                                           state.metadata_location, *location));
    moved = true;
  }
  return moved ? transaction.Commit() : arrow::Status::OK();
}

arrow::Status PublishRun(Storage* storage, const ordered_json& step,
                         const std::string& scratch) {
  ARROW_ASSIGN_OR_RAISE(const auto commits, Parsed(step));
  ARROW_ASSIGN_OR_RAISE(const auto connection, SqlConnection::Open(CatalogUri(*storage)));
  for (int i = 0; i < kMostTries; ++i) {
    const arrow::Status status = MoveTables(storage, connection.get(), scratch, commits);
    if (!status.IsAlreadyExists()) return status;
  }
  return ErrorWithCode(ExitCode::kConflict, "other writers commit without a pause");
}

/// Expiry and compaction are other programs'.
arrow::Status TidyNothing(Storage*, const ordered_json&, const std::string&) {
  return arrow::Status::OK();
}

constexpr TableLogDef kLog{.plan = PlanRun, .publish = PublishRun, .tidy = TidyNothing};

/// The manifest must not promise what a table has no more.
arrow::Status CheckTable(const Storage& storage, SqlConnection* connection,
                         const TargetRequest& request, const Manifest& manifest,
                         const std::string& table) {
  std::set<int32_t> days;
  bool is_whole = false;
  const std::string name_space = NamespaceOf(request.identity, table);
  const TablePlace place = PlaceOf(storage, name_space, table);
  for (const PlannedFile& file : request.files) {
    if (file.table != table) continue;
    ARROW_RETURN_NOT_OK(CheckPath(place, file.path));
    if (file.day) days.insert(*file.day);
    is_whole |= !file.day;
  }
  TableState state;
  if (connection != nullptr) {
    ARROW_ASSIGN_OR_RAISE(state, ReadState(storage, connection, place));
  }
  ARROW_RETURN_NOT_OK(iceberg::CheckWritable(state, name_space + "." + table));
  const bool replaces = request.if_exists == IfExists::kOverwrite;
  // Files of a commit that is under way are not in the table yet.
  if ((replaces && is_whole) || manifest.commit_pending) return arrow::Status::OK();
  const auto at = manifest.tables.find(QualifiedName(request.identity, table));
  if (at == manifest.tables.end()) {
    TableCommit ours{.run_id = request.run_id};
    if (!state.exists() || state.HasMarker(ours.marker())) return arrow::Status::OK();
    return RequestError(
        fmt::format("there is an Iceberg table that is not in the manifest: {}.{}",
                    name_space, table),
        "--if-exists overwrite replaces it");
  }
  ARROW_ASSIGN_OR_RAISE(const auto live, iceberg::LivePaths(storage, place, state));
  for (const DataFile& file : at->second.files) {
    if (file.day && !is_whole && !days.contains(*file.day)) continue;
    if (live.contains(file.path)) continue;
    return RequestError(
        fmt::format("another writer has removed or rewritten files of {}: {}",
                    place.folder, file.path),
        is_whole ? "--if-exists overwrite makes the table anew"
                 : "use another --output; days of a rewritten table cannot be told "
                   "apart");
  }
  return arrow::Status::OK();
}

arrow::Result<TargetState> CheckIceberg(Storage* storage, const TargetRequest& request) {
  ARROW_RETURN_NOT_OK(CheckRoot(*storage));
  if (!request.partitions.empty()) {
    return RequestError(
        "Iceberg tables are not partitioned yet: " + request.partitions.begin()->first,
        "leave --partition-by out, or write --table-format delta");
  }
  ARROW_ASSIGN_OR_RAISE(TargetState state,
                        CheckManifest(storage, request, NamesOnDisk::kDoNotCount));
  ARROW_ASSIGN_OR_RAISE(const auto lock, storage->Lock(LockMode::kShared));
  ARROW_ASSIGN_OR_RAISE(const Manifest manifest, EffectiveManifest(*storage, request));
  ARROW_ASSIGN_OR_RAISE(const bool has_catalog, storage->Exists(kCatalogPath));
  std::unique_ptr<SqlConnection> connection;
  if (has_catalog) {
    ARROW_ASSIGN_OR_RAISE(connection, SqlConnection::Open(CatalogUri(*storage)));
  }
  std::set<std::string> tables;
  for (const PlannedFile& file : request.files) tables.insert(file.table);
  for (const std::string& table : tables) {
    ARROW_RETURN_NOT_OK(CheckTable(*storage, connection.get(), request, manifest, table));
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
    .summary = "Apache Iceberg tables: metadata beside Parquet files, an SQL catalog",
    .check = CheckIceberg,
    .open = OpenIceberg,
    .log = &kLog,
};

}  // namespace lakeseed
