// LedgerPlaces: in which order the events of a day of a ledger come, and which postings
// they have.
//
// Events have a number among those of their stream on the day, and a place among all of
// the day by one keyed permutation.
//
// Law: EventsAt of the places of a day are its events, each once, and a place's postings
//      are those from Before(place) to Before(place + 1).
//
// Thread safety: immutable.

#pragma once

#include <cstdint>
#include <vector>

#include "lakeseed/base/bijection.h"
#include "lakeseed/base/row_range.h"

namespace lakeseed {

class Ledger;

class LedgerPlaces {
 public:
  LedgerPlaces(const Ledger& ledger, int32_t day);

  /// Of the day.
  int64_t num_events() const { return order_.n(); }

  struct Count {
    int64_t postings = 0, moments = 0;  ///< Both sides of a transfer are one moment.
  };
  /// Of the events before a place.
  Count Before(int64_t place) const;

  /// First posting of an event of a stream.
  int64_t Of(int32_t stream, int64_t event) const;

  struct Event {
    int32_t stream = 0;
    int32_t posting = 0;  ///< Its first one, among those of the range.
    int64_t number = 0;
  };
  /// Those at a range of places, one stream after the other.
  std::vector<Event> EventsAt(RowRange places) const;

  int64_t bytes() const;  ///< Of memory.

 private:
  /// An event of several moments, and how many it and those before have beyond one for
  /// each of them.
  struct Burst {
    int32_t place = 0, beyond = 0;
  };

  bool IsTransfer(int64_t place) const {
    const auto at = static_cast<size_t>(place);
    return (transfers_[at / kWordBits] >> (at % kWordBits) & 1) != 0;
  }
  /// Of those before a place.
  int64_t TransfersBefore(int64_t place) const;
  int64_t BeyondBefore(int64_t place) const;

  static constexpr size_t kWordBits = 64, kBlockWords = 8;

  std::vector<int64_t> begin_;  ///< Of each stream's events among all.
  Bijection order_;             ///< Of all events.
  /// By place: a bit for each event; how many come before each block of words.
  std::vector<uint64_t> transfers_;
  std::vector<int32_t> before_block_;
  std::vector<Burst> bursts_;  ///< By place; there are few.
};

}  // namespace lakeseed
