// What `--if-exists` decides, as far as the manifest knows what is there.
//
// Thread safety: the calls only read.

#pragma once

#include <arrow/result.h>

#include <string>
#include <vector>

#include "lakeseed/commit/manifest.h"
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

/// Whether a file that the manifest does not know stands in the way of one that would
/// get its name. Files of a table format do not: its log says which belong to it.
enum class NamesOnDisk { kCount, kDoNotCount };

/// TableFormatDef::check, as far as the manifest can tell.
/// `manifest`: the EffectiveManifest of the request. REQUIRES: the lock of the root, from
/// before it was read.
arrow::Result<TargetState> CheckManifest(const Storage& storage,
                                         const TargetRequest& request,
                                         const Manifest& manifest, NamesOnDisk names);

}  // namespace lakeseed
