// TextRange: smallest and largest of the texts seen.
//
// Law: exact; Add and Merge in any cut give the same range.
//
// Thread safety: plain values.

#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace lakeseed {

/// Texts, in the order of their unsigned bytes.
class TextRange {
 public:
  bool any() const { return any_; }
  const std::string& min() const { return min_; }
  const std::string& max() const { return max_; }

  void Add(std::string_view text) {
    const uint64_t prefix = Prefix(text);
    // Most texts lie strictly between by their prefix alone.
    if (any_ && prefix > min_prefix_ && prefix < max_prefix_) return;
    Widen(text, prefix);
  }
  void Merge(const TextRange& other) {
    if (!other.any_) return;
    Add(other.min_);
    Add(other.max_);
  }

  /// The first four bytes of a text, as a number that orders as they do.
  static uint32_t ShortPrefix(std::string_view text) {
    return static_cast<uint32_t>(Prefix(text) >> kShortShift);
  }
  /// A text whose short prefix is larger than the one and smaller than the other lies
  /// between for sure; of no texts, none does.
  uint32_t min_short_prefix() const {
    return static_cast<uint32_t>(min_prefix_ >> kShortShift);
  }
  uint32_t max_short_prefix() const {
    return static_cast<uint32_t>(max_prefix_ >> kShortShift);
  }
  /// Whether a text of this short prefix has to be looked at.
  bool MayWiden(uint32_t short_prefix) const {
    return short_prefix <= min_short_prefix() || short_prefix >= max_short_prefix();
  }

 private:
  static constexpr int kShortShift = 32;

  /// The first 8 bytes as a number that orders as the bytes do.
  static uint64_t Prefix(std::string_view text) {
    uint64_t word = 0;
    if (text.size() >= 8) {
      std::memcpy(&word, text.data(), 8);
    } else {
      std::memcpy(&word, text.data(), text.size());
    }
    return std::endian::native == std::endian::little ? __builtin_bswap64(word) : word;
  }
  void Widen(std::string_view text, uint64_t prefix);

  bool any_ = false;
  uint64_t min_prefix_ = 0, max_prefix_ = 0;
  std::string min_, max_;
};

}  // namespace lakeseed
