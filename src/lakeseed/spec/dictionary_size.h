// Where the size of a table stands in the tree of a dataset, and how it is changed.
//
// Thread safety: pure but for the tree and the list of errors.

#pragma once

#include <string>

#include "lakeseed/spec/field.h"

namespace lakeseed {

/// Whether the rows of a table belong to days: events, and what hangs on them.
bool IsByDay(const SpecNode& tree, const std::string& table);

/// The `events` that a table's rows come with, or nullptr; of events their own.
const SpecNode* EventsAbove(const SpecNode& tree, const std::string& table);

/// `population` or `events` of a table as a mapping, where it was a plain size.
SpecNode* PopulationOf(SpecNode* table, const Place& place);
SpecNode* EventsOf(SpecNode* table, const Place& place);

/// Set the rows of a table that is copied whole. A size that is a parameter's name
/// stays so, and the parameter changes.
void SetBaseRows(const Field& rows, const std::string& table, SpecNode* tree);

/// Set the rows on a day without factors; of a child table the mean per parent.
void SetRowsPerDay(const Field& rows, const std::string& table, SpecNode* tree);

}  // namespace lakeseed
