// Rows as bits, as Arrow has them, and as bytes, as vectors have them.
//
// Eight rows at a time, with copies for AVX2 and AVX-512.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>

namespace lakeseed {

/// bytes[i] = `one` where bit offset + i is set, else 0.
void SpreadBits(const uint8_t* bits, int64_t offset, int64_t length, uint8_t one,
                uint8_t* bytes);

/// Bit i is bit `place` of bytes[i], those behind the last row are 0; return how many
/// are set.
int64_t PackBits(const uint8_t* bytes, int64_t length, int place, uint8_t* bits);

}  // namespace lakeseed
