#include "lakeseed/write/retry.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "lakeseed/base/key.h"

namespace lakeseed {

std::chrono::milliseconds RetryPause(int attempt, const RetryPace& pace) {
  int64_t longest = pace.first.count();
  for (int i = 1; i < attempt && longest < pace.longest.count(); ++i) longest *= 3;
  longest = std::min<int64_t>(longest, pace.longest.count());
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  const Key chance =
      Key{static_cast<uint64_t>(now), static_cast<uint64_t>(::getpid())}.Sub(1);
  const auto half = static_cast<uint64_t>(longest / 2);
  return std::chrono::milliseconds(half + chance.a % (half + 1));
}

}  // namespace lakeseed
