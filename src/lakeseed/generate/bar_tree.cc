#include "lakeseed/generate/bar_tree.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/lanes.h"

namespace lakeseed {
namespace {

/// Draws of a cut.
enum : int64_t {
  kMiddle = 1,
  kHigh,
  kLow,
  kOtherHigh,
  kOtherLow,
  kMean,
  kVolume,
  kTrades,
  kFollows
};

LAKESEED_LANES void FollowLanes(const double* chances, const double* following,
                                const double* followed, size_t count, double* units,
                                size_t lanes) {
  for (size_t i = 0; i < count; ++i, chances += lanes, units += lanes) {
    const double its = followed[i];
    LAKESEED_EACH_LANE(k) {
      units[k] = internal::Select(chances[k] < following[k], its, units[k]);
    }
  }
}

/// Members that follow have the draws of what they follow.
LAKESEED_KERNEL(void, FollowAll,
                (const double* chances, const double* following, const double* followed,
                 size_t count, double* units, size_t lanes),
                (chances, following, followed, count, units, lanes)) {
  LAKESEED_WITH_LANES(FollowLanes, lanes, chances, following, followed, count, units);
}

}  // namespace

void BarTree::Begin(size_t bars, size_t lanes) {
  lanes_ = lanes;
  Bars& all = bars_;
  for (auto* field : {&all.variance, &all.high, &all.low, &all.high_ticks, &all.low_ticks,
                      &all.volume, &all.trades, &all.mean}) {
    field->resize(bars * lanes);
  }
  for (auto* field : {&all.marks, &all.mark_ticks}) field->resize((bars + 1) * lanes);
}

void BarTree::Split(const SessionTree& tree, const Session& session,
                    std::span<const Lane> lanes) {
  Key clocks[kLanes];
  for (size_t k = 0; k < lanes.size(); ++k) clocks[k] = lanes[k].clock;
  const size_t most = BarSplits::kMost / lanes.size();
  size_t level = std::size(SessionTree::kSizes);
  for (const SessionTree::Stage& stage : tree.stages()) {
    if (level != stage.level) {
      level = stage.level;
      clock_.Set({clocks, lanes.size()}, session.clock, level);
    }
    for (size_t first = 0; first < stage.cuts.size(); first += most) {
      const size_t count = std::min(most, stage.cuts.size() - first);
      SplitSome(stage, first, count, session, lanes);
    }
  }
}

void BarTree::SplitSome(const SessionTree::Stage& stage, size_t first, size_t count,
                        const Session& session, std::span<const Lane> lanes) {
  splits_.count = count * lanes.size();
  for (size_t i = 0; i < count; ++i) {
    const SessionTree::Cut& cut = stage.cuts[first + i];
    Take(cut, i * lanes.size(), lanes);
  }
  Draw(std::span(stage.names).subspan(first, count), session.market, lanes);
  SplitBars(session.volume_power, &splits_, &work_);
  for (size_t i = 0; i < count; ++i) Put(stage.cuts[first + i], i * lanes.size());
}

void BarTree::Take(const SessionTree::Cut& cut, size_t at, std::span<const Lane> lanes) {
  const size_t begin = cut.begin * lanes_, end = cut.end * lanes_;
  const double* const sums = clock_.sums();
  BarSplits& to = splits_;
  for (size_t k = 0; k < lanes_; ++k) {
    const size_t from = begin + k, i = at + k;
    to.open[i] = bars_.marks[from], to.close[i] = bars_.marks[end + k];
    to.open_ticks[i] = bars_.mark_ticks[from];
    to.close_ticks[i] = bars_.mark_ticks[end + k];
    to.high[i] = bars_.high[from], to.low[i] = bars_.low[from];
    to.high_ticks[i] = bars_.high_ticks[from], to.low_ticks[i] = bars_.low_ticks[from];
    to.variance[i] = bars_.variance[from], to.mean[i] = bars_.mean[from];
    to.volume[i] = bars_.volume[from], to.trades[i] = bars_.trades[from];
    to.left_minutes[i] = cut.left, to.right_minutes[i] = cut.right;
    to.clock[i] =
        internal::ShareOfLeft(sums[cut.first * lanes_ + k], sums[cut.half * lanes_ + k],
                              sums[cut.last * lanes_ + k]);
    to.price[i] = lanes[k].price, to.zero[i] = lanes[k].zero;
  }
}

void BarTree::Draw(std::span<const int64_t> names, const Key& market,
                   std::span<const Lane> lanes) {
  Key keys[kLanes];
  double following[kLanes];
  for (size_t k = 0; k < lanes_; ++k) {
    keys[k] = lanes[k].draws, following[k] = lanes[k].following;
  }
  const bool any =
      std::any_of(following, following + lanes_, [](double x) { return x > 0; });
  const std::pair<int64_t, double*> draws[] = {{kMiddle, splits_.middle_unit},
                                               {kHigh, splits_.high_unit},
                                               {kLow, splits_.low_unit},
                                               {kOtherHigh, splits_.other_high_unit},
                                               {kOtherLow, splits_.other_low_unit},
                                               {kMean, splits_.mean_unit}};
  double chances[BarSplits::kMost], followed[BarSplits::kMost];
  if (any) UnitsOf({keys, lanes_}, names, kFollows, chances);
  for (const auto& [draw, units] : draws) {
    UnitsOf({keys, lanes_}, names, draw, units);
    if (!any) continue;
    UnitsOf({&market, 1}, names, draw, followed);
    FollowAll(chances, following, followed, names.size(), units, lanes_);
  }
  UnitsOf({keys, lanes_}, names, kVolume, splits_.volume_unit);
  UnitsOf({keys, lanes_}, names, kTrades, splits_.trade_unit);
}

void BarTree::Put(const SessionTree::Cut& cut, size_t at) {
  const size_t left = cut.begin * lanes_, right = cut.middle * lanes_;
  const BarSplits& from = splits_;
  for (size_t k = 0; k < lanes_; ++k) {
    const size_t i = at + k, l = left + k, r = right + k;
    bars_.marks[r] = from.middle[i], bars_.mark_ticks[r] = from.middle_ticks[i];
    bars_.variance[l] = from.variance[i] * from.clock[i];
    bars_.variance[r] = from.variance[i] - bars_.variance[l];
    bars_.high[l] = from.left_high[i], bars_.high[r] = from.right_high[i];
    bars_.low[l] = from.left_low[i], bars_.low[r] = from.right_low[i];
    bars_.high_ticks[l] = from.left_high_ticks[i];
    bars_.high_ticks[r] = from.right_high_ticks[i];
    bars_.low_ticks[l] = from.left_low_ticks[i];
    bars_.low_ticks[r] = from.right_low_ticks[i];
    bars_.volume[l] = from.left_volume[i], bars_.trades[l] = from.left_trades[i];
    bars_.volume[r] = from.volume[i] - from.left_volume[i];
    bars_.trades[r] = from.trades[i] - from.left_trades[i];
    bars_.mean[l] = from.left_mean[i], bars_.mean[r] = from.right_mean[i];
  }
}

}  // namespace lakeseed
