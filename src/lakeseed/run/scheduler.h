// Scheduler: threads that make and write the chunks of many tasks.
//
// A free thread takes, in this order: a file that can be written, a chunk to
// make, a task to open if there are fewer open files than threads. So little is
// open at once, and one big task still keeps several threads at work: its files
// are written side by side while the next chunks are made. Chunks in flight are
// bounded (back pressure).
//
// Law: after an error or a cancel every file that was not closed is gone.
//
// Thread safety: Run() is called once; the sink is called by one thread at a time.

#pragma once

#include <arrow/status.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

#include "lakeseed/run/memory_budget.h"
#include "lakeseed/run/task_run.h"

namespace lakeseed {

/// What the scheduler tells while it works.
struct RunEvent {
  std::chrono::steady_clock::time_point started;  ///< Of the task.
  int64_t made = 0;                               ///< Rows just made, or
  const TaskFile* file = nullptr;                 ///< the file with
  int64_t rows = 0;                               ///< rows just written, or
  const DataFile* closed = nullptr;               ///< just closed.
};

class Scheduler {
 public:
  struct Settings {
    int threads = 1;
    MemoryBudget budget;
    arrow::MemoryPool* pool = nullptr;
    const std::atomic<bool>* cancel = nullptr;
    /// May fail, which ends the run.
    std::function<arrow::Status(const RunEvent&)> sink;
  };
  using MakeTask = std::function<arrow::Result<std::unique_ptr<TaskRun>>(size_t)>;

  /// `make(i)` makes the i-th of `count` tasks; called under a lock, in order.
  Scheduler(Settings settings, size_t count, MakeTask make)
      : settings_(std::move(settings)), count_(count), make_(std::move(make)) {}

  /// Run all tasks; the first error wins. \retval Cancelled
  arrow::Status Run();

 private:
  struct Work {
    TaskRun* task = nullptr;
    std::optional<TaskRun::Job> job;  ///< None: open the task.
  };

  void Worker();
  /// Wait for something to do; false when there will be nothing any more.
  bool Take(std::unique_lock<std::mutex>* lock, Work* work);
  bool TryTake(Work* work);
  bool TryOpen(Work* work);
  arrow::Status Do(const Work& work);
  arrow::Status Tell(const RunEvent& event);
  void Finish(const Work& work, const arrow::Status& status);

  const Settings settings_;
  const size_t count_;
  const MakeTask make_;

  std::mutex mutex_;
  std::condition_variable changed_;
  size_t next_ = 0;
  std::list<std::unique_ptr<TaskRun>> opening_, active_;
  int chunks_ = 0;  ///< In flight, of all tasks.
  arrow::Status status_;

  std::mutex sink_mutex_;
};

}  // namespace lakeseed
