// UUIDs that follow from what they name.
//
// Law: equal keys, equal UUIDs; version 8 (RFC 9562), whose bits are the maker's own.
//
// Thread safety: a pure function.

#pragma once

#include <string>

#include "lakeseed/base/key.h"

namespace lakeseed {

/// "4e1243bd-22c6-8e76-8c2b-a9edd1f91394"
std::string UuidText(const Key& key);

}  // namespace lakeseed
