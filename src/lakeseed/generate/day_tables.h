// DayTables: a bounded cache of immutable tables, one for each (day, law).
//
// A table is a pure function of its day and law, so dropping one changes no
// value; the least recently used goes first.
//
// Thread safety: locked; the tables themselves are shared and immutable.

#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace lakeseed {

template <typename Table, typename Law>
class DayTables {
 public:
  explicit DayTables(size_t capacity) : capacity_(capacity) {}

  /// The table, or nullptr.
  std::shared_ptr<const Table> Find(int32_t day, const Law& law) {
    const std::lock_guard lock(mutex_);
    for (Entry& entry : entries_) {
      if (entry.day != day || !(entry.law == law)) continue;
      entry.used = ++clock_;
      return entry.table;
    }
    return nullptr;
  }

  /// The table of that law whose day is nearest, or nullptr.
  std::shared_ptr<const Table> Nearest(int32_t day, const Law& law) {
    const std::lock_guard lock(mutex_);
    const Entry* best = nullptr;
    for (const Entry& entry : entries_) {
      if (!(entry.law == law)) continue;
      if (best == nullptr || std::abs(entry.day - day) < std::abs(best->day - day)) {
        best = &entry;
      }
    }
    return best == nullptr ? nullptr : best->table;
  }

  void Keep(int32_t day, const Law& law, std::shared_ptr<const Table> table) {
    const std::lock_guard lock(mutex_);
    if (entries_.size() < capacity_) {
      entries_.push_back({day, law, ++clock_, std::move(table)});
      return;
    }
    Entry* oldest = &entries_.front();
    for (Entry& entry : entries_) {
      if (entry.used < oldest->used) oldest = &entry;
    }
    *oldest = {day, law, ++clock_, std::move(table)};
  }

 private:
  struct Entry {
    int32_t day;
    Law law;
    uint64_t used;
    std::shared_ptr<const Table> table;
  };

  const size_t capacity_;
  std::mutex mutex_;
  uint64_t clock_ = 0;
  std::vector<Entry> entries_;
};

}  // namespace lakeseed
