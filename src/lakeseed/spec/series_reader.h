// Reading `series:` of a table, and the clock that it stands for.
//
// Thread safety: pure but for the list of errors.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <memory>

#include "lakeseed/base/step_clock.h"
#include "lakeseed/spec/field.h"
#include "lakeseed/spec/series_spec.h"

namespace lakeseed {

std::shared_ptr<const SeriesSpec> ReadSeries(const Field& field);

/// The clock of a series whose `every` has the value `every`.
/// \retval Invalid  a step that is no step, or an unknown zone
arrow::Result<StepClock> ClockOf(const SeriesSpec& series, int64_t every);

}  // namespace lakeseed
