#include "lakeseed/generate/choice_steps.h"

#include <algorithm>
#include <utility>

#include "lakeseed/base/simd_level.h"

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
}

void ChoiceSteps::AddStep(uint64_t from) {
  const int32_t height = from == 0 ? 0 : CodeOf(from) - CodeOf(from - 1);
  if (height == 0) return;
  from_[num_steps_] = from;
  by_[num_steps_++] = height;
}

void ChoiceSteps::CodesOf(const uint64_t* cells, int64_t count, int32_t* codes) const {
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
