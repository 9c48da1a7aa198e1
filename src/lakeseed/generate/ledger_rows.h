// LedgerRows: the postings of a ledger as rows (`ledger:`): by day, in order of time.
//
// The accounts are the rows of another table, made once. Groups share them out exactly,
// by one permutation of the accounts: an account's place in it is the ledger's member.
//
// Laws:  dense  row = postings before the day + place in the day; days append
//        both   AccountAt(PlaceOf(a)) == a
//        order  times ascend with the rows; both sides of a transfer have one instant;
//               a burst lies within its time
// A day is made in slices, from its first one on also for one of its rows; some slices
// are kept, and some walks that can go on to the next one.
//
// Thread safety: immutable but for what is kept, which is locked. Who needs a slice that
// another thread is on the way to waits for it.

#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/base/bijection.h"
#include "lakeseed/generate/hours.h"
#include "lakeseed/generate/ledger.h"
#include "lakeseed/generate/ledger_day.h"
#include "lakeseed/generate/ledger_places.h"
#include "lakeseed/generate/memo.h"
#include "lakeseed/generate/row_space.h"

namespace lakeseed {

class LedgerRows final : public RowSpace {
 public:
  struct Group {
    std::string name;
    int64_t first = 0;  ///< Place of its first account.
    int64_t count = 0;
  };
  struct Options {
    std::string accounts;  ///< The table.
    std::vector<Group> groups;
    Bijection places;  ///< Of the accounts.
    int32_t epoch = 0;
    int32_t days = 0;
  };
  /// Postings of a day that follow each other, and their instants.
  struct Slice {
    int64_t first = 0;  ///< Row of the first one.
    Ledger::Postings postings;
    std::vector<int64_t> times;
  };
  using SlicePtr = std::shared_ptr<const Slice>;

  LedgerRows(Ledger ledger, Hours hours, Options options);

  RowRange Extent(DaySpan days) const override {
    return {days_.Before(days.first), days_.Before(days.last + 1)};
  }
  void DaysOf(const Rows& rows, int32_t* days) const override;
  bool has_times() const override { return true; }
  void TimesOf(const Rows& rows, int64_t* times) const override;
  int64_t DayStart(int32_t day) const override {
    return hours_.zone().DayStart(options_.epoch + day);
  }
  const LedgerRows* ledger() const override { return this; }

  const Ledger& postings() const { return ledger_; }
  const Options& options() const { return options_; }
  int64_t num_accounts() const { return options_.places.n(); }
  int64_t PlaceOf(int64_t account) const { return options_.places.Forward(account); }
  int64_t AccountAt(int64_t place) const { return options_.places.Inverse(place); }
  /// accounts[i] = AccountAt(places[i]); may be `places` itself.
  void AccountsAt(std::span<const int64_t> places, int64_t* accounts) const {
    options_.places.InverseOf(places.data(), static_cast<int64_t>(places.size()),
                              accounts);
  }
  /// Row of the posting that a posting gives back. REQUIRES: it gives one back.
  int64_t OriginOf(const Ledger::Posting& posting) const;
  /// Number of the group that has the place.
  int32_t GroupOf(int64_t place) const;

  /// Call visit(slice, begin, end) for the wanted rows [begin, end) of one slice after
  /// the other, as they are asked for.
  template <typename Visit>
  void ForEachSlice(const Rows& rows, Visit&& visit) const {
    for (int64_t begin = 0, end = 0; begin < rows.length(); begin = end) {
      const SlicePtr slice = SliceWith(rows[begin]);
      const auto count = static_cast<int64_t>(slice->postings.size());
      const auto is_inside = [&](int64_t row) {
        return row >= slice->first && row < slice->first + count;
      };
      for (end = begin + 1; end < rows.length() && is_inside(rows[end]);) ++end;
      visit(slice, begin, end);
    }
  }

 private:
  using SliceKey = std::pair<int32_t, int64_t>;  ///< Day, and number on it.
  using DayPtr = std::shared_ptr<const LedgerDay>;

  /// Goes from slice to slice: `next` is the one whose balances it has.
  struct Walk {
    Walk(const SliceKey& from, LedgerBalances before)
        : next(from), balances(std::move(before)) {}

    std::mutex mutex;  ///< Of whoever goes on with it.
    SliceKey next;     ///< Also locked by `mutex_` where it changes.
    LedgerBalances balances;
  };
  using WalkPtr = std::shared_ptr<Walk>;

  SlicePtr SliceWith(int64_t row) const;
  DayPtr DayOf(int32_t number) const;
  bool KeepsBalances(int32_t day) const;
  LedgerBalances FreshBalances(int32_t day) const;
  /// A walk to the slice, as short as any that is known.
  WalkPtr WalkTo(const SliceKey& slice) const;
  /// Make the walk's next slice, and go on.
  SlicePtr Step(Walk* walk) const;
  std::vector<int64_t> TimesOf(const LedgerDay& day, int64_t slice,
                               const Ledger::Postings& postings) const;

  const Ledger ledger_;
  const Hours hours_;
  const Options options_;
  DayIndex days_;
  mutable Memo<int32_t, LedgerDay> plans_;
  mutable Memo<SliceKey, Slice> kept_;
  mutable Memo<int32_t, LedgerPlaces> places_;  ///< Of days whose events come back.
  mutable std::mutex mutex_;
  mutable std::vector<WalkPtr> walks_;  ///< The one that was used last is the last.
};

}  // namespace lakeseed
