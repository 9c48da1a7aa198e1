// Where a bucket of S3 is and who writes to it, as a URI, the environment and a
// catalog say it.
//
// Thread safety: pure functions of these.

#pragma once

#include <arrow/filesystem/s3fs.h>
#include <arrow/result.h>

#include <chrono>
#include <optional>
#include <string>

#include "lakeseed/write/object_store.h"
#include "lakeseed/write/signature.h"
#include "lakeseed/write/store_properties.h"

namespace lakeseed {

inline constexpr char kS3CredentialsHint[] =
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE";

/// Arrow's options for the place of a URI, and its "bucket/prefix".
/// \retval Invalid (exit code 2)  it names no bucket; there are no credentials.
arrow::Result<arrow::fs::S3Options> S3OptionsOf(const ObjectStoreDef& def,
                                                const std::string& uri,
                                                const StoreProperties& vended,
                                                std::string* base);

/// The keys that a catalog vends; empty without any.
S3Credentials S3KeysOf(const StoreProperties& vended);

/// When vended keys run out, as Iceberg's Java library calls it.
std::optional<std::chrono::system_clock::time_point> S3KeysEnd(
    const StoreProperties& vended);

}  // namespace lakeseed
