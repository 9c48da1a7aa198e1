#include "lakeseed/write/retry.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "lakeseed/base/key.h"

namespace lakeseed {

std::chrono::milliseconds RetryPause(int attempt) {
  int64_t longest = 100;
  for (int i = 1; i < attempt && longest < 5'000; ++i) longest *= 3;
  longest = std::min<int64_t>(longest, 5'000);
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  const Key chance =
      Key{static_cast<uint64_t>(now), static_cast<uint64_t>(::getpid())}.Sub(1);
  const auto half = static_cast<uint64_t>(longest / 2);
  return std::chrono::milliseconds(half + chance.a % (half + 1));
}

}  // namespace lakeseed
