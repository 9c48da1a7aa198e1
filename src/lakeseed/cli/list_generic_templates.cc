// `list-generic-templates`: templates that take any dataset, and the command that each
// stands for.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "lakeseed/cli/dataset_listing.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/terminal.h"

namespace lakeseed {
namespace {

constexpr OptionDef kOwnOptions[] = {
    {.name = "target-environment",
     .letter = 't',
     .value = "WHERE",
     .help = "only those for files and tables, or for databases",
     .group = "result",
     .choices = "lakehouse warehouse"},
};

struct TemplateDef {
  std::string_view name, type, environment, description, command;
};

constexpr TemplateDef kTemplates[] = {
    {"generic_incremental_series_lakehouse", "series", "lakehouse",
     "every day of a range, as files or tables",
     "lakeseed generate-series DATASET_ID --start-date A --end-date B"},
    {"generic_incremental_series_warehouse", "series", "warehouse",
     "every day of a range, into a database (not available yet)",
     "lakeseed generate-series DATASET_ID --start-date A --end-date B "
     "--target-environment warehouse"},
    {"generic_single_dataset_lakehouse", "single", "lakehouse",
     "one dataset, as files or tables", "lakeseed generate DATASET_ID"},
    {"generic_single_dataset_warehouse", "single", "warehouse",
     "one dataset, into a database (not available yet)",
     "lakeseed generate DATASET_ID --target-environment warehouse"},
};

arrow::Result<ExitCode> RunListGenericTemplates(const Arguments& arguments) {
  const std::string where = arguments.Text("target-environment");
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  std::string text;
  for (const TemplateDef& one : kTemplates) {
    if (!where.empty() && one.environment != where) continue;
    list.push_back({{"name", one.name},
                    {"type", one.type},
                    {"environment", one.environment},
                    {"description", one.description},
                    {"command", one.command}});
    text += fmt::format("{}{}\n", text.empty() ? "" : "\n", one.name) +
            ListingLine("type", one.type) + ListingLine("environment", one.environment) +
            ListingLine("description", one.description) +
            ListingLine("command", one.command);
  }
  if (arguments.Switch("json")) {
    PrintJson({{"templates", list}});
  } else {
    Print(text);
  }
  return ExitCode::kDone;
}

}  // namespace

extern const CommandDef kListGenericTemplatesCommand;
const CommandDef kListGenericTemplatesCommand{
    .name = "list-generic-templates",
    .summary = "templates that take any dataset, and their commands",
    .options = {kOwnOptions, kJsonOption},
    .examples =
        "lakeseed list-generic-templates\n"
        "lakeseed list-generic-templates -t lakehouse --json",
    .run = RunListGenericTemplates,
};

}  // namespace lakeseed
