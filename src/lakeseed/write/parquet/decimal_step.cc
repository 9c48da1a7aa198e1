#include "lakeseed/write/parquet/decimal_step.h"

#include <bit>
#include <cstddef>
#include <iterator>

#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"

namespace lakeseed {
namespace {

constexpr double kScales[] = {1, 10, 100, 1'000, 10'000};
static_assert(std::size(kScales) == DecimalStep::kMostDecimals + 1);

LAKESEED_KERNEL(int64_t, CodeSteps,
                (const double* values, int64_t n, double scale, uint32_t* codes),
                (values, n, scale, codes)) {
  constexpr double kMost = DecimalStep::kMostSteps;
  int64_t without = 0;
  for (int64_t i = 0; i < n; ++i) {
    const double steps = internal::Rint(values[i] * scale);
    const bool has_code =
        (steps <= kMost) & (steps >= -kMost) &
        (std::bit_cast<uint64_t>(steps / scale) == std::bit_cast<uint64_t>(values[i]));
    const auto number = static_cast<int32_t>(internal::Select(has_code, steps, 0.0));
    const auto code = static_cast<uint32_t>((number * 2) ^ (number >> 31));
    codes[i] = has_code ? code : DecimalStep::kCodes;
    without += has_code ? 0 : 1;
  }
  return without;
}

}  // namespace

DecimalStep::DecimalStep(int decimals)
    : decimals_(decimals), scale_(kScales[static_cast<size_t>(decimals)]) {}

bool DecimalStep::CodesOf(const double* values, int64_t n, uint32_t* codes) const {
  return CodeSteps(values, n, scale_, codes) == 0;
}

}  // namespace lakeseed
