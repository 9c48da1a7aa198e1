#include "lakeseed/base/uuid.h"

#include <fmt/format.h>

namespace lakeseed {

std::string UuidText(const Key& key) {
  const std::string hex = fmt::format("{:016x}{:016x}", key.a, key.b);
  return fmt::format("{}-{}-8{}-8{}-{}", hex.substr(0, 8), hex.substr(8, 4),
                     hex.substr(13, 3), hex.substr(17, 3), hex.substr(20, 12));
}

}  // namespace lakeseed
