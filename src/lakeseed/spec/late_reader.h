// `late:` of a table of events: which share of its rows becomes known so many days
// after the event.
//
// Thread safety: pure but for the list of errors.

#pragma once

#include "lakeseed/spec/field.h"

namespace lakeseed {

/// Read `late: {1d: 6%, 2d: 3%}` of a table whose kind is read already.
void ReadLate(const Field& field, TableSpec* table);

}  // namespace lakeseed
