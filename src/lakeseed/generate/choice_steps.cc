#include "lakeseed/generate/choice_steps.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "lakeseed/base/simd_level.h"

#if defined(LAKESEED_HAS_LEVELS)
#include <immintrin.h>
#endif

namespace lakeseed {

namespace {

/// Laws of so many steps have a kernel of their own: most are that small.
constexpr size_t kFew = 8;

template <size_t kSteps>
[[gnu::always_inline]] inline void AddSteps(const uint64_t* cells, int64_t count,
                                            int64_t first, const uint64_t* from,
                                            const int64_t* by, int32_t* codes) {
  std::array<uint64_t, kSteps> begins;
  std::array<int64_t, kSteps> heights;
  std::copy_n(from, kSteps, begins.begin());
  std::copy_n(by, kSteps, heights.begin());
  for (int64_t i = 0; i < count; ++i) {
    // Masks: of a choice between two values the compiler makes jumps, once the loop
    // over few steps is unrolled.
    int64_t code = first;
    for (size_t k = 0; k < kSteps; ++k) {
      code += heights[k] & -static_cast<int64_t>(cells[i] >= begins[k]);
    }
    codes[i] = static_cast<int32_t>(code);
  }
}

LAKESEED_KERNEL(void, AddFewSteps,
                (const uint64_t* cells, int64_t count, int64_t first,
                 const uint64_t* from, const int64_t* by, int32_t* codes),
                (cells, count, first, from, by, codes)) {
  AddSteps<kFew>(cells, count, first, from, by, codes);
}

LAKESEED_KERNEL(void, AddMostSteps,
                (const uint64_t* cells, int64_t count, int64_t first,
                 const uint64_t* from, const int64_t* by, int32_t* codes),
                (cells, count, first, from, by, codes)) {
  AddSteps<2 * kFew>(cells, count, first, from, by, codes);
}

#if defined(LAKESEED_HAS_LEVELS)

/// What the table of 32 says of each part.
LAKESEED_AVX512 [[gnu::always_inline]] inline __m512i OfPart(const void* table,
                                                             __m512i part) {
  const auto* half = static_cast<const __m512i*>(table);
  return _mm512_permutex2var_epi32(_mm512_load_si512(half), part,
                                   _mm512_load_si512(half + 1));
}

/// Of 16 cells; returns whether their upper halves decide: whether none is that of the
/// beginning of a step.
LAKESEED_AVX512 [[gnu::always_inline]] inline bool LookUp(const ChoiceParts& parts,
                                                          const uint64_t* cells,
                                                          int32_t* codes) {
  const __m512i odd =
      _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
  const __m512i upper = _mm512_permutex2var_epi32(_mm512_loadu_si512(cells), odd,
                                                  _mm512_loadu_si512(cells + 8));
  const __m512i part = _mm512_srli_epi32(upper, 27);
  __m512i code = OfPart(&parts.first, part);
  __mmask16 same = 0;
  for (size_t k = 0; k < ChoiceParts::kSteps; ++k) {
    const __m512i from = OfPart(&parts.from[k], part);
    same = static_cast<__mmask16>(same | _mm512_cmpeq_epi32_mask(upper, from));
    code = _mm512_mask_add_epi32(code, _mm512_cmpgt_epu32_mask(upper, from), code,
                                 OfPart(&parts.by[k], part));
  }
  _mm512_storeu_si512(codes, code);
  return same == 0;
}

LAKESEED_AVX512 void LookUpAll(const ChoiceParts& parts, const ChoiceSteps& steps,
                               const uint64_t* cells, int64_t count, int32_t* codes) {
  constexpr int64_t kLanes = 16;
  static_assert(ChoiceParts::kParts == 32, "part = upper >> 27");
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    if (LookUp(parts, cells + i, codes + i)) continue;
    for (int64_t k = i; k < i + kLanes; ++k) codes[k] = steps.CodeOf(cells[k]);
  }
  for (; i < count; ++i) codes[i] = steps.CodeOf(cells[i]);
}

#endif

}  // namespace

ChoiceSteps::ChoiceSteps(AliasTable table, std::vector<int32_t> codes)
    : table_(std::move(table)), codes_(std::move(codes)) {
  static_assert(kMost == 2 * kFew);
  from_.fill(UINT64_MAX);
  const int64_t buckets = table_.size();
  has_steps_ = 2 * buckets <= static_cast<int64_t>(kMost);
  if (!has_steps_) return;
  for (int64_t bucket = 0; bucket < buckets; ++bucket) {
    // Cells first .. last are the bucket's; inside it the pick changes once at
    // most.
    const auto first_of = [&](int64_t b) {
      const auto place = static_cast<unsigned __int128>(b) << 64;
      return static_cast<uint64_t>((place + buckets - 1) / buckets);
    };
    const uint64_t first = first_of(bucket);
    const uint64_t last = bucket + 1 == buckets ? UINT64_MAX : first_of(bucket + 1) - 1;
    AddStep(first);
    if (CodeOf(last) == CodeOf(first)) continue;
    uint64_t same = first, other = last;
    while (other - same > 1) {
      const uint64_t middle = same + (other - same) / 2;
      (CodeOf(middle) == CodeOf(first) ? same : other) = middle;
    }
    AddStep(other);
  }
  MakeParts();
}

void ChoiceSteps::MakeParts() {
  constexpr int kShift = 64 - std::bit_width(ChoiceParts::kParts - 1);
  for (auto& from : parts_.from) from.fill(UINT32_MAX);
  has_parts_ = true;
  for (size_t part = 0, k = 0; part < ChoiceParts::kParts; ++part) {
    const uint64_t first = static_cast<uint64_t>(part) << kShift;
    parts_.first[part] = CodeOf(first);
    while (k < num_steps_ && from_[k] <= first) ++k;
    for (size_t i = 0; k < num_steps_ && from_[k] >> kShift == part; ++k, ++i) {
      if (i == ChoiceParts::kSteps) {
        has_parts_ = false;
        return;
      }
      parts_.from[i][part] = static_cast<uint32_t>(from_[k] >> 32);
      parts_.by[i][part] = static_cast<int32_t>(by_[k]);
    }
  }
}

void ChoiceSteps::AddStep(uint64_t from) {
  const int32_t height = from == 0 ? 0 : CodeOf(from) - CodeOf(from - 1);
  if (height == 0) return;
  from_[num_steps_] = from;
  by_[num_steps_++] = height;
}

void ChoiceSteps::CodesOf(const uint64_t* cells, int64_t count, int32_t* codes) const {
#if defined(LAKESEED_HAS_LEVELS)
  if (has_parts_ && SimdLevelInUse() == SimdLevel::kAvx512) {
    return LookUpAll(parts_, *this, cells, count, codes);
  }
#endif
  // Vectors that cannot compare such numbers are slower than the table.
  if (!has_steps_ || SimdLevelInUse() == SimdLevel::kBaseline) {
    for (int64_t i = 0; i < count; ++i) codes[i] = CodeOf(cells[i]);
  } else if (num_steps_ <= kFew) {
    AddFewSteps(cells, count, CodeOf(0), from_.data(), by_.data(), codes);
  } else {
    AddMostSteps(cells, count, CodeOf(0), from_.data(), by_.data(), codes);
  }
}

}  // namespace lakeseed
