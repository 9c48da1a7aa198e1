// SessionTree: how a session is cut into bars: into hours, these into quarters of an
// hour, these into five minutes, these into minutes, all counted from the opening; and
// inside a level by halving, so that each cut has two sides.
//
// Law: the cuts of a coarser size are the first ones of each finer size, in the same
//      order: what is made of a session in this order does not depend on how far down it
//      goes.
// Law: each minute but the first begins behind one cut at most, which is named after it.
// Law: the last bar of a level may be shorter than the others.
//
// Thread safety: immutable.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lakeseed {

class SessionTree {
 public:
  /// Minutes of the nodes of each level, each a multiple of the next.
  static constexpr int32_t kSizes[] = {60, 15, 5, 1};

  /// A node that is cut in two, in bars of the tree, and in nodes of its level.
  struct Cut {
    size_t begin, middle, end;
    size_t first, half, last;
    double left, right;  ///< Minutes.
  };
  /// Cuts that do not depend on each other.
  struct Stage {
    size_t level = 0;
    std::vector<Cut> cuts;
    std::vector<int64_t> names;  ///< The minute of each cut.
  };

  /// The size of the bars that bars of `every` minutes are folds of: the coarsest that
  /// divides it. REQUIRES: every >= 1.
  static int32_t SizeFor(int64_t every);

  /// A session with bars of one of kSizes, or of all its minutes.
  /// REQUIRES: minutes >= 1.
  SessionTree(int32_t minutes, int32_t size);

  int32_t minutes() const { return minutes_; }
  int32_t size() const { return size_; }
  size_t bars() const { return BarAt(minutes_); }
  const std::vector<Stage>& stages() const { return stages_; }

 private:
  size_t BarAt(int32_t minute) const {
    return static_cast<size_t>((minute + size_ - 1) / size_);
  }
  Cut CutOf(int32_t begin, int32_t middle, int32_t end, int32_t size) const;

  int32_t minutes_, size_;
  std::vector<Stage> stages_;
};

}  // namespace lakeseed
