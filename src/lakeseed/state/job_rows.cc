#include "lakeseed/state/job_rows.h"

#include <fmt/format.h>

#include <chrono>
#include <vector>

#include "lakeseed/base/date.h"
#include "lakeseed/state/job_lock.h"

namespace lakeseed {
namespace {

struct RunningJob {
  std::string job_id;
  ProcessOwner owner;
};

arrow::Result<std::vector<RunningJob>> ReadRunningJobs(const Database& database) {
  ARROW_ASSIGN_OR_RAISE(
      Statement statement,
      database.Prepare("SELECT job_id, owner_host, owner_pid, owner_process "
                       "FROM config_synthetic_data_generation_jobs "
                       "WHERE status = 'running'"));
  std::vector<RunningJob> jobs;
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(const bool more, statement.Step());
    if (!more) return jobs;
    jobs.push_back({statement.Text(0),
                    {statement.Text(1), statement.Integer(2), statement.Text(3)}});
  }
}

arrow::Status TouchDataset(Database* database, const JobFacts& job,
                           const std::string& now) {
  return database->Run(
      "INSERT INTO config_synthetic_data_datasets (dataset_id, dataset_name, "
      "dataset_type, schema_pattern, domain, description, created_date, modified_date) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (dataset_id) DO UPDATE SET modified_date = excluded.modified_date",
      {job.dataset_id, job.dataset_name.empty() ? job.dataset_id : job.dataset_name,
       std::string(DatasetTypeOf(job.pattern)), std::string(SchemaPatternOf(job.pattern)),
       job.domain.empty() ? "custom" : job.domain, TextOrNull(job.description), now,
       now});
}

}  // namespace

std::string NowText() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return FormatTimestamp(
      std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

SqlValue TextOrNull(const std::string& text) {
  if (text.empty()) return std::monostate{};
  return text;
}

std::string_view DatasetTypeOf(std::string_view pattern) {
  if (pattern == "oltp") return "transactional";
  return pattern == "star" ? "analytical" : "custom";
}

std::string_view SchemaPatternOf(std::string_view pattern) {
  if (pattern == "oltp") return "oltp";
  return pattern == "star" ? "star_schema" : "custom";
}

arrow::Result<Target> TargetOf(const Database& database, const std::string& job_id) {
  ARROW_ASSIGN_OR_RAISE(
      Statement statement,
      database.Prepare("SELECT dataset_id, layout FROM "
                       "config_synthetic_data_generation_jobs WHERE job_id = ?"));
  ARROW_RETURN_NOT_OK(statement.Bind({job_id}));
  ARROW_ASSIGN_OR_RAISE(const bool known, statement.Step());
  if (!known) return arrow::Status::Invalid("unknown job: ", job_id);
  return Target{statement.Text(0), statement.Text(1)};
}

arrow::Result<std::string> InsertJob(Database* database, const JobFacts& job) {
  const std::string now = NowText();
  ARROW_RETURN_NOT_OK(TouchDataset(database, job, now));
  const ProcessOwner owner = ThisProcess();
  const SqlValue target =
      job.target_rows ? SqlValue(*job.target_rows) : SqlValue(std::monostate{});
  const SqlValue chunk =
      job.chunk_size > 0 ? SqlValue(job.chunk_size) : SqlValue(std::monostate{});
  ARROW_ASSIGN_OR_RAISE(
      Statement statement,
      database->Prepare(
          "INSERT INTO config_synthetic_data_generation_jobs (job_id, dataset_id, "
          "job_name, target_rows, generation_mode, target_environment, "
          "target_location, chunk_size, parallel_workers, seed_value, "
          "custom_config_json, status, created_date, started_date, command_line, layout, "
          "identity_json, owner_host, owner_pid, owner_process) "
          "VALUES (lower(hex(randomblob(16))), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', "
          "?, ?, ?, ?, ?, ?, ?, ?) RETURNING job_id"));
  ARROW_RETURN_NOT_OK(statement.Bind(
      {job.dataset_id, job.job_name, target, job.generation_mode, job.target_environment,
       job.target_location, chunk, int64_t{job.parallel_workers}, job.seed,
       TextOrNull(job.config_json), now, now, job.command_line, job.layout, job.identity,
       owner.host, owner.pid, owner.mark}));
  ARROW_ASSIGN_OR_RAISE(const bool has_row, statement.Step());
  if (!has_row) return arrow::Status::UnknownError("the job got no id");
  std::string job_id = statement.Text(0);
  ARROW_RETURN_NOT_OK(statement.Step());
  return job_id;
}

arrow::Status EndJob(Database* database, const std::string& job_id,
                     const std::string& status, const std::string& error,
                     const std::string& day_message) {
  const std::string now = NowText();
  ARROW_RETURN_NOT_OK(database->Run(
      "UPDATE config_synthetic_data_generation_jobs SET status = ?, error_message = ?, "
      "completed_date = ? WHERE job_id = ? AND status = 'running'",
      {status, TextOrNull(error), now, job_id}));
  if (database->num_changed() != 1) {
    return arrow::Status::Invalid("the job is not running: ", job_id);
  }
  return database->Run(
      "UPDATE log_synthetic_data_generation SET status = 'failed', message = ?, "
      "error_details = ?, execution_timestamp = ? WHERE job_id = ? AND status = "
      "'running'",
      {day_message, TextOrNull(error), now, job_id});
}

bool IsAbandoned(const std::string& state_path, const std::string& job_id,
                 const ProcessOwner& owner) {
  const JobLockState lock = ReadJobLock(state_path, job_id);
  if (lock == JobLockState::kUnknown) return IsGone(owner);
  return lock == JobLockState::kFree;
}

arrow::Status FailDeadJobs(Database* database) {
  ARROW_ASSIGN_OR_RAISE(const auto jobs, ReadRunningJobs(*database));
  for (const RunningJob& job : jobs) {
    if (!IsAbandoned(database->path(), job.job_id, job.owner)) continue;
    const std::string error = fmt::format("process {} on {} ended before it was done",
                                          job.owner.pid, job.owner.host);
    ARROW_RETURN_NOT_OK(EndJob(database, job.job_id, "failed", error, error));
  }
  return arrow::Status::OK();
}

}  // namespace lakeseed
