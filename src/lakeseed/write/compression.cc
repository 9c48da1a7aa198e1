#include "lakeseed/write/compression.h"

#include <charconv>

#include "lakeseed/base/status.h"
#include "lakeseed/write/choice.h"

namespace lakeseed {
namespace {

struct Codec {
  std::string_view name;
  arrow::Compression::type type;
  int min_level, max_level;  ///< Both 0: has no levels.
};

constexpr Codec kCodecs[] = {
    {"brotli", arrow::Compression::BROTLI, 0, 11},
    {"gzip", arrow::Compression::GZIP, 1, 9},
    {"lz4", arrow::Compression::LZ4, 0, 0},
    {"none", arrow::Compression::UNCOMPRESSED, 0, 0},
    {"snappy", arrow::Compression::SNAPPY, 0, 0},
    {"zstd", arrow::Compression::ZSTD, 1, 22},
};

}  // namespace

std::string Compression::ToString() const {
  for (const Codec& one : kCodecs) {
    if (one.type != codec) continue;
    return level ? fmt::format("{}:{}", one.name, *level) : std::string(one.name);
  }
  return "unknown";
}

arrow::Result<Compression> ParseCompression(std::string_view text) {
  const size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  std::vector<std::string_view> names;
  for (const Codec& one : kCodecs) {
    names.push_back(one.name);
    if (one.name != name) continue;
    Compression compression{one.type, std::nullopt};
    if (colon == std::string_view::npos) return compression;
    if (one.max_level == 0) {
      return RequestError(fmt::format("compression {} has no levels: {}", name, text),
                          fmt::format("write {}", name));
    }
    int level = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + colon + 1, end, level);
    if (read.ec != std::errc{} || read.ptr != end || level < one.min_level ||
        level > one.max_level) {
      return RequestError(
          fmt::format("bad compression level: {}", text),
          fmt::format("{} has levels {} to {}", name, one.min_level, one.max_level));
    }
    compression.level = level;
    return compression;
  }
  return UnknownChoice("compression", name, names);
}

}  // namespace lakeseed
