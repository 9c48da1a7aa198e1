// StateStore: which days of which dataset are done, running or failed, and what
// each cost. One SQLite file beside the output; the tables are in schema.cc.
//
// Laws:  values never depend on it, it decides only what is due and what is done;
//        a day is `completed` only after its files were published, and is in the
//        log once for each target; every call is one transaction, so a process
//        that is killed leaves each call done or not done; a day that a dead
//        process had claimed is free, and so is one of a store that is gone.
//
// Thread safety: one thread at a time; any number of processes on one file.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lakeseed/state/day_facts.h"

namespace lakeseed {

class Database;
class JobLock;

class StateStore {
 public:
  /// Open a state file; it, its folder and its tables are made if missing.
  /// \retval Invalid (exit code 2)  the file is something else, or newer.
  static arrow::Result<std::unique_ptr<StateStore>> Open(const std::string& path);
  ~StateStore();
  StateStore(const StateStore&) = delete;
  StateStore& operator=(const StateStore&) = delete;

  /// Begin a job of this process and return its id. Jobs of processes that are
  /// gone become `failed`, and so do the days that they left running.
  arrow::Result<std::string> BeginJob(const JobFacts& job);

  /// Claim days for a job: all that are not completed (with `ignore_completed` these
  /// too), or none if a living process works on one of them. Days that the job has
  /// already are claimed again.
  /// \retval Invalid (exit code 2)  days of this target exist under another identity;
  ///                                the reason names what differs.
  arrow::Result<ClaimResult> ClaimDays(const std::string& job_id, const JobFacts& job,
                                       std::span<const int32_t> days,
                                       bool ignore_completed);

  /// The days' files are published: running becomes completed, with all facts.
  /// \retval Invalid  the job does not have one of the days; nothing changes.
  arrow::Status CompleteDays(const std::string& job_id, std::span<const DayFacts> days);

  /// Days of the job that could not be made; they may be claimed again.
  arrow::Status FailDays(const std::string& job_id, std::span<const int32_t> days,
                         const std::string& message);

  /// End a job: `status` is completed, failed or interrupted. Days that it still
  /// has become failed.
  arrow::Status FinishJob(const std::string& job_id, const std::string& status,
                          const std::string& error);

  /// Days of a target that are done, ascending.
  arrow::Result<std::vector<int32_t>> CompletedDays(const std::string& dataset_id,
                                                    const std::string& layout);

  /// Whether a day is done, but in another layout than this.
  arrow::Result<bool> IsInOtherLayout(const std::string& dataset_id,
                                      const std::string& layout, int32_t day);

  /// Fill the configuration tables; entries that are there are brought up to date.
  arrow::Status PutDatasets(std::span<const DatasetEntry> datasets);

 private:
  explicit StateStore(std::unique_ptr<Database> database);

  const std::unique_ptr<Database> database_;
  std::map<std::string, std::unique_ptr<JobLock>> locks_;  // Of its running jobs.
};

}  // namespace lakeseed
