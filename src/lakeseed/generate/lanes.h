// Lanes: streams of one kind that are worked on side by side, so that what must go step
// by step in each of them still fills a vector.
//
// Layout: value i of lane k stands at i * lanes + k.
//
// A kernel is a LAKESEED_LANES function that LAKESEED_WITH_LANES calls from a function
// that is a LAKESEED_KERNEL: inside, LAKESEED_EACH_LANE(k) goes over its lanes.

#pragma once

#include <cstddef>

namespace lakeseed {

/// As many doubles as the widest vectors hold.
inline constexpr size_t kLanes = 8;

#define LAKESEED_LANES [[gnu::always_inline]] inline
// Lanes do not depend on each other. A loop of constant length would be unrolled before
// it is vectorised.
#define LAKESEED_EACH_LANE(k) \
  _Pragma("GCC ivdep") _Pragma("GCC unroll 1") for (size_t k = 0; k < lanes; ++k)

/// Call a kernel, whose last argument is the number of lanes: quicker for some numbers.
#define LAKESEED_WITH_LANES(kernel, lanes, ...)              \
  ((lanes) == kLanes       ? kernel(__VA_ARGS__, kLanes)     \
   : (lanes) == kLanes / 2 ? kernel(__VA_ARGS__, kLanes / 2) \
   : (lanes) == 1          ? kernel(__VA_ARGS__, size_t{1})  \
                           : kernel(__VA_ARGS__, lanes))

}  // namespace lakeseed
