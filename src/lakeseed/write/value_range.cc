#include "lakeseed/write/value_range.h"

#include "lakeseed/base/simd_level.h"
#include "lakeseed/write/prefetch.h"

namespace lakeseed {
namespace internal {

/// Several lanes, so that minimum and maximum are no chain of dependent comparisons.
template <typename T>
inline __attribute__((always_inline)) void WidenInLanes(const T* v, int64_t n, T* low,
                                                        T* high) {
  constexpr int64_t kLanes = 256 / sizeof(T);
  T lows[kLanes], highs[kLanes];
  for (int64_t k = 0; k < kLanes; ++k) lows[k] = *low, highs[k] = *high;
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    PrefetchBehind(v + i, kLanes);
    for (int64_t k = 0; k < kLanes; ++k) {
      lows[k] = v[i + k] < lows[k] ? v[i + k] : lows[k];
      highs[k] = v[i + k] > highs[k] ? v[i + k] : highs[k];
    }
  }
  for (int64_t k = 0; i < n; ++i, ++k) {
    lows[k] = v[i] < lows[k] ? v[i] : lows[k];
    highs[k] = v[i] > highs[k] ? v[i] : highs[k];
  }
  *low = *std::min_element(lows, lows + kLanes);
  *high = *std::max_element(highs, highs + kLanes);
}

LAKESEED_KERNEL(void, WidenRange,
                (const int64_t* v, int64_t n, int64_t* low, int64_t* high),
                (v, n, low, high)) {
  WidenInLanes(v, n, low, high);
}
LAKESEED_KERNEL(void, WidenRange,
                (const int32_t* v, int64_t n, int32_t* low, int32_t* high),
                (v, n, low, high)) {
  WidenInLanes(v, n, low, high);
}
LAKESEED_KERNEL(void, WidenRange, (const double* v, int64_t n, double* low, double* high),
                (v, n, low, high)) {
  WidenInLanes(v, n, low, high);
}

}  // namespace internal

}  // namespace lakeseed
