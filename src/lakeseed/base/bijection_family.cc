#include "lakeseed/base/bijection_family.h"

#include <algorithm>

#include "lakeseed/base/feistel_round.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"

namespace lakeseed {

namespace internal {

LAKESEED_KERNEL(void, AddEachRound,
                (const uint32_t* from, int64_t count, const uint32_t* keys,
                 const uint32_t* sizes, uint32_t* to),
                (from, count, keys, sizes, to)) {
  for (int64_t i = 0; i < count; ++i) {
    to[i] = AddModulo(to[i], RoundValue(from[i], keys[i], sizes[i]), sizes[i]);
  }
}

LAKESEED_KERNEL(void, SubtractEachRound,
                (const uint32_t* from, int64_t count, const uint32_t* keys,
                 const uint32_t* sizes, uint32_t* to),
                (from, count, keys, sizes, to)) {
  for (int64_t i = 0; i < count; ++i) {
    to[i] = SubtractModulo(to[i], RoundValue(from[i], keys[i], sizes[i]), sizes[i]);
  }
}

LAKESEED_KERNEL(void, SplitEach,
                (const int64_t* x, int64_t count, const uint32_t* b, uint32_t* left,
                 uint32_t* right),
                (x, count, b, left, right)) {
  for (int64_t i = 0; i < count; ++i) {
    SplitOne(x[i], b[i], 1.0 / static_cast<double>(b[i]), left + i, right + i);
  }
}

LAKESEED_KERNEL(void, JoinEach,
                (const uint32_t* left, const uint32_t* right, int64_t count,
                 const uint32_t* b, int64_t* out),
                (left, right, count, b, out)) {
  for (int64_t i = 0; i < count; ++i) {
    out[i] = static_cast<int64_t>(static_cast<uint64_t>(left[i]) * b[i] + right[i]);
  }
}

}  // namespace internal

namespace {
/// So few are computed one by one.
constexpr int64_t kFew = 2;
}  // namespace

struct BijectionFamily::Block {
  static constexpr int64_t kSize = 256;

  int64_t count = 0;
  int64_t values[kSize];
  int32_t which[kSize];
  int64_t places[kSize];  ///< Which of the wanted ones they are.
};

void BijectionFamily::Add(const Bijection& bijection) {
  const auto found = std::find(kRounds.begin(), kRounds.end(), bijection.rounds_);
  const bool together = bijection.n_ < (uint64_t{1} << 52);
  kinds_.push_back(static_cast<uint8_t>(together ? found - kRounds.begin() : kAlone));
  all_.push_back(bijection);
  Facts& facts = facts_.emplace_back();
  facts.n = bijection.n();
  facts.sizes[0] = bijection.a_;
  facts.sizes[1] = bijection.b_;
  std::copy(bijection.keys_.begin(), bijection.keys_.end(), facts.keys);
}

template <bool inverse, int32_t rounds>
void BijectionFamily::RoundsOf(const int32_t* which, const int64_t* x, int64_t count,
                               int64_t* out) const {
  constexpr bool kMixed = rounds == kRounds[kMixedKind];
  uint32_t sizes[2][Block::kSize], halves[2][Block::kSize], keys[rounds][Block::kSize];
  // Of the rounds that some have not: 0 for these, which changes nothing.
  [[maybe_unused]] uint32_t later[2][Block::kSize];
  for (int64_t i = 0; i < count; ++i) {
    const Facts& facts = facts_[static_cast<size_t>(which[i])];
    for (int32_t half = 0; half < 2; ++half) sizes[half][i] = facts.sizes[half];
    for (int32_t j = 0; j < rounds; ++j) keys[j][i] = facts.keys[j];
    if constexpr (kMixed) {
      const uint8_t kind = kinds_[static_cast<size_t>(which[i])];
      const uint32_t has = -static_cast<uint32_t>(kind == kMixedKind);
      for (int32_t half = 0; half < 2; ++half) later[half][i] = facts.sizes[half] & has;
    }
  }
  internal::SplitEach(x, count, sizes[1], halves[0], halves[1]);
  for (int32_t k = 0; k < rounds; ++k) {
    const int32_t j = inverse ? rounds - 1 - k : k;
    const auto round = inverse ? internal::SubtractEachRound : internal::AddEachRound;
    const auto& size = kMixed && j >= kRounds[0] ? later : sizes;
    round(halves[1 - j % 2], count, keys[j], size[j % 2], halves[j % 2]);
  }
  internal::JoinEach(halves[0], halves[1], count, sizes[1], out);
}

template <bool inverse>
void BijectionFamily::OneRunOf(uint8_t kind, const int32_t* which, const int64_t* x,
                               int64_t count, int64_t* out) const {
  static_assert(kRounds.size() == 3);
  if (kind == 0) return RoundsOf<inverse, kRounds[0]>(which, x, count, out);
  if (kind == 1) return RoundsOf<inverse, kRounds[1]>(which, x, count, out);
  RoundsOf<inverse, kRounds[2]>(which, x, count, out);
}

template <bool inverse>
void BijectionFamily::Compute(uint8_t kind, Block* block, int64_t* out) const {
  const int64_t count = block->count;
  OneRunOf<inverse>(kind, block->which, block->values, count, block->values);
  // What is beyond n walks on, together with the places that come next.
  int64_t open = 0;
  for (int64_t k = 0; k < count; ++k) {
    const int64_t image = block->values[k], place = block->places[k];
    const int32_t which = block->which[k];
    block->values[open] = image;
    block->which[open] = which;
    block->places[open] = place;
    out[place] = image;
    open += static_cast<int64_t>(image >= facts_[static_cast<size_t>(which)].n);
  }
  block->count = open;
}

template <bool inverse>
void BijectionFamily::ImagesOf(const int32_t* which, const int64_t* x, int64_t count,
                               int64_t* out) const {
  const auto other = [&](int32_t one) { return one != which[0]; };
  if (count > 0 && std::none_of(which, which + count, other)) {
    const Bijection& bijection = (*this)[which[0]];
    return inverse ? bijection.InverseOf(x, count, out)
                   : bijection.ForwardOf(x, count, out);
  }
  std::array<Block, kRounds.size()> blocks;
  const auto add = [&](uint8_t kind, int64_t value, int64_t i) {
    Block& block = blocks[kind];
    const auto next = static_cast<size_t>(block.count++);
    block.values[next] = value;
    block.which[next] = which[i];
    block.places[next] = i;
    if (block.count == Block::kSize) Compute<inverse>(kind, &block, out);
  };
  for (int64_t first = 0; first < count; first += Block::kSize) {
    const int64_t end = std::min(count, first + Block::kSize);
    uint8_t kinds = 0;
    for (int64_t i = first; i < end; ++i) {
      kinds = std::max(kinds, kinds_[static_cast<size_t>(which[i])]);
      __builtin_prefetch(&facts_[static_cast<size_t>(which[i])]);
    }
    if (kinds <= kMixedKind) {
      int64_t images[Block::kSize];
      OneRunOf<inverse>(kinds, which + first, x + first, end - first, images);
      for (int64_t i = first; i < end; ++i) {
        const auto at = static_cast<size_t>(which[i]);
        out[i] = images[i - first];
        if (out[i] >= facts_[at].n) [[unlikely]]
          add(kinds_[at], out[i], i);
      }
      continue;
    }
    for (int64_t i = first; i < end; ++i) {
      const uint8_t kind = kinds_[static_cast<size_t>(which[i])];
      if (kind == kAlone) {
        out[i] = Alone<inverse>(which[i], x[i]);
      } else {
        add(kind, x[i], i);
      }
    }
  }
  for (uint8_t kind = 0; kind < blocks.size(); ++kind) {
    Block& block = blocks[kind];
    while (block.count > kFew) Compute<inverse>(kind, &block, out);
    for (int64_t k = 0; k < block.count; ++k) {
      out[block.places[k]] = Alone<inverse>(block.which[k], block.values[k]);
    }
  }
}

template void BijectionFamily::ImagesOf<false>(const int32_t*, const int64_t*, int64_t,
                                               int64_t*) const;
template void BijectionFamily::ImagesOf<true>(const int32_t*, const int64_t*, int64_t,
                                              int64_t*) const;

}  // namespace lakeseed
