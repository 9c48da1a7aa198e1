// `dirt:` of a table: cells that are wrong on purpose, and rows that stand there twice.
//
// Thread safety: pure but for the list of errors.

#pragma once

#include "lakeseed/spec/field.h"

namespace lakeseed {

/// Read `dirt: {nulls: {phone: 2%}, …, duplicates: 1%}` of a table whose kind is read
/// already. Duplicates make the rows of a `rows_of` table stand there twice.
void ReadDirt(const Field& field, TableSpec* table);

}  // namespace lakeseed
