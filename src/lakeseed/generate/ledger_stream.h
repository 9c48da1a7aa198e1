// LedgerStream: one kind of postings of a ledger, and whose they are; LedgerPurse: what
// members bring who come and go.
//
// Days count from the epoch. Thread safety: immutable.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "lakeseed/base/key.h"
#include "lakeseed/generate/amounts.h"
#include "lakeseed/generate/day_index.h"
#include "lakeseed/generate/ledger_returns.h"
#include "lakeseed/generate/roster.h"
#include "lakeseed/generate/schedule.h"

namespace lakeseed {

/// What members bring who open, or are going to close: of those from `first` on.
struct LedgerPurse {
  int64_t first = 0;
  int64_t members = 0;
  bool opens = false;  ///< It comes with the first posting, else it is there before.
  Amounts amounts;
};

struct LedgerStream {
  /// How the events come: by cycles; the first, or the last, posting of a member; some
  /// days after those of another stream, which they give back.
  enum class Role { kCycles, kOpening, kClosing, kGivesBack };

  std::string name;
  Schedule
      schedule;  ///< Of the role kCycles, but for what is refused; of what comes back.
  Amounts amounts;
  int sign = 1;  ///< 0: refused.
  bool is_transfer = false;
  bool is_scaled = true;
  int64_t first = 0;    ///< Its members are those from here on,
  int64_t members = 0;  ///< so many.
  DayIndex refused;     ///< Events by day of a stream that is refused.
  Key own;              ///< Who is a transfer's partner; what is refused, and whose.
  Role role = Role::kCycles;
  Roster roster;          ///< Of a stream that is refused, and of openings and closings.
  LedgerReturns returns;  ///< When its events, or those given back, come back.
  std::optional<Amounts> part;   ///< What alone comes back, beside the amounts.
  int32_t gives_back = -1;       ///< The stream, of the role kGivesBack.
  std::optional<Amounts> tries;  ///< Of all postings of an event but its last one.
  int64_t burst_within = 0;      ///< Microseconds from its first to its last one.

  int64_t EventsBefore(int32_t day) const {
    if (role == Role::kOpening) return roster.OpenedBefore(day);
    if (role == Role::kClosing) return roster.ClosedBefore(day);
    if (role == Role::kGivesBack) return returns.Before(schedule, day).events;
    return sign == 0 ? refused.Before(day) : schedule.Before(day);
  }
  /// Moments of its postings; those of both sides of a transfer are one.
  int64_t MomentsBefore(int32_t day) const {
    if (role == Role::kGivesBack) return returns.Before(schedule, day).postings;
    return returns.PostingsOf(EventsBefore(day));
  }
  int64_t PostingsBefore(int32_t day) const {
    return MomentsBefore(day) * (is_transfer ? 2 : 1);
  }
  bool MovesByCycles() const { return role == Role::kCycles && sign != 0; }
  bool Has(int64_t member) const { return member >= first && member < first + members; }
};

}  // namespace lakeseed
