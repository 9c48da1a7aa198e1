#include "lakeseed/write/whole_file.h"

namespace lakeseed {

arrow::Result<std::optional<int64_t>> SizeOfFile(arrow::fs::FileSystem* fs,
                                                 const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(const auto there, fs->GetFileInfo(path));
  if (!there.IsFile()) return std::optional<int64_t>();
  return std::optional<int64_t>(there.size());
}

arrow::Result<std::string> ReadFile(arrow::fs::FileSystem* fs, const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(const auto input, fs->OpenInputFile(path));
  ARROW_ASSIGN_OR_RAISE(const int64_t size, input->GetSize());
  ARROW_ASSIGN_OR_RAISE(const auto buffer, input->ReadAt(0, size));
  return buffer->ToString();
}

}  // namespace lakeseed
