// MadeDays: a run's files and measurements, sorted by day, as the state keeps them.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>
#include <vector>

#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/run/run_report.h"
#include "lakeseed/state/day_facts.h"

namespace lakeseed {

/// Facts of each of `days`, since 1970-01-01; a day without a file has no tables.
std::vector<DayFacts> FactsOfDays(const BoundDataset& dataset,
                                  const std::vector<int32_t>& days,
                                  const RunReport& report);

/// The same of a run that made all days at once; `day` is its last.
DayFacts FactsOfWhole(const BoundDataset& dataset, int32_t day, const RunReport& report);

}  // namespace lakeseed
