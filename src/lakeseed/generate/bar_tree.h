// BarTree: the bars of a session of several members side by side (lanes.h), from one bar
// of the whole session down the cuts of session_tree.h.
//
// Law: a cut of a member is drawn as the market's is, with its chance to follow, and else
//      by itself: so members move together, at all sizes alike, and each has the law that
//      it has alone. Two members share a cut with the product of their chances.
//
// Layout: what belongs to lane k of bar i stands at i * lanes + k; there is a mark more
// than bars. A bar that is not cut yet stands where its first one will be.
//
// Thread safety: none; kept to be set again, so that its memory is used again.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "lakeseed/base/key.h"
#include "lakeseed/generate/bar_split.h"
#include "lakeseed/generate/session_clock.h"
#include "lakeseed/generate/session_tree.h"

namespace lakeseed {

class BarTree {
 public:
  /// Field by field, as BarSplits has them. Ticks, volume and trades are whole numbers.
  struct Bars {
    std::vector<double> marks, mark_ticks;
    std::vector<double> variance, high, low, high_ticks, low_ticks, volume, trades, mean;
  };
  /// What a lane is.
  struct Lane {
    Key clock;  ///< Stream of its clocks,
    Key draws;  ///< and that of its cuts on the day.
    double price = 100, zero = 0;
    double following = 0;  ///< Chance that a cut is drawn as the market's is.
  };
  struct Session {
    SessionClock::Session clock;
    double volume_power = 0.8;
    Key market;  ///< Draws that members may follow.
  };

  /// Make room for the bars of a tree; the first one, at 0, and the last marks are to be
  /// set.
  void Begin(size_t bars, size_t lanes);
  Bars& bars() { return bars_; }
  double* closes() { return &bars_.marks[bars_.marks.size() - lanes_]; }

  /// Cut them all.
  void Split(const SessionTree& tree, const Session& session,
             std::span<const Lane> lanes);

 private:
  void SplitSome(const SessionTree::Stage& stage, size_t first, size_t count,
                 const Session& session, std::span<const Lane> lanes);
  void Take(const SessionTree::Cut& cut, size_t at, std::span<const Lane> lanes);
  void Draw(std::span<const int64_t> names, const Key& market,
            std::span<const Lane> lanes);
  void Put(const SessionTree::Cut& cut, size_t at);

  size_t lanes_ = 0;
  Bars bars_;
  SessionClock clock_;
  BarSplits splits_;
  BarSplitWork work_;
};

}  // namespace lakeseed
