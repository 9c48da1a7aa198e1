// Credentials that an Iceberg REST catalog vends: who may write where, as it says.
//
// Source: LoadTableResult of the Iceberg REST catalog specification.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <nlohmann/json.hpp>
#include <string>

#include "lakeseed/write/storage.h"

namespace lakeseed::iceberg {

/// Of a JSON object, what is said about stores: "s3.…" and "client.region".
StoreProperties StorePropertiesOf(const nlohmann::ordered_json& config);

/// What holds for writing below `root`: of `storage-credentials` those of the longest
/// prefix of it, else the `config`, on top of what holds for the whole warehouse.
/// \retval Invalid (exit code 2)  no keys that would do; says for which places there are.
arrow::Result<StoreProperties> CredentialsFor(const std::string& root,
                                              const nlohmann::ordered_json& said,
                                              StoreProperties warehouse);

}  // namespace lakeseed::iceberg
