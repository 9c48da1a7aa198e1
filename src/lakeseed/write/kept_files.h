// KeptFiles: bytes of files that were read or written here, so that they are
// read once.
//
// Of files that never change under their names, and of those whose old bytes
// will do. Who uses them looks whether the names still stand for the same
// files.
//
// Law: they are bounded; what is over the bound is forgotten.
//
// Thread safety: any number of threads.

#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace lakeseed {

class KeptFiles {
 public:
  using Bytes = std::shared_ptr<const std::string>;

  /// A larger file is not kept.
  static constexpr size_t kLargest = size_t{2} << 20;

  /// Null: it is not kept.
  Bytes Find(const std::string& path) const;
  /// The last by name of those whose names begin so; a null one: none does.
  std::pair<std::string, Bytes> Last(const std::string& prefix) const;
  void Keep(const std::string& path, Bytes bytes);
  /// Forget the files whose names begin so.
  void Forget(const std::string& prefix);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Bytes> files_;
  size_t num_bytes_ = 0;
};

}  // namespace lakeseed
