// TestMatch: visits matched to orders, and their events; for tests only.
//
// Every day has `orders` orders, of which `share` (if below 1) have a visit, and `free`
// visits without one (or in all, if `is_within`); the funnel's stages have the shares of
// `shares`.

#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "lakeseed/base/quantiles.h"
#include "lakeseed/generate/child_rows.h"
#include "lakeseed/generate/event_rows.h"
#include "lakeseed/generate/staged_fanout.h"
#include "lakeseed/generate/test_context.h"

namespace lakeseed {

struct TestMatch {
  struct Options {
    int64_t orders = 20;
    int64_t free = 100;
    int32_t days = 50;
    double share = 1;
    std::vector<double> shares = {0.5, 0.2};
    int64_t per_stage = 1;
    bool is_within = false;
  };

  explicit TestMatch(const Options& options)
      : orders(-1, options.orders), visits(Visits(options)) {
    const Key key = StreamKey(42, {"test match", "events"});
    auto fanout = StagedFanout::Make(key, *QuantileTable(*GeometricLaw(3.0, 1, 20)), {},
                                     {0, visits.days().total()}, *visits.funnel(),
                                     options.per_stage);
    events = std::make_unique<ChildRows>(visits, *std::move(fanout));
  }

  const Funnel& funnel() const { return *visits.funnel(); }

  TestRowSpace orders;
  EventRows visits;
  std::unique_ptr<ChildRows> events;

 private:
  EventRows Visits(const Options& options) {
    std::vector<int64_t> starts = {0};
    for (int32_t day = 0; day < options.days; ++day) {
      starts.push_back(starts.back() + options.free);
    }
    const Key key = StreamKey(42, {"test match"});
    std::optional<Strata> where;
    if (options.share < 1) {
      where.emplace(key.Sub(1), 1000, static_cast<int64_t>(options.share * 1000));
    }
    auto funnel = Funnel::Make(key, DayIndex::OfStarts(std::move(starts)), orders, where,
                               options.shares, options.is_within);
    DayIndex days = funnel->days();
    return EventRows(std::move(days), *Hours::Make(key, {}), TestRowSpace::kEpoch, {}, {},
                     std::move(funnel));
  }
};

}  // namespace lakeseed
