// Spread: a parent's value for each of its children, in order.
//
// Most parents have a few children: those are written without asking how many.
//
// Thread safety: pure function.

#pragma once

#include <cstdint>
#include <span>

namespace lakeseed {

/// out[offsets[p] .. offsets[p + 1]) = value_of(p) for all parents p; out holds
/// offsets.back() values.
template <typename T, typename ValueOf>
void SpreadToChildren(std::span<const int32_t> offsets, const ValueOf& value_of, T* out) {
  constexpr int32_t kFew = 8;
  const int32_t total = offsets.back();
  for (size_t p = 0; p + 1 < offsets.size(); ++p) {
    const T value = value_of(p);
    const int32_t end = offsets[p + 1];
    int32_t i = offsets[p];
    if (i + kFew <= total) {
      // What is too much here is overwritten by the parents that follow.
      for (int32_t k = 0; k < kFew; ++k) out[i + k] = value;
      i += kFew;
    }
    for (; i < end; ++i) out[i] = value;
  }
}

}  // namespace lakeseed
