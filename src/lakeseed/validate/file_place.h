// FilePlace: where the files under validation are: a directory, or a prefix of an
// object store. It only reads.
//
// Thread safety: immutable.

#pragma once

#include <arrow/filesystem/filesystem.h>
#include <arrow/result.h>

#include <memory>
#include <string>
#include <vector>

namespace lakeseed {

class FilePlace {
 public:
  FilePlace() = default;
  /// A local directory; not explicit, because a path says all of it.
  FilePlace(std::string directory);
  FilePlace(const char* directory) : FilePlace(std::string(directory)) {}
  /// `base`: path of the place in the file system.
  FilePlace(std::shared_ptr<arrow::fs::FileSystem> fs, std::string base);

  /// As people know it.
  const std::string& name() const { return base_; }

  arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> Open(
      const std::string& path) const;
  arrow::Result<std::string> ReadText(const std::string& path) const;
  /// Type and size; a missing file is no error.
  arrow::Result<arrow::fs::FileInfo> Look(const std::string& path) const;

  struct Entry {
    std::string path;  ///< Below the place.
    bool is_directory = false;
  };
  /// What is in one directory ("" for all of the place), by path; nothing in one that
  /// is missing or cannot be read.
  std::vector<Entry> List(const std::string& directory) const;

 private:
  std::string Full(const std::string& path) const;

  std::shared_ptr<arrow::fs::FileSystem> fs_;
  std::string base_;
};

}  // namespace lakeseed
