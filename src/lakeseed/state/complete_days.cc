// StateStore::CompleteDays: the facts of published days, in one transaction.

#include <nlohmann/json.hpp>

#include "lakeseed/base/date.h"
#include "lakeseed/sql/database.h"
#include "lakeseed/state/correlation.h"
#include "lakeseed/state/job_rows.h"
#include "lakeseed/state/state_store.h"
#include "lakeseed/state/table_state.h"

namespace lakeseed {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> PathsOf(const DayTable& table) {
  if (!table.paths.empty()) return table.paths;
  std::vector<std::string> paths;
  for (const DataFile& file : table.files) paths.push_back(file.path);
  return paths;
}

arrow::Status PutDay(Database* database, const std::string& job_id, const Target& target,
                     const DayFacts& day, const std::string& now) {
  Json tables = Json::array(), paths = Json::array();
  int64_t rows = 0;
  for (const DayTable& table : day.tables) {
    tables.push_back(table.table);
    for (std::string& path : PathsOf(table)) paths.push_back(std::move(path));
    rows += table.rows;
  }
  constexpr double kMebibytesPerGb = 1024, kMsPerSecond = 1000;
  ARROW_RETURN_NOT_OK(database->Run(
      "UPDATE log_synthetic_data_generation SET status = 'completed', "
      "tables_generated = ?, total_rows = ?, rows_generated = ?, file_paths = ?, "
      "rows_per_second = ?, duration_seconds = ?, execution_time_ms = ?, "
      "peak_memory_gb = ?, memory_usage_mb = ?, cpu_cores_used = ?, message = NULL, "
      "error_details = NULL, execution_timestamp = ? "
      "WHERE dataset_id = ? AND layout = ? AND generation_date = ? AND job_id = ? AND "
      "status = 'running'",
      {tables.dump(), rows, rows, paths.dump(), day.rows_per_second, day.seconds,
       static_cast<int64_t>(day.seconds * kMsPerSecond), day.peak_memory_gb,
       day.peak_memory_gb * kMebibytesPerGb, day.cpu_cores_used, now, target.dataset_id,
       target.layout, FormatDate(day.day), job_id}));
  if (database->num_changed() == 1) return arrow::Status::OK();
  return arrow::Status::Invalid("the job does not work on ", FormatDate(day.day));
}

/// Returns whether the day had been made before.
arrow::Result<bool> PutTables(Database* database, const Target& target,
                              const DayFacts& day) {
  const std::string date = FormatDate(day.day);
  ARROW_RETURN_NOT_OK(
      database->Run("DELETE FROM log_synthetic_data_tables WHERE dataset_id = ? AND "
                    "layout = ? AND generation_date = ?",
                    {target.dataset_id, target.layout, date}));
  const bool is_made_again = database->num_changed() > 0;
  for (const DayTable& table : day.tables) {
    const size_t num_files = PathsOf(table).size();
    ARROW_RETURN_NOT_OK(database->Run(
        "INSERT INTO log_synthetic_data_tables (dataset_id, layout, generation_date, "
        "table_name, table_type, rows_generated, size_bytes, num_files) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        {target.dataset_id, target.layout, date, table.table, table.kind, table.rows,
         table.bytes, static_cast<int64_t>(num_files)}));
    ARROW_RETURN_NOT_OK(
        AddTableDay(database, target.dataset_id, target.layout,
                    {table.table, table.kind, date, 1, table.rows, table.bytes}));
  }
  return is_made_again;
}

arrow::Status PutFiles(Database* database, const Target& target, const DayFacts& day,
                       const std::string& now) {
  const std::string date = FormatDate(day.day);
  ARROW_RETURN_NOT_OK(
      database->Run("DELETE FROM log_synthetic_data_files WHERE dataset_id = ? AND "
                    "layout = ? AND generation_date = ?",
                    {target.dataset_id, target.layout, date}));
  for (const DayTable& table : day.tables) {
    for (const DataFile& file : table.files) {
      const FileDates dates = CorrelateFile(file, table.primary_date);
      const DateColumn primary =
          dates.primary() == nullptr ? DateColumn{} : *dates.primary();
      ARROW_RETURN_NOT_OK(database->Run(
          "INSERT INTO log_synthetic_data_files (dataset_id, layout, generation_date, "
          "file_path, table_name, file_format, rows_generated, size_bytes, "
          "primary_date_column, min_date, max_date, date_columns, correlation, "
          "generation_timestamp) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          {target.dataset_id, target.layout, date, dates.path, dates.table, dates.format,
           dates.rows, dates.size_bytes, TextOrNull(primary.name),
           TextOrNull(primary.min), TextOrNull(primary.max), ToJson(dates.columns).dump(),
           dates.Sentence(), now}));
    }
  }
  return arrow::Status::OK();
}

arrow::Status PutState(Database* database, const Target& target, const std::string& now) {
  std::string created = now;
  {
    ARROW_ASSIGN_OR_RAISE(
        Statement statement,
        database->Prepare(
            "SELECT created_date FROM synthetic_data_state WHERE dataset_id = ?"));
    ARROW_RETURN_NOT_OK(statement.Bind({target.dataset_id}));
    ARROW_ASSIGN_OR_RAISE(const bool known, statement.Step());
    if (known) created = statement.Text(0);
  }
  ARROW_ASSIGN_OR_RAISE(const auto states,
                        ReadTableStates(*database, target.dataset_id, target.layout));
  Json tables = Json::object();
  for (const TableState& one : states) {
    tables[one.table] = {{"last_generated", one.last_generated},
                         {"generation_count", one.generation_count},
                         {"current_size", one.current_size}};
  }
  const Json json = {{"dataset_id", target.dataset_id},
                     {"created_date", created},
                     {"last_updated", now},
                     {"tables", tables}};
  return database->Run(
      "REPLACE INTO synthetic_data_state (dataset_id, state_json, created_date, "
      "last_updated) VALUES (?, ?, ?, ?)",
      {target.dataset_id, json.dump(), created, now});
}

}  // namespace

arrow::Status StateStore::CompleteDays(const std::string& job_id,
                                       std::span<const DayFacts> days) {
  Database* database = database_.get();
  ARROW_ASSIGN_OR_RAISE(Transaction transaction, Transaction::Begin(database));
  ARROW_ASSIGN_OR_RAISE(const Target target, TargetOf(*database, job_id));
  const std::string now = NowText();
  bool is_any_made_again = false;
  for (const DayFacts& day : days) {
    ARROW_RETURN_NOT_OK(PutDay(database, job_id, target, day, now));
    ARROW_ASSIGN_OR_RAISE(const bool is_made_again, PutTables(database, target, day));
    is_any_made_again |= is_made_again;
    ARROW_RETURN_NOT_OK(PutFiles(database, target, day, now));
  }
  // Sums grow day by day; only what replaces a day has to be counted from the log.
  if (is_any_made_again) {
    ARROW_RETURN_NOT_OK(RecountTables(database, target.dataset_id, target.layout));
  }
  ARROW_RETURN_NOT_OK(PutState(database, target, now));
  return transaction.Commit();
}

}  // namespace lakeseed
