// StateReader: reads a state file for people; never changes it.
//
// Thread safety: one thread at a time; others may write the file meanwhile.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/sql/database.h"
#include "lakeseed/state/day_facts.h"
#include "lakeseed/state/table_state.h"

namespace lakeseed {

struct QueryResult {
  std::vector<std::string> columns;
  std::vector<std::vector<SqlValue>> rows;
};

/// One target (format, paths, tables) of a dataset.
struct SeriesState {
  std::string layout;
  std::string location;      ///< Root of the output.
  std::string command_line;  ///< Of the latest job.
  std::vector<TableState> tables;
  std::vector<int32_t> completed;  ///< Ascending.
  std::vector<DayOwner> running;
  std::vector<DayOwner> interrupted;  ///< Claimed by processes that are gone.
  std::vector<std::pair<int32_t, std::string>> failed;  ///< With the message.
};

class StateReader {
 public:
  /// \retval Invalid (exit code 2)  no state is there, or it is something else.
  static arrow::Result<std::unique_ptr<StateReader>> Open(const std::string& path);

  /// Run one SELECT. A file `<name>.config.sqlite` beside the state is its schema
  /// `config`.
  /// \retval Invalid (exit code 2)  not one statement, not a SELECT, or wrong SQL.
  arrow::Result<QueryResult> Query(const std::string& sql);

  /// The latest days of the log, newest first; of all datasets if none is given.
  arrow::Result<QueryResult> Days(const std::string& dataset_id, int64_t limit);
  /// Which file has which dates, newest day first.
  arrow::Result<QueryResult> Files(const std::string& dataset_id, int64_t limit);

  /// Targets of a dataset, the one with the latest change first.
  arrow::Result<std::vector<SeriesState>> Status(const std::string& dataset_id);
  /// Datasets that the state knows, sorted.
  arrow::Result<std::vector<std::string>> Datasets();

 private:
  explicit StateReader(std::unique_ptr<Database> database)
      : database_(std::move(database)) {}

  static arrow::Result<QueryResult> ReadAll(Statement statement);
  arrow::Status ReadDays(const std::string& dataset_id, SeriesState* series);

  const std::unique_ptr<Database> database_;
};

}  // namespace lakeseed
