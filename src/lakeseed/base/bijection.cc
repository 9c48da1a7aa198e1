#include "lakeseed/base/bijection.h"

#include <algorithm>
#include <cmath>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"

namespace lakeseed {

namespace internal {

/// Draw of a key's cells that gives the keys of the rounds.
constexpr int64_t kRoundDraw = 0xF;

// lowbias32 (C. Wellons): 32 bits are enough for a half and are twice as fast
// as a 64-bit cell.
inline uint32_t RoundValue(uint32_t half, uint32_t key, uint32_t size) {
  uint32_t x = half + key;
  x = (x ^ (x >> 16)) * 0x7FEB352D;
  x = (x ^ (x >> 15)) * 0x846CA68B;
  x = x ^ (x >> 16);
  return static_cast<uint32_t>((static_cast<uint64_t>(x) * size) >> 32);
}

// Sums modulo size without a branch: the wrong one of the two wraps around and
// is larger. REQUIRES: x, y < size <= 2^31.
inline uint32_t AddModulo(uint32_t x, uint32_t y, uint32_t size) {
  const uint32_t sum = x + y;
  return std::min(sum, sum - size);
}

inline uint32_t SubtractModulo(uint32_t x, uint32_t y, uint32_t size) {
  const uint32_t difference = x - y;
  return std::min(difference, difference + size);
}

LAKESEED_CLONES void AddRound(const uint32_t* from, int64_t count, uint32_t key,
                              uint32_t size, uint32_t* to) {
  for (int64_t i = 0; i < count; ++i) {
    to[i] = AddModulo(to[i], RoundValue(from[i], key, size), size);
  }
}

LAKESEED_CLONES void SubtractRound(const uint32_t* from, int64_t count, uint32_t key,
                                   uint32_t size, uint32_t* to) {
  for (int64_t i = 0; i < count; ++i) {
    to[i] = SubtractModulo(to[i], RoundValue(from[i], key, size), size);
  }
}

// The same where each row has a key and a size of its own; with the factor 0 instead of
// the size a row sits the round out.
LAKESEED_CLONES void AddEachRound(const uint32_t* from, int64_t count,
                                  const uint32_t* keys, const uint32_t* factors,
                                  const uint32_t* sizes, uint32_t* to) {
  for (int64_t i = 0; i < count; ++i) {
    to[i] = AddModulo(to[i], RoundValue(from[i], keys[i], factors[i]), sizes[i]);
  }
}

// The same where each row has a key of its own, that of one round under a key of all.
LAKESEED_CLONES void KeysOfRound(const uint64_t* a, const uint64_t* b, int64_t count,
                                 int64_t round, uint32_t* keys) {
  for (int64_t i = 0; i < count; ++i) {
    keys[i] = static_cast<uint32_t>(Cell({a[i], b[i]}, round, kRoundDraw) >> 32);
  }
}

LAKESEED_CLONES void AddKeyedRound(const uint32_t* from, int64_t count,
                                   const uint32_t* keys, uint32_t size, uint32_t* to) {
  for (int64_t i = 0; i < count; ++i) {
    to[i] = AddModulo(to[i], RoundValue(from[i], keys[i], size), size);
  }
}

LAKESEED_CLONES void SubtractEachRound(const uint32_t* from, int64_t count,
                                       const uint32_t* keys, const uint32_t* factors,
                                       const uint32_t* sizes, uint32_t* to) {
  for (int64_t i = 0; i < count; ++i) {
    to[i] = SubtractModulo(to[i], RoundValue(from[i], keys[i], factors[i]), sizes[i]);
  }
}

// Division through a double: right to within one for x < 2^52, then corrected.
inline void SplitOne(int64_t x, uint32_t b, double inverse, uint32_t* left,
                     uint32_t* right) {
  const auto value = static_cast<uint64_t>(x);
  const auto q = static_cast<uint32_t>(ToInteger(FromInteger(value) * inverse));
  // Modulo 2^32 the remainder is in (-b, 2 b): the three cases do not overlap.
  const uint32_t r = static_cast<uint32_t>(value) - q * b;
  const uint32_t negative = r >= 0xC0000000u ? 1 : 0;
  const uint32_t over = (r >= b ? 1u : 0u) & ~negative;
  *left = q + over - negative;
  *right = r + (negative ? b : 0u) - (over ? b : 0u);
}

LAKESEED_CLONES void SplitSmall(const int64_t* x, int64_t count, uint32_t b,
                                uint32_t* left, uint32_t* right) {
  const double inverse = 1.0 / static_cast<double>(b);
  for (int64_t i = 0; i < count; ++i) SplitOne(x[i], b, inverse, left + i, right + i);
}

LAKESEED_CLONES void SplitEach(const int64_t* x, int64_t count, const uint32_t* b,
                               uint32_t* left, uint32_t* right) {
  for (int64_t i = 0; i < count; ++i) {
    SplitOne(x[i], b[i], 1.0 / static_cast<double>(b[i]), left + i, right + i);
  }
}

LAKESEED_CLONES void Join(const uint32_t* left, const uint32_t* right, int64_t count,
                          uint32_t b, int64_t* out) {
  for (int64_t i = 0; i < count; ++i) {
    out[i] = static_cast<int64_t>(static_cast<uint64_t>(left[i]) * b + right[i]);
  }
}

LAKESEED_CLONES void JoinEach(const uint32_t* left, const uint32_t* right, int64_t count,
                              const uint32_t* b, int64_t* out) {
  for (int64_t i = 0; i < count; ++i) {
    out[i] = static_cast<int64_t>(static_cast<uint64_t>(left[i]) * b[i] + right[i]);
  }
}

// below[i] = left[i] < low; returns 1 if that does not decide for some i, else 0.
LAKESEED_CLONES uint32_t Decide(const uint32_t* left, int64_t count, uint32_t low,
                                uint32_t high, uint8_t* below) {
  uint32_t open = 0;
  for (int64_t i = 0; i < count; ++i) {
    open |=
        static_cast<uint32_t>(left[i] == low) | static_cast<uint32_t>(left[i] >= high);
  }
  for (int64_t i = 0; i < count; ++i) below[i] = static_cast<uint8_t>(left[i] < low);
  return open;
}

}  // namespace internal

namespace {
constexpr int64_t kBlock = 512;
}  // namespace

Bijection::Bijection(const Key& key, int64_t n, int rounds)
    : n_(static_cast<uint64_t>(n)),
      rounds_(rounds > 0 ? rounds
              : n <= 64  ? 12
              : n < 1024 ? 6
                         : 4) {
  for (int j = 0; j < rounds_; ++j) {
    keys_[static_cast<size_t>(j)] =
        static_cast<uint32_t>(Cell(key, j, internal::kRoundDraw) >> 32);
  }
  auto a = static_cast<uint64_t>(std::sqrt(static_cast<double>(n)));
  while (a * a < n_) ++a;
  a = std::max<uint64_t>(a, 1);
  a_ = static_cast<uint32_t>(a);
  b_ = static_cast<uint32_t>(std::max<uint64_t>((n_ + a - 1) / a, 1));
  reciprocal_ = ~uint64_t{0} / b_;
}

Bijection::Halves Bijection::Split(uint64_t x) const {
  uint64_t q = MulHi(x, reciprocal_);  // At most one too small.
  uint64_t r = x - q * b_;
  if (r >= b_) {
    ++q;
    r -= b_;
  }
  return {static_cast<uint32_t>(q), static_cast<uint32_t>(r)};
}

uint64_t Bijection::Once(uint64_t x) const {
  auto [left, right] = Split(x);
  for (size_t j = 0; j < static_cast<size_t>(rounds_); ++j) {
    if (j % 2 == 0) {
      left = internal::AddModulo(left, internal::RoundValue(right, keys_[j], a_), a_);
    } else {
      right = internal::AddModulo(right, internal::RoundValue(left, keys_[j], b_), b_);
    }
  }
  return static_cast<uint64_t>(left) * b_ + right;
}

uint64_t Bijection::Back(uint64_t y) const {
  auto [left, right] = Split(y);
  for (size_t j = static_cast<size_t>(rounds_); j-- > 0;) {
    if (j % 2 == 0) {
      left =
          internal::SubtractModulo(left, internal::RoundValue(right, keys_[j], a_), a_);
    } else {
      right =
          internal::SubtractModulo(right, internal::RoundValue(left, keys_[j], b_), b_);
    }
  }
  return static_cast<uint64_t>(left) * b_ + right;
}

int64_t Bijection::Forward(int64_t x) const {
  uint64_t y = Once(static_cast<uint64_t>(x));
  while (y >= n_) y = Once(y);
  return static_cast<int64_t>(y);
}

int64_t Bijection::Inverse(int64_t y) const {
  uint64_t x = Back(static_cast<uint64_t>(y));
  while (x >= n_) x = Back(x);
  return static_cast<int64_t>(x);
}

void Bijection::SplitBlock(const int64_t* x, int64_t count, uint32_t* left,
                           uint32_t* right) const {
  if (n_ < (uint64_t{1} << 52)) return internal::SplitSmall(x, count, b_, left, right);
  for (int64_t i = 0; i < count; ++i) {
    const Halves halves = Split(static_cast<uint64_t>(x[i]));
    left[i] = halves.left;
    right[i] = halves.right;
  }
}

void Bijection::AddRounds(int32_t rounds, int64_t count, uint32_t* left,
                          uint32_t* right) const {
  for (size_t j = 0; j < static_cast<size_t>(rounds); ++j) {
    if (j % 2 == 0) {
      internal::AddRound(right, count, keys_[j], a_, left);
    } else {
      internal::AddRound(left, count, keys_[j], b_, right);
    }
  }
}

void Bijection::ForwardOf(const int64_t* x, int64_t count, int64_t* out) const {
  uint32_t left[kBlock], right[kBlock];
  for (int64_t begin = 0; begin < count; begin += kBlock) {
    const int64_t size = std::min(kBlock, count - begin);
    SplitBlock(x + begin, size, left, right);
    AddRounds(rounds_, size, left, right);
    internal::Join(left, right, size, b_, out + begin);
    for (int64_t i = begin; i < begin + size; ++i) {
      if (static_cast<uint64_t>(out[i]) >= n_) out[i] = Forward(out[i]);
    }
  }
}

void Bijection::BelowOf(const int64_t* x, int64_t count, int64_t limit,
                        uint8_t* below) const {
  // The last of an even number of rounds changes the right half only.
  const int32_t rounds = rounds_ - (rounds_ % 2 == 0 ? 1 : 0);
  const auto low = static_cast<uint32_t>(static_cast<uint64_t>(limit) / b_);
  const auto high = static_cast<uint32_t>(n_ / b_);
  uint32_t left[kBlock], right[kBlock];
  for (int64_t begin = 0; begin < count; begin += kBlock) {
    const int64_t size = std::min(kBlock, count - begin);
    SplitBlock(x + begin, size, left, right);
    AddRounds(rounds, size, left, right);
    if (internal::Decide(left, size, low, high, below + begin) == 0) continue;
    for (int64_t i = 0; i < size; ++i) {
      if (left[i] != low && left[i] < high) continue;
      below[begin + i] = Forward(x[begin + i]) < limit ? 1 : 0;
    }
  }
}

void Bijection::InverseOf(const int64_t* y, int64_t count, int64_t* out) const {
  uint32_t left[kBlock], right[kBlock];
  for (int64_t begin = 0; begin < count; begin += kBlock) {
    const int64_t size = std::min(kBlock, count - begin);
    SplitBlock(y + begin, size, left, right);
    for (size_t j = static_cast<size_t>(rounds_); j-- > 0;) {
      if (j % 2 == 0) {
        internal::SubtractRound(right, size, keys_[j], a_, left);
      } else {
        internal::SubtractRound(left, size, keys_[j], b_, right);
      }
    }
    internal::Join(left, right, size, b_, out + begin);
    for (int64_t i = begin; i < begin + size; ++i) {
      if (static_cast<uint64_t>(out[i]) >= n_) out[i] = Inverse(out[i]);
    }
  }
}

/// Places of a block with what their bijections need, side by side. Those of few members
/// have many rounds and are computed alone.
class Bijection::EachBlock {
 public:
  static constexpr int64_t kSize = 256;
  static constexpr int32_t kRounds = 6;

  /// Take a place, or say that it must be computed alone.
  bool Add(const Bijection& bijection, int64_t x) {
    if (bijection.rounds_ > kRounds || bijection.n_ >= (uint64_t{1} << 52)) return false;
    const auto i = static_cast<size_t>(count_++);
    values_[i] = x;
    sizes_[0][i] = bijection.a_;
    sizes_[1][i] = bijection.b_;
    for (size_t j = 0; j < kRounds; ++j) {
      const bool active = static_cast<int32_t>(j) < bijection.rounds_;
      keys_[j][i] = bijection.keys_[j];
      factors_[j][i] = active ? sizes_[j % 2][i] : 0;
    }
    rounds_ = std::max(rounds_, bijection.rounds_);
    return true;
  }

  int64_t count() const { return count_; }

  /// The images, of which some may be beyond their bijection's n.
  const int64_t* Images(bool inverse) {
    uint32_t halves[2][kSize];
    internal::SplitEach(values_, count_, sizes_[1], halves[0], halves[1]);
    for (int32_t k = 0; k < rounds_; ++k) {
      const auto j = static_cast<size_t>(inverse ? rounds_ - 1 - k : k);
      const auto round = inverse ? internal::SubtractEachRound : internal::AddEachRound;
      round(halves[1 - j % 2], count_, keys_[j], factors_[j], sizes_[j % 2],
            halves[j % 2]);
    }
    internal::JoinEach(halves[0], halves[1], count_, sizes_[1], values_);
    return values_;
  }

  template <bool inverse>
  static void Compute(const Bijection* all, const int32_t* which, const int64_t* x,
                      int64_t count, int64_t* out) {
    const auto alone = [&](int64_t i, int64_t value) {
      const Bijection& bijection = all[which[i]];
      return inverse ? bijection.Inverse(value) : bijection.Forward(value);
    };
    for (int64_t begin = 0; begin < count; begin += kSize) {
      EachBlock block;
      int64_t places[kSize];
      for (int64_t i = begin; i < std::min(count, begin + kSize); ++i) {
        const int64_t next = block.count();
        if (block.Add(all[which[i]], x[i])) {
          places[next] = i;
        } else {
          out[i] = alone(i, x[i]);
        }
      }
      const int64_t* images = block.Images(inverse);
      for (int64_t k = 0; k < block.count(); ++k) {
        const int64_t i = places[k];
        out[i] = images[k] < all[which[i]].n() ? images[k] : alone(i, images[k]);
      }
    }
  }

 private:
  int64_t count_ = 0;
  int32_t rounds_ = 0;
  int64_t values_[kSize];
  uint32_t sizes_[2][kSize];
  uint32_t keys_[kRounds][kSize], factors_[kRounds][kSize];
};

void Bijection::EachForwardOf(const Bijection* all, const int32_t* which,
                              const int64_t* x, int64_t count, int64_t* out) {
  EachBlock::Compute<false>(all, which, x, count, out);
}

void Bijection::EachInverseOf(const Bijection* all, const int32_t* which,
                              const int64_t* y, int64_t count, int64_t* out) {
  EachBlock::Compute<true>(all, which, y, count, out);
}

void Bijection::KeyedForwardOf(const Key* keys, int64_t count, int64_t n, int64_t x,
                               int64_t* out) {
  constexpr int64_t kSize = 256;
  const Bijection shape({}, n);
  const Halves start = shape.Split(static_cast<uint64_t>(x));
  uint64_t a[kSize], b[kSize];
  uint32_t left[kSize], right[kSize], round_keys[kSize];
  for (int64_t begin = 0; begin < count; begin += kSize) {
    const int64_t size = std::min(kSize, count - begin);
    for (int64_t i = 0; i < size; ++i) {
      a[i] = keys[begin + i].a;
      b[i] = keys[begin + i].b;
    }
    std::fill_n(left, size, start.left);
    std::fill_n(right, size, start.right);
    for (int32_t j = 0; j < shape.rounds_; ++j) {
      internal::KeysOfRound(a, b, size, j, round_keys);
      if (j % 2 == 0) {
        internal::AddKeyedRound(right, size, round_keys, shape.a_, left);
      } else {
        internal::AddKeyedRound(left, size, round_keys, shape.b_, right);
      }
    }
    internal::Join(left, right, size, shape.b_, out + begin);
    for (int64_t i = begin; i < begin + size; ++i) {
      if (out[i] >= n) out[i] = Bijection(keys[i], n).Forward(out[i]);
    }
  }
}

}  // namespace lakeseed
