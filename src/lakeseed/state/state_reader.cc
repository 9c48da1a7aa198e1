#include "lakeseed/state/state_reader.h"

#include <fmt/format.h>

#include <filesystem>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/state/job_rows.h"
#include "lakeseed/state/state_path.h"

namespace lakeseed {
arrow::Result<std::unique_ptr<StateReader>> StateReader::Open(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return RequestError(fmt::format("no state is there: {}", path),
                        "runs by day and `lakeseed deploy-ddl` make it; `--output DIR` "
                        "and `--state FILE` say where");
  }
  ARROW_ASSIGN_OR_RAISE(auto database, Database::Open(path, Database::Mode::kRead));
  const std::string config = ConfigPathOf(path);
  if (std::filesystem::is_regular_file(config, error)) {
    ARROW_RETURN_NOT_OK(database->Run("ATTACH ? AS config", {config}));
  }
  if (!database->Prepare("SELECT 1 FROM log_synthetic_data_generation").ok()) {
    return RequestError(fmt::format("the file holds no state of lakeseed: {}", path),
                        "`lakeseed deploy-ddl` makes the tables");
  }
  return std::unique_ptr<StateReader>(new StateReader(std::move(database)));
}

arrow::Result<QueryResult> StateReader::ReadAll(Statement statement) {
  QueryResult result;
  const int num_columns = statement.num_columns();
  for (int c = 0; c < num_columns; ++c) result.columns.push_back(statement.ColumnName(c));
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(const bool more, statement.Step());
    if (!more) return result;
    auto& row = result.rows.emplace_back();
    for (int c = 0; c < num_columns; ++c) row.push_back(statement.Value(c));
  }
}

arrow::Result<QueryResult> StateReader::Query(const std::string& sql) {
  ARROW_ASSIGN_OR_RAISE(Statement statement, database_->PrepareSelect(sql));
  return ReadAll(std::move(statement));
}

arrow::Result<QueryResult> StateReader::Days(const std::string& dataset_id,
                                             int64_t limit) {
  ARROW_ASSIGN_OR_RAISE(
      Statement statement,
      database_->Prepare(
          "SELECT execution_timestamp, dataset_id, generation_date, status, "
          "tables_generated, total_rows, rows_per_second, duration_seconds, "
          "peak_memory_gb, cpu_cores_used, job_id, message "
          "FROM log_synthetic_data_generation WHERE ?1 = '' OR dataset_id = ?1 "
          "ORDER BY execution_timestamp DESC, generation_date DESC LIMIT ?2"));
  ARROW_RETURN_NOT_OK(statement.Bind({dataset_id, limit}));
  return ReadAll(std::move(statement));
}

arrow::Result<QueryResult> StateReader::Files(const std::string& dataset_id,
                                              int64_t limit) {
  ARROW_ASSIGN_OR_RAISE(
      Statement statement,
      database_->Prepare(
          "SELECT dataset_id, generation_date, table_name, file_path, file_format, "
          "rows_generated, size_bytes, primary_date_column, min_date, max_date, "
          "date_columns, correlation FROM log_synthetic_data_files "
          "WHERE ?1 = '' OR dataset_id = ?1 "
          "ORDER BY generation_date DESC, dataset_id, layout, file_path LIMIT ?2"));
  ARROW_RETURN_NOT_OK(statement.Bind({dataset_id, limit}));
  return ReadAll(std::move(statement));
}

arrow::Status StateReader::ReadDays(const std::string& dataset_id, SeriesState* series) {
  ARROW_ASSIGN_OR_RAISE(
      Statement statement,
      database_->Prepare(
          "SELECT l.generation_date, lower(l.status), j.owner_host, j.owner_pid, "
          "j.owner_process, l.started_date, l.message, l.job_id "
          "FROM log_synthetic_data_generation l "
          "JOIN config_synthetic_data_generation_jobs j ON j.job_id = l.job_id "
          "WHERE l.dataset_id = ? AND l.layout = ? ORDER BY l.generation_date"));
  ARROW_RETURN_NOT_OK(statement.Bind({dataset_id, series->layout}));
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(const bool more, statement.Step());
    if (!more) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(const int32_t day, ParseDate(statement.Text(0)));
    const std::string status = statement.Text(1);
    if (status == "completed") {
      series->completed.push_back(day);
    } else if (status == "failed") {
      series->failed.emplace_back(day, statement.Text(6));
    } else {
      const ProcessOwner owner{statement.Text(2), statement.Integer(3),
                               statement.Text(4)};
      const bool is_left = IsAbandoned(database_->path(), statement.Text(7), owner);
      auto& days = is_left ? series->interrupted : series->running;
      days.push_back({day, owner.host, owner.pid, statement.Text(5)});
    }
  }
}

arrow::Result<std::vector<SeriesState>> StateReader::Status(
    const std::string& dataset_id) {
  std::vector<SeriesState> all;
  {
    // Beside max(), SQLite takes the other columns from the row that holds it.
    ARROW_ASSIGN_OR_RAISE(
        Statement statement,
        database_->Prepare(
            "SELECT l.layout, j.target_location, j.command_line, "
            "max(l.execution_timestamp) AS latest FROM log_synthetic_data_generation l "
            "JOIN config_synthetic_data_generation_jobs j ON j.job_id = l.job_id "
            "WHERE l.dataset_id = ? GROUP BY l.layout ORDER BY latest DESC"));
    ARROW_RETURN_NOT_OK(statement.Bind({dataset_id}));
    for (;;) {
      ARROW_ASSIGN_OR_RAISE(const bool more, statement.Step());
      if (!more) break;
      SeriesState& series = all.emplace_back();
      series.layout = statement.Text(0);
      series.location = statement.Text(1);
      series.command_line = statement.Text(2);
    }
  }
  for (SeriesState& series : all) {
    ARROW_RETURN_NOT_OK(ReadDays(dataset_id, &series));
    ARROW_ASSIGN_OR_RAISE(series.tables,
                          ReadTableStates(*database_, dataset_id, series.layout));
  }
  return all;
}

arrow::Result<std::vector<std::string>> StateReader::Datasets() {
  ARROW_ASSIGN_OR_RAISE(Statement statement,
                        database_->Prepare("SELECT dataset_id FROM "
                                           "config_synthetic_data_datasets ORDER BY 1"));
  std::vector<std::string> datasets;
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(const bool more, statement.Step());
    if (!more) return datasets;
    datasets.push_back(statement.Text(0));
  }
}

}  // namespace lakeseed
