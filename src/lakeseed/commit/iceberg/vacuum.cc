#include "lakeseed/commit/iceberg/vacuum.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "lakeseed/base/key.h"
#include "lakeseed/base/uuid.h"
#include "lakeseed/commit/iceberg/catalog.h"
#include "lakeseed/commit/iceberg/table_state.h"
#include "lakeseed/commit/journal.h"
#include "lakeseed/commit/manifest.h"
#include "lakeseed/commit/table_files.h"
#include "lakeseed/commit/upkeep.h"

namespace lakeseed::iceberg {
namespace {

using nlohmann::ordered_json;

constexpr char kScratch[] = "_lakeseed/staging/vacuum";

/// "Tables/shop/orders" to all files below it.
using Folders = std::map<std::string, std::vector<StorageEntry>>;

Folders FoldersOf(const std::vector<StorageEntry>& entries) {
  Folders folders;
  for (const StorageEntry& entry : entries) {
    const size_t at = entry.path.find("/metadata/");
    if (at != std::string::npos && entry.path.ends_with(".metadata.json")) {
      folders[entry.path.substr(0, at)];
    }
  }
  for (const StorageEntry& entry : entries) {
    for (size_t slash = entry.path.find('/'); slash != std::string::npos;
         slash = entry.path.find('/', slash + 1)) {
      const auto folder = folders.find(entry.path.substr(0, slash));
      if (folder == folders.end() || entry.is_directory) continue;
      folder->second.push_back(entry);
      break;
    }
  }
  return folders;
}

/// Snapshots that no retention and no reference keeps.
std::set<int64_t> ExpiredSnapshots(const TablePlace& place, const ordered_json& metadata,
                                   const std::vector<StorageEntry>& files,
                                   int64_t since_ms) {
  std::map<std::string, int64_t> written;
  for (const StorageEntry& file : files) written[file.path] = file.modified_ms;
  std::set<int64_t> expired, named;
  const ordered_json refs = metadata.value("refs", ordered_json::object());
  for (const ordered_json& ref : refs) {
    named.insert(ref.at("snapshot-id").get<int64_t>());
  }
  named.insert(metadata.value("current-snapshot-id", int64_t{-1}));
  const ordered_json snapshots = metadata.value("snapshots", ordered_json::array());
  for (size_t i = 0; i + 1 < snapshots.size(); ++i) {
    const ordered_json& next = snapshots[i + 1];
    const auto list = place.Local(next.value("manifest-list", ""));
    const auto at = list.ok() ? written.find(*list) : written.end();
    const int64_t replaced =
        at == written.end() ? next.at("timestamp-ms").get<int64_t>() : at->second;
    const auto id = snapshots[i].at("snapshot-id").get<int64_t>();
    if (replaced < since_ms && !named.contains(id)) expired.insert(id);
  }
  return expired;
}

/// The metadata without some snapshots.
ordered_json Without(const std::set<int64_t>& expired, const TableState& state) {
  ordered_json metadata = state.metadata;
  const auto keep = [&](const char* list) {
    ordered_json kept = ordered_json::array();
    for (const ordered_json& one : metadata.value(list, ordered_json::array())) {
      if (!expired.contains(one.at("snapshot-id").get<int64_t>())) kept.push_back(one);
    }
    metadata[list] = std::move(kept);
  };
  for (const char* list : {"snapshots", "statistics", "partition-statistics"}) {
    if (metadata.contains(list)) keep(list);
  }
  // Of the log only what no gap is after.
  ordered_json log = ordered_json::array();
  for (const ordered_json& one : metadata.value("snapshot-log", ordered_json::array())) {
    const bool is_gone = expired.contains(one.at("snapshot-id").get<int64_t>());
    if (is_gone) log.clear();
    if (!is_gone) log.push_back(one);
  }
  metadata["snapshot-log"] = std::move(log);
  metadata["last-updated-ms"] = metadata.at("last-updated-ms").get<int64_t>() + 1;
  AddToMetadataLog(state, &metadata);
  return metadata;
}

/// Paths below the root of all that a table's snapshots and metadata name.
class NeededFiles {
 public:
  NeededFiles(const Storage& storage, const TablePlace& place)
      : storage_(storage), place_(place) {}

  arrow::Status Add(const TableState& state, const std::set<int64_t>& expired) {
    AddUri(state.metadata_location);
    AddUri(place_.Uri(place_.folder + "/metadata/version-hint.text"));
    AddEach(state.metadata, "metadata-log", "metadata-file");
    AddEach(state.metadata, "statistics", "statistics-path");
    AddEach(state.metadata, "partition-statistics", "statistics-path");
    for (const ordered_json& one :
         state.metadata.value("snapshots", ordered_json::array())) {
      const auto id = one.at("snapshot-id").get<int64_t>();
      if (!expired.contains(id)) ARROW_RETURN_NOT_OK(AddSnapshot(state, one));
    }
    return arrow::Status::OK();
  }

  bool Has(const std::string& path) const { return paths_.contains(path); }

 private:
  void AddUri(const std::string& uri) {
    const auto path = place_.Local(uri);
    if (path.ok()) paths_.insert(*path);  // Else it is not among ours.
  }

  void AddEach(const ordered_json& metadata, const char* list, const char* name) {
    for (const ordered_json& one : metadata.value(list, ordered_json::array())) {
      AddUri(one.at(name).get<std::string>());
    }
  }

  arrow::Status AddSnapshot(const TableState& state, const ordered_json& snapshot) {
    AddUri(snapshot.at("manifest-list").get<std::string>());
    const TableState then{state.metadata_location,
                          {{"current-snapshot-id", snapshot.at("snapshot-id")},
                           {"snapshots", ordered_json::array({snapshot})}}};
    ARROW_ASSIGN_OR_RAISE(auto manifests, ListManifests(storage_, place_, then));
    std::erase_if(manifests, [&](const Manifest& manifest) {
      return !seen_.insert(manifest.listed.at("manifest_path").get<std::string>()).second;
    });
    ARROW_RETURN_NOT_OK(ReadEntries(storage_, place_, &manifests));
    for (const Manifest& manifest : manifests) {
      AddUri(manifest.listed.at("manifest_path").get<std::string>());
      for (const ordered_json& entry : manifest.entries()) {
        if (IsLive(entry)) AddUri(PathOf(entry));
      }
    }
    return arrow::Status::OK();
  }

  const Storage& storage_;
  const TablePlace& place_;
  std::set<std::string> paths_, seen_;
};

/// Make a version of the table without the snapshots, and load it.
arrow::Result<TableState> Expire(Storage* storage, Catalog* catalog,
                                 const TablePlace& place, const TableState& state,
                                 const std::set<int64_t>& expired) {
  const Key key = StreamKey(0, {"iceberg vacuum", place.folder, state.metadata_location});
  const TableMove move{place, state, Without(expired, state),
                       fmt::format("{}/metadata/{:05}-{}.metadata.json", place.folder,
                                   NextMetadataNumber(state), UuidText(key))};
  ARROW_RETURN_NOT_OK(catalog->Commit(storage, kScratch, {&move, 1}));
  ARROW_RETURN_NOT_OK(storage->RemoveDirectory(kScratch));
  ARROW_RETURN_NOT_OK(storage->RemoveEmptyDirectory(kScratchRoot));
  return catalog->Load(*storage, place);
}

arrow::Result<VacuumedTable> VacuumTable(Storage* storage, Catalog* catalog,
                                         const TablePlace& place, TableState state,
                                         const std::vector<StorageEntry>& files,
                                         const VacuumRequest& request) {
  const int64_t since_ms = (request.now - request.retention).time_since_epoch().count();
  VacuumedTable table{.name = place.name_space + "." + place.table};
  const auto expired = ExpiredSnapshots(place, state.metadata, files, since_ms);
  if (!expired.empty() && !request.dry_run) {
    ARROW_ASSIGN_OR_RAISE(state, Expire(storage, catalog, place, state, expired));
  }
  NeededFiles needed(*storage, place);
  ARROW_RETURN_NOT_OK(needed.Add(state, expired));
  for (const StorageEntry& file : files) {
    if (needed.Has(file.path) || file.modified_ms >= since_ms) {
      ++table.kept_files;
      continue;
    }
    table.bytes += file.size_bytes;
    table.removed.push_back(file.path);
    if (request.dry_run) continue;
    ARROW_RETURN_NOT_OK(RemoveFromTable(storage, place.folder, file.path));
  }
  return table;
}

}  // namespace

arrow::Result<bool> HasMetadata(const Storage& storage, const std::string& folder) {
  ARROW_ASSIGN_OR_RAISE(const auto metadata, storage.List(folder + "/metadata"));
  return !metadata.empty();
}

arrow::Result<std::vector<VacuumedTable>> VacuumTables(Storage* storage,
                                                       const VacuumRequest& request) {
  ARROW_ASSIGN_OR_RAISE(const auto lock, storage->Lock(LockMode::kExclusive));
  ARROW_ASSIGN_OR_RAISE(const auto entries, storage->List("Tables", true));
  std::vector<VacuumedTable> tables;
  const Folders folders = FoldersOf(entries);
  if (folders.empty()) return tables;
  ARROW_RETURN_NOT_OK(RecoverCommit(storage, "").status());
  ARROW_ASSIGN_OR_RAISE(const auto catalog, OpenCatalog(*storage));
  for (const auto& [folder, files] : folders) {
    const TablePlace place = PlaceOfFolder(*storage, folder);
    const std::string name = place.name_space + "." + place.table;
    if (!IsWanted(request.tables, name)) continue;
    ARROW_ASSIGN_OR_RAISE(const bool is_shared, IsOfOthers(*storage, folder, "iceberg"));
    if (is_shared) continue;
    ARROW_ASSIGN_OR_RAISE(TableState state, catalog->Load(*storage, place));
    if (!state.exists()) continue;
    ARROW_RETURN_NOT_OK(CheckWritable(state, name, 0));
    ARROW_ASSIGN_OR_RAISE(auto table, VacuumTable(storage, catalog.get(), place,
                                                  std::move(state), files, request));
    tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace lakeseed::iceberg
