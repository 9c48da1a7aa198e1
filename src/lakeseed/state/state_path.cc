#include "lakeseed/state/state_path.h"

#include <fmt/format.h>

#include <filesystem>
#include <string_view>

#include "lakeseed/base/key.h"

namespace lakeseed {

std::string StatePathOf(const std::string& output) {
  const size_t scheme = output.find("://");
  if (scheme == std::string::npos || output.starts_with("file://")) {
    const std::string root = scheme == std::string::npos ? output : output.substr(7);
    return (std::filesystem::path(root) / ".lakeseed" / "state.sqlite").string();
  }
  std::string_view rest = std::string_view(output).substr(scheme + 3);
  rest = rest.substr(0, rest.find('?'));  // How it is reached is not what it is.
  while (rest.ends_with('/')) rest.remove_suffix(1);
  const size_t slash = rest.find('/');
  const std::string_view bucket = rest.substr(0, slash);
  const std::string_view prefix =
      slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  const Key digest = StreamKey(0, {"state", prefix});
  return fmt::format(".lakeseed/{}_{:016x}.sqlite", bucket, digest.a);
}

std::string ConfigPathOf(const std::string& warehouse) {
  std::filesystem::path path(warehouse);
  return path.replace_extension(".config.sqlite").string();
}

}  // namespace lakeseed
