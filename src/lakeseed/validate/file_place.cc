#include "lakeseed/validate/file_place.h"

#include <arrow/buffer.h>
#include <arrow/filesystem/localfs.h>
#include <arrow/io/memory.h>

#include <algorithm>

namespace lakeseed {

FilePlace::FilePlace(std::string directory)
    : FilePlace(std::make_shared<arrow::fs::LocalFileSystem>(), std::move(directory)) {}

FilePlace::FilePlace(std::shared_ptr<arrow::fs::FileSystem> fs, std::string base)
    : fs_(std::move(fs)), base_(std::move(base)) {
  while (base_.size() > 1 && base_.ends_with('/')) base_.pop_back();
}

std::string FilePlace::Full(const std::string& path) const {
  if (path.empty()) return base_;
  return base_ == "/" ? base_ + path : base_ + "/" + path;
}

arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> FilePlace::Open(
    const std::string& path) const {
  ARROW_ASSIGN_OR_RAISE(auto file, fs_->OpenInputFile(Full(path)));
  if (fs_->type_name() == "local") return file;
  // A request to a store costs more than some bytes: a small object is read at once.
  constexpr int64_t kSmallBytes = 256 << 10;
  ARROW_ASSIGN_OR_RAISE(const int64_t size, file->GetSize());
  if (size > kSmallBytes) return file;
  ARROW_ASSIGN_OR_RAISE(auto bytes, file->ReadAt(0, size));
  return std::make_shared<arrow::io::BufferReader>(std::move(bytes));
}

arrow::Result<std::string> FilePlace::ReadText(const std::string& path) const {
  ARROW_ASSIGN_OR_RAISE(const auto file, Open(path));
  ARROW_ASSIGN_OR_RAISE(const int64_t size, file->GetSize());
  ARROW_ASSIGN_OR_RAISE(const auto bytes, file->ReadAt(0, size));
  return bytes->ToString();
}

arrow::Result<arrow::fs::FileInfo> FilePlace::Look(const std::string& path) const {
  return fs_->GetFileInfo(Full(path));
}

std::vector<FilePlace::Entry> FilePlace::List(const std::string& directory) const {
  arrow::fs::FileSelector all;
  all.base_dir = Full(directory);
  all.allow_not_found = true;
  const auto found = fs_->GetFileInfo(all);
  std::vector<Entry> entries;
  if (!found.ok()) return entries;
  for (const arrow::fs::FileInfo& one : *found) {
    const std::string name = one.base_name();
    entries.push_back({directory.empty() ? name : directory + "/" + name,
                       one.type() == arrow::fs::FileType::Directory});
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.path < b.path; });
  return entries;
}

}  // namespace lakeseed
