#include "lakeseed/commit/iceberg/catalog.h"

#include "lakeseed/commit/catalog_uri.h"
#include "lakeseed/commit/iceberg/file_catalog.h"
#include "lakeseed/commit/iceberg/rest_catalog.h"
#include "lakeseed/commit/iceberg/sql_catalog.h"

namespace lakeseed::iceberg {
namespace {

constexpr char kEmbeddedPath[] = "iceberg.sqlite";

}  // namespace

arrow::Result<std::unique_ptr<Catalog>> OpenCatalog(const Storage& storage) {
  if (storage.catalog().starts_with("http")) return RestCatalog::Open(storage.catalog());
  if (storage.catalog() == kFileCatalog) return std::make_unique<FileCatalog>();
  ARROW_ASSIGN_OR_RAISE(std::string uri, SqlCatalogUri(storage, kEmbeddedPath));
  return std::make_unique<SqlCatalog>(std::move(uri));
}

}  // namespace lakeseed::iceberg
