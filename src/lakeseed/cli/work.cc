// `work`: the second of the three stages: makes the files of some tasks of a plan.

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "lakeseed/cli/catalog_option.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/plan_file.h"
#include "lakeseed/cli/progress_bar.h"
#include "lakeseed/cli/run_result.h"
#include "lakeseed/cli/terminal.h"

namespace lakeseed {
namespace {

constexpr OptionDef kOwnOptions[] = {
    {.name = "task",
     .value = "I/N",
     .help = "the I-th of N shares of the tasks",
     .group = "work",
     .fallback = "1/1"},
};

arrow::Result<ExitCode> RunWork(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const Plan plan, ReadPlanFile(arguments.positional()));
  ARROW_ASSIGN_OR_RAISE(RunOptions options, RunOptionsOf(arguments));
  ARROW_ASSIGN_OR_RAISE(options.share, ParseTaskShare(arguments.Text("task")));
  ARROW_ASSIGN_OR_RAISE(std::string catalog, CatalogOf(arguments, plan));
  ARROW_ASSIGN_OR_RAISE(const auto storage, OpenOutput(plan, std::move(catalog)));
  ARROW_ASSIGN_OR_RAISE(const auto dataset, BindPlan(plan));
  ProgressBar bar(arguments.Switch("quiet"));
  options.progress = [&bar](std::span<const TableProgress> tables) { bar.Show(tables); };
  options.cancel = CatchInterrupts();
  const arrow::Result<RunReport> made = RunTasks(plan, *dataset, storage.get(), options);
  bar.Finish();
  ARROW_ASSIGN_OR_RAISE(const RunReport report, made);
  if (arguments.Switch("json")) {
    PrintJson(ReportJson({&plan, 1}, report));
    return ExitCode::kDone;
  }
  Print(ReportTable({&plan, 1}, report));
  if (!arguments.Switch("quiet")) {
    Note("invisible until `lakeseed commit` publishes the plan");
  }
  return ExitCode::kDone;
}

}  // namespace

arrow::Result<Plan> ReadPlanFile(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return RequestError(fmt::format("no such plan: {}", path),
                        "`lakeseed plan DATASET_ID --output-file FILE` writes one");
  }
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) return RequestError(fmt::format("cannot read the plan: {}", path));
  return PlanFromText(text.str());
}

extern const CommandDef kWorkCommand;
const CommandDef kWorkCommand{
    .name = "work",
    .summary = "run tasks of a plan, here or anywhere; `commit` publishes them",
    .positional = "PLAN",
    .positional_required = true,
    .options = {kOwnOptions, kCatalogOption, kExistsOption, kMachineOptions,
                kResultOptions},
    .examples = "lakeseed work plan.json --task 2/8",
    .run = RunWork,
};

}  // namespace lakeseed
