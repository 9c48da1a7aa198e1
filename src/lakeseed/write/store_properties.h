// Properties of an object store as Iceberg's catalogs name them.
//
// Thread safety: plain values.

#pragma once

#include <map>
#include <string>

namespace lakeseed {

/// "s3.access-key-id", "s3.endpoint", … with their values.
using StoreProperties = std::map<std::string, std::string>;

}  // namespace lakeseed
