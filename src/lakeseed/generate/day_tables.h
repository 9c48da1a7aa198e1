// DayTables: a bounded cache of immutable tables, one for each (day, law).
//
// A table is a pure function of its day and law, so dropping one changes no
// value; the least recently used goes first. Fresh memory costs more than a table of a
// day that nobody asks for again: a cache may begin with few tables, and has room for
// twice as many each time that one is missed that was dropped not long ago.
//
// Thread safety: locked; the tables themselves are shared and immutable.

#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace lakeseed {

template <typename Table, typename Law>
class DayTables {
 public:
  explicit DayTables(size_t most) : DayTables(most, most) {}
  DayTables(size_t most, size_t first) : most_(most), room_(first) {}

  /// Tables that are kept at most, as it is now.
  size_t room() {
    const std::lock_guard lock(mutex_);
    return room_;
  }

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

  /// The table that is dropped next, if there is no room and nobody else holds it: its
  /// memory can be used again. Else nullptr.
  std::shared_ptr<Table> Spare() {
    const std::lock_guard lock(mutex_);
    if (entries_.size() < room_) return nullptr;
    Entry& oldest = Oldest();
    // Nobody gets it meanwhile, as that takes the lock; counting one more holder comes
    // after all that the last one has read.
    std::shared_ptr<Table> table = oldest.table;
    if (table.use_count() > 2) return nullptr;
    Drop(&oldest);
    return table;
  }

  void Keep(int32_t day, const Law& law, std::shared_ptr<Table> table) {
    const std::lock_guard lock(mutex_);
    for (const Dropped& one : dropped_) {
      if (one.day == day && one.law == law) {
        room_ = std::min(2 * room_, most_);
        dropped_.clear();
        break;
      }
    }
    if (entries_.size() >= room_) Drop(&Oldest());
    entries_.push_back({day, law, ++clock_, std::move(table)});
  }

 private:
  struct Entry {
    int32_t day;
    Law law;
    uint64_t used;
    std::shared_ptr<Table> table;
  };
  struct Dropped {
    int32_t day;
    Law law;
  };

  Entry& Oldest() {
    return *std::min_element(
        entries_.begin(), entries_.end(),
        [](const Entry& a, const Entry& b) { return a.used < b.used; });
  }

  void Drop(Entry* entry) {
    if (room_ < most_) {
      if (dropped_.size() >= most_) dropped_.pop_front();
      dropped_.push_back({entry->day, entry->law});
    }
    if (entry != &entries_.back()) *entry = std::move(entries_.back());
    entries_.pop_back();
  }

  const size_t most_;
  std::mutex mutex_;
  size_t room_;
  uint64_t clock_ = 0;
  std::vector<Entry> entries_;
  std::deque<Dropped> dropped_;  ///< The last ones, as long as there can be more room.
};

}  // namespace lakeseed
