// Key: the name of a stream of cells.
//
// Law: a key is BLAKE2b-128 of length-prefixed names; never a position, never a
// sum. Length prefixes make ("ab","c") differ from ("a","bc").
//
// Thread safety: plain values.

#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace lakeseed {

struct Key {
  uint64_t a = 0;
  uint64_t b = 0;

  /// Return the key named `n` under this one: two cells of this key.
  Key Sub(int64_t n) const;

  bool operator==(const Key&) const = default;
};

/// Return the key of (seed as decimal text, names...).
/// Method: BLAKE2b with a 16-byte digest (RFC 7693), little-endian words; each
/// part is preceded by its length as 8 little-endian bytes.
Key StreamKey(int64_t seed, std::initializer_list<std::string_view> names);

}  // namespace lakeseed
