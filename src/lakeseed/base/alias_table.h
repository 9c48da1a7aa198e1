// AliasTable: picks from a finite law with one cell and one look-up.
//
// Law: the probability of i is probabilities()[i] to within size / 2^64 and the
// rounding of the table's own arithmetic.
//
// Method: Vose 1991; the two work lists are stacks, filled in ascending order,
// so the table is a function of the weights alone.
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <span>
#include <vector>

#include "lakeseed/base/cell.h"

namespace lakeseed {

class AliasTable {
 public:
  AliasTable() = default;

  /// Make the table of fewer than 2^31 weights, which need not sum to 1.
  /// \retval Invalid  no weight, a negative or not finite one, or all zero
  static arrow::Result<AliasTable> Make(std::span<const double> weights);

  /// Make the table of probabilities, taken as they are.
  /// REQUIRES: all >= 0, sum 1 but for rounding, not empty.
  static AliasTable FromProbabilities(std::vector<double> probabilities);

  int64_t size() const { return static_cast<int64_t>(entries_.size()); }
  const std::vector<double>& probabilities() const { return probabilities_; }

  /// Index for one cell: the bucket from its high part, the place inside the
  /// bucket from its low part. REQUIRES: size() > 0.
  int64_t Pick(uint64_t u) const {
    const int64_t bucket = Below(u, size());
    const uint64_t rest = u * static_cast<uint64_t>(size());
    const Entry& entry = entries_[static_cast<size_t>(bucket)];
    const uint64_t place = rest >> 32;
    // A mask, as nobody can guess which of the two it is.
    int64_t leaves = -static_cast<int64_t>(place > entry.cut);
    if (place == entry.cut) [[unlikely]] {
      leaves = -static_cast<int64_t>(rest >> 11 >= cuts_[static_cast<size_t>(bucket)]);
    }
    return bucket + ((entry.alias - bucket) & leaves);
  }

 private:
  /// What nearly every pick reads: half as large as with the whole cut, so that more of
  /// a large table stays in the caches.
  struct Entry {
    uint32_t cut;  ///< Its first 32 bits; the last place of a bucket that has no alias.
    int32_t alias;
  };

  std::vector<Entry> entries_;
  std::vector<uint64_t> cuts_;  ///< First place, in 2^-53, that is the alias's.
  std::vector<double> probabilities_;
};

}  // namespace lakeseed
