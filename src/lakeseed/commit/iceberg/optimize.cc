#include "lakeseed/commit/iceberg/optimize.h"

#include "lakeseed/base/status.h"
#include "lakeseed/commit/iceberg/catalog.h"
#include "lakeseed/commit/iceberg/row_ids.h"
#include "lakeseed/commit/iceberg/table_state.h"
#include "lakeseed/commit/iceberg/vacuum.h"

namespace lakeseed::iceberg {
namespace {

arrow::Result<bool> HasTable(const Storage& storage, const std::string& folder) {
  // Of a lake without Iceberg tables nobody asks a catalog.
  ARROW_ASSIGN_OR_RAISE(const bool may_be, HasMetadata(storage, folder));
  if (!may_be) return false;
  const TablePlace place = PlaceOfFolder(storage, folder);
  ARROW_ASSIGN_OR_RAISE(const auto catalog, OpenCatalog(storage));
  ARROW_ASSIGN_OR_RAISE(const TableState state, catalog->Load(storage, place));
  return state.exists();
}

/// Whether the manifests say more of a file than how many rows it has.
arrow::Result<TableStatistics> StatisticsOf(const Storage& storage,
                                            const std::string& folder,
                                            std::span<const std::string> files) {
  const TablePlace place = PlaceOfFolder(storage, folder);
  ARROW_ASSIGN_OR_RAISE(const auto catalog, OpenCatalog(storage));
  ARROW_ASSIGN_OR_RAISE(const TableState state, catalog->Load(storage, place));
  ARROW_ASSIGN_OR_RAISE(auto manifests, ListManifests(storage, place, state));
  const std::string uri = place.Uri(files.front());
  for (Manifest& manifest : manifests) {
    if (!manifest.has_data()) continue;
    ARROW_RETURN_NOT_OK(ReadEntries(storage, place, &manifest));
    for (const auto& entry : manifest.entries()) {
      if (!IsLive(entry) || PathOf(entry) != uri) continue;
      const auto& counts = entry.at("data_file").at("value_counts");
      return counts.empty() ? TableStatistics::kRows : TableStatistics::kAll;
    }
  }
  return TableStatistics::kAll;
}

arrow::Result<std::optional<std::map<std::string, RowPlace>>> RowsOf(
    const Storage& storage, const std::string& folder) {
  const TablePlace place = PlaceOfFolder(storage, folder);
  ARROW_ASSIGN_OR_RAISE(const auto catalog, OpenCatalog(storage));
  ARROW_ASSIGN_OR_RAISE(const TableState state, catalog->Load(storage, place));
  if (FormatVersion(state.metadata) < kRowLineage) return std::nullopt;
  ARROW_ASSIGN_OR_RAISE(auto manifests, ListManifests(storage, place, state));
  ARROW_RETURN_NOT_OK(ReadEntries(storage, place, &manifests));
  std::map<std::string, RowPlace> rows;
  for (const auto& [uri, rows_there] : RowPlacesOf(manifests)) {
    const auto path = place.Local(uri);
    if (path.ok()) rows[*path] = rows_there;  // Else it is not among ours.
  }
  return rows;
}

}  // namespace

arrow::Result<std::vector<OptimizedTable>> OptimizeTables(
    Storage* storage, const OptimizeRequest& request) {
  return lakeseed::OptimizeTables(
      storage, request,
      {.name = "iceberg", .has = HasTable, .statistics = StatisticsOf, .rows = RowsOf});
}

}  // namespace lakeseed::iceberg
