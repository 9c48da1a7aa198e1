// Changes to a parsed tree: an entry set, taken away or made.
//
// Law: a node that is made has the place of what asked for it, so errors name it.
//
// Thread safety: pure but for the tree.

#pragma once

#include <string>
#include <string_view>

#include "lakeseed/spec/node.h"

namespace lakeseed {

/// Value of `key` in a mapping, or nullptr.
SpecNode* FindMutable(SpecNode* mapping, std::string_view key);

SpecNode MakeScalar(std::string text, const Place& place);
SpecNode MakeMapping(const Place& place);

/// Put `value` at `key`, in place of what stands there; returns where it is now.
SpecNode* SetEntry(SpecNode* mapping, std::string_view key, SpecNode value);

/// The mapping at `key`; one is made when there is none or no mapping.
SpecNode* MappingAt(SpecNode* mapping, std::string_view key, const Place& place);

void RemoveEntry(SpecNode* mapping, std::string_view key);

}  // namespace lakeseed
