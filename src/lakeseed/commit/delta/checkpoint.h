// Checkpoints: all that a log says up to a version, in one Parquet file.
//
// Classic checkpoints (V1) of one or several parts are read; one part is written. Both
// are read and written some hundred actions at a time, so that memory does not grow with
// the files of a table.
//
// Thread safety: the calls are independent.

#pragma once

#include <arrow/result.h>

#include <string>

#include "lakeseed/commit/delta/log.h"
#include "lakeseed/write/storage.h"

namespace lakeseed::delta {

/// Apply the actions of one part that are wanted.
arrow::Status ReadCheckpoint(const Storage& storage, const std::string& path,
                             const LogScope& scope, Snapshot* snapshot);

/// Write the checkpoint of a version, then `_last_checkpoint`: what the checkpoint of
/// `head` says of files, then `since`. Both are written in `scratch` first.
/// `head`: the snapshot of the version, without its files; `since`: Everything() of the
/// commits after its checkpoint.
arrow::Status WriteCheckpoint(Storage* storage, const std::string& folder,
                              const std::string& scratch, const Snapshot& head,
                              const Snapshot& since);

}  // namespace lakeseed::delta
