#include "lakeseed/state/schema.h"

#include <fmt/format.h>

namespace lakeseed {
namespace {

using enum ColumnKind;

constexpr std::string_view kNow = "CURRENT_TIMESTAMP";
constexpr std::string_view kModes = "native spark python pyspark auto";
constexpr std::string_view kPlaces = "lakehouse warehouse";
constexpr std::string_view kTypes =
    "snapshot incremental slowly_changing_dimension static";
constexpr std::string_view kDatasets = "config_synthetic_data_datasets";
constexpr std::string_view kJobs = "config_synthetic_data_generation_jobs";

constexpr StateColumn kDatasetColumns[] = {
    {.name = "dataset_id", .required = true},
    {.name = "dataset_name", .required = true},
    {.name = "dataset_type",
     .kind = kWord,
     .required = true,
     .words = "transactional analytical custom"},
    {.name = "schema_pattern",
     .kind = kWord,
     .required = true,
     .words = "oltp star_schema snowflake custom"},
    {.name = "domain", .required = true},
    {.name = "max_recommended_rows", .kind = kInteger},
    {.name = "description"},
    {.name = "config_json", .kind = kJson},
    {.name = "is_active", .kind = kBoolean, .fallback = "1"},
    {.name = "created_date", .kind = kTimestamp, .fallback = kNow},
    {.name = "modified_date", .kind = kTimestamp, .fallback = kNow},
};

constexpr StateColumn kJobColumns[] = {
    {.name = "job_id", .required = true},
    {.name = "dataset_id", .required = true, .references = kDatasets},
    {.name = "job_name", .required = true},
    {.name = "target_rows", .kind = kInteger},
    {.name = "generation_mode", .kind = kWord, .required = true, .words = kModes},
    {.name = "target_environment", .kind = kWord, .required = true, .words = kPlaces},
    {.name = "target_location"},
    {.name = "chunk_size", .kind = kInteger},
    {.name = "parallel_workers", .kind = kInteger, .fallback = "1"},
    {.name = "seed_value", .kind = kInteger},
    {.name = "custom_config_json", .kind = kJson},
    {.name = "status",
     .kind = kWord,
     .required = true,
     .words = "pending running completed failed interrupted",
     .fallback = "'pending'"},
    {.name = "created_date", .kind = kTimestamp, .fallback = kNow},
    {.name = "started_date", .kind = kTimestamp},
    {.name = "completed_date", .kind = kTimestamp},
    {.name = "error_message"},
    {.name = "command_line"},
    {.name = "layout"},
    {.name = "identity_json", .kind = kJson},
    {.name = "owner_host"},
    {.name = "owner_pid", .kind = kInteger},
    {.name = "owner_process"},
};

constexpr StateColumn kLogColumns[] = {
    {.name = "log_id", .required = true},
    {.name = "job_id", .required = true, .references = kJobs},
    {.name = "dataset_id", .required = true},
    {.name = "layout", .required = true},
    {.name = "generation_date", .kind = kDate, .required = true},
    {.name = "status",
     .kind = kWord,
     .required = true,
     .words = "started running completed failed"},
    {.name = "tables_generated", .kind = kJson},
    {.name = "total_rows", .kind = kInteger},
    {.name = "file_paths", .kind = kJson},
    {.name = "generation_mode", .kind = kWord, .words = kModes},
    {.name = "target_rows", .kind = kInteger},
    {.name = "rows_per_second", .kind = kReal},
    {.name = "duration_seconds", .kind = kReal},
    {.name = "peak_memory_gb", .kind = kReal},
    {.name = "cpu_cores_used", .kind = kReal},
    {.name = "execution_step",
     .kind = kWord,
     .required = true,
     .words = "initialization generation validation",
     .fallback = "'generation'"},
    {.name = "table_name"},
    {.name = "rows_generated", .kind = kInteger},
    {.name = "chunk_number", .kind = kInteger},
    {.name = "execution_time_ms", .kind = kInteger},
    {.name = "memory_usage_mb", .kind = kReal},
    {.name = "message"},
    {.name = "error_details"},
    {.name = "started_date", .kind = kTimestamp},
    {.name = "execution_timestamp", .kind = kTimestamp, .fallback = kNow},
    {.name = "owner_host"},
    {.name = "owner_pid", .kind = kInteger},
};

constexpr StateColumn kTableLogColumns[] = {
    {.name = "dataset_id", .required = true},
    {.name = "layout", .required = true},
    {.name = "generation_date", .kind = kDate, .required = true},
    {.name = "table_name", .required = true},
    {.name = "table_type", .kind = kWord, .required = true, .words = kTypes},
    {.name = "rows_generated", .kind = kInteger, .required = true},
    {.name = "size_bytes", .kind = kInteger, .required = true},
    {.name = "num_files", .kind = kInteger, .required = true},
};

constexpr StateColumn kFileLogColumns[] = {
    {.name = "dataset_id", .required = true},
    {.name = "layout", .required = true},
    {.name = "generation_date", .kind = kDate, .required = true},
    {.name = "file_path", .required = true},
    {.name = "table_name", .required = true},
    {.name = "file_format", .required = true},
    {.name = "rows_generated", .kind = kInteger, .required = true},
    {.name = "size_bytes", .kind = kInteger, .required = true},
    {.name = "primary_date_column"},
    {.name = "min_date"},
    {.name = "max_date"},
    {.name = "date_columns", .kind = kJson, .required = true},
    {.name = "correlation", .required = true},
    {.name = "generation_timestamp", .kind = kTimestamp, .required = true},
};

constexpr StateColumn kTableStateColumns[] = {
    {.name = "dataset_id", .required = true},
    {.name = "layout", .required = true},
    {.name = "table_name", .required = true},
    {.name = "table_type", .kind = kWord, .required = true, .words = kTypes},
    {.name = "last_generated", .kind = kDate, .required = true},
    {.name = "generation_count", .kind = kInteger, .required = true},
    {.name = "current_size", .kind = kInteger, .required = true},
    {.name = "size_bytes", .kind = kInteger, .required = true},
};

constexpr StateColumn kStateColumns[] = {
    {.name = "dataset_id", .required = true},
    {.name = "state_json", .kind = kJson, .required = true},
    {.name = "created_date", .kind = kTimestamp, .required = true},
    {.name = "last_updated", .kind = kTimestamp, .required = true},
};

constexpr StateColumn kSampleColumns[] = {
    {.name = "dataset_id", .required = true, .references = kDatasets},
    {.name = "dataset_name", .required = true},
    {.name = "main_table"},
    {.name = "target_rows", .kind = kInteger},
    {.name = "tables", .kind = kJson, .required = true},
    {.name = "config_json", .kind = kJson},
};

constexpr std::string_view kDayKey = "dataset_id, layout, generation_date";

constexpr StateTable kTables[] = {
    {kDatasets, "Datasets that can be generated here", "dataset_id", "", kDatasetColumns},
    {kJobs, "Runs of commands, with the process that works on them", "job_id", "",
     kJobColumns},
    {"log_synthetic_data_generation", "One row for each day of a target", "log_id",
     kDayKey, kLogColumns},
    {"log_synthetic_data_tables", "One row for each table of a completed day",
     "dataset_id, layout, generation_date, table_name", "", kTableLogColumns},
    {"log_synthetic_data_files", "One row for each file: which dates are in it",
     "dataset_id, layout, generation_date, file_path", "", kFileLogColumns},
    {"synthetic_data_table_state", "One row for each table of a target: what is there",
     "dataset_id, layout, table_name", "", kTableStateColumns},
    {"synthetic_data_state", "What of a dataset is there, as JSON", "dataset_id", "",
     kStateColumns},
    {"sample_dataset_configurations", "The built-in datasets with their own sizes",
     "dataset_id", "", kSampleColumns},
};

// PostgreSQL compares without case by a collation of its own.
constexpr std::string_view kCollation =
    "CREATE COLLATION IF NOT EXISTS {}lakeseed_nocase\n"
    "  (provider = icu, locale = 'und-u-ks-level2', deterministic = false);\n\n";

std::string_view SqliteType(ColumnKind kind) {
  switch (kind) {
    case kInteger:
    case kBoolean:
      return "INTEGER";
    case kReal:
      return "REAL";
    case kWord:
      return "TEXT COLLATE NOCASE";
    default:
      return "TEXT";
  }
}

std::string_view PostgresqlType(ColumnKind kind) {
  switch (kind) {
    case kInteger:
      return "BIGINT";
    case kBoolean:
      return "BOOLEAN";
    case kReal:
      return "DOUBLE PRECISION";
    case kDate:
      return "DATE";
    case kTimestamp:
      return "TIMESTAMP";
    case kJson:
      return "JSONB";
    default:
      return "TEXT";
  }
}

std::string QuotedWords(std::string_view words) {
  std::string text = "'";
  for (const char c : words) {
    if (c == ' ') {
      text += "', '";
    } else {
      text += c;
    }
  }
  text += "'";
  return text;
}

std::string ColumnDdl(const StateColumn& column, Dialect dialect,
                      const std::string& prefix) {
  const bool sqlite = dialect == Dialect::kSqlite;
  std::string text =
      fmt::format("  {} {}", column.name,
                  sqlite ? SqliteType(column.kind) : PostgresqlType(column.kind));
  if (!sqlite && column.kind == kWord)
    text += fmt::format(" COLLATE {}lakeseed_nocase", prefix);
  if (column.required) text += " NOT NULL";
  if (!column.fallback.empty()) {
    const bool truth = !sqlite && column.kind == kBoolean;
    text += fmt::format(" DEFAULT {}", truth ? "TRUE" : column.fallback);
  }
  if (!column.words.empty()) {
    text +=
        fmt::format("\n    CHECK ({} IN ({}))", column.name, QuotedWords(column.words));
  }
  if (!column.references.empty()) {
    // SQLite keeps foreign keys within one file and takes no schema here.
    text += fmt::format(" REFERENCES {}{} ({})", sqlite ? "" : prefix, column.references,
                        column.name);
  }
  return text + ",\n";
}

std::string TableDdl(const StateTable& table, Dialect dialect,
                     const std::string& prefix) {
  std::string text = fmt::format("-- {}\nCREATE TABLE IF NOT EXISTS {}{} (\n", table.doc,
                                 prefix, table.name);
  for (const StateColumn& column : table.columns)
    text += ColumnDdl(column, dialect, prefix);
  text += fmt::format("  PRIMARY KEY ({})", table.key);
  if (!table.unique.empty()) text += fmt::format(",\n  UNIQUE ({})", table.unique);
  return text + "\n);\n\n";
}

}  // namespace

std::span<const StateTable> StateTables() { return kTables; }

std::string SchemaDdl(Dialect dialect, std::string_view schema) {
  const std::string prefix = schema.empty() ? "" : fmt::format("{}.", schema);
  std::string text;
  if (dialect == Dialect::kPostgresql) {
    if (!schema.empty())
      text += fmt::format("CREATE SCHEMA IF NOT EXISTS {};\n\n", schema);
    text += fmt::format(fmt::runtime(kCollation), prefix);
  }
  for (const StateTable& table : kTables) text += TableDdl(table, dialect, prefix);
  if (dialect == Dialect::kSqlite) {
    text += fmt::format("PRAGMA {}user_version = {};\n", prefix, kSchemaVersion);
  } else {
    text.pop_back();  // One line break at the end.
  }
  return text;
}

}  // namespace lakeseed
