#include "lakeseed/state/state_store.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/sql/database.h"
#include "lakeseed/state/job_lock.h"
#include "lakeseed/state/job_rows.h"
#include "lakeseed/state/schema.h"

namespace lakeseed {
namespace {

/// A recommendation, no limit: so many times the dataset's own size.
constexpr int64_t kRecommendedGrowth = 100;

arrow::Result<int64_t> ReadSchemaVersion(const Database& database) {
  ARROW_ASSIGN_OR_RAISE(Statement statement, database.Prepare("PRAGMA user_version"));
  ARROW_RETURN_NOT_OK(statement.Step());
  return statement.Integer(0);
}

arrow::Status MakeTables(Database* database) {
  ARROW_ASSIGN_OR_RAISE(int64_t version, ReadSchemaVersion(*database));
  if (version == 0) {
    ARROW_ASSIGN_OR_RAISE(Transaction transaction, Transaction::Begin(database));
    // Another process may have been faster.
    ARROW_ASSIGN_OR_RAISE(version, ReadSchemaVersion(*database));
    if (version == 0) {
      ARROW_RETURN_NOT_OK(database->RunScript(SchemaDdl(Dialect::kSqlite)));
      return transaction.Commit();
    }
  }
  if (version == kSchemaVersion) return arrow::Status::OK();
  return RequestError(
      fmt::format("the state file is of another version of lakeseed: {} has schema {}",
                  database->path(), version),
      fmt::format("this version reads schema {}", kSchemaVersion));
}

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

StateStore::StateStore(std::unique_ptr<Database> database)
    : database_(std::move(database)) {}

StateStore::~StateStore() = default;

arrow::Result<std::unique_ptr<StateStore>> StateStore::Open(const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(auto database, Database::Open(path, Database::Mode::kWrite));
  ARROW_RETURN_NOT_OK(MakeTables(database.get()));
  return std::unique_ptr<StateStore>(new StateStore(std::move(database)));
}

arrow::Result<std::string> StateStore::BeginJob(const JobFacts& job) {
  ARROW_ASSIGN_OR_RAISE(Transaction transaction, Transaction::Begin(database_.get()));
  ARROW_RETURN_NOT_OK(FailDeadJobs(database_.get()));
  ARROW_ASSIGN_OR_RAISE(std::string job_id, InsertJob(database_.get(), job));
  // Locked before anybody sees the job, or it would look abandoned.
  auto lock = JobLock::Hold(database_->path(), job_id);
  ARROW_RETURN_NOT_OK(transaction.Commit());
  locks_[job_id] = std::move(lock);
  return job_id;
}

arrow::Status StateStore::FailDays(const std::string& job_id,
                                   std::span<const int32_t> days,
                                   const std::string& message) {
  ARROW_ASSIGN_OR_RAISE(Transaction transaction, Transaction::Begin(database_.get()));
  ARROW_ASSIGN_OR_RAISE(const Target target, TargetOf(*database_, job_id));
  const std::string now = NowText();
  for (const int32_t day : days) {
    ARROW_RETURN_NOT_OK(database_->Run(
        "UPDATE log_synthetic_data_generation SET status = 'failed', message = ?, "
        "error_details = ?, execution_timestamp = ? WHERE dataset_id = ? AND layout = ? "
        "AND generation_date = ? AND job_id = ? AND status = 'running'",
        {FirstLine(message), message, now, target.dataset_id, target.layout,
         FormatDate(day), job_id}));
    if (database_->num_changed() != 1) {
      return arrow::Status::Invalid("the job does not work on ", FormatDate(day));
    }
  }
  return transaction.Commit();
}

arrow::Status StateStore::FinishJob(const std::string& job_id, const std::string& status,
                                    const std::string& error) {
  ARROW_ASSIGN_OR_RAISE(Transaction transaction, Transaction::Begin(database_.get()));
  const std::string why =
      error.empty() ? "the job ended before the day was done" : FirstLine(error);
  ARROW_RETURN_NOT_OK(EndJob(database_.get(), job_id, status, error, why));
  ARROW_RETURN_NOT_OK(transaction.Commit());
  locks_.erase(job_id);
  return arrow::Status::OK();
}

arrow::Result<std::vector<int32_t>> StateStore::CompletedDays(
    const std::string& dataset_id, const std::string& layout) {
  ARROW_ASSIGN_OR_RAISE(
      Statement statement,
      database_->Prepare("SELECT generation_date FROM log_synthetic_data_generation "
                         "WHERE dataset_id = ? AND layout = ? AND status = 'completed' "
                         "ORDER BY generation_date"));
  ARROW_RETURN_NOT_OK(statement.Bind({dataset_id, layout}));
  std::vector<int32_t> days;
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(const bool more, statement.Step());
    if (!more) return days;
    ARROW_ASSIGN_OR_RAISE(days.emplace_back(), ParseDate(statement.Text(0)));
  }
}

arrow::Result<bool> StateStore::IsInOtherLayout(const std::string& dataset_id,
                                                const std::string& layout, int32_t day) {
  ARROW_ASSIGN_OR_RAISE(
      Statement statement,
      database_->Prepare("SELECT 1 FROM log_synthetic_data_generation "
                         "WHERE dataset_id = ? AND layout <> ? AND generation_date = ? "
                         "AND status = 'completed' LIMIT 1"));
  ARROW_RETURN_NOT_OK(statement.Bind({dataset_id, layout, FormatDate(day)}));
  return statement.Step();
}

arrow::Status StateStore::PutDatasets(std::span<const DatasetEntry> datasets) {
  ARROW_ASSIGN_OR_RAISE(Transaction transaction, Transaction::Begin(database_.get()));
  const std::string now = NowText();
  for (const DatasetEntry& one : datasets) {
    SqlValue target, most;
    if (one.target_rows) {
      target = *one.target_rows;
      most = *one.target_rows * kRecommendedGrowth;
    }
    ARROW_RETURN_NOT_OK(database_->Run(
        "INSERT INTO config_synthetic_data_datasets (dataset_id, dataset_name, "
        "dataset_type, schema_pattern, domain, max_recommended_rows, description, "
        "config_json, created_date, modified_date) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (dataset_id) DO UPDATE SET dataset_name = excluded.dataset_name, "
        "dataset_type = excluded.dataset_type, schema_pattern = excluded.schema_pattern, "
        "domain = excluded.domain, max_recommended_rows = excluded.max_recommended_rows, "
        "description = excluded.description, config_json = excluded.config_json, "
        "modified_date = excluded.modified_date",
        {one.dataset_id, one.dataset_name, std::string(DatasetTypeOf(one.pattern)),
         std::string(SchemaPatternOf(one.pattern)), one.domain, most,
         TextOrNull(one.description), TextOrNull(one.config_json), now, now}));
    ARROW_RETURN_NOT_OK(database_->Run(
        "REPLACE INTO sample_dataset_configurations (dataset_id, dataset_name, "
        "main_table, target_rows, tables, config_json) VALUES (?, ?, ?, ?, ?, ?)",
        {one.dataset_id, one.dataset_name, TextOrNull(one.main), target,
         nlohmann::json(one.tables).dump(), TextOrNull(one.config_json)}));
  }
  return transaction.Commit();
}

}  // namespace lakeseed
