// Columns, lets, groups and rules of a dataset file.
//
// Thread safety: pure but for the list of errors.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lakeseed/spec/field.h"

namespace lakeseed {

/// Columns that several tables share, by name.
using Groups = std::map<std::string, std::vector<ColumnSpec>, std::less<>>;

/// {poisson: {mean: 2}}, or a plain number as {const: 2}.
std::optional<GeneratorCall> ReadGenerator(const Field& field);

/// A column, let, field or element; `place` is that of its name.
ColumnSpec ReadColumn(std::string name, const Place& place, const Field& value);

/// Columns of `columns:`, `let:` or a group, in file order. With `groups`, an
/// entry `include: [names]` stands for the columns of those groups, and "*" is a
/// column to be replaced by ExpandHistories().
std::vector<ColumnSpec> ReadColumns(const Field& field, const Groups* groups);

/// Columns of the groups that `include:` names.
std::vector<ColumnSpec> ReadInclude(const Field& field, const Groups& groups);

Groups ReadGroups(const Field& field);

std::vector<RuleSpec> ReadRules(const Field& field);

}  // namespace lakeseed
