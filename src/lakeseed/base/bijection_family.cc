#include "lakeseed/base/bijection_family.h"

#include <algorithm>

#include "lakeseed/base/feistel_round.h"
#include "lakeseed/base/simd_level.h"

namespace lakeseed {

namespace internal {

namespace {

/// From so many places on four rounds are enough; bijections of fewer have six.
constexpr uint32_t kFourRoundsFrom = 1024;

/// facts[i] are those of place x[i].
template <bool inverse, int32_t rounds>
[[gnu::always_inline]] inline void RunRounds(const RoundFacts<rounds>* facts,
                                             const int32_t* x, int64_t count,
                                             int32_t* images, uint8_t* beyond) {
#pragma GCC ivdep
  for (int64_t i = 0; i < count; ++i) {
    const RoundFacts<rounds>& of = facts[i];
    const uint32_t sizes[2] = {of.sizes & 0xFFFF, of.sizes >> 16};
    // Doubles divide such numbers exactly: what is cut off is at least 1 / size.
    const auto whole = static_cast<double>(x[i]);
    const auto right = static_cast<int32_t>(sizes[1]);
    const auto left = static_cast<int32_t>(whole / static_cast<double>(right));
    uint32_t halves[2] = {static_cast<uint32_t>(left),
                          static_cast<uint32_t>(x[i] - left * right)};
#pragma GCC unroll 12
    for (int32_t k = 0; k < rounds; ++k) {
      const int32_t j = inverse ? rounds - 1 - k : k;
      // A size of 0 changes nothing.
      const bool has = rounds > 6 || j < 4 || of.n < kFourRoundsFrom;
      const uint32_t size = has ? sizes[j % 2] : 0;
      const uint32_t value = SmallRoundValue(halves[1 - j % 2], of.keys[j], size);
      uint32_t& half = halves[j % 2];
      half = inverse ? SubtractModulo(half, value, size) : AddModulo(half, value, size);
    }
    const uint32_t image = halves[0] * sizes[1] + halves[1];
    images[i] = static_cast<int32_t>(image);
    beyond[i] = image >= of.n ? 1 : 0;
  }
}

}  // namespace

LAKESEED_KERNEL(void, RunForward,
                (const RoundFacts<6>* facts, const int32_t* x, int64_t count,
                 int32_t* images, uint8_t* beyond),
                (facts, x, count, images, beyond)) {
  RunRounds<false>(facts, x, count, images, beyond);
}

LAKESEED_KERNEL(void, RunBack,
                (const RoundFacts<6>* facts, const int32_t* x, int64_t count,
                 int32_t* images, uint8_t* beyond),
                (facts, x, count, images, beyond)) {
  RunRounds<true>(facts, x, count, images, beyond);
}

LAKESEED_KERNEL(void, RunForward,
                (const RoundFacts<12>* facts, const int32_t* x, int64_t count,
                 int32_t* images, uint8_t* beyond),
                (facts, x, count, images, beyond)) {
  RunRounds<false>(facts, x, count, images, beyond);
}

LAKESEED_KERNEL(void, RunBack,
                (const RoundFacts<12>* facts, const int32_t* x, int64_t count,
                 int32_t* images, uint8_t* beyond),
                (facts, x, count, images, beyond)) {
  RunRounds<true>(facts, x, count, images, beyond);
}

}  // namespace internal

namespace {

constexpr int64_t kBlock = 256;
/// So few are computed one by one.
constexpr int64_t kFew = 6;
/// Places that a kernel goes on by: several vectors, as one alone would wait for each of
/// its steps.
constexpr int64_t kStep = 64;
/// Bijections of more places are computed one by one.
constexpr int64_t kMostTogether = int64_t{1} << 30;
/// So many more places than members are looked up among the images of all members.
constexpr int64_t kManyMore = 3;

}  // namespace

template <int32_t rounds>
struct BijectionFamily::Run {
  template <bool inverse>
  void Make(int64_t count) {
    // A step takes as long if it is not full, and longer place by place.
    const int64_t full = (count + kStep - 1) / kStep * kStep;
    std::fill(facts + count, facts + full,
              internal::RoundFacts<rounds>{.sizes = 1 << 16});
    std::fill(values + count, values + full, 0);
    inverse ? internal::RunBack(facts, values, full, images, beyond)
            : internal::RunForward(facts, values, full, images, beyond);
  }

  internal::RoundFacts<rounds> facts[kBlock];
  int32_t values[kBlock], images[kBlock];
  uint8_t beyond[kBlock];  ///< 1: the image is not below n. Narrow, see kStep.
};

/// Places that wait until there is a block of them.
struct BijectionFamily::Block {
  int64_t count = 0;
  int32_t values[kBlock];
  int32_t which[kBlock];
  int64_t places[kBlock];  ///< Which of the wanted ones they are.
};

void BijectionFamily::Add(const Bijection& bijection) {
  const int64_t n = bijection.n();
  const auto has = [&](int32_t rounds) { return bijection.rounds_ == rounds; };
  Kind kind = kAlone;
  if (n < kMostTogether) {
    if (has(n < internal::kFourRoundsFrom ? 6 : 4)) kind = kSix;
    if (has(12)) kind = kTwelve;
  }
  all_twelve_ &= kind == kTwelve;
  all_.push_back(bijection);
  kinds_.push_back(kind);
  starts_.push_back(std::min(starts_.back() + n, kMostTogether));
  facts_.push_back({.n = 0, .sizes = 1 << 16});
  if (kind == kSix) facts_.back() = FactsOf<6>(all_.back());
}

template <int32_t rounds>
internal::RoundFacts<rounds> BijectionFamily::FactsOf(const Bijection& bijection) {
  internal::RoundFacts<rounds> facts{.n = static_cast<uint32_t>(bijection.n_),
                                     .sizes = bijection.a_ | bijection.b_ << 16};
  std::copy_n(bijection.keys_.begin(), rounds, facts.keys);
  return facts;
}

template <bool inverse, int32_t rounds>
void BijectionFamily::Compute(Block* block, int64_t* out) const {
  const int64_t count = block->count;
  Run<rounds> run;
  for (int64_t k = 0; k < count; ++k) {
    run.facts[k] = FactsOf<rounds>(block->which[k]);
    run.values[k] = block->values[k];
  }
  run.template Make<inverse>(count);
  // What is beyond n walks on, together with the places that come next.
  int64_t open = 0;
  for (int64_t k = 0; k < count; ++k) {
    const int64_t place = block->places[k];
    out[place] = block->values[open] = run.images[k];
    block->which[open] = block->which[k];
    block->places[open] = place;
    open += run.beyond[k];
  }
  block->count = open;
}

template <bool inverse, int32_t rounds>
void BijectionFamily::ImagesIn(const int32_t* which, const int64_t* x, int64_t count,
                               int64_t* out) const {
  Run<rounds> run;
  Block six, twelve;
  const auto compute = [&](Kind kind) {
    kind == kTwelve ? Compute<inverse, 12>(&twelve, out) : Compute<inverse, 6>(&six, out);
  };
  const auto add = [&](Kind kind, int64_t value, int64_t i) {
    Block& block = kind == kTwelve ? twelve : six;
    const int64_t next = block.count++;
    block.values[next] = static_cast<int32_t>(value);
    block.which[next] = which[i];
    block.places[next] = i;
    if (block.count == kBlock) compute(kind);
  };
  int64_t open[kBlock], before[kBlock];
  for (int64_t first = 0; first < count; first += kBlock) {
    const int64_t size = std::min(count - first, kBlock);
    for (int64_t i = 0; i < size; ++i) {
      run.facts[i] = FactsOf<rounds>(which[first + i]);
      run.values[i] = static_cast<int32_t>(x[first + i]);
    }
    run.template Make<inverse>(size);
    // Nobody can guess which: those that walk on, and those of other kinds.
    int64_t num_open = 0;
    for (int64_t i = 0; i < size; ++i) {
      open[num_open] = i;
      num_open += run.beyond[i];
    }
    for (int64_t k = 0; k < num_open; ++k) before[k] = x[first + open[k]];
    for (int64_t i = 0; i < size; ++i) out[first + i] = run.images[i];
    for (int64_t k = 0; k < num_open; ++k) {
      const int64_t place = first + open[k];
      const Kind kind = kinds_[static_cast<size_t>(which[place])];
      if (kind == kAlone) {
        out[place] = Alone<inverse>(which[place], before[k]);
      } else {
        const bool other = kind == kTwelve && rounds != 12;
        add(kind, other ? before[k] : out[place], place);
      }
    }
  }
  for (const Kind kind : {kSix, kTwelve}) {
    Block& block = kind == kTwelve ? twelve : six;
    while (block.count > kFew) compute(kind);
    for (int64_t k = 0; k < block.count; ++k) {
      out[block.places[k]] = Alone<inverse>(block.which[k], block.values[k]);
    }
  }
}

template <bool inverse>
void BijectionFamily::ImagesAmongAll(const int32_t* which, const int64_t* x,
                                     int64_t count, int64_t* out) const {
  const auto size = static_cast<size_t>(starts_.back());
  std::vector<int32_t> owners(size);
  std::vector<int64_t> images(size);
  for (int32_t one = 0; one < this->size(); ++one) {
    const auto at = static_cast<size_t>(one);
    for (int64_t k = starts_[at]; k < starts_[at + 1]; ++k) {
      owners[static_cast<size_t>(k)] = one;
      images[static_cast<size_t>(k)] = k - starts_[at];
    }
  }
  const int64_t members = starts_.back();
  ImagesOf<inverse>(owners.data(), images.data(), members, images.data());
  for (int64_t i = 0; i < count; ++i) {
    out[i] = images[static_cast<size_t>(starts_[static_cast<size_t>(which[i])] + x[i])];
  }
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
  if (starts_.back() <= count / kManyMore) {
    return ImagesAmongAll<inverse>(which, x, count, out);
  }
  all_twelve_ ? ImagesIn<inverse, 12>(which, x, count, out)
              : ImagesIn<inverse, 6>(which, x, count, out);
}

template void BijectionFamily::ImagesOf<false>(const int32_t*, const int64_t*, int64_t,
                                               int64_t*) const;
template void BijectionFamily::ImagesOf<true>(const int32_t*, const int64_t*, int64_t,
                                              int64_t*) const;

}  // namespace lakeseed
