// Runs a plan: tasks on threads, batches into files, files into one commit.
//
//   Generate = RunTasks + CommitPlan in one process
//
// Laws: the bytes written do not depend on threads, chunk size, the share of
// tasks, or their order. After an error or a cancel no file of the run is
// visible, and Generate leaves nothing staged.
//
// Thread safety: calls are independent; processes may share one output.

#pragma once

#include <arrow/result.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "lakeseed/commit/target.h"
#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/plan/plan.h"
#include "lakeseed/run/progress.h"
#include "lakeseed/run/run_report.h"
#include "lakeseed/run/task_share.h"
#include "lakeseed/write/storage.h"

namespace lakeseed {

struct RunOptions {
  int threads = 0;                 ///< 0: one per core.
  int64_t chunk_rows = 0;          ///< Rows of a family per chunk; 0: chosen.
  int64_t memory_limit_bytes = 0;  ///< 0: none.
  IfExists if_exists = IfExists::kError;
  TaskShare share;  ///< For RunTasks.
  /// UTC; default: the end of the plan's last day, so a re-run writes equal bytes.
  std::optional<std::chrono::sys_time<std::chrono::milliseconds>> commit_time;
  /// Make values that nothing else needs where they are written; the files are the same.
  bool blocks = true;
  const std::atomic<bool>* cancel = nullptr;  ///< Set it to stop the run.
  ProgressCallback progress;
};

/// Digest of what decides the plan's bytes.
std::string RunIdOf(const Plan& plan);

/// Decide about the target before anything is written; changes nothing.
arrow::Result<TargetState> CheckTarget(const Plan& plan, Storage* storage,
                                       IfExists if_exists);

/// A plan, and where its files go.
struct RunTarget {
  const Plan* plan = nullptr;
  Storage* storage = nullptr;
};

/// Make all files and publish them.
/// \retval Invalid (exit code 2)    the request cannot be done here: what is
///                                  there, memory limit, options of the format.
/// \retval OutOfMemory              the limit was reached on the way.
/// \retval Cancelled (exit 130)     `cancel` was set.
arrow::Result<RunReport> Generate(const Plan& plan, const BoundDataset& dataset,
                                  Storage* storage, const RunOptions& options);

/// The same for several targets: rows that they share are made once, and each target
/// is published by itself, in order. Targets without tasks are left alone. An error
/// after the first is published says which are complete.
/// REQUIRES: plans of one request, with the same tables; storages of their own.
arrow::Result<RunReport> Generate(std::span<const RunTarget> targets,
                                  const BoundDataset& dataset, const RunOptions& options);

/// Make the files of some tasks and record them, invisible until CommitPlan.
/// Tasks that are recorded already are not run again.
arrow::Result<RunReport> RunTasks(const Plan& plan, const BoundDataset& dataset,
                                  Storage* storage, const RunOptions& options);

/// Publish a plan all of whose tasks have run.
/// \retval Invalid (exit code 2)  tasks are missing; names them.
/// \retval exit code 3            another run published first, again and again.
arrow::Result<RunReport> CommitPlan(const Plan& plan, Storage* storage,
                                    const RunOptions& options);

}  // namespace lakeseed
