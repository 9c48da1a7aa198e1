// Properties of an object store as Iceberg's catalogs name them.
//
// Thread safety: plain values.

#pragma once

#include <arrow/result.h>

#include <functional>
#include <map>
#include <string>

namespace lakeseed {

/// "s3.access-key-id", "s3.endpoint", … with their values.
using StoreProperties = std::map<std::string, std::string>;

/// Who writes to a store, and where it is, as a catalog vends it.
struct VendedStore {
  StoreProperties properties;  ///< Empty: the environment says it.
  /// Asks for others when these run out; null: there are no others.
  std::function<arrow::Result<StoreProperties>()> renew = nullptr;
};

}  // namespace lakeseed
