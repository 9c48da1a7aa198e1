// The hash of Iceberg's buckets, which DuckLake has too: 32-bit Murmur3 of a value.
//
// Source: Apache Iceberg specification, appendix B, "32-bit Hash Requirements"; Austin
// Appleby's MurmurHash3_x86_32 with seed 0.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>
#include <string_view>

namespace lakeseed {

uint32_t BucketHash(std::string_view bytes);
/// Of a whole number, a day, or microseconds.
uint32_t BucketHash(int64_t value);
/// Of a decimal's digits, without regard to its scale.
uint32_t DecimalBucketHash(int64_t unscaled);

constexpr int32_t BucketOf(uint32_t hash, int32_t buckets) {
  return static_cast<int32_t>(hash & 0x7FFF'FFFFU) % buckets;
}

}  // namespace lakeseed
