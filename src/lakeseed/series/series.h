// RunSeries: days of a dataset, made in batches, each published before the state
// says that it is done.
//
// Laws:  once     a day is published once, whoever is killed when
//        resume   after any ending the same request ends in the same files
//        alone    a day's files do not depend on the batch or the order of days
//
// The state decides what is due and what is done; values never depend on it.
//
// Thread safety: calls are independent; any number of processes may work on one
// output and one state.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lakeseed/plan/make_plan.h"
#include "lakeseed/run/runner.h"
#include "lakeseed/state/state_store.h"

namespace lakeseed {

struct SeriesRequest {
  /// One for each target, the first's state is kept; `days` and `by_day` are set for
  /// each batch.
  std::vector<PlanRequest> plans;
  DateRange days;  ///< Days since 1970-01-01, both belong to it.
  int64_t batch_days = 10;
  bool ignore_state = false;  ///< Make days again that are done, to the same bytes.
  bool wait = false;          ///< For other processes that work on the same days.
  /// As the request states; unset: what this dataset has there already is kept.
  std::optional<IfExists> if_exists;
};

struct SeriesOptions {
  RunOptions run;
  StateStore* state = nullptr;  ///< Null: without state.
  JobFacts job;                 ///< What the request knows; the rest is filled in.
  /// Told what a person should know: skipped days, a wait.
  std::function<void(const std::string& note)> note;
};

struct SeriesReport {
  std::string job_id;         ///< Empty without state.
  std::vector<int32_t> made;  ///< Days, since 1970-01-01.
  std::vector<int32_t> skipped;
  int64_t batches = 0;
  std::vector<TableReport> tables;             ///< Of the days made.
  std::vector<std::vector<TableReport>> also;  ///< The same of the other targets.
  int64_t rows_made = 0;                       ///< Computed, for all targets.
  double seconds = 0;
  int64_t peak_rss_bytes = 0;

  int64_t rows() const { return RowsOf(tables); }
  int64_t bytes() const { return BytesOf(tables); }
};

/// What of requests decides which files there are, how they are encoded and which tables
/// they belong to: a key of the state. `storage` is the first request's.
std::string LayoutKey(std::span<const PlanRequest> requests, const Storage& storage);

/// Days on which tables that are copied once were copied, by table.
arrow::Result<std::map<std::string, int32_t>> OnceDays(const BoundDataset& dataset,
                                                       const Storage& storage);

/// \retval Invalid (exit code 2)  the request cannot be done here
/// \retval exit code 3            another process works on one of the days
/// \retval Cancelled (exit 130)   `run.cancel` was set; done batches stay
/// REQUIRES: a storage for each of the request's plans.
arrow::Result<SeriesReport> RunSeries(const BoundDataset& dataset,
                                      const SeriesRequest& request,
                                      std::span<Storage* const> storages,
                                      const SeriesOptions& options);

}  // namespace lakeseed
