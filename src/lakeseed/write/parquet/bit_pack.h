// Bit packing, least significant bit first, as Parquet packs integers.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>

namespace lakeseed {

/// Pack 8 * sizeof(Word) values of `width` bits into `width` words.
/// REQUIRES: values < 2^width; room for width * sizeof(Word) bytes.
void PackWords(const uint32_t* values, int width, uint8_t* out);
void PackWords(const uint64_t* values, int width, uint8_t* out);

/// Pack n values of `width` <= 8 bits into n / 8 * width bytes.
/// REQUIRES: n is a multiple of 64; values < 2^width; room for 8 bytes more.
void PackBytes(const uint8_t* values, int64_t n, int width, uint8_t* out);

/// Bits that hold every value whose bits are in `bits`.
inline int WidthOf(uint32_t bits) { return bits == 0 ? 0 : 32 - __builtin_clz(bits); }
inline int WidthOf(uint64_t bits) { return bits == 0 ? 0 : 64 - __builtin_clzll(bits); }

}  // namespace lakeseed
