#include "lakeseed/commit/catalog_uri.h"

#include <fmt/format.h>

#include <filesystem>

#include "lakeseed/base/status.h"
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
};
constexpr std::string_view kSqlite = "sqlite:///";

std::string_view SchemeOf(std::string_view uri) {
  if (uri.starts_with(kSqlite)) return "sqlite";
  if (uri.starts_with("postgresql://") || uri.starts_with("postgres://")) {
    return "postgresql";
  }
  if (uri.starts_with("http://") || uri.starts_with("https://")) return "http";
  return "";
}

}  // namespace

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

}  // namespace lakeseed
