#include "lakeseed/commit/iceberg/catalog.h"

#include "lakeseed/base/status.h"
#include "lakeseed/commit/iceberg/sql_catalog.h"
#include "lakeseed/commit/table_files.h"

namespace lakeseed::iceberg {
namespace {

constexpr char kEmbeddedPath[] = "iceberg.sqlite";

}  // namespace

arrow::Result<std::unique_ptr<Catalog>> OpenCatalog(const Storage& storage) {
  if (!IsLocal(storage)) {
    return RequestError(
        "the catalog of Iceberg tables is a file beside them: " + storage.root(),
        "--output with a local directory");
  }
  ARROW_ASSIGN_OR_RAISE(const bool is_there, storage.Exists(kEmbeddedPath));
  return std::make_unique<SqlCatalog>(
      "sqlite:///" + AbsoluteRoot(storage) + "/" + kEmbeddedPath, is_there);
}

}  // namespace lakeseed::iceberg
