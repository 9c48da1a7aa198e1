// AnyByte: whether a byte of a text is of a kind, sixteen bytes at a time.
//
// Thread safety: a pure function.

#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace lakeseed {

/// Whether is_odd holds for a byte. It is asked with one byte or with a vector of them,
/// so it may use comparisons and | alone.
template <typename IsOdd>
bool AnyByte(std::string_view bytes, IsOdd is_odd) {
  typedef uint8_t Bytes16 __attribute__((vector_size(16)));
  const size_t size = bytes.size();
  if (size < sizeof(Bytes16)) {
    bool odd = false;
    for (const char c : bytes) odd |= static_cast<bool>(is_odd(static_cast<uint8_t>(c)));
    return odd;
  }
  decltype(is_odd(Bytes16{})) odd{};
  const auto look = [&](size_t at) {
    Bytes16 some;
    std::memcpy(&some, bytes.data() + at, sizeof(some));
    odd |= is_odd(some);
  };
  for (size_t at = 0; at + sizeof(Bytes16) <= size; at += sizeof(Bytes16)) look(at);
  look(size - sizeof(Bytes16));  // The rest, with bytes before it.
  uint64_t halves[2];
  std::memcpy(halves, &odd, sizeof(halves));
  return (halves[0] | halves[1]) != 0;
}

}  // namespace lakeseed
