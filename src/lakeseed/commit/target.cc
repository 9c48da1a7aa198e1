#include "lakeseed/commit/target.h"

#include "lakeseed/base/key.h"
#include "lakeseed/write/choice.h"

namespace lakeseed {
namespace {

constexpr std::string_view kNames[] = {"error", "append", "overwrite", "resume"};
constexpr std::string_view kStatistics[] = {"all", "rows", "none"};

}  // namespace

arrow::Result<IfExists> ParseIfExists(std::string_view text) {
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == text) return static_cast<IfExists>(i);
  }
  return UnknownChoice("--if-exists", text, kNames);
}

std::string_view ToString(IfExists if_exists) {
  return kNames[static_cast<size_t>(if_exists)];
}

arrow::Result<TableStatistics> ParseTableStatistics(std::string_view text) {
  for (size_t i = 0; i < std::size(kStatistics); ++i) {
    if (kStatistics[i] == text) return static_cast<TableStatistics>(i);
  }
  return UnknownChoice("--table-statistics", text, kStatistics);
}

std::string RunId(std::string_view identity, std::string_view layout) {
  const Key key = StreamKey(0, {"run", identity, layout});
  return fmt::format("{:016x}{:016x}", key.a, key.b);
}

}  // namespace lakeseed
