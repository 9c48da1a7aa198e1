// The elements of a Snappy stream: literals, and copies of what stands up to 64 KiB back.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>
#include <cstring>

namespace lakeseed {

/// A copy has at most so many bytes.
inline constexpr int64_t kMaxCopy = 64;
/// Literals up to this are copied in one go.
inline constexpr int64_t kShortLiteral = 32;

inline uint64_t WordAt(const uint8_t* at) {
  uint64_t word;
  std::memcpy(&word, at, sizeof(word));
  return word;
}

/// Any number of bytes from 1 on.
inline uint8_t* WriteLiteral(const uint8_t* bytes, int64_t size, uint8_t* out) {
  const auto less_one = static_cast<uint32_t>(size - 1);
  if (size <= 60) {
    *out++ = static_cast<uint8_t>(less_one << 2);
  } else {
    const int length_bytes = less_one < 1 << 8 ? 1 : less_one < 1 << 16 ? 2 : 4;
    *out++ = static_cast<uint8_t>((59 + length_bytes) << 2);
    std::memcpy(out, &less_one, static_cast<size_t>(length_bytes));
    out += length_bytes;
  }
  std::memcpy(out, bytes, static_cast<size_t>(size));
  return out + size;
}

/// Up to kShortLiteral bytes, none as well. REQUIRES: as many are readable, and writable
/// behind the tag.
inline uint8_t* WriteShortLiteral(const uint8_t* bytes, int64_t size, uint8_t* out) {
  *out = static_cast<uint8_t>((size - 1) << 2);
  out += size > 0 ? 1 : 0;
  std::memcpy(out, bytes, kShortLiteral);
  return out + size;
}

/// One copy in its long form of three bytes. REQUIRES: as WriteCopy().
inline uint8_t* WriteLongCopy(uint32_t offset, uint32_t size, uint8_t* out) {
  const uint32_t form = 2 | (size - 1) << 2 | offset << 8;
  std::memcpy(out, &form, sizeof(form));
  return out + 3;
}

/// One copy. REQUIRES: 4 <= size <= kMaxCopy; offset < 64 Ki; room for 4 bytes.
inline uint8_t* WriteCopy(uint32_t offset, uint32_t size, uint8_t* out) {
  // Both forms are made, and one is taken without a branch: the short one has offsets
  // below 2048 and fewer than 12 bytes.
  const uint32_t is_short = ((offset - 2048) & (size - 12)) >> 31;
  const uint32_t long_form = 2 | (size - 1) << 2 | offset << 8;
  const uint32_t short_form = 1 | (size - 4) << 2 | (offset >> 8) << 5 | offset << 8;
  const uint32_t form = long_form ^ ((long_form ^ short_form) & -is_short);
  std::memcpy(out, &form, sizeof(form));
  return out + 3 - is_short;
}

}  // namespace lakeseed
