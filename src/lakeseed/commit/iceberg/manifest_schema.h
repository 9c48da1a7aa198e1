// Avro schemas of Iceberg's manifests and manifest lists, format version 2, of tables
// without partitions.
//
// Source: the Iceberg table specification, "Manifests" and "Manifest Lists".
//
// Thread safety: the values are immutable.

#pragma once

#include <nlohmann/json.hpp>

namespace lakeseed::iceberg {

const nlohmann::ordered_json& ManifestEntrySchema();
const nlohmann::ordered_json& ManifestListSchema();

}  // namespace lakeseed::iceberg
