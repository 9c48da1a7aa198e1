// How often a bound table is copied whole; the rule itself is in spec/frequency.h.
//
// Thread safety: pure functions.

#pragma once

#include <optional>

#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/spec/frequency.h"

namespace lakeseed {

/// nullopt for events and their children, whose files hold the rows of their day.
inline std::optional<Frequency> FrequencyOf(const BoundDataset& dataset,
                                            const BoundTable& table) {
  return FrequencyOf(dataset.spec(), *table.spec);
}

}  // namespace lakeseed
