// The whole tree of a dataset file as a DatasetSpec.
//
// Thread safety: pure but for the list of errors.

#pragma once

#include "lakeseed/spec/field.h"
#include "lakeseed/spec/uses.h"

namespace lakeseed {

/// Keys at the top of a file.
const Names& DatasetKeys();

/// Read a file, variants and settings applied. What could not be read is left
/// out, with an error in the list. `imports`: of tables that `uses:` brought in.
DatasetSpec ReadDataset(const SpecNode& root, const std::string& file, ErrorList* errors,
                        const Imports& imports = {});

/// Check what one table alone cannot know: names of tables, cycles, dates, the
/// names in sizes.
void CheckDataset(const DatasetSpec& spec, const SpecNode& root, ErrorList* errors);

/// Text that is equal for equal datasets: layout, comments, docs, rules and the
/// order of keys do not show; the order of tables, columns and generator
/// parameters does.
std::string CanonicalText(const DatasetSpec& spec);

}  // namespace lakeseed
