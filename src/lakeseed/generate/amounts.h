// Amounts: the sequence of amounts of one member, of any law, with running totals that
// need no history.
//
// Law: every B consecutive amounts of a member of level v are the B quantiles of the law
//      times v in an order of their own, each pair of neighbours moved apart or together
//      by the same; so their sum is always v times that of the table.
// Law: Total(i, k) is the sum of amounts 0 .. k-1: whole blocks, and at most B adds.
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lakeseed/base/key.h"
#include "lakeseed/spec/column_spec.h"

namespace lakeseed {

/// The quantiles of a law of amounts, in hundredths.
struct AmountTable {
  std::vector<int64_t> quantiles;  ///< Ascending, all above 0; an even number of them.
  bool is_spread = false;          ///< Amounts lie between the quantiles too.
};

/// `law`: lognormal, normal, uniform, exponential, choice or const, in whole units.
/// \retval Invalid  no such law, or an amount that is not above 0
arrow::Result<AmountTable> ReadAmounts(const GeneratorCall& law, const std::string& path,
                                       int32_t block);

class Amounts {
 public:
  Amounts(const Key& key, AmountTable table);

  int64_t block() const { return static_cast<int64_t>(table_.quantiles.size()); }
  /// Sum of a block at level 1.
  int64_t sum() const { return sum_; }

  int64_t Amount(int64_t member, int64_t number, int64_t level = 1) const;
  /// out[i] = Amount(members[i], number, levels[i]); out may be levels itself.
  void AmountsOf(std::span<const int64_t> members, int64_t number, const int64_t* levels,
                 int64_t* out) const;
  int64_t Total(int64_t member, int64_t count, int64_t level = 1) const;

  /// An amount of the law by itself, from one cell.
  int64_t Draw(uint64_t cell, int64_t level = 1) const;

 private:
  /// The amount at a place of the table, in the block of the key.
  int64_t At(const Key& key, int64_t place, int64_t level) const;
  /// Amounts [0, count) of the member's block.
  void Block(int64_t member, int64_t block, int64_t level, int64_t count,
             int64_t* out) const;

  Key key_;
  AmountTable table_;
  std::vector<int64_t> half_;  ///< How far a pair may move, at level 1.
  int64_t sum_ = 0;
};

}  // namespace lakeseed
