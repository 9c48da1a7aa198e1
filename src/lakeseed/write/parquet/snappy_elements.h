// The elements of a Snappy stream: literals, and copies of what stands up to 64 KiB back.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>
#include <cstring>

#include "lakeseed/write/byte_buffer.h"

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

/// A copy as a number of which the lower bytes are its element: three, or two in the
/// short form for offsets below 2048 and fewer than 12 bytes. No element, but some
/// number, unless 4 <= size <= kMaxCopy and offset < 64 Ki.
inline uint32_t LongCopy(uint32_t offset, uint32_t size) {
  return 2 | (size - 1) << 2 | offset << 8;
}
inline uint32_t ShortCopy(uint32_t offset, uint32_t size) {
  return 1 | (size - 4) << 2 | (offset >> 8) << 5 | offset << 8;
}
/// 1 where the short form is there, else 0.
inline uint32_t HasShortCopy(uint32_t offset, uint32_t size) {
  return ((offset - 2048) & (size - 12)) >> 31;
}

/// One copy. REQUIRES: 4 <= size <= kMaxCopy; offset < 64 Ki; room for 4 bytes.
inline uint8_t* WriteCopy(uint32_t offset, uint32_t size, uint8_t* out) {
  // Both forms are made, and one is taken without a branch.
  const uint32_t is_short = HasShortCopy(offset, size);
  const uint32_t long_form = LongCopy(offset, size);
  const uint32_t form = long_form ^ ((long_form ^ ShortCopy(offset, size)) & -is_short);
  std::memcpy(out, &form, sizeof(form));
  return out + 3 - is_short;
}

/// Any number of bytes from 4 on. REQUIRES: as WriteCopy(), for each kMaxCopy of them.
inline uint8_t* WriteCopies(uint32_t offset, int64_t size, uint8_t* out) {
  // Never less than four are left.
  for (; size >= kMaxCopy + 4; size -= kMaxCopy) out = WriteCopy(offset, kMaxCopy, out);
  if (size > kMaxCopy) {
    out = WriteCopy(offset, kMaxCopy - 4, out);
    size -= kMaxCopy - 4;
  }
  return WriteCopy(offset, static_cast<uint32_t>(size), out);
}

/// A stream of literals each with a copy behind it, and one at the end.
struct SnappyElements {
  static uint8_t* Begin(int64_t size, uint8_t* out) {
    return WriteVarint(static_cast<uint64_t>(size), out);
  }
  /// REQUIRES: kShortLiteral bytes are readable from the literal on, and writable.
  static uint8_t* Pair(const uint8_t* bytes, int64_t literal, uint32_t offset,
                       int64_t copied, uint8_t* out) {
    out = literal > kShortLiteral ? WriteLiteral(bytes, literal, out)
                                  : WriteShortLiteral(bytes, literal, out);
    return copied <= kMaxCopy ? WriteCopy(offset, static_cast<uint32_t>(copied), out)
                              : WriteCopies(offset, copied, out);
  }
  static uint8_t* End(const uint8_t* bytes, int64_t literal, uint8_t* out) {
    return literal > 0 ? WriteLiteral(bytes, literal, out) : out;
  }
};

}  // namespace lakeseed
