#include "lakeseed/cli/catalog_option.h"

#include <filesystem>

#include "lakeseed/cli/option_tables.h"
#include "lakeseed/commit/catalog_uri.h"

namespace lakeseed {
namespace {

constexpr OptionDef kCatalogDefs[] = {
    {.name = "catalog",
     .value = "URL",
     .help = "where tables are named, instead of a file beside them: sqlite:///path, "
             "postgresql://user:password@host:port/database, or http(s)://host:port of "
             "an Iceberg REST catalog",
     .group = "files"},
};

constexpr std::string_view kSqlite = "sqlite:///";

}  // namespace

constinit const std::span<const OptionDef> kCatalogOption = kCatalogDefs;

arrow::Result<std::string> CatalogOf(const Arguments& arguments, const Plan& plan) {
  return CatalogOf(arguments.Text("catalog"), plan);
}

arrow::Result<std::string> CatalogOf(const std::string& uri, const Plan& plan) {
  if (uri.empty()) return uri;
  ARROW_ASSIGN_OR_RAISE(const TableFormatDef* format, FindTableFormat(plan.table_format));
  return ParseCatalogUri(*format, uri);
}

arrow::Result<std::unique_ptr<Storage>> OpenOutput(const Plan& plan,
                                                   std::string catalog) {
  ARROW_RETURN_NOT_OK(CheckWritable(plan.output));
  if (catalog.starts_with(kSqlite)) {
    const std::filesystem::path file = catalog.substr(kSqlite.size());
    ARROW_RETURN_NOT_OK(CheckWritable(file.parent_path()));
  }
  return Storage::Open(plan.output, {.catalog = std::move(catalog)});
}

}  // namespace lakeseed
