#include "lakeseed/run/scheduler.h"

#include <algorithm>
#include <thread>

namespace lakeseed {
namespace {

/// One is made while one is written and one waits.
constexpr int kChunksPerTask = 3;

}  // namespace

arrow::Status Scheduler::Run() {
  {
    std::vector<std::jthread> threads;
    for (int i = 1; i < settings_.threads; ++i)
      threads.emplace_back([this] { Worker(); });
    Worker();
  }
  for (auto& task : active_) task->Abort();
  for (auto& task : opening_) task->Abort();
  active_.clear();
  opening_.clear();
  return status_;
}

void Scheduler::Worker() {
  while (true) {
    Work work;
    {
      std::unique_lock lock(mutex_);
      if (!Take(&lock, &work)) return;
    }
    const arrow::Status status = Do(work);
    // Allocators keep what a thread has freed, and here one thread frees what
    // another allocates: without this the process is a quarter larger.
    settings_.pool->ReleaseUnused();
    Finish(work, status);
  }
}

bool Scheduler::Take(std::unique_lock<std::mutex>* lock, Work* work) {
  while (true) {
    if (settings_.cancel != nullptr && settings_.cancel->load() && status_.ok()) {
      status_ = arrow::Status::Cancelled("interrupted");
      changed_.notify_all();
    }
    if (!status_.ok()) return false;
    if (TryTake(work)) return true;
    if (!status_.ok()) continue;
    if (next_ == count_ && active_.empty() && opening_.empty()) return false;
    changed_.wait(*lock);
  }
}

bool Scheduler::TryTake(Work* work) {
  for (auto& task : active_) {
    if (auto job = task->TakeWrite()) {
      *work = {task.get(), std::move(job)};
      return true;
    }
  }
  for (auto& task : active_) {
    const int most = std::min(kChunksPerTask, settings_.budget.max_chunks);
    if (chunks_ >= settings_.budget.max_chunks) break;
    if (task->chunks_in_flight() >= most) continue;
    if (auto job = task->TakeMake()) {
      ++chunks_;
      *work = {task.get(), std::move(job)};
      return true;
    }
  }
  return TryOpen(work);
}

bool Scheduler::TryOpen(Work* work) {
  const size_t open = active_.size() + opening_.size();
  const auto most = static_cast<size_t>(settings_.budget.max_tasks);
  if (next_ == count_ || open >= most) return false;
  // As many open files as threads keep all of them at work; each more costs memory.
  size_t files = 0;
  for (const auto* tasks : {&active_, &opening_}) {
    for (const auto& task : *tasks) files += task->open_files();
  }
  if (files >= static_cast<size_t>(settings_.threads)) return false;
  auto task = make_(next_);
  if (!task.ok()) {
    status_ = task.status();
    changed_.notify_all();
    return false;
  }
  ++next_;
  opening_.push_back(std::move(*task));
  *work = {opening_.back().get(), std::nullopt};
  return true;
}

arrow::Status Scheduler::Do(const Work& work) {
  TaskRun& task = *work.task;
  if (!work.job) {
    return task.Open();
  }
  RunEvent event{.started = task.started()};
  if (work.job->kind == TaskRun::Job::Kind::kMake) {
    const auto rows = task.Make(*work.job, settings_.pool);
    if (!rows.ok()) {
      return rows.status().WithMessage(task.task().root, ": ", rows.status().message());
    }
    event.made = *rows;
    return Tell(event);
  }
  const TaskFile& file = task.files()[work.job->file];
  event.file = &file;
  if (work.job->kind == TaskRun::Job::Kind::kWrite) {
    const auto rows = task.Write(*work.job);
    ARROW_RETURN_NOT_OK(NamedBy(file, rows.status()));
    event.rows = *rows;
    return Tell(event);
  }
  const auto closed = task.Close(*work.job);
  ARROW_RETURN_NOT_OK(NamedBy(file, closed.status()));
  for (const DataFile& one : *closed) {
    event.closed = &one;
    ARROW_RETURN_NOT_OK(NamedBy(file, Tell(event)));
  }
  return arrow::Status::OK();
}

arrow::Status Scheduler::Tell(const RunEvent& event) {
  std::lock_guard lock(sink_mutex_);
  return settings_.sink(event);
}

void Scheduler::Finish(const Work& work, const arrow::Status& status) {
  std::unique_ptr<TaskRun> done;  // Goes after the lock.
  std::lock_guard lock(mutex_);
  changed_.notify_all();
  if (!status.ok()) {
    if (status_.ok()) status_ = status;
    return;
  }
  const auto is_it = [&](const auto& task) { return task.get() == work.task; };
  if (!work.job) {
    const auto at = std::find_if(opening_.begin(), opening_.end(), is_it);
    active_.splice(active_.end(), opening_, at);
    return;
  }
  if (work.task->Done(*work.job)) --chunks_;
  if (!work.task->is_done()) return;
  const auto at = std::find_if(active_.begin(), active_.end(), is_it);
  done = std::move(*at);
  active_.erase(at);
}

}  // namespace lakeseed
