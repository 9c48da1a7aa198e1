// TableState: what of a table the completed days of a target have made.
//
// Thread safety: one thread at a time for a Database.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <string>
#include <vector>

#include "lakeseed/sql/database.h"

namespace lakeseed {

struct TableState {
  std::string table;
  std::string kind;
  std::string last_generated;    ///< YYYY-MM-DD
  int64_t generation_count = 0;  ///< Days on which it was made.
  int64_t current_size = 0;      ///< Rows: of the last day, or of all if incremental.
  int64_t bytes = 0;             ///< Of all days.
};

/// Add a day on which the table was not made before. Within a transaction.
arrow::Status AddTableDay(Database* database, const std::string& dataset_id,
                          const std::string& layout, const TableState& day);
/// Count the tables of a target anew from the log. Within a transaction.
arrow::Status RecountTables(Database* database, const std::string& dataset_id,
                            const std::string& layout);

/// Tables of a target by name.
arrow::Result<std::vector<TableState>> ReadTableStates(const Database& database,
                                                       const std::string& dataset_id,
                                                       const std::string& layout);

}  // namespace lakeseed
