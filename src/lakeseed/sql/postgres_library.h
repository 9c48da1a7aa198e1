// libpq, which is loaded when the first database is connected to.
//
// Thread safety: may be called from any thread.

#pragma once

#include <arrow/status.h>

namespace lakeseed {

/// REQUIRES: before any call of a function of libpq.
/// \retval IOError  it is not installed
arrow::Status OpenPostgresLibrary();

}  // namespace lakeseed
