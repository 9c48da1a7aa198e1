#include "lakeseed/sql/connection.h"

#include "lakeseed/base/status.h"
#include "lakeseed/sql/sqlite_connection.h"

namespace lakeseed {

arrow::Result<std::unique_ptr<SqlConnection>> SqlConnection::Open(
    const std::string& uri) {
  constexpr std::string_view kSqlite = "sqlite:///";
  if (uri.starts_with(kSqlite) && uri.size() > kSqlite.size()) {
    return OpenSqlite(uri.substr(kSqlite.size()));
  }
  return RequestError("no such kind of catalog: " + uri,
                      "sqlite:///relative/path or sqlite:////absolute/path");
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
