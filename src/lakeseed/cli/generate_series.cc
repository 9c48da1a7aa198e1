// `generate-series`: every day of a range, committed batch by batch.

#include <fmt/format.h>

#include "lakeseed/base/date.h"
#include "lakeseed/cli/catalog_option.h"
#include "lakeseed/cli/day_run.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/terminal.h"

namespace lakeseed {
namespace {

constexpr int64_t kMostBatchDays = 36'525;

constexpr OptionDef kOwnOptions[] = {
    {.name = "start-date",
     .letter = 's',
     .value = "DATE",
     .help = "the first day, YYYY-MM-DD",
     .group = "days"},
    {.name = "end-date",
     .letter = 'e',
     .value = "DATE",
     .help = "the last day (today)",
     .group = "days"},
    {.name = "batch-size",
     .letter = 'b',
     .value = "N",
     .help = "days per batch: they appear together",
     .group = "days",
     .fallback = "10"},
    {.name = "resume",
     .help = "go on after the last day that is done, keeping what a killed run has made",
     .group = "days"},
};

arrow::Result<ExitCode> RunSeriesCommand(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const std::optional<int32_t> from, arguments.Date("start-date"));
  if (!from) {
    return RequestError("--start-date is missing", "for example --start-date 2024-01-01");
  }
  ARROW_ASSIGN_OR_RAISE(std::optional<int32_t> to, arguments.Date("end-date"));
  if (!to) {
    to = Today();
    Note(fmt::format("--end-date is not given: today, {}", FormatDate(*to)));
  }
  if (*to < *from) {
    return RequestError(fmt::format("end date is before start date: {} < {}",
                                    FormatDate(*to), FormatDate(*from)));
  }
  ARROW_ASSIGN_OR_RAISE(const auto batch,
                        arguments.Integer("batch-size", 1, kMostBatchDays));
  return RunDays(arguments, {*from, *to}, *batch);
}

}  // namespace

extern const CommandDef kGenerateSeriesCommand;
const CommandDef kGenerateSeriesCommand{
    .name = "generate-series",
    .summary = "make every day of a range, in batches",
    .positional = "DATASET_ID",
    .takes_parameters = true,
    .options = {kOwnOptions, kByDayOptions, kSeriesDatasetOptions, kAsOfOption,
                kDayFileOptions, kAlsoOption, kCatalogOption, kSeriesEnvironmentOptions,
                kMachineOptions, kResultOptions},
    .examples =
        "lakeseed generate-series retail_oltp_incremental -s 2024-01-01 -e 2024-01-31\n"
        "lakeseed generate-series retail_oltp_incremental -s 2024-01-01 -e 2024-12-31 "
        "--resume\n"
        "lakeseed generate-series retail_oltp_incremental -s 2024-01-01 -e 2024-03-31 "
        "--path-format hive_partitioned --dry-run",
    .run = RunSeriesCommand,
};

}  // namespace lakeseed
