// Ledger: postings of members with exact running balances, by day (ledger_day.h), without
// state.
//
// A stream is a schedule with amounts. In a transfer stream a member sends in its event
// of a cycle to its partner, which is held for the cycles of one block of amounts. What
// is given back comes back at most a cycle later, so no more than two cycles of it count.
//
// Law: running = sum of what the member moved up to this posting, from the epoch on; a
//      closed form, so year 30 costs what day 1 costs.
// Law: a transfer is two postings next to each other, of equal amounts, whose sum is 0.
// Law: each member sends once and receives once per cycle of a transfer stream, in the
//      blocks that it is there for and somebody else too.
// Law: what is given back is the postings of one event of another stream, or a part of
//      its only one, once, with the other sign, on a later day.
// Law: what is refused moves nothing.
// Law: a member that opens has its first posting on that day, of what it brings; one that
//      closes has its last one on that day, after which it has nothing. In between it has
//      an event in each cycle that lies between the two days.
// Order inside a day: one permutation of the day's events. Days count from the epoch.
// Thread safety: immutable.

#pragma once

#include <arrow/stl_allocator.h>

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "lakeseed/base/bijection.h"
#include "lakeseed/base/key.h"
#include "lakeseed/generate/ledger_stream.h"
#include "lakeseed/generate/real_law.h"

namespace lakeseed {

class Ledger {
 public:
  struct Posting {  ///< Narrow: many are kept.
    int64_t member = 0;
    int64_t amount = 0;  ///< Hundredths, above 0.
    int64_t running = 0;
    int64_t counterparty = -1;  ///< Other member of a transfer.
    /// Of what is, or has been, given back: the day of the event, and its number among
    /// those of its stream on that day.
    int32_t day = -1;
    int32_t event = -1;
    int16_t stream = 0;
    int8_t step = 0;  ///< Of an event of several postings, from 0.
    int8_t steps = 1;
    int8_t sign = 0;         ///< 0 if refused.
    bool is_second = false;  ///< The receiver's posting, at the sender's moment.

    int64_t moved() const { return sign * amount; }
    bool operator==(const Posting&) const = default;
  };
  /// Large and never the same size, which would leave holes in the heap.
  using Postings = std::vector<Posting, arrow::stl::allocator<Posting>>;

  /// `levels`: law of the members' levels; not set: all are 1.
  Ledger(const Key& key, std::vector<LedgerStream> streams,
         std::optional<RealLaw> levels = {}, std::vector<LedgerPurse> purses = {})
      : key_(key),
        streams_(std::move(streams)),
        levels_(std::move(levels)),
        purses_(std::move(purses)) {}

  const std::vector<LedgerStream>& streams() const { return streams_; }

  /// Moments of postings before the day, and postings.
  int64_t MomentsBefore(int32_t day) const;
  int64_t PostingsBefore(int32_t day) const;
  /// Of the day's events: where they stand.
  Bijection OrderOf(int32_t day, int64_t events) const;

  /// What the member has moved before the day.
  int64_t MovedBefore(int64_t member, int32_t day) const;
  void MovedBefore(std::span<const int64_t> members, int32_t day, int64_t* out) const;
  int64_t LevelOf(int64_t member) const;
  void LevelsOf(std::span<const int64_t> members, int64_t* levels) const;
  /// What the member has before its first posting; 0 of those that bring nothing, and of
  /// those that open.
  int64_t HadBefore(int64_t member) const;
  /// Amount of the posting that the posting gives back, also where it is a part of it;
  /// of others their own.
  int64_t WholeOf(const Posting& posting) const;
  int32_t OpensOn(int64_t member) const;   ///< Roster::kAlways: before the epoch.
  int32_t ClosesOn(int64_t member) const;  ///< Roster::kNever: it stays.

 private:
  friend class LedgerDay;

  /// What a day's balances need of each stream.
  struct Cycle {
    Schedule::Cycle own;
    Bijection pairs;                      ///< Of the transfers' block.
    std::optional<Schedule::Cycle> last;  ///< Before it, of what is given back.
  };
  std::vector<Cycle> CyclesOf(int32_t day) const;
  int64_t MovedBefore(int64_t member, int32_t day,
                      const std::vector<Cycle>& cycles) const;
  /// What cycles have moved of a member before the day.
  int64_t CyclesBefore(int64_t member, int32_t day,
                       const std::vector<Cycle>& cycles) const;
  /// What transfers have brought a member before the day.
  static int64_t Received(const LedgerStream& stream, const Cycle& cycle, int64_t i,
                          int32_t day);
  /// What has been moved before the day and comes back later.
  int64_t OpenBefore(const LedgerStream& stream, const Cycle& cycle, int64_t i,
                     int32_t day, int64_t level) const;
  const LedgerPurse* PurseOf(int64_t member) const;
  int64_t Brought(const LedgerPurse& purse, int64_t member) const;
  const LedgerStream* WithRole(LedgerStream::Role role) const;
  /// The stream whose events are those that the stream gives back, or its own.
  const LedgerStream& SourceOf(const LedgerStream& stream) const;
  /// The member one step on in a keyed order of those who are there: a permutation
  /// without fixed points (there are two at least).
  static int64_t Partner(const LedgerStream& stream, const Cycle& cycle, int64_t i,
                         int64_t step);
  /// What comes back of a posting of an event.
  static int64_t ReturnedAmount(const LedgerStream& stream, int64_t i, int32_t cycle,
                                int32_t step, int32_t steps, int64_t level);

  Key key_;
  std::vector<LedgerStream> streams_;
  std::optional<RealLaw> levels_;
  std::vector<LedgerPurse> purses_;
};

}  // namespace lakeseed
