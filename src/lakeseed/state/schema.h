// Schema: the tables of state, configuration and log, once for all databases.
//
// Thread safety: constant tables and pure functions.

#pragma once

#include <span>
#include <string>
#include <string_view>

namespace lakeseed {

enum class Dialect { kSqlite, kPostgresql };

/// Number of this schema, kept in `PRAGMA user_version`.
inline constexpr int kSchemaVersion = 1;

enum class ColumnKind {
  kText,
  kWord,     ///< Text that compares without case.
  kInteger,  ///< 64 bits.
  kReal,
  kBoolean,
  kDate,       ///< YYYY-MM-DD
  kTimestamp,  ///< YYYY-MM-DD HH:MM:SS, UTC
  kJson,
};

struct StateColumn {
  std::string_view name;
  ColumnKind kind = ColumnKind::kText;
  bool required = false;
  std::string_view words;       ///< Accepted ones, separated by spaces; empty: any.
  std::string_view fallback;    ///< Default as SQL, or empty.
  std::string_view references;  ///< Table whose column of this name it points to.
};

struct StateTable {
  std::string_view name;
  std::string_view doc;
  std::string_view key;     ///< Columns of the primary key, separated by commas.
  std::string_view unique;  ///< Columns that are unique together, or empty.
  std::span<const StateColumn> columns;
};

/// All tables, those that are pointed to first.
std::span<const StateTable> StateTables();

/// CREATE statements that may be run again, each with a comment. With a schema the
/// tables are `schema.name`; in SQLite it is that of an attached file.
std::string SchemaDdl(Dialect dialect, std::string_view schema = "");

}  // namespace lakeseed
