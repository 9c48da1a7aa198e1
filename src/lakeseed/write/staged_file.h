// StagedFile: a file on its way into a Storage.
//
// Laws: one that is not published leaves nothing; Publish refuses to replace
// unless told to.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <string>

namespace lakeseed {

/// What to do when the final name is taken.
enum class Replace { kRefuse, kReplace };

/// A file being written, invisible until Publish().
class StagedFile {
 public:
  /// Abort()s a file that was neither published nor aborted.
  ~StagedFile();
  StagedFile(const StagedFile&) = delete;
  StagedFile& operator=(const StagedFile&) = delete;

  /// The final name.
  const std::string& path() const { return path_; }
  /// Where to write; do not close it yourself. Becomes null once closed.
  const std::shared_ptr<arrow::io::OutputStream>& stream() const { return stream_; }

  /// Flush, close and rename onto the final name; return the size in bytes.
  /// On failure nothing is visible and the temporary file is removed.
  /// \retval AlreadyExists  the name is taken and `replace` is kRefuse.
  arrow::Result<int64_t> Publish(Replace replace = Replace::kRefuse);

  /// Close and remove the temporary file. Harmless when already ended.
  arrow::Status Abort();

 private:
  friend class Storage;
  StagedFile(class Storage* storage, std::string path, std::string temporary,
             std::shared_ptr<arrow::io::OutputStream> stream);

  class Storage* const storage_;
  const std::string path_;
  const std::string temporary_;
  std::shared_ptr<arrow::io::OutputStream> stream_;
};

}  // namespace lakeseed
