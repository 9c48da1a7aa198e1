// Ids of the rows of Iceberg tables of format version 3, as manifests give them.
//
// Law: a row has the id that it had when it came, in whichever file and manifest it is.
//
// Thread safety: plain values.

#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lakeseed/commit/iceberg/table_state.h"
#include "lakeseed/commit/optimize.h"

namespace lakeseed::iceberg {

/// The ids of the rows of entries that have them from their manifest alone, for a place
/// in another one.
class RowIds {
 public:
  explicit RowIds(const nlohmann::ordered_json& listed)
      : next_(listed.value(kFirstRowId, nlohmann::ordered_json())) {}

  /// To be called for all entries of the manifest, in their order.
  void Settle(nlohmann::ordered_json* entry);

 private:
  nlohmann::ordered_json next_;  // Null: the manifest gives none.
};

/// Where the rows of live data files are, by the URIs of these; without those whose rows
/// have no ids yet. REQUIRES: the entries have been read.
std::map<std::string, RowPlace> RowPlacesOf(const std::vector<Manifest>& manifests);

}  // namespace lakeseed::iceberg
