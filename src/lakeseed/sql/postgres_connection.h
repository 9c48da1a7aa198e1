// A catalog in a PostgreSQL database.
//
// Values travel as text, so that the database takes them for what the place wants.
// Writers of lakeseed wait for each other by an advisory lock; other programs are met
// at the commit, where the database tells who was first.
//
// Thread safety: as SqlConnection says.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <string>

#include "lakeseed/sql/connection.h"

namespace lakeseed {

/// \retval Invalid (exit code 2)  a URI that says nothing, a user that is refused, no
///                                such database
/// \retval IOError                the server cannot be reached; within seconds
arrow::Result<std::unique_ptr<SqlConnection>> OpenPostgres(const std::string& uri);

}  // namespace lakeseed
