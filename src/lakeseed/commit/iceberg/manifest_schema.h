// Avro schemas of Iceberg's manifests and manifest lists, format version 2.
//
// Source: the Iceberg table specification, "Manifests" and "Manifest Lists".
//
// Thread safety: the values are immutable.

#pragma once

#include <nlohmann/json.hpp>

namespace lakeseed::iceberg {

/// `partition`: the type of the partition records.
nlohmann::ordered_json ManifestEntrySchema(const nlohmann::ordered_json& partition);
const nlohmann::ordered_json& ManifestListSchema();

}  // namespace lakeseed::iceberg
