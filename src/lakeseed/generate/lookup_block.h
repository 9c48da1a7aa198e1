// LookupBlock: some rows of a column that is looked up, once somebody has asked for them.
//
// Thread safety: written by one thread before it is ready; then immutable.

#pragma once

#include <arrow/api.h>

#include <atomic>
#include <cstdint>
#include <memory>

#include "lakeseed/base/packed_integers.h"

namespace lakeseed {

struct LookupBlock {
  std::atomic<int32_t> asked{0};           ///< Keys so far, before it is ready.
  std::atomic<bool> is_ready{false};       ///< Set last.
  PackedIntegers values;                   ///< Of a flat type.
  std::shared_ptr<arrow::Buffer> valid;    ///< Of a flat type; nullptr: all are.
  std::shared_ptr<arrow::Array> array;     ///< Of another type.
  std::unique_ptr<arrow::ArraySpan> span;  ///< Of the array, to append from it.
  int64_t bytes = 0;
};

}  // namespace lakeseed
