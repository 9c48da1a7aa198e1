#include "lakeseed/cli/job_facts.h"

#include <fmt/format.h>

#include <filesystem>

#include "lakeseed/cli/terminal.h"
#include "lakeseed/series/made_days.h"
#include "lakeseed/sql/connection.h"
#include "lakeseed/state/state_path.h"
#include "lakeseed/state/state_store.h"

namespace lakeseed {
namespace {

/// The request as it was typed, for the log.
std::string CommandLineOf(const Arguments& arguments) {
  std::string line =
      fmt::format("{} {}", arguments.command().name, arguments.positional());
  for (const OptionDef* option : OptionsOf(arguments.command())) {
    if (!arguments.Has(option->name)) continue;
    if (option->value.empty()) {
      line += fmt::format(" --{}{}", arguments.Switch(option->name) ? "" : "no-",
                          option->name);
      continue;
    }
    for (const std::string& value : arguments.All(option->name)) {
      line += fmt::format(" --{} {}", option->name, WithoutPassword(value));
    }
  }
  return line;
}

}  // namespace

JobFacts JobOf(const Arguments& arguments, const BoundDataset& dataset,
               const std::string& output, const RunOptions& run) {
  const DatasetSpec& spec = dataset.spec();
  JobFacts job;
  job.dataset_id = spec.id();
  job.dataset_name = spec.id();
  job.job_name = arguments.command().name;
  job.command_line = CommandLineOf(arguments);
  job.target_rows = spec.target_rows;
  job.target_environment = arguments.Text("target-environment");
  job.target_location = output;
  job.chunk_size = run.chunk_rows;
  job.parallel_workers = run.threads;
  job.seed = dataset.identity().seed;
  job.pattern = spec.pattern;
  job.domain = spec.domain;
  job.description = spec.doc;
  return job;
}

namespace {

arrow::Status WriteLog(const JobFacts& job, const DayFacts& facts,
                       const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(const auto state, StateStore::Open(path));
  ARROW_ASSIGN_OR_RAISE(const std::string job_id, state->BeginJob(job));
  ARROW_RETURN_NOT_OK(
      state->ClaimDays(job_id, job, {&facts.day, 1}, /*ignore_completed=*/true).status());
  ARROW_RETURN_NOT_OK(state->CompleteDays(job_id, {&facts, 1}));
  return state->FinishJob(job_id, "completed", "");
}

}  // namespace

void LogWholeRun(const Arguments& arguments, const BoundDataset& dataset,
                 const Plan& plan, const RunOptions& run, const RunReport& report) {
  const std::string path = StatePathOf(plan.output);
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return;
  JobFacts job = JobOf(arguments, dataset, plan.output, run);
  job.identity = plan.identity;
  // A target of its own for every request: it is no day of a series.
  job.layout = report.run_id;
  const arrow::Status logged =
      WriteLog(job, FactsOfWhole(dataset, plan.days.to, report), path);
  if (!logged.ok()) Note(fmt::format("not logged: {}", logged.message()));
}

}  // namespace lakeseed
