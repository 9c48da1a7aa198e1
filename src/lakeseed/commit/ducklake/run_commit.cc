#include "lakeseed/commit/ducklake/run_commit.h"

#include <fmt/format.h>

#include <chrono>
#include <set>
#include <thread>

#include "lakeseed/base/status.h"
#include "lakeseed/commit/ducklake/catalog.h"
#include "lakeseed/commit/ducklake/catalog_view.h"
#include "lakeseed/commit/table_files.h"

namespace lakeseed::ducklake {
namespace {

using nlohmann::ordered_json;

constexpr int kMostTries = 1'000;

ordered_json JsonOf(const ColumnFacts& facts) {
  ordered_json json{{"name", facts.name},
                    {"size_bytes", facts.size_bytes},
                    {"num_values", facts.num_values},
                    {"num_nulls", facts.num_nulls}};
  if (facts.has_nan) json["has_nan"] = *facts.has_nan;
  if (facts.min) json["min"] = *facts.min;
  if (facts.max) json["max"] = *facts.max;
  return json;
}

ColumnFacts FactsOf(const ordered_json& json) {
  ColumnFacts facts;
  facts.name = json.at("name").get<std::string>();
  facts.size_bytes = json.at("size_bytes").get<int64_t>();
  facts.num_values = json.at("num_values").get<int64_t>();
  facts.num_nulls = json.at("num_nulls").get<int64_t>();
  if (json.contains("has_nan")) facts.has_nan = json["has_nan"].get<bool>();
  if (json.contains("min")) facts.min = json["min"].get<std::string>();
  if (json.contains("max")) facts.max = json["max"].get<std::string>();
  return facts;
}

ordered_json JsonOf(const std::vector<std::optional<std::string>>& values) {
  ordered_json json = ordered_json::array();
  for (const auto& value : values) {
    json.push_back(value ? ordered_json(*value) : ordered_json());
  }
  return json;
}

ordered_json JsonOf(const std::vector<ColumnText>& columns) {
  ordered_json json = ordered_json::array();
  for (const ColumnText& column : columns) {
    json.push_back({{"name", column.name},
                    {"type", column.type},
                    {"nulls_allowed", column.nulls_allowed}});
    if (!column.children.empty()) json.back()["children"] = JsonOf(column.children);
  }
  return json;
}

std::vector<ColumnText> ColumnsOf(const ordered_json& json) {
  std::vector<ColumnText> columns;
  for (const ordered_json& column : json) {
    columns.push_back({column.at("name").get<std::string>(),
                       column.at("type").get<std::string>(),
                       column.at("nulls_allowed").get<bool>(),
                       ColumnsOf(column.value("children", ordered_json::array()))});
  }
  return columns;
}

ordered_json JsonOf(const TableChange& change) {
  ordered_json files = ordered_json::array();
  ordered_json partitions = ordered_json::array();
  for (const PartitionKey& key : change.partitions) {
    partitions.push_back({key.column, key.transform});
  }
  for (const AddedFile& file : change.files) {
    ordered_json facts = ordered_json::array();
    for (const ColumnFacts& column : file.columns) facts.push_back(JsonOf(column));
    files.push_back({{"path", file.path},
                     {"num_rows", file.num_rows},
                     {"size_bytes", file.size_bytes},
                     {"footer_bytes", file.footer_bytes},
                     {"partition", JsonOf(file.partition)},
                     {"merged", file.merged},
                     {"columns", std::move(facts)}});
  }
  return {{"schema", change.schema},
          {"table", change.table},
          {"table_id", change.table_id},
          {"columns", JsonOf(change.columns)},
          {"partitions", std::move(partitions)},
          {"sort", change.sort},
          {"replaces_all", change.replaces_all},
          {"removals", change.removals},
          {"rearranges", change.rearranges},
          {"files", std::move(files)}};
}

TableChange ChangeOf(const ordered_json& json) {
  TableChange change;
  change.schema = json.at("schema").get<std::string>();
  change.table = json.at("table").get<std::string>();
  change.table_id = json.at("table_id").get<std::string>();
  change.replaces_all = json.at("replaces_all").get<bool>();
  change.removals = json.at("removals").get<std::vector<std::string>>();
  change.rearranges = json.at("rearranges").get<bool>();
  change.columns = ColumnsOf(json.at("columns"));
  change.sort = json.at("sort").get<std::vector<std::string>>();
  for (const ordered_json& key : json.at("partitions")) {
    change.partitions.push_back(
        {key.at(0).get<std::string>(), key.at(1).get<std::string>()});
  }
  for (const ordered_json& one : json.at("files")) {
    AddedFile file;
    file.path = one.at("path").get<std::string>();
    file.num_rows = one.at("num_rows").get<int64_t>();
    file.size_bytes = one.at("size_bytes").get<int64_t>();
    file.footer_bytes = one.at("footer_bytes").get<int64_t>();
    file.merged = one.at("merged").get<std::vector<std::string>>();
    for (const ordered_json& value : one.at("partition")) {
      file.partition.push_back(value.is_null() ? std::optional<std::string>()
                                               : value.get<std::string>());
    }
    for (const ordered_json& column : one.at("columns")) {
      file.columns.push_back(FactsOf(column));
    }
    change.files.push_back(std::move(file));
  }
  return change;
}

arrow::Status CannotChange(const TableChange& change, const std::string& column,
                           const std::string& there, const std::string& here) {
  return RequestError(fmt::format("table {}.{} has another column of this name: {}: {} "
                                  "there, {} here",
                                  change.schema, change.table, column, there, here),
                      "use another --output, or --if-exists overwrite");
}

/// Whether rows with these columns may join the table.
arrow::Status CheckColumns(const TableChange& change, const CatalogTable& table) {
  std::set<const CatalogColumn*> here;
  for (const ColumnText& column : change.columns) {
    const CatalogColumn* there = table.Find(column.name);
    if (there == nullptr) continue;
    here.insert(there);
    if (there->text.type != column.type) {
      return CannotChange(change, column.name, there->text.type, column.type);
    }
    if (!there->text.nulls_allowed && column.nulls_allowed) {
      return CannotChange(change, column.name, "no nulls", "nulls");
    }
  }
  for (const CatalogColumn& there : table.columns) {
    if (there.text.nulls_allowed || here.contains(&there)) continue;
    return CannotChange(change, there.text.name, "no nulls", "no column");
  }
  return arrow::Status::OK();
}

bool HasSameColumns(const TableChange& change, const CatalogTable& table) {
  if (change.columns.size() != table.columns.size()) return false;
  for (size_t i = 0; i < change.columns.size(); ++i) {
    const ColumnText &here = change.columns[i], &there = table.columns[i].text;
    if (here.name != there.name || here.type != there.type ||
        here.nulls_allowed != there.nulls_allowed) {
      return false;
    }
  }
  return true;
}

arrow::Status ApplyTable(const TableChange& change, SqlConnection* connection,
                         Catalog* catalog) {
  ARROW_ASSIGN_OR_RAISE(const int64_t schema, catalog->SchemaOf(change.schema));
  ARROW_ASSIGN_OR_RAISE(auto table, catalog->FindTable(schema, change.table));
  if (!change.replaces_all) {
    ARROW_RETURN_NOT_OK(CheckSameTable(change.schema + "." + change.table,
                                       change.table_id,
                                       table ? std::to_string(table->id) : ""));
  }
  if (table) ARROW_RETURN_NOT_OK(catalog->CheckPlace(*table, change));
  if (table && change.rearranges) {
    ARROW_ASSIGN_OR_RAISE(const auto there, WholeFiles(connection, table->id));
    return catalog->MoveRows(*table, change.files, there);
  }
  const bool is_same =
      table && HasSameColumns(change, *table) &&
      PartitionTerms(change.partitions) == PartitionTerms(table->partitions);
  if (table && change.replaces_all && !is_same) {
    ARROW_RETURN_NOT_OK(catalog->DropTable(*table));
    table.reset();
  }
  std::set<std::string> there;
  if (!table) {
    if (!change.removals.empty()) {
      return ErrorWithCode(ExitCode::kConflict,
                           "another writer has dropped the table: " + change.table);
    }
    ARROW_ASSIGN_OR_RAISE(table, catalog->CreateTable(schema, change));
  } else {
    ARROW_ASSIGN_OR_RAISE(there, LiveFiles(connection, table->id));
    ARROW_RETURN_NOT_OK(CheckColumns(change, *table));
    ARROW_RETURN_NOT_OK(CheckSamePartitions(
        fmt::format("the DuckLake table {}.{}", change.schema, change.table),
        PartitionTerms(table->partitions), PartitionTerms(change.partitions)));
    ARROW_RETURN_NOT_OK(catalog->AddColumns(change.columns, &*table));
    ARROW_RETURN_NOT_OK(catalog->SetSort(*table, change.sort));
  }
  if (change.replaces_all && !there.empty()) {
    // A name stands for its bytes: files that stay are no change.
    std::set<std::string> wanted;
    for (const AddedFile& file : change.files) wanted.insert(file.path);
    if (wanted != there) {
      ARROW_RETURN_NOT_OK(catalog->RemoveAll(*table));
      there.clear();
    }
  }
  for (const std::string& path : change.removals) {
    if (there.erase(path) > 0) continue;
    return ErrorWithCode(ExitCode::kConflict,
                         fmt::format("another writer has rewritten {}.{}: {}",
                                     change.schema, change.table, path),
                         "its rows cannot be told apart any more; use another --output");
  }
  ARROW_RETURN_NOT_OK(catalog->RemoveFiles(*table, change.removals));
  std::vector<AddedFile> added;
  for (const AddedFile& file : change.files) {
    if (!there.contains(file.path)) added.push_back(file);
  }
  return catalog->AddFiles(*table, added);
}

/// Apply in a transaction; keep it or only look.
arrow::Status Apply(const RunCommit& commit, SqlConnection* connection, bool keep) {
  ARROW_RETURN_NOT_OK(connection->Begin());
  SqlTransaction transaction(connection);
  ARROW_ASSIGN_OR_RAISE(Catalog catalog, Catalog::Read(connection, commit));
  ARROW_ASSIGN_OR_RAISE(const bool is_there, catalog.HasMarker(commit.marker()));
  if (is_there) return arrow::Status::OK();
  for (const TableChange& change : commit.tables) {
    ARROW_RETURN_NOT_OK(ApplyTable(change, connection, &catalog));
  }
  if (!keep || !catalog.changed()) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(catalog.Finish(commit));
  return transaction.Commit();
}

}  // namespace

std::vector<std::string> PartitionTerms(const std::vector<PartitionKey>& keys) {
  std::vector<std::string> terms;
  for (const PartitionKey& key : keys) {
    terms.push_back(PartitionTerm(key.transform, key.column));
  }
  return terms;
}

ordered_json RunCommit::ToJson() const {
  ordered_json changes = ordered_json::array();
  for (const TableChange& change : tables) changes.push_back(JsonOf(change));
  return {{"run_id", run_id},
          {"transaction", transaction},
          {"time_us", time_us},
          {"tables", std::move(changes)}};
}

RunCommit RunCommit::FromJson(const ordered_json& json) {
  RunCommit commit;
  commit.run_id = json.at("run_id").get<std::string>();
  commit.transaction = json.at("transaction").get<int64_t>();
  commit.time_us = json.at("time_us").get<int64_t>();
  for (const ordered_json& change : json.at("tables")) {
    commit.tables.push_back(ChangeOf(change));
  }
  return commit;
}

arrow::Status RunCommit::Publish(SqlConnection* connection) const {
  for (int i = 0; i < kMostTries; ++i) {
    const arrow::Status status = Apply(*this, connection, /*keep=*/true);
    if (!status.IsAlreadyExists()) return status;
    // Somebody else has this snapshot; ours comes after it.
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min(i, 50)));
  }
  return ErrorWithCode(ExitCode::kConflict, "other writers commit without a pause");
}

arrow::Status RunCommit::Check(SqlConnection* connection) const {
  return Apply(*this, connection, /*keep=*/false);
}

}  // namespace lakeseed::ducklake
