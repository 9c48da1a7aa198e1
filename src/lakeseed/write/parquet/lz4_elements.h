// The elements of a raw LZ4 block: sequences of a literal and a copy of what stands up to
// 64 KiB back; the last one is a literal alone.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>
#include <cstring>

namespace lakeseed {

struct Lz4Elements {
  /// A copy has at least so many bytes.
  static constexpr int64_t kLeastCopy = 4;

  static uint8_t* Begin(int64_t /*size*/, uint8_t* out) { return out; }

  /// A literal, of no bytes as well, and a copy. REQUIRES: kShortLiteral bytes are
  /// readable from the literal on, and writable; kLeastCopy <= copied; offset < 64 Ki.
  static uint8_t* Pair(const uint8_t* bytes, int64_t literal, uint32_t offset,
                       int64_t copied, uint8_t* out) {
    uint8_t* const token = out++;
    out = Literal(bytes, literal, token, out);
    std::memcpy(out, &offset, 2);
    out += 2;
    const int64_t length = copied - kLeastCopy;
    *token |= static_cast<uint8_t>(length < kLong ? length : kLong);
    return length < kLong ? out : Rest(length - kLong, out);
  }

  /// What is left, and be it nothing.
  static uint8_t* End(const uint8_t* bytes, int64_t literal, uint8_t* out) {
    uint8_t* const token = out++;
    if (literal >= kShort) return Literal(bytes, literal, token, out);
    *token = static_cast<uint8_t>(literal << 4);  // Nothing behind it may be read.
    if (literal > 0) std::memcpy(out, bytes, static_cast<size_t>(literal));
    return out + literal;
  }

 private:
  /// From this length on more bytes say it; literals below are copied in one go.
  static constexpr int64_t kLong = 15, kShort = kLong;

  static uint8_t* Literal(const uint8_t* bytes, int64_t size, uint8_t* token,
                          uint8_t* out) {
    if (size < kShort) {
      *token = static_cast<uint8_t>(size << 4);
      std::memcpy(out, bytes, 16);
      return out + size;
    }
    *token = kLong << 4;
    out = Rest(size - kLong, out);
    std::memcpy(out, bytes, static_cast<size_t>(size));
    return out + size;
  }
  static uint8_t* Rest(int64_t length, uint8_t* out) {
    for (; length >= 255; length -= 255) *out++ = 255;
    *out++ = static_cast<uint8_t>(length);
    return out;
  }
};

}  // namespace lakeseed
