// ducklake: tables of one DuckLake, all of a run in one snapshot.
//
// README.md in this folder has the layout, the steps of a commit and what is promised
// when it is interrupted, or when other programs write to the tables.

#include <arrow/scalar.h>
#include <fmt/format.h>
#include <parquet/arrow/schema.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>

#include <filesystem>
#include <map>
#include <set>

#include "lakeseed/base/status.h"
#include "lakeseed/commit/check.h"
#include "lakeseed/commit/ducklake/catalog_view.h"
#include "lakeseed/commit/ducklake/run_commit.h"
#include "lakeseed/commit/ducklake/value_text.h"
#include "lakeseed/commit/journal.h"
#include "lakeseed/commit/manifest_committer.h"
#include "lakeseed/commit/table_format.h"

namespace lakeseed {

extern const TableFormatDef kDucklakeFormat;

namespace {

using ducklake::AddedFile;
using ducklake::ColumnFacts;
using ducklake::RunCommit;
using ducklake::TableChange;
using nlohmann::ordered_json;

constexpr char kCatalogPath[] = "ducklake.sqlite";
constexpr char kTablesFolder[] = "Tables/";
constexpr int64_t kMicrosPerMilli = 1'000;

/// Name of the dataset of a run; its tables are in the schema of that name.
std::string SchemaOf(const std::string& identity, const std::string& table) {
  const std::string name = QualifiedName(identity, table);
  return name.size() == table.size() ? "main"
                                     : name.substr(0, name.size() - table.size() - 1);
}

arrow::Result<std::string> PathInTable(const std::string& schema,
                                       const std::string& table,
                                       const std::string& path) {
  const std::string folder = kTablesFolder + schema + "/" + table + "/";
  if (path.starts_with(folder)) return path.substr(folder.size());
  return RequestError("path leads out of the table: " + path,
                      fmt::format("files of a table lie below {}", folder));
}

std::string RootOf(const Storage& storage) {
  return std::filesystem::absolute(storage.root()).lexically_normal().string();
}

std::string CatalogUri(const Storage& storage) {
  return "sqlite:///" + (std::filesystem::path(RootOf(storage)) / kCatalogPath).string();
}

/// Absolute, since DuckDB takes a relative one from its own working directory.
std::string DataPath(const Storage& storage) {
  return (std::filesystem::path(RootOf(storage)) / kTablesFolder).string();
}

arrow::Status CheckRoot(const Storage& storage) {
  if (storage.root().find("://") == std::string::npos) return arrow::Status::OK();
  return RequestError(
      "a DuckLake's catalog is a file beside its tables: " + storage.root(),
      "--output with a local directory");
}

/// What the footer of a file says.
struct Footer {
  int64_t bytes = 0;
  std::shared_ptr<arrow::Schema> schema;
  std::map<std::string, int64_t> column_bytes;
};

arrow::Result<Footer> ReadFooter(const Storage& storage, const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(auto input, storage.OpenInput(path));
  Footer footer;
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  const auto reader = parquet::ParquetFileReader::Open(std::move(input));
  const auto metadata = reader->metadata();
  footer.bytes = metadata->size();
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

std::optional<std::string> BoundOf(const std::shared_ptr<arrow::Scalar>& scalar) {
  return scalar == nullptr ? std::nullopt : ducklake::BoundText(*scalar);
}

AddedFile AddedOf(const DataFile& file, std::string path, const Footer& footer) {
  AddedFile added{.path = std::move(path),
                  .num_rows = file.num_rows,
                  .size_bytes = file.size_bytes,
                  .footer_bytes = footer.bytes};
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

/// Files of a table that the run's days replace: of those that the manifest has now,
/// the ones that it has no more.
arrow::Result<std::vector<std::string>> ReplacedFiles(const TableChange& change,
                                                      const std::string& name,
                                                      const ManifestStep& step) {
  std::set<std::string> kept;
  if (const auto at = step.next.tables.find(name); at != step.next.tables.end()) {
    for (const DataFile& file : at->second.files) kept.insert(file.path);
  }
  std::vector<std::string> replaced;
  if (const auto at = step.current.tables.find(name); at != step.current.tables.end()) {
    for (const DataFile& file : at->second.files) {
      if (kept.contains(file.path)) continue;
      ARROW_ASSIGN_OR_RAISE(replaced.emplace_back(),
                            PathInTable(change.schema, change.table, file.path));
    }
  }
  return replaced;
}

arrow::Result<TableChange> PlanTable(const Storage& storage, const TargetRequest& request,
                                     const std::string& table, const ManifestStep& step) {
  TableChange change{.schema = SchemaOf(request.identity, table), .table = table};
  bool is_whole = false;
  for (const DataFile& file : step.commit.files) {
    if (file.table != table) continue;
    if (file.format != "parquet") {
      return RequestError("files of a DuckLake are Parquet files: " + file.path);
    }
    const std::string staged = StagedDataPath(request.run_id, file.path);
    ARROW_ASSIGN_OR_RAISE(const bool is_staged, storage.Exists(staged));
    ARROW_ASSIGN_OR_RAISE(const Footer footer,
                          ReadFooter(storage, is_staged ? staged : file.path));
    ARROW_ASSIGN_OR_RAISE(std::string path, PathInTable(change.schema, table, file.path));
    for (const auto& field : footer.schema->fields()) {
      const bool is_known =
          std::any_of(change.columns.begin(), change.columns.end(),
                      [&](const auto& one) { return one.name == field->name(); });
      if (is_known) continue;
      ARROW_ASSIGN_OR_RAISE(std::string type,
                            ducklake::TypeText(*field->type(), field->name()));
      change.columns.push_back({field->name(), std::move(type), field->nullable()});
    }
    change.files.push_back(AddedOf(file, std::move(path), footer));
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
  if (request.if_exists != IfExists::kOverwrite) return change;
  change.replaces_all = is_whole;
  if (!is_whole) {
    ARROW_ASSIGN_OR_RAISE(
        change.removals,
        ReplacedFiles(change, QualifiedName(request.identity, table), step));
  }
  return change;
}

arrow::Result<std::vector<ordered_json>> PlanRun(const Storage& storage,
                                                 const TargetRequest& request,
                                                 const ManifestStep& step) {
  ARROW_RETURN_NOT_OK(CheckRoot(storage));
  RunCommit plan;
  plan.catalog = CatalogUri(storage);
  plan.run_id = request.run_id;
  plan.time_us = step.commit.commit_time.time_since_epoch().count() * kMicrosPerMilli;
  std::set<std::string> tables;
  for (const DataFile& file : step.commit.files) tables.insert(file.table);
  for (const std::string& table : tables) {
    ARROW_ASSIGN_OR_RAISE(TableChange change, PlanTable(storage, request, table, step));
    plan.tables.push_back(std::move(change));
  }
  ARROW_ASSIGN_OR_RAISE(const bool has_catalog, storage.Exists(kCatalogPath));
  if (has_catalog) {
    ARROW_ASSIGN_OR_RAISE(plan.transaction, ducklake::NextTransaction(plan));
    // What stands against it shows now, while nothing has been written.
    ARROW_RETURN_NOT_OK(plan.Check());
  }
  return std::vector<ordered_json>{plan.ToJson()};
}

arrow::Status PublishRun(Storage* storage, const ordered_json& step, const std::string&) {
  RunCommit commit;
  try {
    commit = RunCommit::FromJson(step);
  } catch (const nlohmann::json::exception& error) {
    return arrow::Status::Invalid("commit journal is damaged: ", error.what());
  }
  commit.catalog = CatalogUri(*storage);
  commit.data_path = DataPath(*storage);
  return commit.Publish();
}

/// A catalog needs no tidying: DuckDB's own functions expire and merge.
arrow::Status TidyNothing(Storage*, const ordered_json&, const std::string&) {
  return arrow::Status::OK();
}

constexpr TableLogDef kLog{.plan = PlanRun, .publish = PublishRun, .tidy = TidyNothing};

/// The manifest must not promise what the catalog has no more.
arrow::Status CheckOwnFiles(const Storage& storage, const TargetRequest& request,
                            const Manifest& manifest, bool has_catalog) {
  std::map<std::string, std::set<int32_t>> days;
  std::set<std::string> whole;
  for (const PlannedFile& file : request.files) {
    ARROW_RETURN_NOT_OK(
        PathInTable(SchemaOf(request.identity, file.table), file.table, file.path)
            .status());
    if (file.day) days[file.table].insert(*file.day);
    if (!file.day) whole.insert(file.table);
    days[file.table];
  }
  const bool replaces = request.if_exists == IfExists::kOverwrite;
  for (const auto& [table, wanted] : days) {
    // Files of a commit that is under way are not in the catalog yet.
    if ((replaces && whole.contains(table)) || manifest.commit_pending) continue;
    const std::string schema = SchemaOf(request.identity, table);
    std::optional<ducklake::LiveTable> live;
    if (has_catalog) {
      ARROW_ASSIGN_OR_RAISE(
          live, ducklake::LiveFiles(CatalogUri(storage), request.run_id, schema, table));
    }
    const auto at = manifest.tables.find(QualifiedName(request.identity, table));
    if (at == manifest.tables.end()) {
      if (!live || live->has_our_run) continue;
      return RequestError(
          fmt::format("there is a DuckLake table that is not in the manifest: {}.{}",
                      schema, table),
          "--if-exists overwrite replaces it");
    }
    for (const DataFile& file : at->second.files) {
      if (file.day && !whole.contains(table) && !wanted.contains(*file.day)) continue;
      ARROW_ASSIGN_OR_RAISE(const std::string path,
                            PathInTable(schema, table, file.path));
      if (live && live->paths.contains(path)) continue;
      return RequestError(
          fmt::format("another writer has removed or rewritten files of {}.{}: {}",
                      schema, table, file.path),
          whole.contains(table)
              ? "--if-exists overwrite makes the table anew"
              : "use another --output; days of a rewritten table cannot be told apart");
    }
  }
  return arrow::Status::OK();
}

arrow::Result<TargetState> CheckDucklake(Storage* storage, const TargetRequest& request) {
  ARROW_RETURN_NOT_OK(CheckRoot(*storage));
  if (!request.partitions.empty()) {
    return RequestError(
        "a DuckLake is not partitioned yet: " + request.partitions.begin()->first,
        "leave --partition-by out, or write --table-format delta");
  }
  ARROW_ASSIGN_OR_RAISE(TargetState state,
                        CheckManifest(storage, request, NamesOnDisk::kDoNotCount));
  ARROW_ASSIGN_OR_RAISE(const auto lock, storage->Lock(LockMode::kShared));
  ARROW_ASSIGN_OR_RAISE(const bool has_catalog, storage->Exists(kCatalogPath));
  ARROW_ASSIGN_OR_RAISE(const Manifest manifest, EffectiveManifest(*storage, request));
  ARROW_RETURN_NOT_OK(CheckOwnFiles(*storage, request, manifest, has_catalog));
  return state;
}

arrow::Result<std::unique_ptr<Committer>> OpenDucklake(Storage* storage,
                                                       const TargetRequest& request) {
  return OpenCommitter(storage, request, kDucklakeFormat);
}

}  // namespace

const TableFormatDef kDucklakeFormat{
    .name = "ducklake",
    .summary = "a DuckLake: Parquet files, and a catalog in an SQLite file",
    .check = CheckDucklake,
    .open = OpenDucklake,
    .log = &kLog,
};

}  // namespace lakeseed
