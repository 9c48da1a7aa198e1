#include "lakeseed/generate/history_rows.h"

#include <algorithm>
#include <utility>

namespace lakeseed {
namespace {

PrefixIndex StartsOf(const Population& population, const Changes* changes) {
  const int32_t horizon = changes == nullptr
                              ? population.horizon()
                              : std::min(population.horizon(), changes->horizon());
  std::vector<int64_t> starts{0};
  for (int32_t day = 0; day <= horizon; ++day) {
    starts.push_back(population.Ever(day - 1) +
                     (changes == nullptr ? 0 : changes->Before(day)));
  }
  return PrefixIndex(std::move(starts));
}

}  // namespace

HistoryRows::HistoryRows(const RowSpace& base)
    : base_(base),
      population_(*base.population()),
      changes_(base.changes()),
      start_(StartsOf(population_, changes_)) {}

void HistoryRows::DaysOf(const Rows& rows, int32_t* days) const {
  for (int64_t i = 0; i < rows.length(); ++i) days[i] = start_.Find(rows[i]) - 1;
}

HistoryRows::Versions HistoryRows::VersionsOf(const Rows& rows) const {
  const auto n = static_cast<size_t>(rows.length());
  Versions versions{.members = std::vector<int64_t>(n),
                    .numbers = std::vector<int32_t>(n, 1),
                    .starts = std::vector<int32_t>(n),
                    .from = {}};
  DaysOf(rows, versions.starts.data());
  int32_t day = -1;
  int64_t first_change = population_.founders();
  std::vector<int64_t> changed;  // Members that change on `day`, once asked for.
  for (size_t i = 0; i < n; ++i) {
    const int64_t row = rows[static_cast<int64_t>(i)];
    if (versions.starts[i] != day) {
      day = versions.starts[i];
      changed.clear();
      first_change = start_[day + 1] + population_.BirthsOn(day).length();
    }
    if (row < first_change) {
      versions.members[i] =
          row - start_[day + 1] + (day < 0 ? 0 : population_.Ever(day - 1));
    } else if (rows.is_range()) {
      if (changed.empty()) changed = changes_->On(day);
      versions.members[i] = changed[static_cast<size_t>(row - first_change)];
    } else {
      const int32_t cycle = day / changes_->period();
      const int64_t number = changes_->Before(day) + row - first_change;
      versions.members[i] = changes_->At(cycle, number - changes_->BeforeCycle(cycle));
    }
  }
  const Rows members(versions.members);
  if (changes_ != nullptr) {
    changes_->VersionsOf(members, versions.starts.data(), versions.numbers.data());
  }
  versions.from = versions.starts;
  std::vector<int32_t> births(n);
  base_.BornOf(members, births.data());
  for (size_t i = 0; i < n; ++i) {
    if (versions.starts[i] < 0) versions.from[i] = births[i];
  }
  return versions;
}

void HistoryRows::EndsOf(const Versions& versions, const int32_t* views,
                         int32_t* ends) const {
  population_.DeathsOf(Rows(versions.members), ends);
  for (size_t i = 0; i < versions.members.size(); ++i) {
    const int32_t view = std::min(views[i], horizon() - 1);
    if (ends[i] > view) ends[i] = kNoDay;
    if (changes_ == nullptr) continue;
    // Who changes lives on through that day, so a change comes before the death.
    const int32_t next =
        changes_->NextChange(versions.members[i], versions.starts[i], view);
    ends[i] = std::min(ends[i], next);
  }
}

int64_t HistoryRows::KeyOf(int64_t member, int32_t day) const {
  int64_t key;
  KeysOf({&member, 1}, &day, &key);
  return key;
}

void HistoryRows::KeysOf(std::span<const int64_t> members, const int32_t* days,
                         int64_t* keys) const {
  std::vector<int32_t> changed(members.size(), -1);
  if (changes_ != nullptr) changes_->LastChangesOf(members, days, changed.data(), keys);
  for (size_t i = 0; i < members.size(); ++i) {
    keys[i] =
        changed[i] >= 0 ? population_.Ever(changed[i]) + keys[i] : FirstKeyOf(members[i]);
  }
}

int64_t HistoryRows::FirstKeyOf(int64_t member) const {
  const int32_t birth = population_.Birth(member);
  if (birth < 0) return member;
  return start_[birth + 1] + member - population_.Ever(birth - 1);
}

}  // namespace lakeseed
