// Cell: 64 random bits for (key, row, draw); the only source of chance here.
//
// Law: a cell is a pure function of its three arguments; draws are independent
// streams of one row, so a second draw in one row never shifts another row.
// Law: both words of the key enter, at different depths: with one additive word
// two columns would be shifts of one sequence.
//
// Source: multiply-xorshift with constants of splitmix64, Stafford's mix13 and
// moremur; tested for avalanche, serial and cross-column correlation.

#pragma once

#include <cstdint>

#include "lakeseed/base/key.h"

namespace lakeseed {

/// Return the cell of (key, row, draw): 64 uniform bits.
inline uint64_t Cell(const Key& key, int64_t row, int64_t draw = 0) {
  constexpr uint64_t kM1 = 0xBF58476D1CE4E5B9, kM2 = 0x94D049BB133111EB,
                     kM3 = 0x3C79AC492BA7B653, kGolden = 0x9E3779B97F4A7C15;
  uint64_t x = static_cast<uint64_t>(row) + key.a;
  x = (x ^ (x >> 32)) * kM1;
  x ^= key.b + static_cast<uint64_t>(draw) * kGolden;
  x = (x ^ (x >> 29)) * kM2;
  x = (x ^ (x >> 32)) * kM3;
  return x ^ (x >> 29);
}

/// High 64 bits of a 64 x 64 bit product.
inline uint64_t MulHi(uint64_t a, uint64_t b) {
  return static_cast<uint64_t>((static_cast<unsigned __int128>(a) * b) >> 64);
}

/// Map 64 uniform bits to [0, n) by multiply-shift (Lemire 2019); the bias is
/// at most n / 2^64. REQUIRES: n >= 0.
inline int64_t Below(uint64_t u, int64_t n) {
  return static_cast<int64_t>(MulHi(u, static_cast<uint64_t>(n)));
}

/// Map 64 uniform bits to a double in the open interval (0, 1).
inline double Unit(uint64_t u) {
  return (static_cast<double>(static_cast<int64_t>(u >> 12)) + 0.5) * 0x1p-52;
}

}  // namespace lakeseed
