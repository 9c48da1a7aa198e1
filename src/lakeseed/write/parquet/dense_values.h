// DenseValues: the values of a run that are not null, one behind the other.
//
// Thread safety: pure functions over read-only memory.

#pragma once

#include <cstdint>
#include <type_traits>

#include "lakeseed/write/parquet/value_run.h"

namespace lakeseed {

/// Room that DenseValues() needs: more is written than is kept.
inline constexpr int64_t kDenseRoom = kRunRows + 16;

namespace internal {
/// Copy the values whose bits are set.
void CopyValid(const uint8_t* validity, int64_t offset, int64_t rows,
               const uint8_t* values, uint8_t* out);
void CopyValid(const uint8_t* validity, int64_t offset, int64_t rows,
               const uint16_t* values, uint16_t* out);
void CopyValid(const uint8_t* validity, int64_t offset, int64_t rows,
               const uint32_t* values, uint32_t* out);
void CopyValid(const uint8_t* validity, int64_t offset, int64_t rows,
               const uint64_t* values, uint64_t* out);

template <size_t kBytes>
using WordOf = std::conditional_t<
    kBytes == 1, uint8_t,
    std::conditional_t<kBytes == 2, uint16_t,
                       std::conditional_t<kBytes == 4, uint32_t, uint64_t>>>;
}  // namespace internal

/// The run's own memory where nothing is null, else copied to `scratch`, which has
/// kDenseRoom.
template <typename T>
const T* DenseValues(const ValueRun& run, T* scratch) {
  const T* values = run.values<T>();
  if (run.validity == nullptr) return values;
  using Word = internal::WordOf<sizeof(T)>;
  internal::CopyValid(run.validity, run.offset, run.num_rows,
                      reinterpret_cast<const Word*>(values),
                      reinterpret_cast<Word*>(scratch));
  return scratch;
}

}  // namespace lakeseed
