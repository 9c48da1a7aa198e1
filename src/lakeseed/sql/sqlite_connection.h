// A catalog in an SQLite file.
//
// Thread safety: as SqlConnection says.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <string>

#include "lakeseed/sql/connection.h"

namespace lakeseed {

arrow::Result<std::unique_ptr<SqlConnection>> OpenSqlite(const std::string& path);

}  // namespace lakeseed
