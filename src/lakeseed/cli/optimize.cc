// `optimize`: small files of tables become larger ones.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "lakeseed/cli/catalog_option.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/table_upkeep.h"

namespace lakeseed {
namespace {

constexpr OptionDef kOwnOptions[] = {
    {.name = "file-size",
     .value = "SIZE",
     .help = "files become at most so large",
     .group = "how",
     .fallback = "128MB"},
};

arrow::Result<std::vector<OptimizedTable>> Optimize(const Arguments& arguments) {
  OptimizeRequest request;
  request.tables = arguments.List("tables");
  request.dry_run = arguments.Switch("dry-run");
  ARROW_ASSIGN_OR_RAISE(const auto bytes, arguments.Bytes("file-size"));
  request.file_bytes = *bytes;
  return KeepUp<OptimizedTable>(arguments, request, &TableFormatDef::optimize,
                                arguments.Text("catalog"));
}

arrow::Result<ExitCode> RunOptimize(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const auto tables, Optimize(arguments));
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  TextTable text({"table", ">files", ">files then", ">bytes merged"});
  for (const OptimizedTable& table : tables) {
    json.push_back({{"table", table.name},
                    {"files_before", table.files_before},
                    {"files_after", table.files_after},
                    {"bytes_merged", table.bytes_merged}});
    text.Add({table.name, fmt::format("{}", table.files_before),
              fmt::format("{}", table.files_after),
              fmt::format("{}", table.bytes_merged)});
  }
  PrintUpkeep(arguments, std::move(json), text, "changed");
  return ExitCode::kDone;
}

}  // namespace

extern const CommandDef kOptimizeCommand;
const CommandDef kOptimizeCommand{
    .name = "optimize",
    .summary = "merge small files of tables into larger ones",
    .positional = "PATH",
    .positional_required = true,
    .options = {kUpkeepOptions, kOwnOptions, kCatalogOption, kJsonOption},
    .examples =
        "lakeseed optimize ./data --dry-run\n"
        "lakeseed optimize ./data --tables orders --file-size 64MB",
    .run = RunOptimize,
};

}  // namespace lakeseed
