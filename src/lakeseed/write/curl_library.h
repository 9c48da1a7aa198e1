// libcurl, which is loaded when the first request is sent.
//
// Thread safety: may be called from any thread.

#pragma once

#include <arrow/status.h>

namespace lakeseed {

/// REQUIRES: before any call of a function of libcurl.
/// \retval IOError  it is not installed
arrow::Status OpenCurl();

}  // namespace lakeseed
