// CREATE TABLE statements of a dataset, for one SQL dialect.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/type_fwd.h>

#include <string>
#include <string_view>

#include "lakeseed/generate/bound_dataset.h"

namespace lakeseed {

enum class SqlDialect { kDuckDb, kPostgres, kSpark };

/// Their names, as choices of an option.
inline constexpr std::string_view kSqlDialects = "duckdb postgresql spark";
/// REQUIRES: `name` is one of kSqlDialects.
SqlDialect SqlDialectOf(std::string_view name);

/// "DECIMAL(12, 2)"
std::string SqlType(const arrow::DataType& type, SqlDialect dialect);

/// Parents first: keys, what is never null, unique columns, references, comments.
/// Spark has no keys and no references; they are comments there. A reference that
/// closes a circle of tables is a comment too.
std::string DescribeDdl(const BoundDataset& dataset, SqlDialect dialect);

}  // namespace lakeseed
