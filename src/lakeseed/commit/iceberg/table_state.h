// TableState: an Iceberg table as its metadata and manifests say.
//
// Thread safety: plain values; the calls only read.

#pragma once

#include <arrow/result.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "lakeseed/commit/iceberg/avro.h"
#include "lakeseed/write/storage.h"

namespace lakeseed::iceberg {

/// Status of an entry of a manifest.
inline constexpr int kExisting = 0, kAdded = 1, kDeleted = 2;
/// The format version from which on rows have ids, and the field that says them.
inline constexpr int kRowLineage = 3;
inline constexpr char kFirstRowId[] = "first_row_id";
/// Property of a snapshot's summary that says whose it is.
inline constexpr char kMarkerProperty[] = "lakeseed.run";

/// Where a table's files are: paths below a root, and how Iceberg calls them.
struct TablePlace {
  std::string name_space, table;
  std::string folder;  ///< Below the root: "Tables/shop/orders".
  std::string root;    ///< "file:///data/lake"

  std::string location() const { return root + "/" + folder; }
  /// Path below the root of something that Iceberg names.
  /// \retval Invalid (exit code 2)  it lies elsewhere.
  arrow::Result<std::string> Local(const std::string& uri) const;
  std::string Uri(const std::string& path) const { return root + "/" + path; }
};

/// The place of a table in an output.
TablePlace PlaceOf(const Storage& storage, const std::string& name_space,
                   const std::string& table);

/// "Tables/shop/orders" in its namespace.
TablePlace PlaceOfFolder(const Storage& storage, const std::string& folder);

/// Metadata as it stands in the catalog.
struct TableState {
  std::string metadata_location;  ///< Empty: there is no such table.
  nlohmann::ordered_json metadata;

  bool exists() const { return !metadata_location.empty(); }
  /// Which no other table has; empty: there is none.
  std::string id() const {
    return exists() ? metadata.value("table-uuid", metadata.value("location", "")) : "";
  }
  bool HasMarker(const std::string& marker) const;
};

/// Versions of the metadata before the next one, as the name of the file of now says.
int64_t NextMetadataNumber(const TableState& state);

/// Name the metadata of now in the log of the next.
void AddToMetadataLog(const TableState& state, nlohmann::ordered_json* next);

/// What a metadata file says.
arrow::Result<nlohmann::ordered_json> ReadMetadata(const Storage& storage,
                                                   const std::string& path);

/// The snapshot, or the schema, that is the table's now; null when there is none.
const nlohmann::ordered_json* CurrentSnapshot(const nlohmann::ordered_json& metadata);
const nlohmann::ordered_json* CurrentSchema(const nlohmann::ordered_json& metadata);

/// One manifest of a table, and what it says of files.
struct Manifest {
  nlohmann::ordered_json listed;  ///< Its record of the manifest list.
  AvroFile file;                  ///< Its entries, once they are read.
  bool is_merged = false;         ///< The next commit puts it together with others.

  const std::vector<nlohmann::ordered_json>& entries() const { return file.records; }
  bool has_data() const { return listed.at("content").get<int>() == 0; }
};

/// Manifests of the current snapshot, without their entries.
arrow::Result<std::vector<Manifest>> ListManifests(const Storage& storage,
                                                   const TablePlace& place,
                                                   const TableState& state);
arrow::Status ReadEntries(const Storage& storage, const TablePlace& place,
                          Manifest* manifest);
arrow::Status ReadEntries(const Storage& storage, const TablePlace& place,
                          std::vector<Manifest>* manifests);
bool IsLive(const nlohmann::ordered_json& entry);
/// What Iceberg calls the file of an entry.
std::string PathOf(const nlohmann::ordered_json& entry);

/// Paths below the root of the data files that a table has now.
arrow::Result<std::set<std::string>> LivePaths(const Storage& storage,
                                               const TablePlace& place,
                                               const TableState& state);

/// Write a file, under a name in the scratch folder until it is complete.
arrow::Status WriteNew(Storage* storage, const std::string& scratch,
                       const std::string& path, const std::string& bytes);

/// Of metadata: 2, 3.
int FormatVersion(const nlohmann::ordered_json& metadata);

/// `version`: that the table is to have; 0: its own.
/// \retval Invalid (exit code 2)  a table that we cannot write; names the feature.
arrow::Status CheckWritable(const TableState& state, const std::string& table,
                            int version);

}  // namespace lakeseed::iceberg
