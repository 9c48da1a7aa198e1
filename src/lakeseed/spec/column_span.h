// ColumnSpan: the days on which files have a column (`since`, `until`).
//
// Law: a span decides which files have the column, and for which rows it is null;
// never a value within it.
//
// Thread safety: plain values.

#pragma once

#include <cstdint>
#include <optional>

namespace lakeseed {

struct ColumnSpan {
  std::optional<int32_t> since;  ///< First day, since 1970-01-01; unset: from the epoch.
  std::optional<int32_t> until;  ///< Last day; unset: for ever.

  bool is_always() const { return !since && !until; }
  /// Whether some day of [from, to] belongs to it.
  bool Touches(int32_t from, int32_t to) const {
    return (!since || *since <= to) && (!until || from <= *until);
  }
  bool operator==(const ColumnSpan&) const = default;
};

}  // namespace lakeseed
