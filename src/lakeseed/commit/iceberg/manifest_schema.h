// Avro schemas of Iceberg's manifests and manifest lists, format versions 2 and 3.
//
// Source: the Iceberg table specification, "Manifests" and "Manifest Lists".
//
// Thread safety: the values are immutable.

#pragma once

#include <nlohmann/json.hpp>

namespace lakeseed::iceberg {

/// `partition`: the type of the partition records.
nlohmann::ordered_json ManifestEntrySchema(const nlohmann::ordered_json& partition,
                                           int version);
nlohmann::ordered_json ManifestListSchema(int version);

/// Let the entries of a manifest of any version say which ids their rows have.
void AddFirstRowId(nlohmann::ordered_json* entry_schema);

}  // namespace lakeseed::iceberg
