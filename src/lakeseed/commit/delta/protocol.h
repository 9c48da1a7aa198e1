// Which Delta tables we may write to, and the protocol of new ones.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lakeseed/commit/delta/log.h"

namespace lakeseed::delta {

/// Reader 1 and writer 2, or, when timestamps without a zone need it, 3 and 7 with
/// that feature.
nlohmann::ordered_json ProtocolFor(const nlohmann::ordered_json& fields);

/// The protocol that a table needs to take `fields` too; its own where it will do.
/// REQUIRES: CheckWritable.
nlohmann::ordered_json UpgradeFor(const nlohmann::ordered_json& protocol,
                                  const nlohmann::ordered_json& fields);

/// \retval Invalid (exit code 2)  the table uses a feature that we cannot write;
///                                names it.
arrow::Status CheckWritable(const Snapshot& snapshot, const std::string& folder,
                            bool removes_files);

/// \retval Invalid (exit code 2)  the table is partitioned by other columns.
arrow::Status CheckPartitions(const Snapshot& snapshot, const std::string& folder,
                              const std::vector<std::string>& columns);

}  // namespace lakeseed::delta
