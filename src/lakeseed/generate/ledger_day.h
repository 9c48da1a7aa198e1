// LedgerDay: the postings of one day of a ledger, in slices: events that follow each
// other, so that a large day needs no more memory than a small one.
//
// Law: the slices of a day, one after the other, are its postings in their order, however
//      many events a slice has.
// A slice needs what the slices before it left of the balances.
//
// Thread safety: immutable; balances belong to one walk through the days.

#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "lakeseed/generate/ledger.h"
#include "lakeseed/generate/ledger_places.h"

namespace lakeseed {

/// What members have moved so far; of many members, 4 bytes for nearly each.
class LedgerBalances {
 public:
  /// Of few of the members, unless their number is given.
  explicit LedgerBalances(int64_t members = 0)
      : narrow_(static_cast<size_t>(members), kUnknown) {}

  /// Not set: unknown.
  std::optional<int64_t> Of(int64_t member) const {
    if (!narrow_.empty()) {
      const int32_t narrow = narrow_[static_cast<size_t>(member)];
      if (narrow == kUnknown) return {};
      if (narrow != kWide) return narrow;
    }
    const auto at = others_.find(member);
    return at == others_.end() ? std::nullopt : std::optional(at->second);
  }

  void Set(int64_t member, int64_t moved) {
    if (!narrow_.empty()) {
      const bool is_narrow =
          moved > kWide && moved <= std::numeric_limits<int32_t>::max();
      narrow_[static_cast<size_t>(member)] =
          is_narrow ? static_cast<int32_t>(moved) : kWide;
      if (is_narrow) return;
    }
    others_[member] = moved;
  }

 private:
  static constexpr int32_t kUnknown = std::numeric_limits<int32_t>::min();
  static constexpr int32_t kWide = kUnknown + 1;  ///< It is among the others.

  std::vector<int32_t> narrow_;
  /// Only looked up, never gone through, so its order reaches no value.
  std::unordered_map<int64_t, int64_t> others_;
};

class LedgerDay {
 public:
  static constexpr int64_t kSliceEvents = 1 << 13;

  LedgerDay(const Ledger& ledger, int32_t day, int64_t slice_events = kSliceEvents);

  int32_t day() const { return day_; }
  int64_t num_slices() const {
    return (places_.num_events() + slice_events_ - 1) / slice_events_;
  }
  /// Postings, or moments, before the slice on this day.
  LedgerPlaces::Count Before(int64_t slice) const {
    return places_.Before(std::min(slice * slice_events_, places_.num_events()));
  }
  /// The slice of a posting, by its number among those of the day.
  int64_t SliceOf(int64_t posting) const;

  /// The slice's postings; `balances`, of the slices before, then have them too.
  Ledger::Postings PostingsOf(int64_t slice, LedgerBalances* balances) const;

  int64_t bytes() const;  ///< Of memory.

 private:
  using Events = std::span<const LedgerPlaces::Event>;

  RowRange EventsOf(int64_t slice) const;
  /// Set the postings of events of one stream.
  void AddEvents(Events events, Ledger::Postings* postings) const;
  /// Those of a stream whose events are given back, or give back.
  void AddReturns(Events events, Ledger::Postings* postings) const;
  /// First and last postings of members.
  void AddFirstOrLast(Events events, Ledger::Postings* postings) const;
  /// Whose the events of a stream are, by their number in it.
  std::vector<int64_t> MembersOf(const LedgerStream& stream, Events events) const;
  /// The sender's posting of a transfer, and the receiver's.
  void AddTransfer(Ledger::Posting sent, Ledger::Posting* postings) const;

  const Ledger& ledger_;
  int32_t day_;
  int64_t slice_events_;
  std::vector<Ledger::Cycle> cycles_;
  LedgerPlaces places_;
  /// Of each stream: events that it gives back on this day; who comes, or goes.
  std::vector<std::vector<Schedule::Event>> given_back_;
  std::vector<std::vector<int64_t>> first_or_last_;
};

}  // namespace lakeseed
