// One table of a dataset file.
//
// Thread safety: pure but for the list of errors.

#pragma once

#include "lakeseed/spec/column_reader.h"
#include "lakeseed/spec/field.h"

namespace lakeseed {

/// What the rest of the file gives to its tables.
struct TableContext {
  const Groups& groups;
  const SeasonsSpec& seasons;
  std::optional<int32_t> epoch;  ///< To read dates of `founders_since`.
  DateRange window;              ///< Days of a calendar that states none.
};

TableSpec ReadTable(const SpecNode& key, const Field& field, const TableContext& context);

/// Report names that stand twice, and references to columns that are not there.
void CheckTableNames(const TableSpec& table, const Field& field);

}  // namespace lakeseed
