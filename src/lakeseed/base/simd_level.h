// SimdLevel: which vectors the kernels use; the best that the machine has, or less where
// somebody asks for it.
//
// Law: values and files do not depend on the level, to the byte.
//
// A kernel is written once and compiled for each level:
//
//   LAKESEED_KERNEL(void, Add, (const double* in, int64_t count, double* out),
//                   (in, count, out)) {
//     for (int64_t i = 0; i < count; ++i) out[i] += in[i];
//   }
//
// Thread safety: the level is set before threads start, and read by all of them.

#pragma once

#include <arrow/status.h>

#include <string_view>

namespace lakeseed {

enum class SimdLevel { kBaseline, kAvx2, kAvx512 };

namespace internal {
/// Of all kernels; the baseline until static variables are initialized.
extern SimdLevel simd_level;
}  // namespace internal

/// Use the vectors of this name: baseline, avx2, avx512.
/// \retval Invalid  no such level, or the machine does not have it.
arrow::Status SetSimdLevel(std::string_view name);

inline SimdLevel SimdLevelInUse() { return internal::simd_level; }

}  // namespace lakeseed

#if defined(__x86_64__) && defined(__GNUC__)
#define LAKESEED_HAS_LEVELS
#define LAKESEED_AVX2 __attribute__((target("arch=x86-64-v3")))
#define LAKESEED_AVX512 __attribute__((target("arch=x86-64-v4")))
#define LAKESEED_KERNEL(result, name, parameters, arguments)               \
  [[gnu::always_inline]] static inline result name##AtAnyLevel parameters; \
  LAKESEED_AVX512 static result name##ByAvx512 parameters {                \
    return name##AtAnyLevel arguments;                                     \
  }                                                                        \
  LAKESEED_AVX2 static result name##ByAvx2 parameters {                    \
    return name##AtAnyLevel arguments;                                     \
  }                                                                        \
  [[gnu::noipa]] result name parameters {                                  \
    switch (::lakeseed::SimdLevelInUse()) {                                \
      case ::lakeseed::SimdLevel::kAvx512:                                 \
        return name##ByAvx512 arguments;                                   \
      case ::lakeseed::SimdLevel::kAvx2:                                   \
        return name##ByAvx2 arguments;                                     \
      default:                                                             \
        return name##AtAnyLevel arguments;                                 \
    }                                                                      \
  }                                                                        \
  static inline result name##AtAnyLevel parameters
#else
#define LAKESEED_KERNEL(result, name, parameters, arguments) result name parameters
#endif
