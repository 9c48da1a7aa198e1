// Large pages for memory that is read here and there: one fault and one entry of the
// machine's table for 2 MB instead of 512.
//
// Thread safety: any number of threads.

#pragma once

#include <cstddef>

namespace lakeseed {

/// Prefer those that lie within the memory as a whole. What is not written to yet still
/// costs nothing.
void PreferLargePages(void* memory, size_t bytes);

}  // namespace lakeseed
