// RowSpace: how the rows of a table come to be: which exist, on which day.
//
// Days are counted from the dataset's epoch (day 0). Rows are dense in order of
// appearance, so a longer request never renumbers one.
//
//   StaticRows      rows made once, before day 0 (`rows:`)
//   PopulationRows  entities that are born and leave (`population:`)
//   EventRows       so many per day, ordered in time (`events:`)
//   ChildRows       children of the rows of another space (`per:`)
//   HistoryRows     versions of the members of a population (`history_of:`)
//   SeriesRows      a row for each step of time and each member (`series:`)
//   LedgerRows      postings of accounts (`ledger:`)
//
// Laws:  pure    every answer is a function of the spec and the seed
//        extend  a longer horizon appends; no row moves
//        both    Extent and DayOf agree: row r is in Extent([d, d]) iff DayOf(r) == d
//
// Thread safety: immutable after construction but for internal caches, which
// are locked; any number of threads may ask at once.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <memory>

#include "lakeseed/generate/rows.h"

namespace lakeseed {

class Arrival;
class Population;
class Changes;
class Fanout;
class Funnel;
class HistoryRows;
class LedgerRows;
class SeriesRows;

/// Days from the epoch, both belonging to it.
struct DaySpan {
  int32_t first = 0;
  int32_t last = 0;
};

class RowSpace {
 public:
  virtual ~RowSpace() = default;

  /// Rows of a request for days [first, last]: events and their children of
  /// those days; for static tables and populations (and their children) every
  /// row that has appeared up to `last`, the founders included; versions likewise.
  virtual RowRange Extent(DaySpan days) const = 0;

  /// Day of each row: event day; birth day of a member (-1 for founders); the
  /// parent's day for children; first day of a version (-1 for founders' first ones);
  /// -1 for static rows. Writes rows.length() days.
  virtual void DaysOf(const Rows& rows, int32_t* days) const = 0;

  /// Birth day of each row of a population; founders have days before the epoch.
  /// REQUIRES: population() != nullptr.
  virtual void BornOf(const Rows& rows, int32_t* days) const;

  /// Day on which each row becomes known: its own day, or later for late rows and
  /// their children.
  virtual void ArrivalDaysOf(const Rows& rows, int32_t* days) const {
    DaysOf(rows, days);
  }
  /// How late events, or the events above these children, arrive; nullptr: on their day.
  virtual const Arrival* arrival() const { return nullptr; }

  /// Whether rows have an instant of their own (events and their children).
  virtual bool has_times() const { return false; }

  /// Instant of each row, UTC microseconds. REQUIRES: has_times().
  virtual void TimesOf(const Rows& rows, int64_t* times) const;

  /// UTC microseconds of 00:00 of `day` in the zone of this table.
  virtual int64_t DayStart(int32_t day) const = 0;

  /// The population behind the rows, or nullptr.
  virtual const Population* population() const { return nullptr; }
  /// The changes of that population, or nullptr.
  virtual const Changes* changes() const { return nullptr; }

  /// For children: the parent's space and the fan-out, else nullptr.
  virtual const RowSpace* parent() const { return nullptr; }
  virtual const Fanout* fanout() const { return nullptr; }

  /// For events matched to those of another table, else nullptr.
  virtual const Funnel* funnel() const { return nullptr; }

  /// For versions of members: these rows, else nullptr.
  virtual const HistoryRows* history() const { return nullptr; }
  /// For steps of a series: these rows, else nullptr.
  virtual const SeriesRows* series() const { return nullptr; }
  /// For postings of accounts: these rows, else nullptr.
  virtual const LedgerRows* ledger() const { return nullptr; }

  /// Whether rows see what they refer to as of their own day, whatever the run's is.
  bool sees_own_day() const { return has_times() || history() != nullptr; }

  /// Number of rows if no day ever adds one (static tables and their children), else -1.
  virtual int64_t fixed_count() const { return -1; }
};

}  // namespace lakeseed
