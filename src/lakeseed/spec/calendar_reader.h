// Reading `calendar:` of a table, and the columns that it stands for.
//
// Thread safety: pure but for the list of errors.

#pragma once

#include <memory>

#include "lakeseed/spec/calendar_spec.h"
#include "lakeseed/spec/field.h"

namespace lakeseed {

/// \param window  the days of a calendar that states none
std::shared_ptr<const CalendarSpec> ReadCalendar(const Field& field, DateRange window);

/// Put the calendar's columns in place of `"*": calendar`; without `columns:` they are
/// all of the table's. Those that are not written are lets, so expressions know every
/// one. REQUIRES: table->calendar is set.
void ExpandCalendar(bool has_columns, TableSpec* table, ErrorList* errors);

}  // namespace lakeseed
