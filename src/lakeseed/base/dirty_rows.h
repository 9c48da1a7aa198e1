// DirtyRows: which rows of a table one kind of dirt hits, at an exact rate.
//
// Laws: exact  in each block of 1024 rows of the table exactly floor(1024 * share + u)
//              rows are hit, u in [0, 1) being the block's own: over all rows the share
//              is met to less than a row for each block
//       split  a row alone gives what it gives among others, whatever the file
//
// Method: a row is hit if the image of its place in the block, under the block's
// bijection, is below the block's number of hits.
//
// Thread safety: immutable.

#pragma once

#include <cstdint>

#include "lakeseed/base/key.h"

namespace lakeseed {

class DirtyRows {
 public:
  static constexpr int64_t kBlock = 1024;
  /// References to rows that no day ever makes start here.
  static constexpr int64_t kOrphan = int64_t{1} << 53;

  /// REQUIRES: 0 <= share <= 1.
  DirtyRows(const Key& key, double share);

  /// Rows of a block that are hit.
  int64_t PlannedIn(int64_t block) const;
  /// hit[i] = 1 if row rows[i] is hit, else 0. Rows of one block are best asked for
  /// together. REQUIRES: rows[i] >= 0.
  void Of(const int64_t* rows, int64_t count, uint8_t* hit) const;

 private:
  const Key key_;
  const uint64_t share_;  ///< In units of 2^-32.
};

}  // namespace lakeseed
