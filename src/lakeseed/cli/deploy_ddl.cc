// `deploy-ddl`: makes the configuration and log tables where runs will need them.

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/terminal.h"
#include "lakeseed/cli/text_table.h"
#include "lakeseed/spec/load.h"
#include "lakeseed/sql/database.h"
#include "lakeseed/state/schema.h"
#include "lakeseed/state/state_path.h"
#include "lakeseed/state/state_store.h"

namespace lakeseed {
namespace {

constexpr std::string_view kWhere = "where";
constexpr std::string_view kSchema = "config";  // Of a warehouse.
constexpr std::string_view kSqliteScheme = "sqlite:///";

constexpr OptionDef kDeployDefs[] = {
    {.name = "target-environment",
     .letter = 'e',
     .value = "WHERE",
     .help = "the state beside files, or schema config of a database",
     .group = kWhere,
     .fallback = "lakehouse",
     .choices = "lakehouse warehouse"},
    {.name = "output",
     .letter = 'O',
     .value = "DIR",
     .help = "directory of the output",
     .group = kWhere,
     .fallback = "./data"},
    {.name = "connection",
     .value = "URL",
     .help = "the warehouse (sqlite:///<output>/warehouse.sqlite by default)",
     .group = kWhere},
    {.name = "print", .help = "print the SQL and change nothing", .group = kWhere},
    {.name = "dialect",
     .value = "NAME",
     .help = "of the printed SQL",
     .group = kWhere,
     .fallback = "sqlite",
     .choices = "sqlite postgresql"},
};

bool IsWarehouse(const Arguments& arguments) {
  return arguments.Text("target-environment") == "warehouse";
}

bool IsPostgresql(const std::string& connection) {
  return connection.starts_with("postgresql://") || connection.starts_with("postgres://");
}

arrow::Status CheckOptions(const Arguments& arguments) {
  if (arguments.Has("connection") && !IsWarehouse(arguments)) {
    return RequestError("--connection is of warehouses alone",
                        "add `--target-environment warehouse`");
  }
  if (arguments.Has("dialect") && !arguments.Switch("print")) {
    return RequestError("--dialect is of printed SQL alone", "add `--print`");
  }
  return arrow::Status::OK();
}

/// The SQLite file of the warehouse.
arrow::Result<std::string> WarehouseOf(const Arguments& arguments) {
  if (!arguments.Has("connection")) {
    return (std::filesystem::path(arguments.Text("output")) / "warehouse.sqlite")
        .string();
  }
  const std::string connection = arguments.Text("connection");
  if (connection.starts_with(kSqliteScheme) && connection.size() > kSqliteScheme.size()) {
    return connection.substr(kSqliteScheme.size());
  }
  if (IsPostgresql(connection)) {
    return RequestError(
        "PostgreSQL cannot be reached from here yet",
        "`lakeseed deploy-ddl --print --dialect postgresql --target-environment "
        "warehouse | psql` makes the tables");
  }
  return RequestError(fmt::format("bad connection: {}", connection),
                      "write sqlite:///path/to/file.sqlite, with four slashes for a path "
                      "from the root");
}

std::string ConfigJson(const DatasetListing& one) {
  nlohmann::ordered_json json = {
      {"dataset_id", one.id},   {"dataset_name", one.name},
      {"variant", one.variant}, {"schema_pattern", one.pattern},
      {"domain", one.domain},   {"tables", one.tables},
      {"main", one.main}};
  json["target_rows"] = nullptr;
  if (one.target_rows) json["target_rows"] = *one.target_rows;
  return json.dump();
}

arrow::Result<std::vector<DatasetEntry>> BuiltinEntries() {
  ARROW_ASSIGN_OR_RAISE(const auto listings, ListDatasets());
  std::vector<DatasetEntry> entries;
  for (const DatasetListing& one : listings) {
    entries.push_back({one.id, one.name, one.pattern, one.domain, one.doc, one.main,
                       one.target_rows, one.tables, ConfigJson(one)});
  }
  return entries;
}

arrow::Status PrintDdl(const Arguments& arguments) {
  const bool postgresql =
      arguments.Text("dialect") == "postgresql" ||
      (!arguments.Has("dialect") && IsPostgresql(arguments.Text("connection")));
  const std::string ddl = SchemaDdl(postgresql ? Dialect::kPostgresql : Dialect::kSqlite,
                                    IsWarehouse(arguments) ? kSchema : "");
  if (arguments.Switch("json")) {
    PrintJson({{"dialect", postgresql ? "postgresql" : "sqlite"}, {"ddl", ddl}});
  } else {
    Print(ddl);
  }
  return arrow::Status::OK();
}

/// Where the tables are to be; for a warehouse its file is made beside them.
arrow::Result<std::string> MakeTarget(const Arguments& arguments) {
  if (!IsWarehouse(arguments)) {
    const std::string output = arguments.Text("output");
    ARROW_RETURN_NOT_OK(CheckWritable(output));
    return StatePathOf(output);
  }
  ARROW_ASSIGN_OR_RAISE(const std::string warehouse, WarehouseOf(arguments));
  const auto folder = std::filesystem::path(warehouse).parent_path();
  ARROW_RETURN_NOT_OK(CheckWritable(folder.empty() ? "." : folder.string()));
  ARROW_RETURN_NOT_OK(Database::Open(warehouse, Database::Mode::kWrite).status());
  return ConfigPathOf(warehouse);
}

void PrintDone(const Arguments& arguments, const std::string& path, size_t datasets) {
  const bool warehouse = IsWarehouse(arguments);
  const std::string prefix = warehouse ? fmt::format("{}.", kSchema) : "";
  nlohmann::ordered_json names = nlohmann::ordered_json::array();
  TextTable table({"table", "what is in it"});
  for (const StateTable& one : StateTables()) {
    names.push_back(fmt::format("{}{}", prefix, one.name));
    table.Add({names.back().get<std::string>(), std::string(one.doc)});
  }
  if (arguments.Switch("json")) {
    PrintJson({{"state", path}, {"tables", names}, {"num_datasets", datasets}});
    return;
  }
  Print(
      fmt::format("{}\n{} datasets are listed in {}\n", table.ToText(), datasets, path));
}

arrow::Result<ExitCode> RunDeployDdl(const Arguments& arguments) {
  ARROW_RETURN_NOT_OK(CheckOptions(arguments));
  if (arguments.Switch("print")) {
    ARROW_RETURN_NOT_OK(PrintDdl(arguments));
    return ExitCode::kDone;
  }
  ARROW_ASSIGN_OR_RAISE(const auto entries, BuiltinEntries());
  ARROW_ASSIGN_OR_RAISE(const std::string path, MakeTarget(arguments));
  ARROW_ASSIGN_OR_RAISE(const auto store, StateStore::Open(path));
  ARROW_RETURN_NOT_OK(store->PutDatasets(entries));
  PrintDone(arguments, path, entries.size());
  return ExitCode::kDone;
}

}  // namespace

extern const CommandDef kDeployDdlCommand;
const CommandDef kDeployDdlCommand{
    .name = "deploy-ddl",
    .summary = "make the tables of configuration, state and log",
    .options = {kDeployDefs, kJsonOption},
    .examples =
        "lakeseed deploy-ddl --output ./data\n"
        "lakeseed deploy-ddl --target-environment warehouse\n"
        "lakeseed deploy-ddl --print --dialect postgresql",
    .run = RunDeployDdl,
};

}  // namespace lakeseed
