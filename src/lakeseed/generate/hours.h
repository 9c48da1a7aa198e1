// Hours: ordered instants inside a day.
//
// Law: row k of n has its instant in the k-th n-th of the day's profile:
// (k + u) / n through the inverse of the cumulative hourly weights, u its cell.
// So rows are in time order (ties possible), and hours of weight 0 stay empty.
// Law: a zone's day has its 23, 24 or 25 elapsed hours, each with the weight of
// its hour on the wall clock. Integers only.
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>

#include <array>
#include <cstdint>
#include <vector>

#include "lakeseed/base/key.h"
#include "lakeseed/base/row_range.h"
#include "lakeseed/base/time_zone.h"

namespace lakeseed {

class Hours {
 public:
  /// `weights`: of the hours 0 .. 23, thousandths count; empty: all alike.
  /// \retval Invalid  a negative weight, or none above 0
  static arrow::Result<Hours> Make(const Key& key, const std::vector<double>& weights,
                                   TimeZone zone = {});

  const TimeZone& zone() const { return zone_; }

  /// Instants, in UTC microseconds, of `rows` (row numbers of the table) of `day`
  /// (since 1970-01-01), of which the first is the k-th of its n rows.
  void TimesOf(int32_t day, RowRange rows, int64_t k, int64_t n, int64_t* times) const;

  int64_t TimeOf(int32_t day, int64_t row, int64_t k, int64_t n) const;

 private:
  /// A stretch of a day with one weight.
  struct Stretch {
    int64_t begin;  ///< Microseconds from the day's start.
    int64_t length;
    int64_t weight;
    int64_t before;  ///< Weight of the stretches before.
  };
  struct Profile {
    std::vector<Stretch> stretches;  ///< Those with a weight, in time order.
    int64_t total = 0;
  };

  Hours() = default;
  Profile ProfileOf(const std::vector<int>& labels, int64_t length) const;
  void Fill(const Profile& profile, int64_t start, RowRange rows, int64_t k, int64_t n,
            int64_t* times) const;

  Key key_;
  TimeZone zone_;
  std::array<int64_t, 24> weights_{};  ///< In thousandths.
  Profile usual_;                      ///< Of a day of 24 hours.
};

}  // namespace lakeseed
