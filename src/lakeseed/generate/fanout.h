// Fanout: how many children each parent has; child row <-> (parent row, line).
//
// Law: blocks of consecutive parents of the table share the quantiles of the law,
// permuted; the first child of a block's first parent x is floor(num * x / den),
// num / den = mean children per parent. A block's sum is that difference.
// Law: blocks are cut only at `cuts` (the ends of the window), so with num / den =
// children / parents of the window the window has exactly that many children.
// Law: children are dense and in the order of their parents.
// Law: counts are those that the law has, if their sum can be made of them by units.
//
// Thread safety: immutable but for a bounded cache of blocks, which is locked.

#pragma once

#include <arrow/result.h>

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "lakeseed/base/key.h"
#include "lakeseed/base/quantiles.h"
#include "lakeseed/base/row_range.h"
#include "lakeseed/generate/rows.h"

namespace lakeseed {

/// Children of a parent; den == 0: the table's own mean.
using FanoutMean = MeanFraction;

class Fanout {
 public:
  virtual ~Fanout() = default;

  /// `table`: quantiles of the law, one block's worth. `cuts`: parents before which
  /// a new block starts, ascending; 0 need not be said. `law`: which counts there are;
  /// without mass: all from the table's least to its greatest.
  /// \retval Invalid  the mean lies outside the table's smallest and largest count
  static arrow::Result<std::unique_ptr<Fanout>> Make(const Key& key,
                                                     std::vector<int64_t> table,
                                                     FanoutMean mean = {},
                                                     std::vector<int64_t> cuts = {},
                                                     const CountLaw& law = {});

  /// Least and most children of a parent, and the mean.
  int64_t min() const { return lo_; }
  virtual int64_t max() const { return hi_; }
  virtual FanoutMean mean() const { return {num_, den_}; }

  /// First child of a parent; children of parents [a, b) are
  /// [FirstChild(a), FirstChild(b)).
  virtual int64_t FirstChild(int64_t parent) const;
  virtual int64_t Count(int64_t parent) const;
  /// Parent of a child.
  virtual int64_t Parent(int64_t child) const;

  /// Block versions; `out` holds as many as there are rows.
  virtual void CountsOf(RowRange parents, int32_t* counts) const;
  virtual void ParentsOf(const Rows& children, int64_t* parents) const;
  virtual void FirstChildrenOf(const Rows& parents, int64_t* children) const;

 protected:
  Fanout() = default;
  /// What Make() does, on a fan-out that exists.
  arrow::Status Init(const Key& key, std::vector<int64_t> table, FanoutMean mean,
                     const std::vector<int64_t>& cuts);

 private:
  /// Prefix sums of the counts of one block.
  struct Block {
    int64_t begin, end;  ///< Parents.
    int64_t first_child;
    std::vector<int32_t> prefix;  ///< Size end - begin + 1.
    int64_t end_child() const { return first_child + prefix.back(); }
  };
  static constexpr size_t kSlots = 128;

  int64_t Start(int64_t parent) const;  ///< Of the block that holds the parent.
  int64_t End(int64_t start) const;
  int64_t ChildrenBefore(int64_t start) const;
  std::shared_ptr<const Block> BlockAt(int64_t start) const;
  std::shared_ptr<const Block> BlockOfChild(int64_t child) const;
  std::shared_ptr<const Block> Make(int64_t start) const;

  Key key_;
  std::vector<int64_t> table_;
  int64_t size_ = 0, lo_ = 0, hi_ = 0, num_ = 0, den_ = 1;
  std::vector<bool> mass_;  ///< Of counts from first_ on; empty: all.
  int64_t first_ = 0;
  std::vector<int64_t> cuts_;
  /// The two tables of full blocks: floor(mean * size) and one more.
  std::array<std::vector<int64_t>, 2> full_;
  int64_t full_sum_ = 0;
  mutable std::mutex mutex_;
  mutable std::array<std::shared_ptr<const Block>, kSlots> cache_;
};

}  // namespace lakeseed
