#include "lakeseed/commit/ducklake/optimize.h"

#include <fmt/format.h>

#include "lakeseed/commit/ducklake/catalog_view.h"
#include "lakeseed/commit/ducklake/vacuum.h"
#include "lakeseed/commit/table_files.h"

namespace lakeseed::ducklake {
namespace {

std::string IdText(const std::optional<int64_t>& id) {
  return id ? std::to_string(*id) : "none";
}

/// A catalog has them always.
arrow::Result<TableStatistics> StatisticsOf(const Storage&, const std::string&,
                                            std::span<const std::string>) {
  return TableStatistics::kAll;
}

arrow::Result<std::optional<std::map<std::string, RowPlace>>> RowsOf(
    const Storage& storage, const std::string& folder) {
  ARROW_ASSIGN_OR_RAISE(const FoundTable found, FindTableOf(storage, folder));
  std::map<std::string, RowPlace> rows;
  if (!found.id) return rows;
  ARROW_ASSIGN_OR_RAISE(const auto files, WholeFiles(found.catalog.get(), *found.id));
  for (const auto& [path, file] : files) {
    rows[folder + "/" + path] = {
        file.first_row_id, fmt::format("columns {}, partitions {}", IdText(file.mapping),
                                       IdText(file.partition))};
  }
  return rows;
}

}  // namespace

arrow::Result<std::vector<OptimizedTable>> OptimizeTables(
    Storage* storage, const OptimizeRequest& request) {
  return lakeseed::OptimizeTables(storage, request,
                                  {.name = "ducklake",
                                   .has = IsInCatalog,
                                   .statistics = StatisticsOf,
                                   .rows = RowsOf});
}

}  // namespace lakeseed::ducklake
