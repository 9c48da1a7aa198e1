// `generate-incremental`: what is due on one day.

#include <fmt/format.h>

#include "lakeseed/base/date.h"
#include "lakeseed/cli/catalog_option.h"
#include "lakeseed/cli/day_run.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/terminal.h"

namespace lakeseed {
namespace {

constexpr OptionDef kOwnOptions[] = {
    {.name = "date",
     .letter = 'd',
     .value = "DATE",
     .help = "the day, YYYY-MM-DD (today)",
     .group = "days"},
};

arrow::Result<ExitCode> RunIncremental(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(std::optional<int32_t> day, arguments.Date("date"));
  if (!day) {
    day = Today();
    Note(fmt::format("--date is not given: today, {}", FormatDate(*day)));
  }
  return RunDays(arguments, {*day, *day}, 1);
}

}  // namespace

extern const CommandDef kGenerateIncrementalCommand;
const CommandDef kGenerateIncrementalCommand{
    .name = "generate-incremental",
    .summary = "make what is due on one day",
    .positional = "DATASET_ID",
    .takes_parameters = true,
    .options = {kOwnOptions, kByDayOptions, kDayDatasetOptions, kAsOfOption,
                kDayFileOptions, kAlsoOption, kCatalogOption, kEnvironmentOptions,
                kMachineOptions, kResultOptions},
    .examples =
        "lakeseed generate-incremental retail_oltp_incremental --date 2024-01-15\n"
        "lakeseed generate-incremental retail_oltp_incremental -d 2024-01-15 -p flat\n"
        "lakeseed generate-incremental retail_oltp_incremental -d 2024-01-15 "
        "--as-of day",
    .run = RunIncremental,
};

}  // namespace lakeseed
