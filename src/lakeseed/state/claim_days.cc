// StateStore::ClaimDays: one transaction that gives a job its days, or none.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/sql/database.h"
#include "lakeseed/state/job_rows.h"
#include "lakeseed/state/process.h"
#include "lakeseed/state/state_store.h"

namespace lakeseed {
namespace {

using Json = nlohmann::json;

/// "seed is 42 there, 7 here", for the first key that differs.
std::string DifferenceOf(const std::string& there_text, const std::string& here_text) {
  const Json there = Json::parse(there_text, nullptr, false);
  const Json here = Json::parse(here_text, nullptr, false);
  if (!there.is_object() || !here.is_object()) return "its text differs";
  const auto text = [](const Json& json, const std::string& key) {
    return json.contains(key) ? json[key].dump() : std::string("not stated");
  };
  std::string found;
  Json keys = there;
  keys.update(here);
  for (const auto& [key, value] : keys.items()) {
    if (text(there, key) == text(here, key)) continue;
    if (!found.empty()) found += "; ";
    found +=
        fmt::format("{} is {} there, {} here", key, text(there, key), text(here, key));
  }
  return found;
}

/// Days of one target are of one identity: what is there and what is being made.
arrow::Status CheckIdentity(const Database& database, const JobFacts& job) {
  ARROW_ASSIGN_OR_RAISE(
      Statement statement,
      database.Prepare(
          "SELECT j.identity_json FROM config_synthetic_data_generation_jobs j "
          "WHERE j.dataset_id = ? AND j.layout = ? AND j.identity_json <> ? AND EXISTS ("
          "SELECT 1 FROM log_synthetic_data_generation l WHERE "
          "l.dataset_id = j.dataset_id AND l.layout = j.layout AND l.job_id = j.job_id "
          "AND l.status IN ('completed', 'running'))"));
  ARROW_RETURN_NOT_OK(statement.Bind({job.dataset_id, job.layout, job.identity}));
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(const bool more, statement.Step());
    if (!more) return arrow::Status::OK();
    const std::string difference = DifferenceOf(statement.Text(0), job.identity);
    if (difference.empty()) continue;  // The same, written another way.
    return RequestError(
        fmt::format("days of {} in this output are of another identity: {}",
                    job.dataset_id, difference),
        "ask for the same values, or choose another --output: days of two identities do "
        "not fit together");
  }
}

arrow::Status CheckRunning(const Database& database, const std::string& job_id) {
  ARROW_ASSIGN_OR_RAISE(
      Statement statement,
      database.Prepare("SELECT 1 FROM config_synthetic_data_generation_jobs "
                       "WHERE job_id = ? AND status = 'running'"));
  ARROW_RETURN_NOT_OK(statement.Bind({job_id}));
  ARROW_ASSIGN_OR_RAISE(const bool is_running, statement.Step());
  if (is_running) return arrow::Status::OK();
  return arrow::Status::Invalid("the job is not running: ", job_id);
}

/// Sort the days by what the log says of them.
arrow::Result<ClaimResult> LookUp(const Database& database, const std::string& job_id,
                                  const JobFacts& job, std::vector<int32_t> days,
                                  bool ignore_completed) {
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  ARROW_ASSIGN_OR_RAISE(
      Statement statement,
      database.Prepare(
          "SELECT status = 'completed', status = 'running' AND job_id <> ?, owner_host, "
          "owner_pid, started_date FROM log_synthetic_data_generation "
          "WHERE dataset_id = ? AND layout = ? AND generation_date = ?"));
  ClaimResult result;
  for (const int32_t day : days) {
    ARROW_RETURN_NOT_OK(
        statement.Bind({job_id, job.dataset_id, job.layout, FormatDate(day)}));
    ARROW_ASSIGN_OR_RAISE(const bool known, statement.Step());
    if (known && statement.Integer(0) != 0 && !ignore_completed) {
      result.completed.push_back(day);
    } else if (known && statement.Integer(1) != 0) {
      result.busy.push_back(
          {day, statement.Text(2), statement.Integer(3), statement.Text(4)});
    } else {
      result.claimed.push_back(day);
    }
  }
  if (!result.busy.empty()) result.claimed.clear();
  return result;
}

arrow::Status Mark(const Database& database, const std::string& job_id,
                   const JobFacts& job, std::span<const int32_t> days) {
  ARROW_ASSIGN_OR_RAISE(
      Statement statement,
      database.Prepare(
          "REPLACE INTO log_synthetic_data_generation (log_id, job_id, dataset_id, "
          "layout, generation_date, status, generation_mode, target_rows, started_date, "
          "execution_timestamp, owner_host, owner_pid) VALUES "
          "(lower(hex(randomblob(16))), "
          "?, ?, ?, ?, 'running', ?, ?, ?, ?, ?, ?)"));
  const std::string now = NowText();
  const ProcessOwner owner = ThisProcess();
  SqlValue target;
  if (job.target_rows) target = *job.target_rows;
  for (const int32_t day : days) {
    ARROW_RETURN_NOT_OK(
        statement.Bind({job_id, job.dataset_id, job.layout, FormatDate(day),
                        job.generation_mode, target, now, now, owner.host, owner.pid}));
    ARROW_RETURN_NOT_OK(statement.Step());
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<ClaimResult> StateStore::ClaimDays(const std::string& job_id,
                                                 const JobFacts& job,
                                                 std::span<const int32_t> days,
                                                 bool ignore_completed) {
  ARROW_ASSIGN_OR_RAISE(Transaction transaction, Transaction::Begin(database_.get()));
  ARROW_RETURN_NOT_OK(FailDeadJobs(database_.get()));
  ARROW_RETURN_NOT_OK(CheckRunning(*database_, job_id));
  ARROW_RETURN_NOT_OK(CheckIdentity(*database_, job));
  ARROW_ASSIGN_OR_RAISE(
      ClaimResult result,
      LookUp(*database_, job_id, job, {days.begin(), days.end()}, ignore_completed));
  ARROW_RETURN_NOT_OK(Mark(*database_, job_id, job, result.claimed));
  ARROW_RETURN_NOT_OK(transaction.Commit());
  return result;
}

}  // namespace lakeseed
