// Manifest of the table format `files`: which plain files belong to which table.
//
// It is `_lakeseed/manifest.json` beside the files, replaced by one rename.
//
// Thread safety: plain values; the calls only read.

#pragma once

#include <arrow/result.h>

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "lakeseed/commit/target.h"
#include "lakeseed/write/data_file.h"
#include "lakeseed/write/storage.h"

namespace lakeseed {

inline constexpr char kManifestPath[] = "_lakeseed/manifest.json";

struct ManifestTable {
  std::string identity;         ///< JSON object of the run that made it.
  std::vector<DataFile> files;  ///< Sorted by path.
};

struct Manifest {
  int format_version = 1;
  TableVersion version = kNoVersion;
  std::string run_id;       ///< Of the latest commit.
  std::string identity;     ///< Of the latest commit; JSON object.
  std::string commit_time;  ///< Of the latest commit; ISO 8601, UTC.
  std::map<std::string, ManifestTable> tables;
  /// A later commit has begun and did not end: files may be newer than this
  /// manifest says. `lakeseed commit`, or the next run, completes it.
  bool commit_pending = false;
};

/// Read the manifest below a root; nullopt when there is none.
/// \retval Invalid  it is damaged, or of a later format version.
arrow::Result<std::optional<Manifest>> ReadManifest(const Storage& storage);

std::string ManifestToText(const Manifest& manifest);
arrow::Result<Manifest> ManifestFromText(std::string_view text);

/// Complete a commit that was interrupted; false when there was none.
arrow::Result<bool> RecoverCommit(Storage* storage);

}  // namespace lakeseed
