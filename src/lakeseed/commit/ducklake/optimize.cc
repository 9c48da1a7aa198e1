#include "lakeseed/commit/ducklake/optimize.h"

#include <fmt/format.h>

#include "lakeseed/commit/ducklake/catalog_view.h"
#include "lakeseed/commit/table_files.h"

namespace lakeseed::ducklake {
namespace {

std::string IdText(const std::optional<int64_t>& id) {
  return id ? std::to_string(*id) : "none";
}

/// The catalog, and the table of a folder; nullopt when there is none.
struct FoundTable {
  std::unique_ptr<SqlConnection> catalog;
  std::optional<int64_t> id;
};

arrow::Result<FoundTable> Find(const Storage& storage, const std::string& folder) {
  FoundTable found;
  ARROW_ASSIGN_OR_RAISE(found.catalog, FindCatalog(storage));
  if (found.catalog == nullptr) return found;
  const std::string name = folder.substr(std::string_view(kTablesFolder).size());
  const size_t slash = name.find('/');
  const bool has_dataset = slash != std::string::npos;
  ARROW_ASSIGN_OR_RAISE(found.id, FindTable(found.catalog.get(),
                                            has_dataset ? name.substr(0, slash) : "main",
                                            has_dataset ? name.substr(slash + 1) : name));
  return found;
}

arrow::Result<bool> HasTable(const Storage& storage, const std::string& folder) {
  ARROW_ASSIGN_OR_RAISE(const FoundTable found, Find(storage, folder));
  return found.id.has_value();
}

/// A catalog has them always.
arrow::Result<TableStatistics> StatisticsOf(const Storage&, const std::string&,
                                            std::span<const std::string>) {
  return TableStatistics::kAll;
}

arrow::Result<std::map<std::string, RowPlace>> RowsOf(const Storage& storage,
                                                      const std::string& folder) {
  ARROW_ASSIGN_OR_RAISE(const FoundTable found, Find(storage, folder));
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
  return lakeseed::OptimizeTables(
      storage, request,
      {.name = "ducklake", .has = HasTable, .statistics = StatisticsOf, .rows = RowsOf});
}

}  // namespace lakeseed::ducklake
