// TextIndex: finds the number of a text by its hash; who has the texts says which it is.
// Open addressing, three quarters full at most.
//
// Thread safety: as a standard container.

#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace lakeseed {

/// A hash that is the same on every machine; it decides sizes, never values.
inline uint32_t HashText(std::string_view text) {
  constexpr uint64_t kOdd = 0x9E3779B97F4A7C15, kOther = 0xD1B54A32D192ED03;
  const auto word = [&](size_t at, size_t n) {
    uint64_t value = 0;
    std::memcpy(&value, text.data() + at, n);
    return value;
  };
  const auto mix = [](uint64_t a, uint64_t b) {
    const auto product = static_cast<unsigned __int128>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  };
  const size_t size = text.size();
  uint64_t hash = size * kOdd;
  for (size_t at = 0; at + 16 < size; at += 16) {
    hash = mix(hash ^ word(at, 8), kOther ^ word(at + 8, 8));
  }
  // The last words overlap what was read before: no loop for a rest.
  if (size >= 16) {
    hash = mix(hash ^ word(size - 16, 8), kOther ^ word(size - 8, 8));
  } else if (size >= 8) {
    hash = mix(hash ^ word(0, 8), kOther ^ word(size - 8, 8));
  } else if (size >= 4) {
    hash = mix(hash ^ word(0, 4) ^ word(size - 4, 4) << 32, kOdd);
  } else if (!text.empty()) {
    hash =
        mix(hash ^ word(0, 1) ^ word(size / 2, 1) << 8 ^ word(size - 1, 1) << 16, kOdd);
  }
  return static_cast<uint32_t>(hash ^ hash >> 32);
}

class TextIndex {
 public:
  /// The number of the hash that is_it(number) says to be the text's; if there is none,
  /// `next` becomes it.
  template <typename IsIt>
  uint32_t NumberOf(uint32_t hash, uint32_t next, IsIt is_it) {
    size_t at = hash & mask();
    for (; slots_[at].number != kFree; at = (at + 1) & mask()) {
      if (slots_[at].hash == hash && is_it(slots_[at].number)) return slots_[at].number;
    }
    slots_[at] = {hash, next};
    if (4 * ++size_ > 3 * slots_.size()) GrowTo(2 * slots_.size());
    return next;
  }

  /// Where the hash is looked for: worth fetching early.
  const void* SlotOf(uint32_t hash) const { return &slots_[hash & mask()]; }
  /// The number that stands there; 0 if none does.
  uint32_t FirstOf(uint32_t hash) const {
    const uint32_t number = slots_[hash & mask()].number;
    return number == kFree ? 0 : number;
  }

  int64_t size() const { return static_cast<int64_t>(size_); }
  /// Bytes that the index of so many texts takes.
  static int64_t BytesFor(int64_t size) {
    return std::max<int64_t>(kLeast, 8 * size / 3) * static_cast<int64_t>(sizeof(Slot));
  }

  /// Room for so many texts, so that none has to be moved.
  void Reserve(int64_t size) {
    size_t slots = slots_.size();
    while (3 * static_cast<int64_t>(slots) < 4 * size) slots *= 2;
    if (slots > slots_.size()) GrowTo(slots);
  }

  /// Forget the texts, keep the memory.
  void Clear() {
    std::fill(slots_.begin(), slots_.end(), Slot{});
    size_ = 0;
  }

 private:
  static constexpr uint32_t kFree = ~uint32_t{0};
  static constexpr int64_t kLeast = 1'024;
  struct Slot {
    uint32_t hash = 0, number = kFree;
  };

  size_t mask() const { return slots_.size() - 1; }

  void GrowTo(size_t slots) {
    std::vector<Slot> old(slots);
    old.swap(slots_);
    if (size_ == 0) return;
    for (const Slot& slot : old) {
      if (slot.number == kFree) continue;
      size_t at = slot.hash & mask();
      while (slots_[at].number != kFree) at = (at + 1) & mask();
      slots_[at] = slot;
    }
  }

  std::vector<Slot> slots_ = std::vector<Slot>(kLeast);
  size_t size_ = 0;
};

}  // namespace lakeseed
