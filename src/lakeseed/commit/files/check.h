// What `--if-exists` decides for plain files.
//
// Thread safety: the calls only read.

#pragma once

#include <arrow/result.h>

#include <string>
#include <vector>

#include "lakeseed/commit/files/manifest.h"
#include "lakeseed/commit/target.h"

namespace lakeseed {

/// The manifest as it is, or will be once the commit under way is complete, with
/// the facts of all files by day that the request could meet; with version
/// kNoVersion and no tables when there is none.
arrow::Result<Manifest> EffectiveManifest(const Storage& storage,
                                          const TargetRequest& request);

/// Files that a run has staged and whose bytes are all there, sorted by path.
arrow::Result<std::vector<DataFile>> StagedFiles(const Storage& storage,
                                                 std::string_view run_id);

/// TableFormatDef::check of `files`.
arrow::Result<TargetState> CheckFiles(Storage* storage, const TargetRequest& request);

}  // namespace lakeseed
