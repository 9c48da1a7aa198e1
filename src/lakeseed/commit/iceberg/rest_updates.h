// What an Iceberg REST catalog is told, so that a table's metadata becomes other
// metadata.
//
// Law: what is required fails when anybody has changed, since, what the updates replace.
//
// Thread safety: pure functions.

#pragma once

#include <nlohmann/json.hpp>

namespace lakeseed::iceberg {

struct RestUpdates {
  nlohmann::ordered_json requirements = nlohmann::ordered_json::array();
  nlohmann::ordered_json updates = nlohmann::ordered_json::array();
};

/// `before`: null, or what the catalog has.
RestUpdates UpdatesBetween(const nlohmann::ordered_json& before,
                           const nlohmann::ordered_json& after);

/// The metadata as of before its snapshots: a table without rows.
nlohmann::ordered_json WithoutSnapshots(nlohmann::ordered_json metadata);

}  // namespace lakeseed::iceberg
