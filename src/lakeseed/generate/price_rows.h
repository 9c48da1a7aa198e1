// PriceRows: the rows of a request with what is made of the days of their members.
//
// Members whose rows follow each other are made side by side, as lanes; a few days are
// held meanwhile. `Day` has lanes and `bytes()`.
//
// Thread safety: none; one for a request. The memo is shared by all requests.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/generate/lanes.h"
#include "lakeseed/generate/memo.h"
#include "lakeseed/generate/price_series.h"

namespace lakeseed {

template <typename Day>
class PriceRows {
 public:
  /// Where a row stands, and what was made of its day: it is a lane of that.
  struct Row {
    SeriesRows::Place place;
    PriceLaw law;
    std::shared_ptr<const Day> day;
    size_t lane = 0;
    int64_t group = -1;  ///< That it was looked up with.

    bool Has(const SeriesRows::Place& other, const PriceLaw& its_law) const {
      return place.day == other.day && place.member == other.member && law == its_law;
    }
  };

  struct DayKey {
    int64_t member;
    int32_t day;  ///< From the epoch.
    PriceLaw law;
    bool operator==(const DayKey&) const = default;
  };
  struct DayHash {
    size_t operator()(const DayKey& key) const {
      return Cell({0, static_cast<uint64_t>(key.day)}, key.member);
    }
  };
  /// Days that are kept, and the lane of the member.
  using DayMemo = Memo<DayKey, std::pair<std::shared_ptr<const Day>, size_t>, DayHash>;

  PriceRows(const PriceSeries& series, const GenerateRequest& request, DayMemo* memo)
      : series_(series), asked_(series.AskedBy(request)), memo_(*memo) {
    last_.resize(std::clamp<size_t>(asked_.places.size(), 1, kMostKept));
  }

  /// Call visit(i, row) for each wanted row in turn. `make(day, minutes, members)` makes
  /// a shared `Day` of the sessions of up to kLanes members; those of the first and the
  /// last day, where other requests go on, are kept.
  template <typename Make, typename Visit>
  void ForEach(Make&& make, Visit&& visit) {
    for (size_t i = 0; i < asked_.places.size(); ++i) {
      Row& row = Slot(asked_.places[i].member);
      if (row.day == nullptr || !row.Has(asked_.places[i], asked_.LawOf(i))) {
        MakeGroup(i, make);
      }
      row.place = asked_.places[i];
      visit(i, static_cast<const Row&>(row));
    }
  }

 private:
  static constexpr size_t kMostKept = 1024;

  /// The last row of a member: the next one is mostly of the same day. Where there are
  /// many members some of them share a place.
  Row& Slot(int64_t member) { return last_[static_cast<size_t>(member) % last_.size()]; }

  /// The members of the rows from `first` on whose day is not there yet, until a step or
  /// the day ends.
  template <typename Make>
  void MakeGroup(size_t first, Make&& make) {
    const int32_t day = asked_.places[first].day;
    const bool goes_on =
        day == asked_.places.front().day || day == asked_.places.back().day;
    PriceMember members[kLanes];
    Row* missing[kLanes];
    size_t count = 0;
    ++groups_;
    for (size_t i = first; i < asked_.places.size() && count < kLanes; ++i) {
      const SeriesRows::Place& place = asked_.places[i];
      const PriceLaw law = asked_.LawOf(i);
      Row& row = Slot(place.member);
      if (place.day != day || row.group == groups_ || row.Has(place, law)) break;
      row = {.place = place, .law = law, .group = groups_};
      const auto kept = goes_on ? memo_.Find({place.member, day, law}) : nullptr;
      if (kept != nullptr) {
        std::tie(row.day, row.lane) = *kept;
      } else {
        members[count] = {place.member, law};
        missing[count++] = &row;
      }
    }
    if (count == 0) return;
    const std::shared_ptr<const Day> made =
        make(series_.series().OpenDaysBefore(day), series_.MinutesOf(day),
             std::span<const PriceMember>(members, count));
    for (size_t k = 0; k < count; ++k) {
      missing[k]->day = made;
      missing[k]->lane = k;
      if (!goes_on) continue;
      memo_.Get({members[k].member, day, members[k].law},
                made->bytes() / static_cast<int64_t>(count),
                [&] { return std::pair(made, k); });
    }
  }

  const PriceSeries& series_;
  const PriceSeries::Asked asked_;
  DayMemo& memo_;
  std::vector<Row> last_;
  int64_t groups_ = 0;
};

}  // namespace lakeseed
