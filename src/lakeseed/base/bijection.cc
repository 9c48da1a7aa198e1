#include "lakeseed/base/bijection.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/feistel_round.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"

namespace lakeseed {

namespace internal {

/// Draw of a key's cells that gives the keys of the rounds.
constexpr int64_t kRoundDraw = 0xF;

LAKESEED_KERNEL(void, AddRound,
                (const uint32_t* from, int64_t count, uint32_t key, uint32_t size,
                 uint32_t* to),
                (from, count, key, size, to)) {
  for (int64_t i = 0; i < count; ++i) {
    to[i] = AddModulo(to[i], RoundValue(from[i], key, size), size);
  }
}

// The same where each row has a key of its own, that of one round under a key of all.
LAKESEED_KERNEL(void, KeysOfRound,
                (const uint64_t* a, const uint64_t* b, int64_t count, int64_t round,
                 uint32_t* keys),
                (a, b, count, round, keys)) {
  for (int64_t i = 0; i < count; ++i) {
    keys[i] = static_cast<uint32_t>(Cell({a[i], b[i]}, round, kRoundDraw) >> 32);
  }
}

LAKESEED_KERNEL(void, AddKeyedRound,
                (const uint32_t* from, int64_t count, const uint32_t* keys, uint32_t size,
                 uint32_t* to),
                (from, count, keys, size, to)) {
  for (int64_t i = 0; i < count; ++i) {
    to[i] = AddModulo(to[i], RoundValue(from[i], keys[i], size), size);
  }
}

LAKESEED_KERNEL(void, SubtractRound,
                (const uint32_t* from, int64_t count, uint32_t key, uint32_t size,
                 uint32_t* to),
                (from, count, key, size, to)) {
  for (int64_t i = 0; i < count; ++i) {
    to[i] = SubtractModulo(to[i], RoundValue(from[i], key, size), size);
  }
}

LAKESEED_KERNEL(void, SplitSmall,
                (const int64_t* x, int64_t count, uint32_t b, uint32_t* left,
                 uint32_t* right),
                (x, count, b, left, right)) {
  const double inverse = 1.0 / static_cast<double>(b);
  for (int64_t i = 0; i < count; ++i) SplitOne(x[i], b, inverse, left + i, right + i);
}

LAKESEED_KERNEL(void, Join,
                (const uint32_t* left, const uint32_t* right, int64_t count, uint32_t b,
                 int64_t* out),
                (left, right, count, b, out)) {
  for (int64_t i = 0; i < count; ++i) {
    out[i] = static_cast<int64_t>(static_cast<uint64_t>(left[i]) * b + right[i]);
  }
}

/// What BelowOf needs of a bijection.
struct BelowFacts {
  uint32_t sizes[2];    ///< Of the left and right halves.
  uint32_t reciprocal;  ///< floor((2^32 - 1) / sizes[1]).
  uint32_t low, high;   ///< A left half below `low` decides, one from `high` on does not.
  uint32_t keys[12];
};

/// The left half after so many rounds: below[i] = it is below `low`; open[i] = 1 if that
/// does not decide. Flags are narrow, so that several vectors are on their way together:
/// one alone would wait for each of its steps.
template <int32_t rounds, typename Place>
[[gnu::always_inline]] inline void DecideAfter(const BelowFacts& facts, const Place* x,
                                               int64_t count, uint8_t* below,
                                               uint8_t* open) {
  const BelowFacts of = facts;
#pragma GCC ivdep
  for (int64_t i = 0; i < count; ++i) {
    uint32_t halves[2];
    SplitByProduct(static_cast<uint32_t>(x[i]), of.sizes[1], of.reciprocal, halves,
                   halves + 1);
#pragma GCC unroll 12
    for (int32_t j = 0; j < rounds; ++j) {
      const uint32_t size = of.sizes[j % 2];
      const uint32_t value = SmallRoundValue(halves[1 - j % 2], of.keys[j], size);
      halves[j % 2] = AddModulo(halves[j % 2], value, size);
    }
    below[i] = halves[0] < of.low ? 1 : 0;
    open[i] = static_cast<uint8_t>(static_cast<uint32_t>(halves[0] == of.low) |
                                   static_cast<uint32_t>(halves[0] >= of.high));
  }
}

template <typename Place>
[[gnu::always_inline]] inline void DecideAfter(int32_t rounds, const BelowFacts& facts,
                                               const Place* x, int64_t count,
                                               uint8_t* below, uint8_t* open) {
  if (rounds == 4) return DecideAfter<3>(facts, x, count, below, open);
  if (rounds == 6) return DecideAfter<5>(facts, x, count, below, open);
  DecideAfter<11>(facts, x, count, below, open);
}

LAKESEED_KERNEL(void, Decide,
                (int32_t rounds, const BelowFacts& facts, const int64_t* x, int64_t count,
                 uint8_t* below, uint8_t* open),
                (rounds, facts, x, count, below, open)) {
  DecideAfter(rounds, facts, x, count, below, open);
}

LAKESEED_KERNEL(void, Decide,
                (int32_t rounds, const BelowFacts& facts, const uint32_t* x,
                 int64_t count, uint8_t* below, uint8_t* open),
                (rounds, facts, x, count, below, open)) {
  DecideAfter(rounds, facts, x, count, below, open);
}

}  // namespace internal

namespace {
constexpr int64_t kBlock = 512;
/// Places that a kernel goes on by.
constexpr int64_t kStep = 64;
constexpr int64_t kWord = sizeof(uint64_t);
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
  BelowAmong(x, count, limit, below);
}

void Bijection::BelowOf(const uint32_t* x, int64_t count, int64_t limit,
                        uint8_t* below) const {
  BelowAmong(x, count, limit, below);
}

template <typename Place>
void Bijection::BelowAmong(const Place* x, int64_t count, int64_t limit,
                           uint8_t* below) const {
  const auto below_one = [&](int64_t i) { below[i] = Forward(x[i]) < limit ? 1 : 0; };
  if (n_ > UINT32_MAX || (rounds_ != 4 && rounds_ != 6 && rounds_ != 12)) {
    for (int64_t i = 0; i < count; ++i) below_one(i);
    return;
  }
  internal::BelowFacts facts{.sizes = {a_, b_},
                             .reciprocal = UINT32_MAX / b_,
                             .low = static_cast<uint32_t>(limit / b_),
                             .high = static_cast<uint32_t>(n_ / b_)};
  std::copy(keys_.begin(), keys_.end(), facts.keys);
  uint8_t open[kBlock];
  for (int64_t begin = 0; begin < count; begin += kBlock) {
    const int64_t size = std::min(kBlock, count - begin);
    const int64_t full = size / kStep * kStep, rest = size - full;
    internal::Decide(rounds_, facts, x + begin, full, below + begin, open);
    if (rest > 0) {  // A step takes as long if it is not full, and longer place by place.
      Place last[kStep] = {};
      uint8_t last_below[kStep];
      std::copy_n(x + begin + full, rest, last);
      internal::Decide(rounds_, facts, last, kStep, last_below, open + full);
      std::copy_n(last_below, rest, below + begin + full);
      std::fill(open + size, open + full + kStep, 0);
    }
    for (int64_t i = 0; i < size; i += kWord) {
      uint64_t some;
      std::memcpy(&some, open + i, kWord);
      // One bit of every byte: the lowest of them is where the first one is open.
      for (; some != 0; some &= some - 1)
        below_one(begin + i + std::countr_zero(some) / 8);
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
