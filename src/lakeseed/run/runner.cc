#include "lakeseed/run/runner.h"

#include <unistd.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/commit/table_format.h"
#include "lakeseed/run/plan_run.h"

namespace lakeseed {
namespace {

constexpr int kUnknownTries = 4;
/// Others that publish to the same output are waited for this long at most.
constexpr std::chrono::seconds kConflictPatience{60};
constexpr std::chrono::milliseconds kFirstPause{2}, kLongestPause{200};

arrow::Result<TargetRequest> TargetOf(const Plan& plan, IfExists if_exists,
                                      bool keep_staged) {
  TargetRequest target;
  target.run_id = RunIdOf(plan);
  target.identity = plan.identity;
  target.if_exists = if_exists;
  target.keep_staged = keep_staged;
  ARROW_ASSIGN_OR_RAISE(target.statistics, ParseTableStatistics(plan.table_statistics));
  for (const TablePlan& table : plan.tables) {
    if (!table.partitions.empty()) target.partitions[table.name] = table.partitions;
  }
  for (const Task& task : plan.tasks) {
    for (const FilePlan& file : task.files) {
      target.files.push_back({file.path, file.table, file.rows, task.day});
    }
  }
  return target;
}

/// After the plan's last day everything in it is known.
std::chrono::sys_time<std::chrono::milliseconds> CommitTimeOf(const Plan& plan,
                                                              const RunOptions& options) {
  if (options.commit_time) return *options.commit_time;
  return std::chrono::sys_days(std::chrono::days(plan.days.to + 1));
}

/// Commit, on top of what others have published meanwhile if it must be.
arrow::Result<Committed> CommitOnce(const TableFormatDef& format, Storage* storage,
                                    const TargetRequest& target, Committer* committer,
                                    CommitRequest request) {
  const auto give_up = std::chrono::steady_clock::now() + kConflictPatience;
  auto pause = kFirstPause;
  for (int unknown = 0;;) {
    ARROW_ASSIGN_OR_RAISE(const CommitOutcome outcome, committer->Commit(request));
    if (const auto* done = std::get_if<Committed>(&outcome)) return *done;
    if (const auto* lost = std::get_if<Unknown>(&outcome)) {
      if (++unknown < kUnknownTries) continue;
      return arrow::Status::IOError("it is not known whether the commit is complete: ",
                                    lost->reason, "; `lakeseed commit` settles it");
    }
    if (std::chrono::steady_clock::now() > give_up) {
      return ErrorWithCode(
          ExitCode::kConflict,
          "other runs publish to this output at the same time: " + storage->root(),
          "run `lakeseed commit` again when they are done");
    }
    // Processes that met here should not meet again: each waits its own while.
    std::this_thread::sleep_for(pause + std::chrono::milliseconds(::getpid() % 7));
    pause = std::min(2 * pause, kLongestPause);
    // What was published meanwhile may forbid what was allowed before.
    ARROW_ASSIGN_OR_RAISE(const TargetState state, format.check(storage, target));
    request.base = state.base;
  }
}

void AddFiles(const Plan& plan, const std::vector<DataFile>& files, bool kept,
              RunReport* report) {
  for (const DataFile& file : files) {
    report->files.push_back(file);
    for (TableReport& table : report->tables) {
      if (table.table != file.table) continue;
      table.rows += file.num_rows;
      table.bytes += file.size_bytes;
      ++table.files;
      if (kept) {
        ++table.kept_files;
      } else {
        table.cells += file.num_rows *
                       static_cast<int64_t>(plan.FindTable(file.table)->columns.size());
      }
    }
  }
}

RunReport NewReport(const Plan& plan) {
  RunReport report;
  report.run_id = RunIdOf(plan);
  for (const TablePlan& table : plan.tables) {
    report.tables.emplace_back().table = table.name;
  }
  return report;
}

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// A target that was opened for a plan.
struct Target {
  const TableFormatDef* format;
  TargetRequest request;
  TargetState state;
  std::unique_ptr<Committer> committer;
};

arrow::Result<Target> OpenTarget(const Plan& plan, Storage* storage, IfExists if_exists,
                                 bool keep_staged) {
  Target target;
  ARROW_ASSIGN_OR_RAISE(target.format, FindTableFormat(plan.table_format));
  ARROW_ASSIGN_OR_RAISE(target.request, TargetOf(plan, if_exists, keep_staged));
  // First without touching anything, so that a refusal leaves no trace.
  ARROW_RETURN_NOT_OK(target.format->check(storage, target.request).status());
  ARROW_ASSIGN_OR_RAISE(target.committer, target.format->open(storage, target.request));
  ARROW_ASSIGN_OR_RAISE(target.state, target.format->check(storage, target.request));
  return target;
}

/// Run what is pending of a share, record it, and add it to the report.
arrow::Status RunPending(const Plan& plan, const BoundDataset& dataset, Storage* storage,
                         const RunOptions& options, const PreparedRun& prepared,
                         const Target& target, RunReport* report) {
  std::set<std::string_view> pending;
  for (const PlannedFile& file : target.state.pending) pending.insert(file.path);
  PlanRun run(plan, dataset, storage, options, prepared);
  run.SelectTasks([&](const FilePlan& file) { return pending.contains(file.path); });
  ARROW_RETURN_NOT_OK(run.Execute(target.committer.get()));
  std::set<std::string_view> mine;
  for (const Task& task : plan.tasks) {
    if (!InShare(task, options.share)) continue;
    for (const FilePlan& file : task.files) mine.insert(file.path);
  }
  std::vector<DataFile> kept;
  for (const DataFile& file : target.state.finished) {
    if (mine.contains(PlannedPath(file))) kept.push_back(file);
  }
  AddFiles(plan, kept, true, report);
  AddFiles(plan, run.files(), false, report);
  for (TableReport& table : report->tables) table.seconds = run.SecondsOf(table.table);
  report->days = run.Days();
  report->tasks = run.num_tasks();
  report->threads = prepared.threads;
  report->chunk_rows = prepared.budget.chunk_rows;
  return arrow::Status::OK();
}

/// When a run began, by the wall and in CPU seconds.
struct RunStart {
  std::chrono::steady_clock::time_point time = std::chrono::steady_clock::now();
  double cpu_seconds = CpuSeconds();
};

void EndReport(const RunStart& start, RunReport* report) {
  std::sort(report->files.begin(), report->files.end(),
            [](const DataFile& a, const DataFile& b) { return a.path < b.path; });
  report->seconds = SecondsSince(start.time);
  report->peak_memory_bytes = arrow::default_memory_pool()->max_memory();
  report->cpu_seconds = CpuSeconds() - start.cpu_seconds;
  report->peak_rss_bytes = PeakRssBytes();
}

arrow::Status Publish(const Plan& plan, Storage* storage, const RunOptions& options,
                      const Target& target, RunReport* report) {
  const CommitRequest request{.base = target.state.base,
                              .files = report->files,
                              .commit_time = CommitTimeOf(plan, options)};
  ARROW_ASSIGN_OR_RAISE(const Committed committed,
                        CommitOnce(*target.format, storage, target.request,
                                   target.committer.get(), request));
  report->version = committed.version;
  report->repeated = committed.repeated;
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<TaskShare> ParseTaskShare(std::string_view text) {
  TaskShare share;
  const size_t slash = text.find('/');
  const auto read = [](std::string_view part, int64_t* out) {
    const auto [end, error] =
        std::from_chars(part.data(), part.data() + part.size(), *out);
    return error == std::errc() && end == part.data() + part.size();
  };
  if (slash == std::string_view::npos || !read(text.substr(0, slash), &share.index) ||
      !read(text.substr(slash + 1), &share.count) || share.index < 1 ||
      share.count < share.index) {
    return RequestError(fmt::format("task share must be i/n with 1 <= i <= n: {}", text),
                        "`--task 2/8` runs the second eighth of the tasks");
  }
  return share;
}

std::string RunIdOf(const Plan& plan) { return RunId(plan.identity, LayoutText(plan)); }

arrow::Result<TargetState> CheckTarget(const Plan& plan, Storage* storage,
                                       IfExists if_exists) {
  ARROW_ASSIGN_OR_RAISE(const TableFormatDef* format, FindTableFormat(plan.table_format));
  ARROW_ASSIGN_OR_RAISE(const TargetRequest target, TargetOf(plan, if_exists, false));
  return format->check(storage, target);
}

arrow::Result<RunReport> Generate(const Plan& plan, const BoundDataset& dataset,
                                  Storage* storage, const RunOptions& options) {
  const RunStart start;
  RunOptions whole = options;
  whole.share = {};
  RunReport report = NewReport(plan);
  ARROW_ASSIGN_OR_RAISE(const PreparedRun prepared, Prepare(plan, dataset, whole));
  ARROW_ASSIGN_OR_RAISE(const Target target,
                        OpenTarget(plan, storage, options.if_exists, false));
  arrow::Status status =
      RunPending(plan, dataset, storage, whole, prepared, target, &report);
  if (status.ok()) {
    EndReport(start, &report);
    ARROW_RETURN_NOT_OK(Publish(plan, storage, options, target, &report));
    EndReport(start, &report);
    return report;
  }
  // A resumable run keeps what is complete; any other leaves nothing.
  if (options.if_exists != IfExists::kResume) (void)target.committer->Discard();
  return status;
}

arrow::Result<RunReport> RunTasks(const Plan& plan, const BoundDataset& dataset,
                                  Storage* storage, const RunOptions& options) {
  const RunStart start;
  RunReport report = NewReport(plan);
  ARROW_ASSIGN_OR_RAISE(const PreparedRun prepared, Prepare(plan, dataset, options));
  ARROW_ASSIGN_OR_RAISE(const Target target,
                        OpenTarget(plan, storage, options.if_exists, true));
  ARROW_RETURN_NOT_OK(
      RunPending(plan, dataset, storage, options, prepared, target, &report));
  EndReport(start, &report);
  return report;
}

arrow::Result<RunReport> CommitPlan(const Plan& plan, Storage* storage,
                                    const RunOptions& options) {
  const RunStart start;
  RunReport report = NewReport(plan);
  ARROW_ASSIGN_OR_RAISE(const Target target,
                        OpenTarget(plan, storage, options.if_exists, true));
  if (!target.state.pending.empty()) {
    ARROW_RETURN_NOT_OK(MissingTasks(plan, target.state));
  }
  AddFiles(plan, target.state.finished, true, &report);
  EndReport(start, &report);
  ARROW_RETURN_NOT_OK(Publish(plan, storage, options, target, &report));
  EndReport(start, &report);
  return report;
}

}  // namespace lakeseed
