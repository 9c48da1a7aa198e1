// `vacuum`: removes files that no version of a table needs any more.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "lakeseed/cli/catalog_option.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/table_upkeep.h"

namespace lakeseed {
namespace {

constexpr OptionDef kOwnOptions[] = {
    {.name = "retain-hours",
     .value = "N",
     .help = "files of versions that were the latest within so many hours stay",
     .group = "how",
     .fallback = "168"},
};

arrow::Result<std::vector<VacuumedTable>> Vacuum(const Arguments& arguments) {
  VacuumRequest request;
  request.tables = arguments.List("tables");
  request.dry_run = arguments.Switch("dry-run");
  ARROW_ASSIGN_OR_RAISE(const auto hours, arguments.Integer("retain-hours", 0, 876'000));
  request.retention = std::chrono::hours(*hours);
  request.now =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  return KeepUp<VacuumedTable>(arguments, request, &TableFormatDef::vacuum,
                               arguments.Text("catalog"));
}

arrow::Result<ExitCode> RunVacuum(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const auto tables, Vacuum(arguments));
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  TextTable text({"table", ">removed", ">bytes", ">kept"});
  for (const VacuumedTable& table : tables) {
    json.push_back({{"table", table.name},
                    {"removed", table.removed},
                    {"bytes", table.bytes},
                    {"kept_files", table.kept_files}});
    text.Add({table.name, fmt::format("{}", table.removed.size()),
              fmt::format("{}", table.bytes), fmt::format("{}", table.kept_files)});
  }
  PrintUpkeep(arguments, std::move(json), text, "removed");
  return ExitCode::kDone;
}

}  // namespace

extern const CommandDef kVacuumCommand;
const CommandDef kVacuumCommand{
    .name = "vacuum",
    .summary = "remove files that no version of a table needs any more",
    .positional = "PATH",
    .positional_required = true,
    .options = {kUpkeepOptions, kOwnOptions, kCatalogOption, kJsonOption},
    .examples =
        "lakeseed vacuum ./data --dry-run\n"
        "lakeseed vacuum ./data --tables orders --retain-hours 24",
    .run = RunVacuum,
};

}  // namespace lakeseed
