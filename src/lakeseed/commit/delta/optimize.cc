#include "lakeseed/commit/delta/optimize.h"

#include "lakeseed/commit/delta/log.h"

namespace lakeseed::delta {
namespace {

arrow::Result<bool> HasTable(const Storage& storage, const std::string& folder) {
  ARROW_ASSIGN_OR_RAISE(const Snapshot snapshot,
                        ReadSnapshot(storage, folder, {.application = ""}));
  return snapshot.exists();
}

/// The statistics that the table's log has.
arrow::Result<TableStatistics> StatisticsOf(const Storage& storage,
                                            const std::string& folder,
                                            std::span<const std::string> files) {
  LogScope scope{.application = ""};
  for (const std::string& file : files) {
    ARROW_ASSIGN_OR_RAISE(std::string path, LogPath(folder, file));
    scope.paths.insert(std::move(path));
  }
  ARROW_ASSIGN_OR_RAISE(const Snapshot snapshot, ReadSnapshot(storage, folder, scope));
  for (const auto& [path, add] : snapshot.files) {
    if (!add.contains("stats") || !add["stats"].is_string())
      return TableStatistics::kNone;
    const bool has_bounds =
        add["stats"].get_ref<const std::string&>().find("nullCount") != std::string::npos;
    return has_bounds ? TableStatistics::kAll : TableStatistics::kRows;
  }
  return TableStatistics::kAll;
}

}  // namespace

arrow::Result<std::vector<OptimizedTable>> OptimizeTables(
    Storage* storage, const OptimizeRequest& request) {
  return lakeseed::OptimizeTables(
      storage, request, {.name = "delta", .has = HasTable, .statistics = StatisticsOf});
}

}  // namespace lakeseed::delta
