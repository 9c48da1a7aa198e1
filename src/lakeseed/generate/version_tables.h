// VersionTables: for each cycle how often every member has changed before it, and
// on which of its days it changes; so that a version is one look-up.
//
// 2 bytes for each stayer or its elders; a table comes from that of an earlier
// cycle and the listing of the changes between. Over budget, and before there were
// enough look-ups to pay for it, there is no table and versions are counted one by
// one: the same values.
//
// Thread safety: locked cache of immutable tables.

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "lakeseed/generate/day_tables.h"

namespace lakeseed {

class Changes;

struct VersionTable {
  int32_t cycle = 0;
  std::vector<uint8_t> before;  ///< Changes before the cycle, by id.
  std::vector<uint8_t> day;     ///< Day of the cycle on which it changes; kNever.

  static constexpr uint8_t kNever = 255;

  int32_t ChangesUpTo(int64_t id, int32_t day_of_cycle) const {
    const auto i = static_cast<size_t>(id);
    if (i >= before.size()) return 0;  // Born in the cycle: changes come later.
    return before[i] + (day[i] <= day_of_cycle ? 1 : 0);
  }
};

class VersionTables {
 public:
  /// `changes` must live longer.
  VersionTables(const Changes& changes, int64_t bytes);

  /// The table of a cycle; nullptr when it would not fit the budget, or when what was
  /// counted one by one so far cost less than it.
  std::shared_ptr<const VersionTable> Get(int32_t cycle);

  /// So many cycles of members were gone through one by one.
  void Counted(int64_t cycles) { counted_ += cycles; }

 private:
  struct OneLaw {
    bool operator==(const OneLaw&) const = default;
  };

  const Changes& changes_;
  const size_t tables_;               ///< How many are kept.
  std::atomic<int64_t> counted_ = 0;  ///< Cycles gone through since the last table.
  DayTables<VersionTable, OneLaw> cache_;
};

}  // namespace lakeseed
