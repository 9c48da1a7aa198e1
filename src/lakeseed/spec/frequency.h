// Which days of a run by day hold a copy of a table.
//
// Law: due days are a function of the calendar, not of what was made before:
// every day, Mondays, firsts of months and of quarters. `once` alone looks at the
// target: it is due while there is no copy.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lakeseed/spec/dataset_spec.h"

namespace lakeseed {

/// The topmost ancestor of a table; itself when it is no child.
const TableSpec& RootOf(const DatasetSpec& dataset, const TableSpec& table);

/// IANA zone of the days of a table of events, of a series or of a ledger.
/// REQUIRES: table.has_own_days().
const std::string& ZoneOf(const TableSpec& table);

/// How often a table is copied whole; nullopt for events, series, ledgers and their
/// children, whose files hold the rows of their day.
std::optional<Frequency> FrequencyOf(const DatasetSpec& dataset, const TableSpec& table);

/// Whether a copy is due on `day`, since 1970-01-01; of `once` on any day.
bool IsDue(Frequency frequency, int32_t day);

std::string_view ToString(Frequency frequency);

}  // namespace lakeseed
