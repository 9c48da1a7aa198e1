// Ledger: postings of members with exact running balances, by day, without state.
//
// A stream is a schedule with amounts. In a transfer stream a member sends in its event
// of a cycle to its partner, which is held for the cycles of one block of amounts.
//
// Law: running = sum of what the member moved up to this posting, from the epoch on; it
// is
//      a closed form, so year 30 costs what day 1 costs.
// Law: a transfer is two postings next to each other, of equal amounts, whose sum is 0.
// Law: each member sends once and receives once per cycle of a transfer stream.
// Law: what is refused moves nothing.
// Law: a member that opens has its first posting on that day, of what it brings; one that
//      closes has its last one on that day, after which it has nothing. In between it has
//      an event in each cycle that lies between the two days.
// Order inside a day: one permutation of the day's events.
//
// Days count from the epoch. Thread safety: immutable.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/base/bijection.h"
#include "lakeseed/base/key.h"
#include "lakeseed/generate/amounts.h"
#include "lakeseed/generate/day_index.h"
#include "lakeseed/generate/real_law.h"
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
  /// How the events come: by cycles; the first, or the last, posting of a member.
  enum class Role { kCycles, kOpening, kClosing };

  std::string name;
  Schedule schedule;  ///< Of the role kCycles, but for what is refused.
  Amounts amounts;
  int sign = 1;  ///< 0: refused.
  bool is_transfer = false;
  bool is_scaled = true;
  int64_t first = 0;    ///< Its members are those from here on,
  int64_t members = 0;  ///< so many.
  DayIndex refused;     ///< Events by day of a stream that is refused.
  Key own;              ///< Who is a transfer's partner; what is refused, and whose.
  Role role = Role::kCycles;
  Roster roster;  ///< Of a stream that is refused, and of openings and closings.

  int64_t EventsBefore(int32_t day) const {
    if (role == Role::kOpening) return roster.OpenedBefore(day);
    if (role == Role::kClosing) return roster.ClosedBefore(day);
    return sign == 0 ? refused.Before(day) : schedule.Before(day);
  }
  bool MovesByCycles() const { return role == Role::kCycles && sign != 0; }
  bool Has(int64_t member) const { return member >= first && member < first + members; }
};

class Ledger {
 public:
  struct Posting {
    int32_t stream = 0;
    int32_t place = 0;  ///< Of the event among those of the day.
    int64_t member = 0;
    int64_t amount = 0;  ///< Hundredths, above 0.
    int64_t moved = 0;   ///< Signed; 0 if refused.
    int64_t running = 0;
    int64_t counterparty = -1;  ///< Other member of a transfer.
    bool is_second = false;     ///< The receiver's posting of a transfer.
  };

  /// `levels`: law of the members' levels; not set: all are 1.
  Ledger(const Key& key, std::vector<LedgerStream> streams,
         std::optional<RealLaw> levels = {}, std::vector<LedgerPurse> purses = {})
      : key_(key),
        streams_(std::move(streams)),
        levels_(std::move(levels)),
        purses_(std::move(purses)) {}

  const std::vector<LedgerStream>& streams() const { return streams_; }

  int64_t EventsBefore(int32_t day) const;
  int64_t PostingsBefore(int32_t day) const;
  /// `balances`: what each member has moved before the day, kUnknown where that is not
  /// known; then what it has moved with the day. May be nullptr: it only saves time.
  std::vector<Posting> PostingsOn(int32_t day,
                                  std::vector<int64_t>* balances = nullptr) const;
  static constexpr int64_t kUnknown = INT64_MIN;

  /// What the member has moved before the day.
  int64_t MovedBefore(int64_t member, int32_t day) const;
  void MovedBefore(std::span<const int64_t> members, int32_t day, int64_t* out) const;
  int64_t LevelOf(int64_t member) const;
  void LevelsOf(std::span<const int64_t> members, int64_t* levels) const;
  /// What the member has before its first posting; 0 of those that bring nothing, and of
  /// those that open.
  int64_t HadBefore(int64_t member) const;
  int32_t OpensOn(int64_t member) const;   ///< Roster::kAlways: before the epoch.
  int32_t ClosesOn(int64_t member) const;  ///< Roster::kNever: it stays.

 private:
  /// What a day's balances need of each stream.
  struct Cycle {
    Schedule::Cycle own;
    Bijection pairs;  ///< Of the transfers' block.
  };
  std::vector<Cycle> CyclesOf(int32_t day) const;
  int64_t MovedBefore(int64_t member, int32_t day,
                      const std::vector<Cycle>& cycles) const;
  /// What cycles have moved of a member before the day.
  int64_t CyclesBefore(int64_t member, int32_t day,
                       const std::vector<Cycle>& cycles) const;
  const LedgerPurse* PurseOf(int64_t member) const;
  int64_t Brought(const LedgerPurse& purse, int64_t member) const;
  const LedgerStream* WithRole(LedgerStream::Role role) const;
  std::vector<int64_t> MembersOn(const LedgerStream& stream, int32_t day) const;
  /// Append the stream's events of the day, those of a transfer as the sender's posting.
  void AddEvents(size_t number, int32_t day, const std::vector<Cycle>& cycles,
                 std::vector<Posting>* events) const;
  /// Set `running` of all postings of the day.
  void AddUp(int32_t day, const std::vector<Cycle>& cycles,
             std::vector<Posting>* postings, std::vector<int64_t>* balances) const;

  Key key_;
  std::vector<LedgerStream> streams_;
  std::optional<RealLaw> levels_;
  std::vector<LedgerPurse> purses_;
};

}  // namespace lakeseed
