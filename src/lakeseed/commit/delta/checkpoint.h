// Checkpoints: all that a log says up to a version, in one Parquet file.
//
// Classic checkpoints (V1) of one or several parts are read; one part is written.
//
// Thread safety: the calls are independent.

#pragma once

#include <arrow/result.h>

#include <string>

#include "lakeseed/commit/delta/log.h"
#include "lakeseed/write/storage.h"

namespace lakeseed::delta {

/// Apply all actions of one part.
arrow::Status ReadCheckpoint(const Storage& storage, const std::string& path,
                             Snapshot* snapshot);

/// Write the checkpoint of a snapshot, then `_last_checkpoint`. Both are written in
/// `scratch` first.
arrow::Status WriteCheckpoint(Storage* storage, const std::string& folder,
                              const std::string& scratch, const Snapshot& snapshot);

}  // namespace lakeseed::delta
