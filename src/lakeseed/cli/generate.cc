// `generate`: one dataset, now.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "lakeseed/cli/catalog_option.h"
#include "lakeseed/cli/check_output.h"
#include "lakeseed/cli/job_facts.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/planned_text.h"
#include "lakeseed/cli/progress_bar.h"
#include "lakeseed/cli/run_result.h"
#include "lakeseed/cli/run_targets.h"
#include "lakeseed/cli/terminal.h"

namespace lakeseed {
namespace {

constexpr OptionDef kOwnOptions[] = {
    {.name = "dry-run",
     .help = "print what would be done, with estimates of size, time and memory",
     .group = "where and how"},
    {.name = "validate",
     .help = "check what was written; exit code 4 if anything is wrong",
     .group = "where and how"},
};

arrow::Result<ExitCode> RunGenerate(const Arguments& arguments) {
  ARROW_RETURN_NOT_OK(CheckEnvironment(arguments));
  ARROW_ASSIGN_OR_RAISE(const DatasetSource source, SourceOf(arguments));
  ARROW_ASSIGN_OR_RAISE(const auto dataset, BindRequested(arguments, source));
  ARROW_ASSIGN_OR_RAISE(const PlanRequest request, PlanRequestOf(arguments, source));
  ARROW_ASSIGN_OR_RAISE(RunOptions options, RunOptionsOf(arguments));
  ARROW_ASSIGN_OR_RAISE(RunTargets targets,
                        RunTargets::Make(arguments, *dataset, request));
  if (arguments.Switch("dry-run")) {
    return PrintPlanned(arguments, targets.plans(), options);
  }
  ARROW_RETURN_NOT_OK(targets.Open());
  ProgressBar bar(arguments.Switch("quiet"));
  options.progress = [&bar](std::span<const TableProgress> tables) { bar.Show(tables); };
  options.cancel = CatchInterrupts();
  const arrow::Result<RunReport> made = Generate(targets.targets(), *dataset, options);
  bar.Finish();
  ARROW_ASSIGN_OR_RAISE(const RunReport report, made);

  LogWholeRun(arguments, *dataset, targets.first(), options, report);
  nlohmann::ordered_json json = ReportJson(targets.plans(), report);
  if (!arguments.Switch("json")) Print(ReportTable(targets.plans(), report));
  ExitCode code = ExitCode::kDone;
  if (arguments.Switch("validate")) {
    ARROW_ASSIGN_OR_RAISE(code, CheckMade(arguments, targets.plans(), options, &json));
  }
  if (arguments.Switch("json")) PrintJson(json);
  return code;
}

}  // namespace

extern const CommandDef kGenerateCommand;
const CommandDef kGenerateCommand{
    .name = "generate",
    .summary = "make a dataset, now",
    .positional = "DATASET_ID",
    .takes_parameters = true,
    .options = {kDatasetOptions, kAsOfOption, kFileOptions, kAlsoOption, kCatalogOption,
                kExistsOption, kPatternOptions, kOwnOptions, kEnvironmentOptions,
                kMachineOptions, kResultOptions},
    .examples =
        "lakeseed generate retail_oltp_small --output-mode parquet\n"
        "lakeseed generate retail_oltp_small -r 100000 -o csv --tables "
        "orders,order_items\n"
        "lakeseed generate retail_oltp_small --customers 500 --seed 7 -o parquet "
        "--dry-run\n"
        "lakeseed generate retail_oltp_small -o parquet --also delta:./lake --also "
        "ducklake:./duck\n"
        "lakeseed generate --custom-schema shop.yaml -o parquet --output ./shop",
    .run = RunGenerate,
};

}  // namespace lakeseed
