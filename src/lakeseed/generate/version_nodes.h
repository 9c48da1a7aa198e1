// Nodes of versions: values of members that change with their versions and with nothing
// else, so that they can be kept.
//
// Thread safety: pure functions.

#pragma once

#include <span>
#include <vector>

#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/generate/program.h"

namespace lakeseed {

/// Whether the value of a node of a table changes with the version of its row, and
/// depends on nothing but both.
bool IsOfVersion(const BoundTable& table, int node);

/// Some nodes of a table, to be computed together.
std::vector<Program::Target> TargetsOf(int table, std::span<const int> nodes);

}  // namespace lakeseed
