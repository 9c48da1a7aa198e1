// Scratch: names of files that nobody looks at but the run that writes them, and that go
// with their folder.
//
// Thread safety: pure functions.

#pragma once

#include <string_view>

namespace lakeseed {

inline constexpr char kScratchRoot[] = "_lakeseed/staging";

inline bool IsScratch(std::string_view path) {
  constexpr std::string_view kRoot = kScratchRoot;
  return path.starts_with(kRoot) && path.substr(kRoot.size()).starts_with('/');
}

}  // namespace lakeseed
