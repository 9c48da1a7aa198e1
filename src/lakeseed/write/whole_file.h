// WholeFile: a file of any file system, by its name alone.
//
// Thread safety: the calls only read.

#pragma once

#include <arrow/filesystem/filesystem.h>
#include <arrow/result.h>

#include <cstdint>
#include <optional>
#include <string>

namespace lakeseed {

/// In bytes; nullopt when there is no file of this name.
arrow::Result<std::optional<int64_t>> SizeOfFile(arrow::fs::FileSystem* fs,
                                                 const std::string& path);

/// All bytes of a file.
arrow::Result<std::string> ReadFile(arrow::fs::FileSystem* fs, const std::string& path);

}  // namespace lakeseed
