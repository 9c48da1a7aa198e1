#include "lakeseed/commit/catalog_uri.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "lakeseed/base/status.h"
#include "lakeseed/commit/table_files.h"
#include "lakeseed/sql/connection.h"

namespace lakeseed {
namespace {

struct CatalogKind {
  std::string_view scheme;  ///< As TableFormatDef::catalogs has it.
  std::string_view form;
};

constexpr CatalogKind kKinds[] = {
    {"sqlite", "sqlite:///path"},
    {"postgresql", "postgresql://user:password@host:port/database"},
    {"http", "http(s)://host:port/path of an Iceberg REST catalog"},
    {"hadoop", "hadoop (the tables' own files, for one writer at a time)"},
};
constexpr std::string_view kSqlite = "sqlite:///";

std::string_view SchemeOf(std::string_view uri) {
  if (uri.starts_with(kSqlite)) return "sqlite";
  if (uri.starts_with("postgresql://") || uri.starts_with("postgres://")) {
    return "postgresql";
  }
  if (uri.starts_with("http://") || uri.starts_with("https://")) return "http";
  if (uri == "hadoop") return "hadoop";
  return "";
}

}  // namespace

bool TakesCatalog(const TableFormatDef& format, std::string_view uri) {
  return std::any_of(std::begin(kKinds), std::end(kKinds), [&](const CatalogKind& kind) {
    return kind.scheme == SchemeOf(uri) &&
           format.catalogs.find(kind.scheme) != std::string_view::npos;
  });
}

arrow::Result<std::string> ParseCatalogUri(const TableFormatDef& format,
                                           const std::string& uri) {
  const std::string shown = WithoutPassword(uri);
  if (format.catalogs.empty()) {
    return RequestError(
        fmt::format("what is written as {} needs no catalog: --catalog {}", format.name,
                    shown),
        "leave --catalog out, or write --table-format iceberg or ducklake");
  }
  const std::string_view scheme = SchemeOf(uri);
  std::string forms;
  for (const CatalogKind& kind : kKinds) {
    if (format.catalogs.find(kind.scheme) == std::string_view::npos) continue;
    forms += (forms.empty() ? "" : ", ") + std::string(kind.form);
    if (kind.scheme != scheme) continue;
    if (scheme != "sqlite") return uri;
    if (uri.size() == kSqlite.size()) break;
    return std::string(kSqlite) +
           std::filesystem::absolute(uri.substr(kSqlite.size())).string();
  }
  return RequestError(
      fmt::format("{} tables cannot have this catalog: {}", format.name, shown), forms);
}

arrow::Result<std::string> SqlCatalogUri(const Storage& storage, std::string_view file) {
  if (!storage.catalog().empty()) return storage.catalog();
  if (IsLocal(storage)) {
    return fmt::format("{}{}/{}", kSqlite, AbsoluteRoot(storage), file);
  }
  return RequestError("an object store cannot hold a catalog: " + storage.root(),
                      "--catalog says where it is, such as "
                      "postgresql://user:password@host:port/database");
}

std::string CatalogName(const Storage& storage) {
  std::string name = storage.catalog().substr(0, storage.catalog().find('?'));
  const size_t host = name.find("://") + 3;
  const size_t user = name.substr(0, name.find('/', host)).rfind('@');
  if (SchemeOf(name) == "sqlite" || user == std::string::npos) return name;
  return name.erase(host, user + 1 - host);
}

arrow::Status CheckCatalogName(const Storage& storage, const std::string& name) {
  if (name == CatalogName(storage)) return arrow::Status::OK();
  // Not a request's error, which would give the commit up.
  return arrow::Status::Invalid(
      "a commit of this output that was interrupted belongs to another catalog: ",
      name.empty() ? "the file beside the tables" : name);
}

}  // namespace lakeseed
