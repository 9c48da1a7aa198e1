// Texts of elements of XML, as object stores answer: without attributes, and no element
// in one of its own name.
//
// Thread safety: pure functions.

#pragma once

#include <string>
#include <vector>

namespace lakeseed {

/// What stands in each element of a name.
std::vector<std::string> TextsIn(const std::string& xml, const std::string& name);

/// The same of the first one; "" without one.
std::string TextIn(const std::string& xml, const std::string& name);

}  // namespace lakeseed
