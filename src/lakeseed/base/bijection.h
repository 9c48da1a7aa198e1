// Bijection: a keyed permutation of [0, n) with its inverse, O(1), no table.
//
// Law: Forward is one-to-one on [0, n); Inverse(Forward(x)) == x.
// Law: the block versions give the values of the scalar ones.
//
// Method: generalised Feistel on a * b >= n, a = ceil(sqrt n): each round adds a
// keyed hash of one half to the other, modulo its size; values >= n walk on.
// Rounds: 12 for n <= 64, 6 below 1024, then 4; with fewer the joint law of two
// images shows. Source: Black & Rogaway 2002; NIST SP 800-38G.
//
// Thread safety: immutable after construction; cheap to copy.

#pragma once

#include <array>
#include <cstdint>

#include "lakeseed/base/key.h"

namespace lakeseed {

class Bijection {
 public:
  /// The only permutation of nothing.
  Bijection() = default;

  /// REQUIRES: 0 <= n <= 2^62; rounds <= 12, 0 = the right number for n.
  Bijection(const Key& key, int64_t n, int rounds = 0);

  int64_t n() const { return static_cast<int64_t>(n_); }

  /// REQUIRES: 0 <= x < n().
  int64_t Forward(int64_t x) const;

  /// REQUIRES: 0 <= y < n().
  int64_t Inverse(int64_t y) const;

  /// out[i] = Forward(x[i]); out may be x itself.
  void ForwardOf(const int64_t* x, int64_t count, int64_t* out) const;

  /// below[i] = Forward(x[i]) < limit ? 1 : 0. Cheaper than ForwardOf, as the last round
  /// mostly cannot decide. REQUIRES: 0 <= limit <= n().
  void BelowOf(const int64_t* x, int64_t count, int64_t limit, uint8_t* below) const;
  /// The same for narrow places.
  void BelowOf(const uint32_t* x, int64_t count, int64_t limit, uint8_t* below) const;

  /// out[i] = Inverse(y[i]); out may be y itself.
  void InverseOf(const int64_t* y, int64_t count, int64_t* out) const;

  /// out[i] = Bijection(keys[i], n).Forward(x): one value under many keys.
  static void KeyedForwardOf(const Key* keys, int64_t count, int64_t n, int64_t x,
                             int64_t* out);

 private:
  friend class BijectionFamily;
  struct Halves {
    uint32_t left, right;
  };

  Halves Split(uint64_t x) const;
  uint64_t Once(uint64_t x) const;
  uint64_t Back(uint64_t y) const;
  template <typename Place>
  void BelowAmong(const Place* x, int64_t count, int64_t limit, uint8_t* below) const;
  /// The first `rounds` rounds, forward.
  void AddRounds(int32_t rounds, int64_t count, uint32_t* left, uint32_t* right) const;
  void SplitBlock(const int64_t* x, int64_t count, uint32_t* left, uint32_t* right) const;

  uint64_t n_ = 0;
  uint64_t reciprocal_ = ~uint64_t{0};  ///< floor((2^64 - 1) / b).
  uint32_t a_ = 1, b_ = 1;
  int32_t rounds_ = 0;
  std::array<uint32_t, 12> keys_{};
};

}  // namespace lakeseed
