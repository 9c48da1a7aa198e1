#include "lakeseed/write/value_range.h"

namespace lakeseed {
namespace internal {

#define LAKESEED_WIDE __attribute__((target_clones("arch=x86-64-v3", "default")))
LAKESEED_WIDE void WidenRange(const int64_t* v, int64_t n, int64_t* low, int64_t* high) {
  int64_t a = *low, b = *high;
  for (int64_t i = 0; i < n; ++i) a = v[i] < a ? v[i] : a, b = v[i] > b ? v[i] : b;
  *low = a, *high = b;
}
LAKESEED_WIDE void WidenRange(const int32_t* v, int64_t n, int32_t* low, int32_t* high) {
  int32_t a = *low, b = *high;
  for (int64_t i = 0; i < n; ++i) a = v[i] < a ? v[i] : a, b = v[i] > b ? v[i] : b;
  *low = a, *high = b;
}
#undef LAKESEED_WIDE

}  // namespace internal

void TextRange::Widen(std::string_view text, uint64_t prefix) {
  if (!any_ || text < min_) {
    min_ = text;
    min_prefix_ = prefix;
  }
  if (!any_ || text > max_) {
    max_ = text;
    max_prefix_ = prefix;
  }
  any_ = true;
}

}  // namespace lakeseed
