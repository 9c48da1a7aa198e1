#include "lakeseed/generate/version_tables.h"

#include <algorithm>

#include "lakeseed/generate/changes.h"

namespace lakeseed {

namespace {

constexpr int64_t kBytesOfMember = 2;
/// As many cycles as threads work on at once; more than this is not worth its memory.
constexpr int64_t kMostTables = 6;
/// A change listed costs as much as so many cycles of one member gone through, and a
/// cycle as much as copying so many members.
constexpr int64_t kCyclesPerChange = 4, kMembersPerCycle = 16;
constexpr int32_t kMostCycles = 250;  ///< More would not fit the count's byte.

// Number of the day in the table, for every member that changes in the cycle.
template <typename Visit>
void EachChange(const Changes& changes, int32_t cycle, const Visit& visit) {
  for (int32_t t = 0; t < changes.period(); ++t) {
    for (int64_t id : changes.On(cycle * changes.period() + t)) {
      visit(static_cast<size_t>(id), static_cast<uint8_t>(t));
    }
  }
}

size_t TablesWithin(int64_t bytes, const Population& population) {
  const int64_t members = population.Ever(population.horizon() - 1);
  const int64_t fit = bytes / (kBytesOfMember * std::max<int64_t>(members, 1));
  return static_cast<size_t>(std::min(fit, kMostTables));
}

}  // namespace

VersionTables::VersionTables(const Changes& changes, int64_t bytes)
    : changes_(changes),
      tables_(TablesWithin(bytes, changes.population())),
      cache_(tables_) {}

std::shared_ptr<const VersionTable> VersionTables::Get(int32_t cycle) {
  if (auto table = cache_.Find(cycle, {})) return table;
  // Stayers were born before the cycle.
  const int64_t members = changes_.population().Ever(cycle * changes_.period() - 1);
  if (tables_ == 0 || cycle > kMostCycles || changes_.period() >= VersionTable::kNever) {
    return nullptr;
  }
  const auto earlier = cache_.Nearest(cycle, {}, /*not_after=*/true);
  // Another thread may have made it since the look above.
  if (earlier != nullptr && earlier->cycle == cycle) return earlier;
  const int64_t listed = changes_.BeforeCycle(cycle + 1) -
                         (earlier == nullptr ? 0 : changes_.BeforeCycle(earlier->cycle));
  const int64_t cost = listed * kCyclesPerChange + members / kMembersPerCycle;
  if (counted_ < cost) return nullptr;
  // A table that was dropped has to be earned again: threads far apart in time would
  // make each other's anew for every batch.
  counted_ -= cost;
  auto table = std::make_shared<VersionTable>();
  table->cycle = cycle;
  if (earlier != nullptr) {
    table->before = earlier->before;
    for (size_t i = 0; i < earlier->day.size(); ++i) {
      if (earlier->day[i] != VersionTable::kNever) ++table->before[i];
    }
  }
  table->before.resize(static_cast<size_t>(members));
  for (int32_t c = earlier == nullptr ? 0 : earlier->cycle + 1; c < cycle; ++c) {
    EachChange(changes_, c, [&](size_t id, uint8_t) { ++table->before[id]; });
  }
  table->day.assign(static_cast<size_t>(members), VersionTable::kNever);
  EachChange(changes_, cycle, [&](size_t id, uint8_t day) { table->day[id] = day; });
  cache_.Keep(cycle, {}, table);
  return table;
}

}  // namespace lakeseed
