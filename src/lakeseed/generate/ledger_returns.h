// LedgerReturns: when the events of a schedule are given back, and how many postings
// each of them has.
//
// Events take their lags and lengths in turn from two tables in an order of their own, so
// both laws are met by any 1024 events, and how many come back before a day is counted
// without going over them.
//
// Law: Before(day + 1) - Before(day) are those of On(day); each event comes back once,
//      LagOf days after its own day.
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/base/key.h"
#include "lakeseed/generate/schedule.h"
#include "lakeseed/spec/ledger_spec.h"

namespace lakeseed {

class LedgerReturns {
 public:
  /// Events that are never given back, of one posting each.
  LedgerReturns() = default;

  /// Those of the stream, whose path is given for errors.
  /// \retval Invalid  a law of other numbers than 1 to 366 days, 1 to 64 postings
  static arrow::Result<LedgerReturns> Make(const Key& key, const LedgerStreamSpec& stream,
                                           const std::string& path);

  bool empty() const { return lags_.empty(); }
  bool has_lengths() const { return longest_ > 1; }
  int32_t last_lag() const { return empty() ? 0 : by_lag_.back().lag; }
  int32_t longest() const { return longest_; }

  /// Of an event by its number among all.
  int32_t LagOf(int64_t event) const { return lags_[Turn(event)]; }
  int32_t LengthOf(int64_t event) const { return empty() ? 1 : lengths_[Turn(event)]; }
  /// Of the first so many events.
  int64_t PostingsOf(int64_t events) const;

  struct Count {
    int64_t events = 0, postings = 0;
  };
  /// What has come back before the day.
  Count Before(const Schedule& schedule, int32_t day) const;
  /// Events that come back on the day, those of the latest days first.
  std::vector<Schedule::Event> On(const Schedule& schedule, int32_t day) const;

 private:
  size_t Turn(int64_t event) const {
    return static_cast<size_t>(event % static_cast<int64_t>(lags_.size()));
  }

  /// Events of one lag, and their postings, among the first so many of a turn.
  struct OfLag {
    int32_t lag = 0;
    std::vector<Count> before;
  };

  std::vector<int32_t> lags_, lengths_;
  std::vector<OfLag> by_lag_;             ///< Ascending.
  std::vector<int64_t> postings_before_;  ///< Of a turn.
  int32_t longest_ = 1;
};

}  // namespace lakeseed
