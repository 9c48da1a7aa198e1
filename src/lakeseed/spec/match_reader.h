// Reading `match:` of a table of events.
//
// Thread safety: pure but for the list of errors.

#pragma once

#include "lakeseed/spec/field.h"
#include "lakeseed/spec/match_spec.h"

namespace lakeseed {

/// Read `match:` of a table whose kind is read already.
void ReadMatch(const Field& field, TableSpec* table);

/// Whether the other tables of all matches exist and do not match back.
void CheckMatches(const DatasetSpec& dataset, ErrorList* errors);

}  // namespace lakeseed
