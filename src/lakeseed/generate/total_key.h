// TotalKey: one or two whole numbers that rows are added up by; TotalKeys: which keys are
// asked for, at twelve to twenty-four bits each.
//
// Law: Has is true of every key that was added, and of about one in a hundred others.
//
// Thread safety: none while keys are added, then any number of threads.

#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "lakeseed/base/cell.h"

namespace lakeseed {

using TotalKey = std::array<int64_t, 2>;

class TotalKeys {
 public:
  /// Room for so many keys.
  explicit TotalKeys(int64_t keys)
      : words_(std::bit_ceil(static_cast<uint64_t>(keys * kBitsPerKey / 64 + 1))) {}

  void Add(const TotalKey& key) {
    ForEachBit(key, [&](uint64_t& word, uint64_t bit) {
      word |= bit;
      return true;
    });
  }
  bool Has(const TotalKey& key) const {
    return ForEachBit(key,
                      [&](uint64_t word, uint64_t bit) { return (word & bit) != 0; });
  }

 private:
  static constexpr int64_t kBitsPerKey = 12;
  static constexpr int kBits = 3;  ///< That a key sets.

  /// Until `visit` says false.
  template <typename Visit>
  bool ForEachBit(const TotalKey& key, Visit&& visit) {
    return Walk(words_, key, visit);
  }
  template <typename Visit>
  bool ForEachBit(const TotalKey& key, Visit&& visit) const {
    return Walk(words_, key, visit);
  }
  template <typename Words, typename Visit>
  static bool Walk(Words& words, const TotalKey& key, Visit&& visit) {
    // Cells, as they are there; they reach no value.
    const uint64_t cell = Cell({0, static_cast<uint64_t>(key[1])}, key[0]);
    uint64_t at = cell;
    for (int i = 0; i < kBits; ++i) {
      if (!visit(words[(at >> 6) & (words.size() - 1)], uint64_t{1} << (at & 63))) {
        return false;
      }
      at += std::rotl(cell, 32) | 1;
    }
    return true;
  }

  std::vector<uint64_t> words_;
};

}  // namespace lakeseed
