// Columns with values inside: structs and lists.
//
//   home: {struct: {city: place.city, zip: place.postal_code}, null_fraction: 0.1}
//   tags: {list: {length: {poisson: {mean: 2, max: 6}}, of: {choice: {new: 1, sale: 2}}}}
//
// Law: the elements of a list are the rows of a table that no file has, named as its
// table and column ("orders.tags"), with one column kElement: children of the rows that
// have the list, so each is a function of its number alone.
//
// Thread safety: pure but for the list of errors.

#pragma once

#include <string_view>

#include "lakeseed/spec/field.h"

namespace lakeseed {

/// Whether a key of a column means a struct or a list.
bool IsNested(std::string_view key);

/// Read the value of such a key into a column whose common keys are read.
void ReadNested(std::string_view key, const Field& value, ColumnSpec* column);

/// Give every list of the dataset its table.
void AddListTables(DatasetSpec* spec);

}  // namespace lakeseed
