// Division that rounds down, also below zero.
//
// Thread safety: a pure function.

#pragma once

#include <cstdint>

namespace lakeseed {

/// REQUIRES: b > 0.
constexpr int64_t FloorDivide(int64_t a, int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace lakeseed
