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
                                            const uint64_t* from, const int64_t* by,
                                            int32_t* codes) {
  std::array<uint64_t, kSteps> begins;
  std::array<int64_t, kSteps> heights;
  std::copy_n(from, kSteps, begins.begin());
  std::copy_n(by, kSteps, heights.begin());
  for (int64_t i = 0; i < count; ++i) {
    int64_t code = 0;
    for (size_t k = 0; k < kSteps; ++k) code += cells[i] >= begins[k] ? heights[k] : 0;
    codes[i] = static_cast<int32_t>(code);
  }
}

LAKESEED_KERNEL(void, AddFewSteps,
                (const uint64_t* cells, int64_t count, const uint64_t* from,
                 const int64_t* by, int32_t* codes),
                (cells, count, from, by, codes)) {
  AddSteps<kFew>(cells, count, from, by, codes);
}

LAKESEED_KERNEL(void, AddMostSteps,
                (const uint64_t* cells, int64_t count, const uint64_t* from,
                 const int64_t* by, int32_t* codes),
                (cells, count, from, by, codes)) {
  AddSteps<2 * kFew>(cells, count, from, by, codes);
}

}  // namespace

ChoiceSteps::ChoiceSteps(AliasTable table, std::vector<int32_t> codes)
    : table_(std::move(table)), codes_(std::move(codes)) {
  static_assert(kMost == 2 * kFew);
  from_.fill(UINT64_MAX);
  const int64_t buckets = table_.size();
  if (2 * buckets > static_cast<int64_t>(kMost)) return;
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
  const int32_t before = from == 0 ? 0 : CodeOf(from - 1);
  from_[num_steps_] = from;
  by_[num_steps_++] = CodeOf(from) - before;
}

void ChoiceSteps::CodesOf(const uint64_t* cells, int64_t count, int32_t* codes) const {
  // Vectors that cannot compare such numbers are slower than the table.
  if (num_steps_ == 0 || SimdLevelInUse() == SimdLevel::kBaseline) {
    for (int64_t i = 0; i < count; ++i) codes[i] = CodeOf(cells[i]);
  } else if (num_steps_ <= kFew) {
    AddFewSteps(cells, count, from_.data(), by_.data(), codes);
  } else {
    AddMostSteps(cells, count, from_.data(), by_.data(), codes);
  }
}

}  // namespace lakeseed
