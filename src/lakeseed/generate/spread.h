// Spread: a parent's value for each of its children, in order.
//
// Most parents have a few children: those are written without asking how many.
//
// Thread safety: pure functions.

#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

namespace lakeseed {

/// out[offsets[p] .. offsets[p + 1]) = value_of(p) for the parents p of [begin, end), and
/// nobody knows what after them; out holds offsets.back() values.
template <typename T, typename ValueOf>
void SpreadToChildren(std::span<const int32_t> offsets, size_t begin, size_t end,
                      const ValueOf& value_of, T* out) {
  constexpr int32_t kFew = 8;
  const int32_t total = offsets.back();
  for (size_t p = begin; p < end; ++p) {
    const T value = value_of(p);
    const int32_t after = offsets[p + 1];
    int32_t i = offsets[p];
    if (i + kFew <= total) {
      // What is too much here is overwritten by the parents that follow.
      for (int32_t k = 0; k < kFew; ++k) out[i + k] = value;
      i += kFew;
    }
    for (; i < after; ++i) out[i] = value;
  }
}

/// Of all parents.
template <typename T, typename ValueOf>
void SpreadToChildren(std::span<const int32_t> offsets, const ValueOf& value_of, T* out) {
  SpreadToChildren(offsets, 0, offsets.size() - 1, value_of, out);
}

/// The same of values[p] for all parents p; the children of many neighbours that have the
/// same value, as those of a day have, are written together.
template <typename T>
void SpreadRunsToChildren(std::span<const int32_t> offsets, const T* values, T* out) {
  constexpr size_t kNeighbours = 16;  // Compared without a branch for each.
  const size_t size = offsets.size() - 1;
  for (size_t p = 0; p < size;) {
    const T value = values[p];
    size_t end = p;
    for (; end + kNeighbours <= size; end += kNeighbours) {
      T differs = 0;
      for (size_t k = 0; k < kNeighbours; ++k) differs |= values[end + k] ^ value;
      if (differs != 0) break;
    }
    if (end > p) {
      while (end < size && values[end] == value) ++end;
      std::fill(out + offsets[p], out + offsets[end], value);
    } else {
      end = std::min(p + kNeighbours, size);
      SpreadToChildren(
          offsets, p, end, [values](size_t parent) { return values[parent]; }, out);
    }
    p = end;
  }
}

}  // namespace lakeseed
