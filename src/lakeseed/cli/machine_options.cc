// Threads, chunks and memory of a run.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/terminal.h"

namespace lakeseed {
namespace {

constexpr double kMemoryShare = 0.8;

/// Memory of this machine, or of the container around the program.
int64_t MemoryBytes() {
  int64_t bytes = static_cast<int64_t>(::sysconf(_SC_PHYS_PAGES)) *
                  static_cast<int64_t>(::sysconf(_SC_PAGESIZE));
  int64_t limit = 0;
  if (std::ifstream("/sys/fs/cgroup/memory.max") >> limit && limit > 0) {
    bytes = std::min(bytes, limit);
  }
  return bytes;
}

arrow::Result<int64_t> MemoryLimit(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const auto limit, arguments.Bytes("memory-limit"));
  ARROW_ASSIGN_OR_RAISE(const auto fraction, arguments.Real("memory-fraction"));
  if (limit && arguments.Has("memory-fraction")) {
    return RequestError("--memory-limit and --memory-fraction exclude each other");
  }
  if (limit) return *limit;
  const double share = fraction.value_or(kMemoryShare);
  if (!(share > 0) || share > 1) {
    return RequestError(fmt::format("--memory-fraction must be > 0 and <= 1: {}", share));
  }
  return static_cast<int64_t>(share * static_cast<double>(MemoryBytes()));
}

}  // namespace

arrow::Result<RunOptions> RunOptionsOf(const Arguments& arguments) {
  RunOptions options;
  ARROW_ASSIGN_OR_RAISE(const auto threads,
                        arguments.Integer("parallel-workers", 1, 1024));
  options.threads = static_cast<int>(threads.value_or(0));
  ARROW_ASSIGN_OR_RAISE(const auto chunk,
                        arguments.Integer("chunk-size", 1, 1'000'000'000));
  options.chunk_rows = chunk.value_or(0);
  ARROW_ASSIGN_OR_RAISE(options.memory_limit_bytes, MemoryLimit(arguments));
  if (const std::string text = arguments.Text("if-exists"); !text.empty()) {
    ARROW_ASSIGN_OR_RAISE(options.if_exists, ParseIfExists(text));
  }
  if (arguments.Switch("enable-spill") && !arguments.Switch("quiet")) {
    Note(
        "--enable-spill changes nothing: generation holds no data, so it needs no spill");
  }
  return options;
}

}  // namespace lakeseed
