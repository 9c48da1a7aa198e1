#include "lakeseed/run/plan_run.h"

#include <algorithm>
#include <numeric>
#include <thread>

#include "lakeseed/base/status.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/generate/version_caches.h"
#include "lakeseed/plan/table_columns.h"
#include "lakeseed/run/bounded_memory_pool.h"
#include "lakeseed/run/field_ids.h"

namespace lakeseed {
namespace {

constexpr double kLeastOpenBytes = 2e6;

std::vector<ColumnLayout> LayoutOf(const BoundTable& table,
                                   const std::vector<int>& places, bool with_ids) {
  std::vector<ColumnLayout> columns;
  for (const int place : places) {
    const BoundColumn& column = table.columns[static_cast<size_t>(place)];
    columns.push_back({column.name, with_ids ? TypeWithIds(table, place) : column.type,
                       column.shape, with_ids ? place + 1 : -1});
  }
  return columns;
}

/// The columns of the plan are those of the dataset, by name, type and days.
arrow::Status CheckColumns(const Plan& plan, const TablePlan& table,
                           const BoundDataset& dataset) {
  const int index = dataset.FindTable(table.name);
  if (index < 0) return RequestError("dataset has no table of the plan: " + table.name);
  if (table.columns == PlannedColumns(dataset, dataset.table(index), plan)) {
    return arrow::Status::OK();
  }
  return RequestError("columns are not those of the plan: " + table.name,
                      "plan again with this program");
}

/// A name that no table has would be forgotten in silence.
arrow::Status CheckBloomFilters(const Plan& plan) {
  std::vector<std::string_view> columns;
  for (const TablePlan& table : plan.tables) {
    for (const PlannedColumn& column : table.columns) columns.push_back(column.name);
  }
  for (const std::string& name : plan.files.bloom_filters) {
    if (std::find(columns.begin(), columns.end(), name) != columns.end()) continue;
    std::string hint = DidYouMean(name, columns);
    if (hint.empty()) hint = "name columns of the tables that are written";
    return RequestError("no table has the column of --bloom-filters: " + name, hint);
  }
  return arrow::Status::OK();
}

/// `most`: that an open writer holds.
double OpenBytes(const Plan& plan, const Task& task, double most) {
  double bytes = 0;
  for (const FilePlan& file : task.files) {
    const TablePlan& table = *plan.FindTable(file.table);
    const double size = table.bytes_per_row * static_cast<double>(file.rows.length());
    if (!table.sort.empty()) {  // All of its rows are held, and copied once.
      constexpr double kUnpacked = 8;
      bytes += std::max(kUnpacked * size, kLeastOpenBytes);
      continue;
    }
    if (!table.partitions.empty()) {  // All of its partitions may be open at once.
      bytes += std::max(2 * size, kLeastOpenBytes);
      continue;
    }
    bytes += std::clamp(1.2 * size, kLeastOpenBytes, std::max(most, kLeastOpenBytes));
  }
  return bytes;
}

arrow::Result<PreparedRun::Files> PrepareFiles(const Plan& plan,
                                               const BoundDataset& dataset) {
  PreparedRun::Files files;
  ARROW_ASSIGN_OR_RAISE(files.format, FindFileFormat(plan.files.format));
  ARROW_ASSIGN_OR_RAISE(files.tables, FindTableFormat(plan.table_format));
  if (!plan.files.compression.empty()) {
    ARROW_ASSIGN_OR_RAISE(files.options.compression,
                          ParseCompression(plan.files.compression));
  }
  files.options.compress_all = plan.files.compress_all;
  ARROW_ASSIGN_OR_RAISE(files.options.parquet_profile,
                        ParseParquetProfile(plan.files.parquet_profile));
  files.options.row_group_rows = plan.files.row_group_rows;
  files.options.page_checksums = plan.files.page_checksums;
  files.options.bloom_filters = plan.files.bloom_filters;
  ARROW_RETURN_NOT_OK(CheckBloomFilters(plan));
  files.options.naive_timestamps = plan.files.naive_timestamps;
  for (const TablePlan& table : plan.tables) {
    ARROW_RETURN_NOT_OK(CheckColumns(plan, table, dataset));
    const BoundTable& bound = dataset.table(dataset.FindTable(table.name));
    std::vector<int> all(bound.columns.size());
    std::iota(all.begin(), all.end(), 0);
    ARROW_RETURN_NOT_OK(
        CheckFileRequest(*files.format, LayoutOf(bound, all, false), files.options));
  }
  return files;
}

}  // namespace

arrow::Result<PreparedRun> Prepare(std::span<const RunTarget> targets,
                                   const BoundDataset& dataset,
                                   const RunOptions& options) {
  PreparedRun prepared;
  for (const RunTarget& target : targets) {
    ARROW_ASSIGN_OR_RAISE(prepared.files.emplace_back(),
                          PrepareFiles(*target.plan, dataset));
  }
  const Plan& plan = *targets.front().plan;
  std::map<std::string, std::vector<std::string>> tables;
  for (const TablePlan& table : plan.tables) tables[table.root].push_back(table.name);
  if (options.chunk_rows < 0 || options.threads < 0 || options.memory_limit_bytes < 0) {
    return RequestError("chunk size, workers and memory limit must be > 0");
  }
  MemoryDemand demand;
  demand.chunk_rows = options.chunk_rows;
  demand.limit_bytes = options.memory_limit_bytes;
  for (const auto& [root, names] : tables) {
    ARROW_ASSIGN_OR_RAISE(auto family,
                          FamilyProgram::Make(dataset, root, names, plan.as_of));
    demand.bytes_per_row = std::max(demand.bytes_per_row,
                                    family->bytes_per_root() / family->rows_per_root());
    prepared.families[root] = std::move(family);
  }
  demand.tasks = 0;
  for (size_t i = 0; i < targets.size(); ++i) {
    int64_t tasks = 0;
    double bytes = 0;
    for (const Task& task : targets[i].plan->tasks) {
      if (!InShare(task, options.share)) continue;
      ++tasks;
      bytes = std::max(bytes, OpenBytes(*targets[i].plan, task,
                                        prepared.files[i].format->cost.open_bytes));
    }
    demand.tasks = std::max(demand.tasks, tasks);
    demand.bytes_per_task += bytes;  // A task writes to all targets.
  }
  const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  prepared.threads = options.threads > 0 ? options.threads : cores;
  demand.threads = prepared.threads;
  demand.cache_bytes = dataset.cache_bytes();
  ARROW_ASSIGN_OR_RAISE(prepared.budget, FitMemory(demand));
  return prepared;
}

arrow::Status MissingTasks(const Plan& plan, const TargetState& state) {
  constexpr int kShown = 8;
  std::string names;
  int count = 0;
  for (const Task& task : plan.tasks) {
    for (const FilePlan& file : task.files) {
      const auto is_it = [&](const PlannedFile& one) { return one.path == file.path; };
      const auto at = std::find_if(state.pending.begin(), state.pending.end(), is_it);
      if (at == state.pending.end()) continue;
      if (++count <= kShown) {
        names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", task.id, file.path);
      }
      break;
    }
  }
  if (count > kShown) names += fmt::format(" and {} more", count - kShown);
  return RequestError(
      fmt::format("{} of {} tasks are not done: {}", count, plan.tasks.size(), names),
      "`lakeseed work` runs them; it skips those that are done");
}

PlanRun::PlanRun(std::span<const RunTarget> targets, const BoundDataset& dataset,
                 const RunOptions& options, const PreparedRun& prepared)
    : targets_(targets),
      dataset_(dataset),
      options_(options),
      prepared_(prepared),
      files_(targets.size()) {
  for (const TablePlan& table : targets.front().plan->tables) {
    progress_.push_back({table.name, 0, 0, 0});
  }
}

void PlanRun::SelectTasks(const std::function<bool(size_t, const FilePlan&)>& wanted) {
  std::map<TaskKey, size_t> places;
  for (size_t target = 0; target < targets_.size(); ++target) {
    for (const Task& task : targets_[target].plan->tasks) {
      if (!InShare(task, options_.share)) continue;
      std::vector<std::pair<size_t, const FilePlan*>> files;
      for (const FilePlan& file : task.files) {
        const bool is_pending = wanted(target, file);
        if (is_pending) files.emplace_back(target, &file);
        for (TableProgress& table : progress_) {
          if (table.table != file.table) continue;
          table.rows_total += file.rows.length();
          if (!is_pending) table.rows_done += file.rows.length();
        }
      }
      if (files.empty()) continue;
      const auto [place, is_new] = places.try_emplace(
          TaskKey{task.root, task.rows.begin, task.rows.end, task.day}, tasks_.size());
      if (is_new) tasks_.push_back({&task, {}});
      auto& all = tasks_[place->second].files;
      all.insert(all.end(), files.begin(), files.end());
    }
  }
}

const RowSelection& PlanRun::SelectionOf(const Task& task) {
  const bool is_same =
      selected_ != nullptr && task.day == selected_->day && task.root == selected_->root;
  if (!is_same) selection_ = RowSelection::OfTask(dataset_, task);
  selected_ = &task;
  return selection_;
}

TaskFile PlanRun::MakeFile(const Task& task, size_t target, const FilePlan& file,
                           const Committer& committer) const {
  const Plan& plan = *targets_[target].plan;
  TaskFile made;
  made.target = target;
  made.plan = &file;
  made.format = prepared_.files[target].format;
  made.storage = targets_[target].storage;
  made.member = prepared_.families.at(task.root)->FindMember(file.table);
  made.request.path = file.path;
  made.request.staged_path = committer.StagedPath(file.path);
  made.request.table = file.table;
  made.request.first_row = file.rows.begin;
  made.request.day = task.day;
  const BoundTable& table = dataset_.table(dataset_.FindTable(file.table));
  made.columns = ColumnsOfFile(dataset_, table, task.day, plan.as_of);
  made.request.columns =
      LayoutOf(table, made.columns, prepared_.files[target].tables->has_field_ids);
  made.request.partitions = plan.FindTable(file.table)->partitions;
  made.request.sort = plan.FindTable(file.table)->sort;
  made.request.options = prepared_.files[target].options;
  return made;
}

arrow::Result<std::unique_ptr<TaskRun>> PlanRun::MakeTask(
    size_t index, std::span<Committer* const> committers) {
  const Selected& selected = tasks_[index];
  std::vector<TaskFile> files;
  for (const auto& [target, file] : selected.files) {
    files.push_back(MakeFile(*selected.task, target, *file, *committers[target]));
  }
  const FamilyProgram& family = *prepared_.families.at(selected.task->root);
  return std::make_unique<TaskRun>(*selected.task, family, std::move(files),
                                   SelectionOf(*selected.task),
                                   prepared_.budget.chunk_rows, options_.blocks);
}

arrow::Status PlanRun::Execute(std::span<Committer* const> committers) {
  dataset_.LimitCaches(prepared_.budget.cache_bytes);
  // They take theirs from the system: the pool has what they leave of the limit.
  int64_t limit = options_.memory_limit_bytes;
  if (limit > 0) limit -= prepared_.budget.cache_bytes;
  BoundedMemoryPool pool(arrow::default_memory_pool(), limit);
  if (options_.progress) options_.progress(progress_);
  for (const TableProgress& table : progress_) {
    dataset_.versions().Expect(dataset_.FindTable(table.table),
                               table.rows_total - table.rows_done);
  }
  Scheduler::Settings settings;
  settings.threads = prepared_.threads;
  settings.budget = prepared_.budget;
  settings.pool = &pool;
  settings.cancel = options_.cancel;
  settings.sink = [&](const RunEvent& event) { return Note(event, committers); };
  Scheduler scheduler(std::move(settings), tasks_.size(),
                      [&](size_t i) { return MakeTask(i, committers); });
  return scheduler.Run();
}

arrow::Status PlanRun::Note(const RunEvent& event,
                            std::span<Committer* const> committers) {
  rows_made_ += event.made;
  if (event.file == nullptr) return arrow::Status::OK();
  const Clock::time_point now = Clock::now();
  const std::string& name = event.file->plan->table;
  auto [at, added] = times_.try_emplace(name, event.started, now);
  at->second = {std::min(at->second.first, event.started), now};
  for (TableProgress& table : progress_) {
    if (table.table != name) continue;
    table.rows_done += event.rows;
    if (event.closed != nullptr) table.bytes += event.closed->size_bytes;
  }
  if (event.closed != nullptr) {
    const size_t target = event.file->target;
    ARROW_RETURN_NOT_OK(committers[target]->Record(*event.closed));
    files_[target].push_back(*event.closed);
    if (event.closed->day) {
      auto [day, is_new] = day_times_.try_emplace(*event.closed->day, event.started, now);
      day->second = {std::min(day->second.first, event.started), now};
    }
  }
  if (options_.progress) options_.progress(progress_);
  return arrow::Status::OK();
}

std::vector<DayReport> PlanRun::Days() const {
  std::vector<DayReport> days;
  for (const auto& [day, times] : day_times_) {
    days.push_back(
        {day, std::chrono::duration<double>(times.second - times.first).count()});
  }
  return days;
}

double PlanRun::SecondsOf(const std::string& table) const {
  const auto at = times_.find(table);
  if (at == times_.end()) return 0;
  return std::chrono::duration<double>(at->second.second - at->second.first).count();
}

}  // namespace lakeseed
