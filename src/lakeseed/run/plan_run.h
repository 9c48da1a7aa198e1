// PlanRun: the tasks of a plan that one process runs, from the budget to the
// recorded files.
//
// Thread safety: one thread; its own workers call back one at a time.

#pragma once

#include <arrow/result.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/commit/committer.h"
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

/// What can be settled, and refused, before the target is touched.
struct PreparedRun {
  const FileFormatDef* format = nullptr;
  WriteOptions options;
  int threads = 1;
  MemoryBudget budget;
  std::map<std::string, std::unique_ptr<FamilyProgram>> families;  ///< By root.
};

/// \retval Invalid (exit code 2)  format, options, columns or memory limit.
arrow::Result<PreparedRun> Prepare(const Plan& plan, const BoundDataset& dataset,
                                   const RunOptions& options);

/// The error that names the tasks whose files are pending.
arrow::Status MissingTasks(const Plan& plan, const TargetState& state);

class PlanRun {
 public:
  PlanRun(const Plan& plan, const BoundDataset& dataset, Storage* storage,
          const RunOptions& options, const PreparedRun& prepared);

  /// Take the tasks of the share that have files for which `wanted` holds.
  void SelectTasks(const std::function<bool(const FilePlan&)>& wanted);

  arrow::Status Execute(Committer* committer);

  const std::vector<DataFile>& files() const { return files_; }
  int64_t num_tasks() const { return static_cast<int64_t>(tasks_.size()); }
  double SecondsOf(const std::string& table) const;
  std::vector<DayReport> Days() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Selected {
    const Task* task;
    std::vector<const FilePlan*> files;
  };

  arrow::Result<std::unique_ptr<TaskRun>> MakeTask(size_t index,
                                                   const Committer& committer);
  /// Tasks of one day share the list of what arrives on it.
  const RowSelection& SelectionOf(const Task& task);
  arrow::Status Note(const RunEvent& event, Committer* committer);

  const Plan& plan_;
  const BoundDataset& dataset_;
  Storage* const storage_;
  const RunOptions& options_;
  const PreparedRun& prepared_;
  std::vector<Selected> tasks_;
  std::vector<TableProgress> progress_;
  std::map<std::string, std::pair<Clock::time_point, Clock::time_point>> times_;
  std::map<int32_t, std::pair<Clock::time_point, Clock::time_point>> day_times_;
  std::vector<DataFile> files_;
  const Task* selected_ = nullptr;  ///< The task that `selection_` was made for.
  RowSelection selection_;
};

}  // namespace lakeseed
