// Rows of jobs: the steps that several calls of StateStore share, each to be done
// within a transaction.
//
// Thread safety: one thread at a time for a Database.

#pragma once

#include <arrow/result.h>

#include <string>
#include <string_view>

#include "lakeseed/sql/database.h"
#include "lakeseed/state/day_facts.h"
#include "lakeseed/state/process.h"

namespace lakeseed {

/// The wall clock as the log shows it: UTC, never part of a value.
std::string NowText();

/// Text, or null if it is empty.
SqlValue TextOrNull(const std::string& text);

/// What a job makes: days of one target.
struct Target {
  std::string dataset_id, layout;
};
/// \retval Invalid  the job is unknown.
arrow::Result<Target> TargetOf(const Database& database, const std::string& job_id);

/// Insert a running job of this process, and its dataset if that is unknown.
arrow::Result<std::string> InsertJob(Database* database, const JobFacts& job);

/// Whether a running job has nobody who works on it. The lock knows; without locks
/// what the system says of the process.
bool IsAbandoned(const std::string& state_path, const std::string& job_id,
                 const ProcessOwner& owner);

/// Jobs whose process is gone have failed, and so have the days they had.
arrow::Status FailDeadJobs(Database* database);

/// Give a running job its end; the days that it still has have failed.
/// \retval Invalid  the job is unknown or has ended.
arrow::Status EndJob(Database* database, const std::string& job_id,
                     const std::string& status, const std::string& error,
                     const std::string& day_message);

/// "transactional", "analytical" or "custom" for a dataset's pattern.
std::string_view DatasetTypeOf(std::string_view pattern);
/// "oltp", "star_schema" or "custom".
std::string_view SchemaPatternOf(std::string_view pattern);

}  // namespace lakeseed
