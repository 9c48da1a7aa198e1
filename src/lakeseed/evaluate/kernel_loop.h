// KernelLoop: a function of each row of one or two columns, compiled for each level of
// vectors where the values are plain numbers.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>
#include <type_traits>

#include "lakeseed/base/simd_level.h"

namespace lakeseed {
namespace internal {

/// A side whose step is 0 is one value for all rows.
template <class A, class B, class R, class F>
[[gnu::always_inline]] inline void LoopAtAnyLevel(const A* a, int64_t a_step, const B* b,
                                                  int64_t b_step, int64_t length, F f,
                                                  R* to) {
  if (a_step == 0) {
    const A x = a[0];
    if (b_step == 0) {
      const R one = f(x, b[0]);
      for (int64_t i = 0; i < length; ++i) to[i] = one;
    } else {
      for (int64_t i = 0; i < length; ++i) to[i] = f(x, b[i]);
    }
  } else if (b_step == 0) {
    const B y = b[0];
    for (int64_t i = 0; i < length; ++i) to[i] = f(a[i], y);
  } else {
    for (int64_t i = 0; i < length; ++i) to[i] = f(a[i], b[i]);
  }
}

#if defined(LAKESEED_HAS_LEVELS)
template <class A, class B, class R, class F>
LAKESEED_AVX512 void LoopByAvx512(const A* a, int64_t a_step, const B* b, int64_t b_step,
                                  int64_t length, F f, R* to) {
  LoopAtAnyLevel(a, a_step, b, b_step, length, f, to);
}
template <class A, class B, class R, class F>
LAKESEED_AVX2 void LoopByAvx2(const A* a, int64_t a_step, const B* b, int64_t b_step,
                              int64_t length, F f, R* to) {
  LoopAtAnyLevel(a, a_step, b, b_step, length, f, to);
}
#endif

}  // namespace internal

/// to[i] = f(a[i * a_step], b[i * b_step]); a step is 0 or 1.
template <class A, class B, class R, class F>
void LoopOver2(const A* a, int64_t a_step, const B* b, int64_t b_step, int64_t length,
               F f, R* to) {
#if defined(LAKESEED_HAS_LEVELS)
  if constexpr (std::is_arithmetic_v<A> && std::is_arithmetic_v<B> &&
                std::is_arithmetic_v<R>) {
    const SimdLevel level = SimdLevelInUse();
    if (level == SimdLevel::kAvx512) {
      return internal::LoopByAvx512(a, a_step, b, b_step, length, f, to);
    }
    if (level == SimdLevel::kAvx2) {
      return internal::LoopByAvx2(a, a_step, b, b_step, length, f, to);
    }
  }
#endif
  internal::LoopAtAnyLevel(a, a_step, b, b_step, length, f, to);
}

/// to[i] = f(a[i * step]).
template <class A, class R, class F>
void LoopOver1(const A* a, int64_t step, int64_t length, F f, R* to) {
  static constexpr uint8_t kNothing = 0;
  const auto of_first = [f](A x, uint8_t) { return f(x); };
  LoopOver2(a, step, &kNothing, 0, length, of_first, to);
}

}  // namespace lakeseed
