#include "lakeseed/evaluate/bits.h"

#include <cstring>

#include "lakeseed/base/simd_level.h"

namespace lakeseed {
namespace {

constexpr uint64_t kOnes = 0x0101010101010101;

}  // namespace

LAKESEED_KERNEL(void, SpreadBits,
                (const uint8_t* bits, int64_t offset, int64_t length, uint8_t one,
                 uint8_t* bytes),
                (bits, offset, length, one, bytes)) {
  bits += offset / 8;
  const int shift = static_cast<int>(offset % 8);
  int64_t i = 0;
  for (; i + 8 <= length; i += 8) {
    const uint64_t low = bits[i / 8];
    const uint64_t high = shift == 0 ? 0 : bits[i / 8 + 1];
    const uint64_t byte = ((low >> shift) | (high << (8 - shift))) & 0xFF;
    // Each of eight copies keeps its own bit, then any bit becomes the lowest.
    const uint64_t own = (byte * kOnes) & 0x8040201008040201;
    const uint64_t eight = (((own + 0x7F * kOnes) >> 7) & kOnes) * one;
    std::memcpy(bytes + i, &eight, 8);
  }
  for (; i < length; ++i) {
    const int64_t at = i + shift;
    bytes[i] = static_cast<uint8_t>(((bits[at >> 3] >> (at & 7)) & 1) * one);
  }
}

LAKESEED_KERNEL(int64_t, PackBits,
                (const uint8_t* bytes, int64_t length, int place, uint8_t* bits),
                (bytes, length, place, bits)) {
  uint64_t num_set = 0;
  int64_t i = 0;
  for (; i + 8 <= length; i += 8) {
    uint64_t eight = 0;
    std::memcpy(&eight, bytes + i, 8);
    eight = (eight >> place) & kOnes;
    bits[i / 8] = static_cast<uint8_t>((eight * 0x0102040810204080) >> 56);
    num_set += (eight * kOnes) >> 56;
  }
  if (i < length) bits[i / 8] = 0;
  for (; i < length; ++i) {
    const int one = (bytes[i] >> place) & 1;
    bits[i >> 3] = static_cast<uint8_t>(bits[i >> 3] | (one << (i & 7)));
    num_set += static_cast<uint64_t>(one);
  }
  return static_cast<int64_t>(num_set);
}

}  // namespace lakeseed
