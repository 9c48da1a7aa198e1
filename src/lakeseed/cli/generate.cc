// `generate`: one dataset, now.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "lakeseed/cli/check_output.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/progress_bar.h"
#include "lakeseed/cli/run_result.h"
#include "lakeseed/cli/terminal.h"
#include "lakeseed/plan/explain.h"

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

int ThreadsOf(const RunOptions& options) {
  if (options.threads > 0) return options.threads;
  return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

ExitCode PrintPlanned(const Arguments& arguments, const Plan& plan, int threads) {
  if (arguments.Switch("json")) {
    nlohmann::ordered_json json = {{"dataset", plan.dataset_id},
                                   {"seed", plan.seed},
                                   {"output", plan.output},
                                   {"dry_run", true}};
    json.update(ToJson(Estimate(plan, threads)));
    PrintJson(json);
  } else {
    Print(Explain(plan, threads));
  }
  return ExitCode::kDone;
}

arrow::Result<ExitCode> RunGenerate(const Arguments& arguments) {
  ARROW_RETURN_NOT_OK(CheckEnvironment(arguments));
  ARROW_ASSIGN_OR_RAISE(const DatasetSource source, SourceOf(arguments));
  ARROW_ASSIGN_OR_RAISE(const auto dataset, BindRequested(arguments, source));
  ARROW_ASSIGN_OR_RAISE(const PlanRequest request, PlanRequestOf(arguments, source));
  ARROW_ASSIGN_OR_RAISE(RunOptions options, RunOptionsOf(arguments));
  const bool is_dry = arguments.Switch("dry-run");
  if (!is_dry) ARROW_RETURN_NOT_OK(CheckWritable(request.output));
  ARROW_ASSIGN_OR_RAISE(const Plan plan, MakePlan(*dataset, request));
  if (is_dry) return PrintPlanned(arguments, plan, ThreadsOf(options));

  ARROW_ASSIGN_OR_RAISE(const std::unique_ptr<Storage> storage,
                        Storage::Open(plan.output));
  ProgressBar bar(arguments.Switch("quiet"));
  options.progress = [&bar](std::span<const TableProgress> tables) { bar.Show(tables); };
  options.cancel = CatchInterrupts();
  const arrow::Result<RunReport> made = Generate(plan, *dataset, storage.get(), options);
  bar.Finish();
  ARROW_ASSIGN_OR_RAISE(const RunReport report, made);

  nlohmann::ordered_json json = ReportJson(plan, report);
  if (!arguments.Switch("json")) Print(ReportTable(plan, report));
  ExitCode code = ExitCode::kDone;
  if (arguments.Switch("validate")) {
    CheckRequest check;
    check.root = plan.output;
    check.dataset_id = plan.dataset_id;
    check.custom = source.custom;
    check.tables = request.tables;
    check.threads = options.threads;
    check.quiet = arguments.Switch("quiet");
    check.cancel = options.cancel;
    ARROW_ASSIGN_OR_RAISE(const CheckResult result, CheckOutput(check));
    code = result.is_clean ? ExitCode::kDone : ExitCode::kViolations;
    if (arguments.Switch("json")) {
      json["validation"] = result.json;
    } else {
      Print("\n" + result.text);
    }
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
    .options = {kDatasetOptions, kAsOfOption, kFileOptions, kExistsOption, kOwnOptions,
                kEnvironmentOptions, kMachineOptions, kResultOptions},
    .examples =
        "lakeseed generate retail_oltp_small --output-mode parquet\n"
        "lakeseed generate retail_oltp_small -r 100000 -o csv --tables "
        "orders,order_items\n"
        "lakeseed generate retail_oltp --customers 500 --seed 7 -o parquet --dry-run\n"
        "lakeseed generate --custom-schema shop.yaml -o parquet --output ./shop",
    .run = RunGenerate,
};

}  // namespace lakeseed
