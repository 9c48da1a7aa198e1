// ValueRun: some rows of an array, as the kernels take them.
//
// Thread safety: pure functions over read-only memory.

#pragma once

#include <arrow/array/data.h>
#include <arrow/buffer.h>
#include <arrow/status.h>
#include <arrow/util/bitmap_ops.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "lakeseed/base/column_blocks.h"

namespace lakeseed {

/// Kernels take this many rows at a time, so that a run stays in the nearest cache.
inline constexpr int64_t kRunRows = 4'096;

struct ValueRun {
  const arrow::ArrayData* data = nullptr;
  int64_t offset = 0;  ///< Into the buffers of `data`.
  int64_t num_rows = 0;
  const uint8_t* validity = nullptr;  ///< Null: no nulls in these rows.
  int64_t num_values = 0;             ///< Rows that are not null.
  /// Values without an array; else null.
  const void* made = nullptr;

  /// Rows [begin, begin + num_rows) of an array.
  static ValueRun Of(const arrow::ArrayData& data, int64_t begin, int64_t num_rows) {
    ValueRun run{&data, data.offset + begin, num_rows, nullptr, num_rows};
    if (data.null_count != 0 && data.buffers[0] != nullptr) {
      run.num_values = arrow::internal::CountSetBits(data.buffers[0]->data(), run.offset,
                                                     run.num_rows);
      if (run.num_values < num_rows) run.validity = data.buffers[0]->data();
    }
    return run;
  }

  /// Values without the rows that are null, as an array has them in memory.
  static ValueRun OfValues(const void* values, int64_t num_rows) {
    return {nullptr, 0, num_rows, nullptr, num_rows, values};
  }

  template <typename T>
  const T* values() const {
    return made != nullptr ? static_cast<const T*>(made)
                           : data->GetValues<T>(1, 0) + offset;
  }
};

/// Make rows [begin, begin + count) of a column some thousand at a time, and call
/// add(run, validity, row, num_rows): the run has the values without the nulls, which
/// stand in `validity` from `row` on; null: there are none.
template <typename Add>
arrow::Status AddRunsOf(const ColumnBlocks& blocks, int64_t begin, int64_t count,
                        Add&& add) {
  const uint8_t* const validity =
      blocks.validity() == nullptr ? nullptr : blocks.validity()->data();
  int64_t value = blocks.CountValues(0, begin);
  for (const int64_t end = begin + count; begin < end; begin += ColumnBlocks::kRows) {
    const int64_t rows = std::min(ColumnBlocks::kRows, end - begin);
    const int64_t some = blocks.CountValues(begin, rows);
    alignas(64) int64_t values[ColumnBlocks::kRows];
    blocks.Fill(value, some, values);
    ARROW_RETURN_NOT_OK(add(ValueRun::OfValues(values, some), validity, begin, rows));
    value += some;
  }
  return arrow::Status::OK();
}

/// 64 bits of a bitmap, or as many as are left, from any place.
inline uint64_t BitsAt(const uint8_t* bitmap, int64_t offset, int64_t rows) {
  const uint8_t* at = bitmap + offset / 8;
  const int shift = static_cast<int>(offset % 8);
  const auto bytes = static_cast<size_t>((shift + std::min<int64_t>(rows, 64) + 7) / 8);
  uint64_t low = 0;
  std::memcpy(&low, at, std::min<size_t>(bytes, 8));
  low >>= shift;
  if (bytes > 8) low |= static_cast<uint64_t>(at[8]) << (64 - shift);
  return rows >= 64 ? low : low & ((uint64_t{1} << rows) - 1);
}

/// Call visit(index) for each row that is not null, in order.
template <typename Visit>
void VisitValues(const ValueRun& run, Visit&& visit) {
  if (run.validity == nullptr) {
    for (int64_t i = 0; i < run.num_rows; ++i) visit(i);
    return;
  }
  for (int64_t base = 0; base < run.num_rows; base += 64) {
    uint64_t bits = BitsAt(run.validity, run.offset + base, run.num_rows - base);
    for (; bits != 0; bits &= bits - 1) visit(base + std::countr_zero(bits));
  }
}

}  // namespace lakeseed
