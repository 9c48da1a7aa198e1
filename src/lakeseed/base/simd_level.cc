#include "lakeseed/base/simd_level.h"

#include <iterator>
#include <string>
#include <vector>

#include "lakeseed/base/status.h"
#include "lakeseed/base/suggest.h"

namespace lakeseed {
namespace {

/// From the least to the best.
constexpr std::string_view kNames[] = {"baseline", "avx2", "avx512"};

SimdLevel BestOfMachine() {
#if defined(LAKESEED_HAS_LEVELS)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return SimdLevel::kAvx512;
  if (__builtin_cpu_supports("x86-64-v3")) return SimdLevel::kAvx2;
#endif
  return SimdLevel::kBaseline;
}

std::string NamesUpTo(SimdLevel best) {
  std::string names;
  for (size_t i = 0; i <= static_cast<size_t>(best); ++i) {
    names += (i == 0 ? "" : ", ") + std::string(kNames[i]);
  }
  return names;
}

}  // namespace

namespace internal {
SimdLevel simd_level = BestOfMachine();
}  // namespace internal

arrow::Status SetSimdLevel(std::string_view name) {
  const SimdLevel best = BestOfMachine();
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] != name) continue;
    const auto level = static_cast<SimdLevel>(i);
    if (level > best) {
      return RequestError(
          "LAKESEED_SIMD: this machine does not have it: " + std::string(name),
          "it has " + NamesUpTo(best));
    }
    internal::simd_level = level;
    return arrow::Status::OK();
  }
  const std::string meant = DidYouMean(name, kNames);
  return RequestError("LAKESEED_SIMD: no such level: " + std::string(name),
                      meant.empty() ? "this machine has " + NamesUpTo(best) : meant);
}

}  // namespace lakeseed
