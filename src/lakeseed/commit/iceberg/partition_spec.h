// Partition specs of Iceberg tables: which transforms of which columns, and the values
// of files as manifests have them.
//
// Source: the Iceberg table specification, "Partitioning" and appendix A.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "lakeseed/base/partition.h"
#include "lakeseed/commit/iceberg/table_state.h"

namespace lakeseed::iceberg {

/// What is wanted: [{"name", "source", "transform"}], with columns by name.
nlohmann::ordered_json WantedSpec(std::span<const PartitionField> fields);

/// "day(order_date)", "bucket(16,customer_id)"; empty: no partitions.
std::vector<std::string> SpecTerms(const nlohmann::ordered_json& wanted);
/// The same of a table's metadata.
std::vector<std::string> CurrentSpecTerms(const nlohmann::ordered_json& metadata);

/// \retval Invalid (exit code 2)  the table has other partitions.
arrow::Status CheckSpec(const TableState& state, const nlohmann::ordered_json& wanted,
                        const std::string& table);

/// Make the wanted spec, over the current schema, that of the metadata.
void SetSpec(const nlohmann::ordered_json& wanted, nlohmann::ordered_json* metadata);
/// Its fields: [{"source-id", "field-id", "name", "transform"}].
const nlohmann::ordered_json& CurrentSpec(const nlohmann::ordered_json& metadata);

/// The type of the partition record of a manifest, in Avro's schema language.
nlohmann::ordered_json PartitionType(const nlohmann::ordered_json& spec,
                                     const nlohmann::ordered_json& schema_fields);

/// A file's record of this type; `texts`: values of PartitionValues in their order.
/// \retval Invalid  a text is no value of its field.
arrow::Result<nlohmann::ordered_json> PartitionRecord(
    const nlohmann::ordered_json& type, const nlohmann::ordered_json& spec,
    const nlohmann::ordered_json& texts);

/// Bounds of the fields over the entries of a manifest, for the manifest list.
nlohmann::ordered_json PartitionSummaries(
    const nlohmann::ordered_json& type,
    const std::vector<nlohmann::ordered_json>& entries);

}  // namespace lakeseed::iceberg
