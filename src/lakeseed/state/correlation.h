// Correlation: which dates the rows of a file have, for people who look for a day.
//
// Law: all facts are those of the file's exact statistics; nothing is read again.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "lakeseed/state/day_facts.h"
#include "lakeseed/write/data_file.h"

namespace lakeseed {

/// A column of dates or timestamps of one file.
struct DateColumn {
  std::string name;
  std::string type;  ///< "date" or "timestamp".
  std::string min,
      max;  ///< "2024-01-15", "2024-01-15T08:00:00.000000Z"; empty: all null.
  int64_t null_count = 0;
  int64_t total_count = 0;
  bool is_primary = false;
  /// All values lie on the file's day, in the zone of its table.
  bool is_files_day = false;

  /// Share of the rows that have a value, in percent; 100 without rows.
  double CompletenessPercentage() const;
};

struct FileDates {
  std::string table;
  std::string path;
  std::string format;
  int64_t rows = 0;
  int64_t size_bytes = 0;
  std::optional<int32_t> day;  ///< The run's day that the file belongs to.
  std::vector<DateColumn> columns;

  /// Null without a date column.
  const DateColumn* primary() const;
  /// "File X contains N records with order_date = D", or "… from A to B".
  std::string Sentence() const;
};

/// `primary` names the column that says when rows are of; the first date column
/// where it names none of the file's.
FileDates CorrelateFile(const DataFile& file, const PrimaryDate& primary = {});

/// Array of {column_name, data_type, min_date, max_date, null_count, total_count,
/// completeness_percentage, is_primary_date}.
nlohmann::ordered_json ToJson(const std::vector<DateColumn>& columns);

}  // namespace lakeseed
