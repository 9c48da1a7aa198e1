// Patchwork: one array put together from values of several, without an array of all.
//
// Thread safety: pure function.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <span>

namespace lakeseed {

/// A value: the `place`-th of the `array`-th array.
struct Patch {
  int32_t array;
  int32_t place;
};

/// Return the array of the patches' values.
/// REQUIRES: there are arrays, all of one type, and patches name values of theirs.
arrow::Result<std::shared_ptr<arrow::Array>> MakePatchwork(
    const arrow::ArrayVector& arrays, std::span<const Patch> patches,
    arrow::MemoryPool* pool);

}  // namespace lakeseed
