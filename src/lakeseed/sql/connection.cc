#include "lakeseed/sql/connection.h"

#include <filesystem>

#include "lakeseed/base/status.h"
#include "lakeseed/sql/postgres_connection.h"
#include "lakeseed/sql/sqlite_connection.h"

namespace lakeseed {
namespace {

constexpr std::string_view kSqlite = "sqlite:///";

bool IsPostgres(std::string_view uri) {
  return uri.starts_with("postgresql://") || uri.starts_with("postgres://");
}

}  // namespace

arrow::Result<std::unique_ptr<SqlConnection>> SqlConnection::Open(
    const std::string& uri) {
  if (uri.starts_with(kSqlite) && uri.size() > kSqlite.size()) {
    return OpenSqlite(uri.substr(kSqlite.size()));
  }
  if (IsPostgres(uri)) return OpenPostgres(uri);
  return RequestError("no such kind of SQL catalog: " + WithoutPassword(uri),
                      "sqlite:///relative/path, sqlite:////absolute/path or "
                      "postgresql://user:password@host:port/database");
}

arrow::Result<std::unique_ptr<SqlConnection>> SqlConnection::Find(
    const std::string& uri) {
  std::error_code error;
  if (uri.starts_with(kSqlite) &&
      !std::filesystem::exists(uri.substr(kSqlite.size()), error)) {
    return std::unique_ptr<SqlConnection>();
  }
  return Open(uri);
}

std::string WithoutPassword(const std::string& uri) {
  std::string shown = uri;
  if (const size_t password = shown.find("password="); password != std::string::npos) {
    const size_t from = password + 9, end = std::min(shown.find('&', from), shown.size());
    shown.replace(from, end - from, "***");
  }
  const size_t scheme = shown.find("://");
  if (scheme == std::string::npos) return shown;
  const size_t user = scheme + 3, end = shown.find_first_of("/?", user);
  const size_t at = shown.substr(0, end).rfind('@');
  if (at == std::string::npos || at < user) return shown;
  const size_t colon = shown.find(':', user);
  // A user of a service without a password is a token.
  const bool is_token = colon > at && shown.starts_with("http");
  const size_t from = is_token ? user : std::min(colon + 1, at);
  if (colon > at && !is_token) return shown;
  return shown.replace(from, at - from, "***");
}

int64_t IntegerOf(const SqlValue& value) {
  if (const auto* whole = std::get_if<int64_t>(&value)) return *whole;
  const std::string text = TextOf(value);
  return text.empty() ? 0 : std::strtoll(text.c_str(), nullptr, 10);
}

std::string TextOf(const SqlValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* whole = std::get_if<int64_t>(&value)) return std::to_string(*whole);
  if (const auto* real = std::get_if<double>(&value)) return std::to_string(*real);
  return "";
}

bool IsNull(const SqlValue& value) {
  return std::holds_alternative<std::monostate>(value);
}

}  // namespace lakeseed
