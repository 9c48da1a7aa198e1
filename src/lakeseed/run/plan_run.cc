#include "lakeseed/run/plan_run.h"

#include <algorithm>
#include <numeric>
#include <thread>

#include "lakeseed/base/status.h"
#include "lakeseed/plan/table_columns.h"
#include "lakeseed/run/bounded_memory_pool.h"

namespace lakeseed {
namespace {

/// An open Parquet writer holds a row group of at most about this; others a block.
constexpr double kMostOpenBytes = 52e6;
constexpr double kLeastOpenBytes = 2e6;

std::vector<ColumnLayout> LayoutOf(const BoundTable& table,
                                   const std::vector<int>& places, bool with_ids) {
  std::vector<ColumnLayout> columns;
  for (const int place : places) {
    const BoundColumn& column = table.columns[static_cast<size_t>(place)];
    columns.push_back(
        {column.name, column.type, column.shape, with_ids ? place + 1 : -1});
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

double OpenBytes(const Plan& plan, const Task& task) {
  double bytes = 0;
  for (const FilePlan& file : task.files) {
    const TablePlan& table = *plan.FindTable(file.table);
    const double size = table.bytes_per_row * static_cast<double>(file.rows.length());
    if (!table.partitions.empty()) {  // All of its partitions may be open at once.
      bytes += std::max(2 * size, kLeastOpenBytes);
      continue;
    }
    const double most = plan.files.format == "parquet" ? kMostOpenBytes : kLeastOpenBytes;
    bytes += std::clamp(1.2 * size, kLeastOpenBytes, std::max(most, kLeastOpenBytes));
  }
  return bytes;
}

}  // namespace

arrow::Result<PreparedRun> Prepare(const Plan& plan, const BoundDataset& dataset,
                                   const RunOptions& options) {
  PreparedRun prepared;
  ARROW_ASSIGN_OR_RAISE(prepared.format, FindFileFormat(plan.files.format));
  if (!plan.files.compression.empty()) {
    ARROW_ASSIGN_OR_RAISE(prepared.options.compression,
                          ParseCompression(plan.files.compression));
  }
  prepared.options.compress_all = plan.files.compress_all;
  ARROW_ASSIGN_OR_RAISE(prepared.options.parquet_profile,
                        ParseParquetProfile(plan.files.parquet_profile));
  prepared.options.row_group_rows = plan.files.row_group_rows;
  prepared.options.naive_timestamps = plan.files.naive_timestamps;
  std::map<std::string, std::vector<std::string>> tables;
  for (const TablePlan& table : plan.tables) {
    ARROW_RETURN_NOT_OK(CheckColumns(plan, table, dataset));
    const BoundTable& bound = dataset.table(dataset.FindTable(table.name));
    std::vector<int> all(bound.columns.size());
    std::iota(all.begin(), all.end(), 0);
    ARROW_RETURN_NOT_OK(CheckFileRequest(*prepared.format, LayoutOf(bound, all, false),
                                         prepared.options));
    tables[table.root].push_back(table.name);
  }
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
  for (const Task& task : plan.tasks) {
    if (!InShare(task, options.share)) continue;
    ++demand.tasks;
    demand.bytes_per_task = std::max(demand.bytes_per_task, OpenBytes(plan, task));
  }
  const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  prepared.threads = options.threads > 0 ? options.threads : cores;
  demand.threads = prepared.threads;
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

PlanRun::PlanRun(const Plan& plan, const BoundDataset& dataset, Storage* storage,
                 const RunOptions& options, const PreparedRun& prepared)
    : plan_(plan),
      dataset_(dataset),
      storage_(storage),
      options_(options),
      prepared_(prepared) {
  for (const TablePlan& table : plan.tables) progress_.push_back({table.name, 0, 0, 0});
}

void PlanRun::SelectTasks(const std::function<bool(const FilePlan&)>& wanted) {
  for (const Task& task : plan_.tasks) {
    if (!InShare(task, options_.share)) continue;
    Selected selected{&task, {}};
    for (const FilePlan& file : task.files) {
      const bool is_pending = wanted(file);
      if (is_pending) selected.files.push_back(&file);
      for (TableProgress& table : progress_) {
        if (table.table != file.table) continue;
        table.rows_total += file.rows.length();
        if (!is_pending) table.rows_done += file.rows.length();
      }
    }
    if (!selected.files.empty()) tasks_.push_back(std::move(selected));
  }
}

const RowSelection& PlanRun::SelectionOf(const Task& task) {
  const bool is_same =
      selected_ != nullptr && task.day == selected_->day && task.root == selected_->root;
  if (!is_same) selection_ = RowSelection::OfTask(dataset_, task);
  selected_ = &task;
  return selection_;
}

arrow::Result<std::unique_ptr<TaskRun>> PlanRun::MakeTask(size_t index,
                                                          const Committer& committer) {
  const Selected& selected = tasks_[index];
  const FamilyProgram& family = *prepared_.families.at(selected.task->root);
  std::vector<TaskFile> files;
  for (const FilePlan* plan : selected.files) {
    TaskFile file;
    file.plan = plan;
    file.member = family.FindMember(plan->table);
    file.request.path = plan->path;
    file.request.staged_path = committer.StagedPath(plan->path);
    file.request.table = plan->table;
    file.request.first_row = plan->rows.begin;
    file.request.day = selected.task->day;
    const BoundTable& table = dataset_.table(dataset_.FindTable(plan->table));
    file.columns = ColumnsOfFile(dataset_, table, selected.task->day, plan_.as_of);
    file.request.columns = LayoutOf(table, file.columns, plan_.table_format == "iceberg");
    file.request.partitions = plan_.FindTable(plan->table)->partitions;
    file.request.options = prepared_.options;
    files.push_back(std::move(file));
  }
  return std::make_unique<TaskRun>(*selected.task, family, std::move(files),
                                   SelectionOf(*selected.task),
                                   prepared_.budget.chunk_rows);
}

arrow::Status PlanRun::Execute(Committer* committer) {
  BoundedMemoryPool pool(arrow::default_memory_pool(), options_.memory_limit_bytes);
  if (options_.progress) options_.progress(progress_);
  Scheduler::Settings settings;
  settings.threads = prepared_.threads;
  settings.budget = prepared_.budget;
  settings.format = prepared_.format;
  settings.storage = storage_;
  settings.pool = &pool;
  settings.cancel = options_.cancel;
  settings.sink = [&](const RunEvent& event) { return Note(event, committer); };
  Scheduler scheduler(std::move(settings), tasks_.size(),
                      [&](size_t i) { return MakeTask(i, *committer); });
  return scheduler.Run();
}

arrow::Status PlanRun::Note(const RunEvent& event, Committer* committer) {
  const Clock::time_point now = Clock::now();
  auto [at, added] = times_.try_emplace(event.file->table, event.started, now);
  at->second = {std::min(at->second.first, event.started), now};
  for (TableProgress& table : progress_) {
    if (table.table != event.file->table) continue;
    table.rows_done += event.rows;
    if (event.closed != nullptr) table.bytes += event.closed->size_bytes;
  }
  if (event.closed != nullptr) {
    ARROW_RETURN_NOT_OK(committer->Record(*event.closed));
    files_.push_back(*event.closed);
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
