// BijectionFamily: many keyed permutations, asked for members of any of them at once.
//
// Law: the images are those of the members alone.
//
// What the rounds need of each is copied side by side, so that a block of places is
// computed together whichever bijections they are of: as cheap as a table.
//
// Thread safety: any number of threads, once all are added.

#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "lakeseed/base/bijection.h"

namespace lakeseed {

class BijectionFamily {
 public:
  void Add(const Bijection& bijection);

  int32_t size() const { return static_cast<int32_t>(all_.size()); }
  const Bijection& operator[](int32_t i) const { return all_[static_cast<size_t>(i)]; }

  /// out[i] = (*this)[which[i]].Forward(x[i]); out may be x itself.
  void ForwardOf(const int32_t* which, const int64_t* x, int64_t count,
                 int64_t* out) const {
    ImagesOf<false>(which, x, count, out);
  }
  /// out[i] = (*this)[which[i]].Inverse(y[i]); out may be y itself.
  void InverseOf(const int32_t* which, const int64_t* y, int64_t count,
                 int64_t* out) const {
    ImagesOf<true>(which, y, count, out);
  }

 private:
  /// Numbers of rounds that are computed in blocks of their own, and what has none.
  static constexpr std::array<int32_t, 3> kRounds = {4, 6, 12};
  static constexpr uint8_t kAlone = kRounds.size();
  /// Those of fewer rounds may stand among those of this kind.
  static constexpr uint8_t kMixedKind = 1;
  struct Block;

  template <bool inverse>
  void ImagesOf(const int32_t* which, const int64_t* x, int64_t count,
                int64_t* out) const;
  template <bool inverse>
  int64_t Alone(int32_t which, int64_t x) const {
    return inverse ? (*this)[which].Inverse(x) : (*this)[which].Forward(x);
  }
  /// One run through the rounds, of which a kind has so many: an image may lie beyond n.
  template <bool inverse, int32_t rounds>
  void RoundsOf(const int32_t* which, const int64_t* x, int64_t count,
                int64_t* out) const;
  template <bool inverse>
  void OneRunOf(uint8_t kind, const int32_t* which, const int64_t* x, int64_t count,
                int64_t* out) const;
  /// Write the images of a block to their places; those beyond n stay in it.
  template <bool inverse>
  void Compute(uint8_t kind, Block* block, int64_t* out) const;

  /// What the rounds of a bijection need, in one line of the processor's cache.
  struct alignas(64) Facts {
    int64_t n = 0;
    uint32_t sizes[2] = {};  ///< Of the left and right halves.
    uint32_t keys[12] = {};  ///< By round.
  };

  std::vector<Bijection> all_;
  std::vector<uint8_t> kinds_;  ///< In kRounds. Those of very many split otherwise.
  std::vector<Facts> facts_;
};

}  // namespace lakeseed
