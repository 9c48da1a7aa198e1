// PickTarget: the table that a foreign key points at, and how a row is picked.
//
//   population   among the living of the fact's day (or all born so far), by
//                permanent popularity
//   fixed rows   all alike, or by Zipf through a permutation
//   other rows   all alike among those that have appeared by the fact's day
//
// Law: a pick is a pure function of (key, row, day).
//
// Thread safety: as the target's row space.

#pragma once

#include <cstdint>
#include <optional>

#include "lakeseed/base/bijection.h"
#include "lakeseed/base/zipf.h"
#include "lakeseed/generate/population.h"
#include "lakeseed/generate/row_space.h"

namespace lakeseed {

class PickTarget {
 public:
  /// `order_key`: of the permutation of fixed rows. `rows` must live longer.
  PickTarget(const RowSpace& rows, const PickLaw& law, const Key& order_key);

  /// out[i] = row of the target for fact rows[i] of days[i]; -1 if there is none.
  void PickOf(const Key& key, const Rows& rows, const int32_t* days, int64_t* out) const;

  /// Number of rows to pick from on a day, and whether one is among them.
  int64_t Count(int32_t day) const;
  bool Has(int64_t target, int32_t day) const;

  /// Days before this one may be asked for.
  int32_t horizon() const;

 private:
  void PickFixed(const Key& key, const Rows& rows, int64_t* out) const;
  void PickGrowing(const Key& key, const Rows& rows, const int32_t* days,
                   int64_t* out) const;

  const RowSpace& rows_;
  const Population* population_;
  PickLaw law_;
  int64_t fixed_ = -1;
  std::optional<FastZipf> zipf_;  ///< Fixed rows by plain Zipf.
  Bijection order_;               ///< Fixed rows: standing -> row.
};

}  // namespace lakeseed
