// PackedIntegers: integers of a block, each in as many bits as their range needs.
//
// Law: At(i) == values[i] where the value is valid; 0 bits where all are equal.
//
// Thread safety: immutable.

#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <vector>

namespace lakeseed {

class PackedIntegers {
 public:
  PackedIntegers() = default;

  /// `is_valid(i)`: false where the value is of no matter.
  template <typename T, typename IsValid>
  PackedIntegers(std::span<const T> values, IsValid&& is_valid) {
    // Wrapped differences: a range of all 64 bits is one too.
    int64_t least = std::numeric_limits<int64_t>::max();
    int64_t most = std::numeric_limits<int64_t>::min();
    for (size_t i = 0; i < values.size(); ++i) {
      if (!is_valid(i)) continue;
      least = std::min(least, static_cast<int64_t>(values[i]));
      most = std::max(most, static_cast<int64_t>(values[i]));
    }
    if (least > most) least = most = 0;
    base_ = static_cast<uint64_t>(least);
    bits_ = static_cast<uint32_t>(std::bit_width(static_cast<uint64_t>(most) - base_));
    // Read as 8 bytes from the first of a value's on, of which up to 7 bits are others'.
    if (bits_ > kWordBits - 7) bits_ = kWordBits;
    mask_ = bits_ == kWordBits ? ~uint64_t{0} : (uint64_t{1} << bits_) - 1;
    bytes_.resize((values.size() * bits_ + 7) / 8 + sizeof(uint64_t));
    for (size_t i = 0; i < values.size(); ++i) {
      if (is_valid(i)) Set(i, static_cast<uint64_t>(values[i]) - base_);
    }
  }

  int64_t At(int64_t i) const {
    const uint64_t bit = static_cast<uint64_t>(i) * bits_;
    uint64_t word;
    std::memcpy(&word, bytes_.data() + bit / 8, sizeof(word));
    return static_cast<int64_t>((word >> (bit % 8) & mask_) + base_);
  }

  int64_t bytes() const { return static_cast<int64_t>(bytes_.size()); }  ///< Of memory.

 private:
  static constexpr unsigned kWordBits = 64;

  void Set(size_t i, uint64_t value) {
    const uint64_t bit = i * bits_;
    uint64_t word;
    std::memcpy(&word, bytes_.data() + bit / 8, sizeof(word));
    word |= value << (bit % 8);
    std::memcpy(bytes_.data() + bit / 8, &word, sizeof(word));
  }

  uint64_t base_ = 0, mask_ = 0;
  uint32_t bits_ = 0;
  std::vector<uint8_t> bytes_;
};

}  // namespace lakeseed
