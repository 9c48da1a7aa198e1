#include "lakeseed/cli/day_run.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "lakeseed/base/date.h"
#include "lakeseed/cli/check_output.h"
#include "lakeseed/cli/job_facts.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/planned_text.h"
#include "lakeseed/cli/progress_bar.h"
#include "lakeseed/cli/run_result.h"
#include "lakeseed/cli/run_targets.h"
#include "lakeseed/cli/terminal.h"
#include "lakeseed/plan/explain.h"
#include "lakeseed/series/series.h"
#include "lakeseed/state/state_path.h"

namespace lakeseed {
namespace {

/// A dataset with a target has its rows in its window; a request may take a part.
void NoteShare(const BoundDataset& dataset, const Plan& plan) {
  const DatasetSpec& spec = dataset.spec();
  const TablePlan* main = plan.FindTable(spec.main);
  const int index = dataset.FindTable(spec.main);
  if (main == nullptr || index < 0) return;
  const TableSpec& table = *dataset.table(index).spec;
  if (!table.events || !table.events->is_main) return;
  const int64_t all = dataset.table(index).rows->Extent(dataset.window()).length();
  Note(
      fmt::format("{} of {} rows of {} lie in the request; the dataset's window is {} "
                  "to {}",
                  FormatCount(main->rows.length()), FormatCount(all), spec.main,
                  FormatDate(spec.window.from), FormatDate(spec.window.to)));
}

nlohmann::ordered_json DaysJson(const std::vector<int32_t>& days) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const int32_t day : days) json.push_back(FormatDate(day));
  return json;
}

nlohmann::ordered_json TablesJson(const std::vector<TableReport>& reports) {
  nlohmann::ordered_json tables = nlohmann::ordered_json::object();
  for (const TableReport& table : reports) {
    tables[table.table] = {{"total_rows", table.rows},
                           {"generation_count", table.files},
                           {"bytes", table.bytes},
                           {"kept_files", table.kept_files}};
  }
  return tables;
}

nlohmann::ordered_json SeriesJson(const BoundDataset& dataset,
                                  std::span<const Plan> plans, DateRange days,
                                  const SeriesReport& report) {
  const Plan& plan = plans.front();
  nlohmann::ordered_json json = {{"dataset_id", dataset.spec().id()},
                                 {"seed", dataset.identity().seed},
                                 {"output", plan.output},
                                 {"format", plan.files.format},
                                 {"table_format", plan.table_format},
                                 {"start_date", FormatDate(days.from)},
                                 {"end_date", FormatDate(days.to)},
                                 {"total_days", days.to - days.from + 1},
                                 {"made_days", DaysJson(report.made)},
                                 {"skipped_days", DaysJson(report.skipped)},
                                 {"batches", report.batches},
                                 {"job_id", report.job_id},
                                 {"generated_tables", TablesJson(report.tables)},
                                 {"total_rows", report.rows()},
                                 {"rows_made", report.rows_made},
                                 {"bytes", report.bytes()},
                                 {"seconds", report.seconds},
                                 {"peak_rss_bytes", report.peak_rss_bytes}};
  for (size_t i = 0; i < report.also.size(); ++i) {
    json["also"].push_back({{"output", plans[i + 1].output},
                            {"form", FormWord(plans[i + 1])},
                            {"generated_tables", TablesJson(report.also[i])}});
  }
  return json;
}

arrow::Result<SeriesRequest> SeriesRequestOf(const Arguments& arguments,
                                             const DatasetSource& source, DateRange days,
                                             int64_t batch_days) {
  SeriesRequest request;
  ARROW_ASSIGN_OR_RAISE(request.plans.emplace_back(), PlanRequestOf(arguments, source));
  request.plans.front().by_day = true;
  request.plans.front().days = days;
  request.days = days;
  request.batch_days = batch_days;
  request.ignore_state = arguments.Switch("ignore-state");
  request.wait = arguments.Switch("wait");
  if (arguments.Has("if-exists")) {
    ARROW_ASSIGN_OR_RAISE(request.if_exists, ParseIfExists(arguments.Text("if-exists")));
  }
  return request;
}

/// The state beside the output; null if the request does without.
arrow::Result<std::unique_ptr<StateStore>> OpenState(const Arguments& arguments,
                                                     const std::string& output) {
  const std::string file = arguments.Text("state");
  if (!arguments.Switch("state-management", true)) {
    for (const char* option : {"state", "ignore-state", "resume", "wait"}) {
      if (!arguments.Has(option)) continue;
      return RequestError(
          fmt::format("--no-state-management leaves nothing for --{}", option));
    }
    return nullptr;
  }
  return StateStore::Open(file.empty() ? StatePathOf(output) : file);
}

/// Where an interrupted series goes on.
arrow::Status NoteResume(const std::vector<PlanRequest>& plans, const Storage& storage,
                         const std::string& dataset_id, DateRange days,
                         StateStore* state) {
  const std::string layout = LayoutKey(plans, storage);
  ARROW_ASSIGN_OR_RAISE(const std::vector<int32_t> done,
                        state->CompletedDays(dataset_id, layout));
  int32_t next = days.from;
  for (const int32_t day : done) {
    if (day == next) ++next;
  }
  if (next == days.from) {
    ARROW_ASSIGN_OR_RAISE(const bool is_elsewhere,
                          state->IsInOtherLayout(dataset_id, layout, days.from));
    Note(is_elsewhere ? "nothing to resume: the first day is done in another layout"
                      : "nothing to resume: the first day is not done");
  } else if (next > days.to) {
    Note("nothing to resume: all days are done");
  } else {
    Note(fmt::format("resuming at {}: days before it are done", FormatDate(next)));
  }
  return arrow::Status::OK();
}

}  // namespace

int32_t Today() {
  const auto now =
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  return static_cast<int32_t>(now.time_since_epoch().count());
}

arrow::Result<ExitCode> RunDays(const Arguments& arguments, DateRange days,
                                int64_t batch_days) {
  ARROW_RETURN_NOT_OK(CheckEnvironment(arguments));
  ARROW_ASSIGN_OR_RAISE(const DatasetSource source, SourceOf(arguments));
  ARROW_ASSIGN_OR_RAISE(const auto dataset, BindRequested(arguments, source, days.to));
  ARROW_ASSIGN_OR_RAISE(SeriesRequest request,
                        SeriesRequestOf(arguments, source, days, batch_days));
  SeriesOptions options;
  ARROW_ASSIGN_OR_RAISE(options.run, RunOptionsOf(arguments));
  const bool is_quiet = arguments.Switch("quiet");
  // What is wrong with the request shows before anything is written.
  ARROW_ASSIGN_OR_RAISE(RunTargets targets,
                        RunTargets::Make(arguments, *dataset, request.plans.front()));
  const Plan& plan = targets.first();
  if (!is_quiet) NoteShare(*dataset, plan);
  if (arguments.Switch("dry-run")) {
    return PrintPlanned(arguments, targets.plans(), options.run);
  }
  ARROW_RETURN_NOT_OK(targets.Open());
  request.plans = targets.requests();
  ARROW_ASSIGN_OR_RAISE(const std::unique_ptr<StateStore> state,
                        OpenState(arguments, plan.output));
  if (arguments.Switch("resume") && !is_quiet) {
    ARROW_RETURN_NOT_OK(NoteResume(request.plans, *targets.storages().front(),
                                   plan.dataset_id, days, state.get()));
  }
  options.state = state.get();
  options.job = JobOf(arguments, *dataset, plan.output, options.run);
  ProgressBar bar(is_quiet);
  options.run.progress = [&bar](std::span<const TableProgress> tables) {
    bar.Show(tables);
  };
  options.run.cancel = CatchInterrupts();
  if (!is_quiet) options.note = [](const std::string& note) { Note(note); };
  const std::vector<Storage*> storages = targets.storages();
  const arrow::Result<SeriesReport> made =
      RunSeries(*dataset, request, storages, options);
  bar.Finish();
  ARROW_ASSIGN_OR_RAISE(const SeriesReport report, made);

  nlohmann::ordered_json json = SeriesJson(*dataset, targets.plans(), days, report);
  if (!arguments.Switch("json")) Print(SeriesTable(targets.plans(), report));
  ExitCode code = ExitCode::kDone;
  if (arguments.Switch("validate")) {
    ARROW_ASSIGN_OR_RAISE(code,
                          CheckMade(arguments, targets.plans(), options.run, &json));
  }
  if (arguments.Switch("json")) PrintJson(json);
  return code;
}

}  // namespace lakeseed
