// Reading `drift:` of a column or let.
//
// Thread safety: pure but for the list of errors.

#pragma once

#include <memory>
#include <string>

#include "lakeseed/spec/drift_spec.h"
#include "lakeseed/spec/field.h"

namespace lakeseed {

/// Null after a report.
std::shared_ptr<const DriftSpec> ReadDrift(const Field& field);

}  // namespace lakeseed
