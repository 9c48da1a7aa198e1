// TableScope::Late: late rows on the way from their files to the copies of the days on
// which they happened.
//
// Thread safety: one thread.

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lakeseed/validate/late_rows.h"
#include "lakeseed/validate/table_scope.h"

namespace lakeseed {

struct TableScope::Late {
  std::optional<EventColumn> column;     ///< Unset: files do not tell the days.
  std::vector<int> slots;                ///< In this order; the last one holds `column`.
  std::vector<const TableFiles*> daily;  ///< Joined tables with a copy of each day.
  RowBlock block;                        ///< As read.
  std::vector<int32_t> days;             ///< Of its rows.
  int64_t next = 0;                      ///< The first one that was not given yet.
};

}  // namespace lakeseed
