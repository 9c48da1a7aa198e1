#include "lakeseed/base/bijection.h"

#include <algorithm>
#include <cmath>

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

constexpr int64_t kPiece = 64;  ///< What is left open is looked for in so few.

// below[i] = left[i] < low; open[p] = 1 if that does not decide for some i of piece p.
LAKESEED_KERNEL(void, Decide,
                (const uint32_t* left, int64_t count, uint32_t low, uint32_t high,
                 uint8_t* below, uint8_t* open),
                (left, count, low, high, below, open)) {
  for (int64_t i = 0; i < count; ++i) below[i] = static_cast<uint8_t>(left[i] < low);
  for (int64_t first = 0; first < count; first += kPiece) {
    const int64_t end = std::min(count, first + kPiece);
    uint32_t any = 0;
    for (int64_t i = first; i < end; ++i) {
      any |=
          static_cast<uint32_t>(left[i] == low) | static_cast<uint32_t>(left[i] >= high);
    }
    *open++ = static_cast<uint8_t>(any);
  }
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
  uint8_t open[kBlock / internal::kPiece];
  for (int64_t begin = 0; begin < count; begin += kBlock) {
    const int64_t size = std::min(kBlock, count - begin);
    SplitBlock(x + begin, size, left, right);
    AddRounds(rounds, size, left, right);
    internal::Decide(left, size, low, high, below + begin, open);
    for (int64_t first = 0; first < size; first += internal::kPiece) {
      if (open[first / internal::kPiece] == 0) continue;
      const int64_t end = std::min(size, first + internal::kPiece);
      for (int64_t i = first; i < end; ++i) {
        if (left[i] != low && left[i] < high) continue;
        uint32_t last = right[i];
        if (rounds < rounds_) {
          const uint32_t key = keys_[static_cast<size_t>(rounds)];
          last = internal::AddModulo(last, internal::RoundValue(left[i], key, b_), b_);
        }
        const uint64_t image = static_cast<uint64_t>(left[i]) * b_ + last;
        const int64_t y = image < n_ ? static_cast<int64_t>(image)
                                     : Forward(static_cast<int64_t>(image));
        below[begin + i] = y < limit ? 1 : 0;
      }
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
