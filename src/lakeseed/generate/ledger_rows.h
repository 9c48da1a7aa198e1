// LedgerRows: the postings of a ledger as rows (`ledger:`): by day, in order of time.
//
// The accounts are the rows of another table, made once. Groups share them out exactly,
// by one permutation of the accounts: an account's place in it is the ledger's member.
//
// Laws:  dense  row = postings before the day + place in the day; days append
//        both   AccountAt(PlaceOf(a)) == a
//        order  times ascend with the rows; both sides of a transfer have one instant;
//               a burst lies within its time
// A day is made whole, also for one of its rows; some days are kept.
//
// Thread safety: immutable but for the kept days, which are locked.

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lakeseed/base/bijection.h"
#include "lakeseed/generate/hours.h"
#include "lakeseed/generate/ledger.h"
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
  /// The postings of a day and their instants.
  struct Day {
    int64_t first = 0;  ///< Row of the first one.
    Ledger::Postings postings;
    std::vector<int64_t> times;
    /// What each member has moved with this day, where that is known; the next day
    /// goes on from here. Empty where there are far more members than postings.
    std::vector<int64_t> balances;
  };
  using DayPtr = std::shared_ptr<const Day>;

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

  /// Call visit(day, begin, end) for the wanted rows [begin, end) of one day after the
  /// other, as they are asked for.
  template <typename Visit>
  void ForEachDay(const Rows& rows, Visit&& visit) const {
    for (int64_t begin = 0, end = 0; begin < rows.length(); begin = end) {
      const DayPtr day = DayWith(rows[begin]);
      const int64_t count = static_cast<int64_t>(day->postings.size());
      const auto is_of_day = [&](int64_t row) {
        return row >= day->first && row < day->first + count;
      };
      for (end = begin + 1; end < rows.length() && is_of_day(rows[end]);) ++end;
      visit(day, begin, end);
    }
  }

 private:
  DayPtr DayWith(int64_t row) const;
  Day MakeDay(int32_t number) const;
  bool KeepsBalances(int32_t day) const;
  void SetTimes(int32_t number, Day* day) const;

  const Ledger ledger_;
  const Hours hours_;
  const Options options_;
  DayIndex days_;
  mutable Memo<int32_t, Day> kept_;
  mutable Memo<int32_t, Ledger::Places> places_;  ///< Of days whose events come back.
};

}  // namespace lakeseed
