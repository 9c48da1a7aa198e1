// PlanRun: the tasks of one or more plans that one process runs, from the budget to
// the recorded files. Tasks of several plans that cover the same rows are one: their
// rows are made once and written by each.
//
// Thread safety: one thread; its own workers call back one at a time.

#pragma once

#include <arrow/result.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "lakeseed/commit/table_format.h"
#include "lakeseed/run/family_program.h"
#include "lakeseed/run/memory_budget.h"
#include "lakeseed/run/row_selection.h"
#include "lakeseed/run/runner.h"
#include "lakeseed/run/scheduler.h"
#include "lakeseed/write/file_format.h"

namespace lakeseed {

inline bool InShare(const Task& task, const TaskShare& share) {
  return task.id % share.count == share.index - 1;
}

/// What can be settled, and refused, before a target is touched.
struct PreparedRun {
  struct Files {
    const FileFormatDef* format = nullptr;
    const TableFormatDef* tables = nullptr;
    WriteOptions options;
  };
  std::vector<Files> files;  ///< By target.
  int threads = 1;
  MemoryBudget budget;
  std::map<std::string, std::unique_ptr<FamilyProgram>> families;  ///< By root.
};

/// REQUIRES: the plans choose the same tables of the dataset.
/// \retval Invalid (exit code 2)  format, options, columns or memory limit.
arrow::Result<PreparedRun> Prepare(std::span<const RunTarget> targets,
                                   const BoundDataset& dataset,
                                   const RunOptions& options);

/// The error that names the tasks whose files are pending.
arrow::Status MissingTasks(const Plan& plan, const TargetState& state);

class PlanRun {
 public:
  PlanRun(std::span<const RunTarget> targets, const BoundDataset& dataset,
          const RunOptions& options, const PreparedRun& prepared);

  /// Take the tasks of the share that have files for which `wanted` holds; by place of
  /// the target.
  void SelectTasks(const std::function<bool(size_t, const FilePlan&)>& wanted);

  /// `committers` by target.
  arrow::Status Execute(std::span<Committer* const> committers);

  const std::vector<DataFile>& files(size_t target) const { return files_[target]; }
  int64_t num_tasks() const { return static_cast<int64_t>(tasks_.size()); }
  int64_t rows_made() const { return rows_made_; }
  double SecondsOf(const std::string& table) const;
  std::vector<DayReport> Days() const;

 private:
  using Clock = std::chrono::steady_clock;
  /// Rows of a family; of one day.
  using TaskKey = std::tuple<std::string, int64_t, int64_t, std::optional<int32_t>>;
  struct Selected {
    const Task* task;
    std::vector<std::pair<size_t, const FilePlan*>> files;  ///< With their targets.
  };

  arrow::Result<std::unique_ptr<TaskRun>> MakeTask(
      size_t index, std::span<Committer* const> committers);
  TaskFile MakeFile(const Task& task, size_t target, const FilePlan& plan,
                    const Committer& committer) const;
  /// Tasks of one day share the list of what arrives on it.
  const RowSelection& SelectionOf(const Task& task);
  arrow::Status Note(const RunEvent& event, std::span<Committer* const> committers);

  const std::span<const RunTarget> targets_;
  const BoundDataset& dataset_;
  const RunOptions& options_;
  const PreparedRun& prepared_;
  std::vector<Selected> tasks_;
  std::vector<TableProgress> progress_;
  std::map<std::string, std::pair<Clock::time_point, Clock::time_point>> times_;
  std::map<int32_t, std::pair<Clock::time_point, Clock::time_point>> day_times_;
  std::vector<std::vector<DataFile>> files_;  ///< By target.
  int64_t rows_made_ = 0;
  const Task* selected_ = nullptr;  ///< The task that `selection_` was made for.
  RowSelection selection_;
};

}  // namespace lakeseed
