#include "lakeseed/run/runner.h"

#include <malloc.h>

#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/commit/journal.h"
#include "lakeseed/commit/table_format.h"
#include "lakeseed/run/plan_run.h"
#include "lakeseed/write/retry.h"

namespace lakeseed {
namespace {

constexpr int kUnknownTries = 4, kCompactTries = 8;
/// Others that publish to the same output are waited for this long at most: longer than
/// what a killed run has left in a store is let be.
constexpr auto kConflictPatience = kAbandonedAfter + std::chrono::minutes(2);
/// Pauses of processes that met at a lock, and of runs that wait for others in a store:
/// there they do not grow, or who has waited for long would come after who has just come.
constexpr RetryPace kLockPace{std::chrono::milliseconds(2),
                              std::chrono::milliseconds(200)};
constexpr RetryPace kTurnPace{std::chrono::milliseconds(400),
                              std::chrono::milliseconds(400)};

arrow::Result<TargetRequest> TargetOf(const Plan& plan, IfExists if_exists,
                                      bool keep_staged) {
  TargetRequest target;
  target.run_id = RunIdOf(plan);
  target.identity = plan.identity;
  target.if_exists = if_exists;
  target.keep_staged = keep_staged;
  ARROW_ASSIGN_OR_RAISE(target.statistics,
                        ParseTableStatistics(plan.table_settings.statistics));
  target.table_version = plan.table_settings.version;
  for (const TablePlan& table : plan.tables) {
    if (!table.partitions.empty()) target.partitions[table.name] = table.partitions;
    if (!table.sort.empty()) target.sorts[table.name] = table.sort;
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

/// Wait while another one publishes where there are no locks: to look whether its journal
/// is still there costs less than to try again, and does not slow it down. One that was
/// left behind is waited for a while only, and then settled as by any other run.
arrow::Status WaitForTurn(const Storage& storage) {
  constexpr int kMostLooks = 20;
  for (int i = 0; i < kMostLooks; ++i) {
    std::this_thread::sleep_for(RetryPause(1, kTurnPace));
    ARROW_ASSIGN_OR_RAISE(const bool is_busy, storage.Exists(kCommitPath));
    if (!is_busy) break;
  }
  return arrow::Status::OK();
}

/// Commit, on top of what others have published meanwhile if it must be.
arrow::Result<Committed> CommitOnce(const TableFormatDef& format, Storage* storage,
                                    const TargetRequest& target, Committer* committer,
                                    CommitRequest request) {
  const auto give_up = std::chrono::steady_clock::now() + kConflictPatience;
  for (int unknown = 0, num_conflicts = 1;; ++num_conflicts) {
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
    if (storage->has_locks()) {
      std::this_thread::sleep_for(RetryPause(num_conflicts, kLockPace));
    } else {
      ARROW_RETURN_NOT_OK(WaitForTurn(*storage));
    }
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

/// A target of a run on its way.
struct Target {
  const Plan* plan = nullptr;
  Storage* storage = nullptr;
  const TableFormatDef* format = nullptr;
  TargetRequest request;
  TargetState state;
  std::unique_ptr<Committer> committer;
  RunReport report;
};

/// Without touching anything, so that a refusal leaves no trace.
arrow::Result<Target> FindTarget(const RunTarget& where, IfExists if_exists,
                                 bool keep_staged) {
  Target target{.plan = where.plan, .storage = where.storage};
  target.report = NewReport(*where.plan);
  ARROW_ASSIGN_OR_RAISE(target.format, FindTableFormat(where.plan->table_format));
  ARROW_ASSIGN_OR_RAISE(target.request, TargetOf(*where.plan, if_exists, keep_staged));
  ARROW_RETURN_NOT_OK(target.format->check(where.storage, target.request).status());
  return target;
}

/// Open all targets, or none.
arrow::Result<std::vector<Target>> OpenTargets(std::span<const RunTarget> where,
                                               IfExists if_exists, bool keep_staged) {
  std::vector<Target> targets;
  for (const RunTarget& one : where) {
    ARROW_ASSIGN_OR_RAISE(targets.emplace_back(),
                          FindTarget(one, if_exists, keep_staged));
  }
  for (Target& target : targets) {
    ARROW_ASSIGN_OR_RAISE(target.committer,
                          target.format->open(target.storage, target.request));
    target.state = target.committer->state();
  }
  return targets;
}

/// The files of a share that were finished before.
std::vector<DataFile> KeptFiles(const Target& target, const TaskShare& share) {
  std::set<std::string_view> mine;
  for (const Task& task : target.plan->tasks) {
    if (!InShare(task, share)) continue;
    for (const FilePlan& file : task.files) mine.insert(file.path);
  }
  std::vector<DataFile> kept;
  for (const DataFile& file : target.state.finished) {
    if (mine.contains(PlannedPath(file))) kept.push_back(file);
  }
  return kept;
}

/// Run what is pending of a share, record it, and add it to the reports.
arrow::Status RunPending(std::span<const RunTarget> where, const BoundDataset& dataset,
                         const RunOptions& options, const PreparedRun& prepared,
                         std::span<Target> targets) {
  std::vector<std::set<std::string_view>> pending(targets.size());
  std::vector<Committer*> committers;
  for (size_t i = 0; i < targets.size(); ++i) {
    for (const PlannedFile& file : targets[i].state.pending) pending[i].insert(file.path);
    committers.push_back(targets[i].committer.get());
  }
  PlanRun run(where, dataset, options, prepared);
  run.SelectTasks(
      [&](size_t i, const FilePlan& file) { return pending[i].contains(file.path); });
  ARROW_RETURN_NOT_OK(run.Execute(committers));
  for (size_t i = 0; i < targets.size(); ++i) {
    const Plan& plan = *targets[i].plan;
    RunReport& report = targets[i].report;
    AddFiles(plan, KeptFiles(targets[i], options.share), true, &report);
    AddFiles(plan, run.files(i), false, &report);
    for (TableReport& table : report.tables) table.seconds = run.SecondsOf(table.table);
    report.days = run.Days();
    report.tasks = run.num_tasks();
    report.rows_made = run.rows_made();
    report.threads = prepared.threads;
    report.chunk_rows = prepared.budget.chunk_rows;
  }
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

/// Merge what the commit has left small, beside its files.
arrow::Status Compact(const Target& target) {
  const Plan& plan = *target.plan;
  const std::vector<DataFile>& files = target.report.files;
  if (!plan.table_settings.auto_compact || files.empty()) return arrow::Status::OK();
  OptimizeRequest request{.beside = files};
  std::set<std::string> tables;
  for (const DataFile& file : files) {
    tables.insert(QualifiedName(plan.identity, file.table));
  }
  request.tables.assign(tables.begin(), tables.end());
  if (plan.file_bytes > 0) request.file_bytes = plan.file_bytes;
  for (int i = 0; i < kCompactTries; ++i) {
    const auto status = target.format->optimize(target.storage, request).status();
    // What stands against a merge, such as rows that another program has deleted, does
    // not stand against the rows, which are published; `optimize` says what it is.
    if (ExitCodeOf(status) == ExitCode::kRequest) break;
    if (ExitCodeOf(status) != ExitCode::kConflict) return status;
  }
  return arrow::Status::OK();  // The rows are there; `optimize` can merge them later.
}

arrow::Status Publish(const RunOptions& options, Target* target) {
  RunReport& report = target->report;
  const CommitRequest request{.base = target->state.base,
                              .files = report.files,
                              .commit_time = CommitTimeOf(*target->plan, options)};
  ARROW_ASSIGN_OR_RAISE(const Committed committed,
                        CommitOnce(*target->format, target->storage, target->request,
                                   target->committer.get(), request));
  report.version = committed.version;
  report.repeated = committed.repeated;
  return Compact(*target);
}

/// The error of the target at `failed`, with what became of the others.
arrow::Status PublishedInPart(const arrow::Status& status, const RunOptions& options,
                              std::span<const Target> targets, size_t failed) {
  if (targets.size() == 1) return status;
  std::string complete, open;
  for (size_t i = 0; i < targets.size(); ++i) {
    std::string& list = i < failed ? complete : open;
    if (i != failed) {
      list += (list.empty() ? "" : ", ") + targets[i].storage->root();
    }
  }
  const Diagnostic reason = DiagnosticsOf(status).front();
  const bool again =
      options.if_exists == IfExists::kOverwrite || options.if_exists == IfExists::kAppend;
  return ErrorWithCode(
      ExitCodeOf(status),
      fmt::format("not published to {}: {}; complete: {}; not begun: {}",
                  targets[failed].storage->root(), reason.ToString(),
                  complete.empty() ? "none" : complete, open.empty() ? "none" : open),
      fmt::format("the same request{} keeps what is complete and publishes the rest",
                  again ? "" : " with `--if-exists resume`"));
}

/// Allocators keep what threads that have ended had: of a series with many partitions,
/// more from day to day.
void ReturnMemory() {
  arrow::default_memory_pool()->ReleaseUnused();
  ::malloc_trim(0);
}

/// One after the other; stops at the first that fails.
arrow::Status PublishAll(const RunStart& start, const RunOptions& options,
                         std::span<Target> targets) {
  for (size_t i = 0; i < targets.size(); ++i) {
    EndReport(start, &targets[i].report);
    const arrow::Status status = Publish(options, &targets[i]);
    if (!status.ok()) return PublishedInPart(status, options, targets, i);
  }
  for (Target& target : targets) EndReport(start, &target.report);
  ReturnMemory();
  return arrow::Status::OK();
}

}  // namespace

std::string RunIdOf(const Plan& plan) { return RunId(plan.identity, LayoutText(plan)); }

arrow::Result<TargetState> CheckTarget(const Plan& plan, Storage* storage,
                                       IfExists if_exists) {
  ARROW_ASSIGN_OR_RAISE(const TableFormatDef* format, FindTableFormat(plan.table_format));
  ARROW_ASSIGN_OR_RAISE(const TargetRequest target, TargetOf(plan, if_exists, false));
  return format->check(storage, target);
}

arrow::Result<RunReport> Generate(const Plan& plan, const BoundDataset& dataset,
                                  Storage* storage, const RunOptions& options) {
  const RunTarget target{&plan, storage};
  return Generate({&target, 1}, dataset, options);
}

arrow::Result<RunReport> Generate(std::span<const RunTarget> targets,
                                  const BoundDataset& dataset,
                                  const RunOptions& options) {
  const RunStart start;
  RunOptions whole = options;
  whole.share = {};
  std::vector<RunTarget> taken;
  for (const RunTarget& target : targets) {
    if (!target.plan->tasks.empty()) taken.push_back(target);
  }
  std::vector<Target> opened;
  if (!taken.empty()) {
    ARROW_ASSIGN_OR_RAISE(const PreparedRun prepared, Prepare(taken, dataset, whole));
    ARROW_ASSIGN_OR_RAISE(opened, OpenTargets(taken, options.if_exists, false));
    const arrow::Status status = RunPending(taken, dataset, whole, prepared, opened);
    if (!status.ok()) {
      // A resumable run keeps what is complete; any other leaves nothing.
      for (Target& target : opened) {
        if (options.if_exists != IfExists::kResume) (void)target.committer->Discard();
      }
      return status;
    }
    ARROW_RETURN_NOT_OK(PublishAll(start, options, opened));
  }
  std::vector<RunReport> reports;
  auto next = opened.begin();
  for (const RunTarget& target : targets) {
    const bool is_taken = !target.plan->tasks.empty();
    reports.push_back(is_taken ? std::move((next++)->report) : NewReport(*target.plan));
  }
  RunReport report = std::move(reports.front());
  report.also.assign(std::make_move_iterator(reports.begin() + 1),
                     std::make_move_iterator(reports.end()));
  return report;
}

arrow::Result<RunReport> RunTasks(const Plan& plan, const BoundDataset& dataset,
                                  Storage* storage, const RunOptions& options) {
  const RunStart start;
  const RunTarget where{&plan, storage};
  ARROW_ASSIGN_OR_RAISE(const PreparedRun prepared,
                        Prepare({&where, 1}, dataset, options));
  ARROW_ASSIGN_OR_RAISE(auto targets, OpenTargets({&where, 1}, options.if_exists, true));
  ARROW_RETURN_NOT_OK(RunPending({&where, 1}, dataset, options, prepared, targets));
  EndReport(start, &targets[0].report);
  return std::move(targets[0].report);
}

arrow::Result<RunReport> CommitPlan(const Plan& plan, Storage* storage,
                                    const RunOptions& options) {
  const RunStart start;
  const RunTarget where{&plan, storage};
  ARROW_ASSIGN_OR_RAISE(auto targets, OpenTargets({&where, 1}, options.if_exists, true));
  const TargetState& state = targets[0].state;
  if (!state.pending.empty()) ARROW_RETURN_NOT_OK(MissingTasks(plan, state));
  AddFiles(plan, state.finished, true, &targets[0].report);
  ARROW_RETURN_NOT_OK(PublishAll(start, options, targets));
  return std::move(targets[0].report);
}

}  // namespace lakeseed
