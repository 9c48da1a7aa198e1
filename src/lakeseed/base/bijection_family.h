// BijectionFamily: many keyed permutations, asked for members of any of them at once.
//
// Law: the images are those of the members alone.
//
// What the rounds need of each stands in half a line of the processor's cache. Those of a
// block of places are put one below the other, and vectors go down their columns: as
// cheap as a table, whichever bijections they are of.
//
// Thread safety: any number of threads, once all are added.

#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "lakeseed/base/bijection.h"

namespace lakeseed {

namespace internal {

/// What the rounds of a bijection need, for up to so many of them.
template <int32_t rounds>
struct alignas(rounds > 6 ? 64 : 32) RoundFacts {
  uint32_t n;
  uint32_t sizes;  ///< Of the left half, and in the upper 16 bits of the right one.
  uint32_t keys[rounds];
};

}  // namespace internal

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
  /// How a bijection is computed: those of four and six rounds in one block.
  enum Kind : uint8_t { kSix, kTwelve, kAlone };
  template <int32_t rounds>
  struct Run;
  struct Block;

  template <bool inverse>
  void ImagesOf(const int32_t* which, const int64_t* x, int64_t count,
                int64_t* out) const;
  /// The same where most of them, or all, are computed in so many rounds.
  template <bool inverse, int32_t rounds>
  void ImagesIn(const int32_t* which, const int64_t* x, int64_t count,
                int64_t* out) const;
  /// The same where there are few members: the images of all are computed first.
  template <bool inverse>
  void ImagesAmongAll(const int32_t* which, const int64_t* x, int64_t count,
                      int64_t* out) const;
  /// Write the images of a block to their places; those beyond n stay in it.
  template <bool inverse, int32_t rounds>
  void Compute(Block* block, int64_t* out) const;
  template <bool inverse>
  int64_t Alone(int32_t which, int64_t x) const {
    return inverse ? (*this)[which].Inverse(x) : (*this)[which].Forward(x);
  }
  template <int32_t rounds>
  static internal::RoundFacts<rounds> FactsOf(const Bijection& bijection);
  template <int32_t rounds>
  internal::RoundFacts<rounds> FactsOf(int32_t which) const {
    const auto at = static_cast<size_t>(which);
    if constexpr (rounds == 6) return facts_[at];
    return FactsOf<rounds>(all_[at]);
  }

  std::vector<Bijection> all_;
  std::vector<Kind> kinds_;
  std::vector<int64_t> starts_{0};  ///< How many members those before have, and all.
  std::vector<internal::RoundFacts<6>>
      facts_;  ///< Of other kinds n = 0: no image is below.
  bool all_twelve_ = true;
};

}  // namespace lakeseed
