#include "lakeseed/cli/catalog_option.h"

#include <fmt/format.h>

#include <filesystem>

#include "lakeseed/base/status.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/commit/catalog_uri.h"
#include "lakeseed/commit/table_format.h"
#include "lakeseed/write/object_store.h"

namespace lakeseed {
namespace {

constexpr OptionDef kCatalogDefs[] = {
    {.name = "catalog",
     .value = "URL",
     .help = "where tables are named, instead of a file beside them: sqlite:///path, "
             "postgresql://user:password@host:port/database, http(s)://host:port of an "
             "Iceberg REST catalog, or hadoop: Iceberg tables without a catalog",
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
  const bool is_in_store = IsObjectStore(plan.output);  // Which is asked when it opens.
  if (!is_in_store) ARROW_RETURN_NOT_OK(CheckWritable(plan.output));
  if (catalog.starts_with(kSqlite)) {
    const std::filesystem::path file = catalog.substr(kSqlite.size());
    ARROW_RETURN_NOT_OK(CheckWritable(file.parent_path()));
  }
  ARROW_ASSIGN_OR_RAISE(const TableFormatDef* format, FindTableFormat(plan.table_format));
  StorageOptions options{.catalog = std::move(catalog)};
  if (is_in_store && format->vend != nullptr && !plan.tables.empty()) {
    options.vended.renew = [format, uri = options.catalog, output = plan.output,
                            identity = plan.identity, table = plan.tables.front().name] {
      return format->vend(uri, output, identity, table);
    };
    ARROW_ASSIGN_OR_RAISE(options.vended.properties, options.vended.renew());
  }
  ARROW_ASSIGN_OR_RAISE(auto storage, Storage::Open(plan.output, options));
  if (format->log != nullptr && !storage->has_winner()) {
    return RequestError(
        fmt::format("{} tables cannot be in this store: {}", format->name, plan.output),
        "--output-mode parquet writes files there; tables go to a directory or S3");
  }
  return storage;
}

}  // namespace lakeseed
