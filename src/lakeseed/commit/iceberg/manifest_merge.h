// Which manifests a commit puts together: many small ones, of which a long series of
// small commits would leave one each, are as many files for readers to open. The table's
// own properties decide, with the defaults of the Java library:
// `commit.manifest-merge.enabled`, `commit.manifest.min-count-to-merge` and
// `commit.manifest.target-size-bytes`.
//
// Thread safety: pure functions.

#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "lakeseed/commit/iceberg/table_state.h"

namespace lakeseed::iceberg {

/// Mark those of the current spec that together are large enough in number, and small
/// enough in size.
void ChooseMerged(const nlohmann::ordered_json& metadata,
                  std::vector<Manifest>* manifests);

/// Add a manifest to the group of those of the same form. REQUIRES: its entries are read.
using ManifestGroup = std::vector<const Manifest*>;
void AddToGroup(const Manifest& manifest, std::vector<ManifestGroup>* groups);

}  // namespace lakeseed::iceberg
