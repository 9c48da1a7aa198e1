// Storage: the only way bytes of ours reach a disk or an object store.
//
// Paths are relative to the root, with '/' between names. A new file is written under a
// hidden temporary name beside its target, then renamed, so nobody ever sees a partial
// file; a store that hides what is not complete gets it under its own name at once.
//
// Law: an operation that fails has not half happened.
//
// Thread safety: it may be shared by threads.

#pragma once

#include <arrow/filesystem/filesystem.h>
#include <arrow/io/interfaces.h>
#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/write/kept_files.h"
#include "lakeseed/write/staged_file.h"
#include "lakeseed/write/storage_lock.h"
#include "lakeseed/write/store_properties.h"

namespace lakeseed {

struct StorageEntry {
  std::string path;  ///< Relative to the root.
  bool is_directory = false;
  int64_t size_bytes = 0;
  int64_t modified_ms = 0;  ///< Since 1970-01-01 UTC, by the store's clock.
};

struct StorageOptions {
  /// fsync each file before its rename; slower, safe against power loss.
  bool sync = false;
  /// URI of the catalog that names the tables below the root, for table formats that
  /// have one; empty: a file of theirs below the root as well.
  std::string catalog;
  VendedStore vended = {};
};

class ObjectStore;
enum class Content;
class Storage {
 public:
  ~Storage();
  /// Open a local directory (it need not exist), "file:///directory", or a URI of an
  /// object store, with the errors of ObjectStore::Open.
  static arrow::Result<std::unique_ptr<Storage>> Open(const std::string& root,
                                                      const StorageOptions& options = {});

  /// The root as it was given.
  const std::string& root() const { return root_; }
  const std::string& catalog() const { return options_.catalog; }
  /// What it writes with, for readers that know no Storage; and the root's path there.
  const std::shared_ptr<arrow::fs::FileSystem>& file_system() const { return fs_; }
  const std::string& base() const { return base_; }

  /// Bytes of files here that need not be read again.
  KeptFiles& kept() const { return *kept_; }

  /// Begin a file; its directories are made when they are missing.
  arrow::Result<std::unique_ptr<StagedFile>> OpenTemporary(const std::string& path);

  /// Wait for, and take, the lock of the root among processes of this machine. A
  /// root that is not there, or an object store, has none: nothing is held then.
  arrow::Result<std::unique_ptr<StorageLock>> Lock(LockMode mode) const;
  /// Whether Lock keeps others out.
  bool has_locks() const { return is_local_; }
  /// Whether one of several callers wins when they give one name with kRefuse.
  bool has_winner() const;

  arrow::Status CreateDirectory(const std::string& path);
  /// Whether a file or a directory is there; in a store, an object of that very name.
  arrow::Result<bool> Exists(const std::string& path) const;
  /// Whether a directory is there; a store has none.
  arrow::Result<bool> HasDirectory(const std::string& path) const;
  /// Size of a file; nullopt when there is none.
  arrow::Result<std::optional<int64_t>> SizeOf(const std::string& path) const;
  /// Remove a file; a missing one is no error.
  arrow::Status Remove(const std::string& path);
  /// Remove a directory with all that is in it; a missing one is no error.
  arrow::Status RemoveDirectory(const std::string& path);
  /// Remove a directory if it is empty or missing; else do nothing.
  arrow::Status RemoveEmptyDirectory(const std::string& path);
  /// Everything below a directory, sorted by path; empty when it is missing.
  arrow::Result<std::vector<StorageEntry>> List(const std::string& path,
                                                bool recursive = false) const;
  /// \retval IOError with errno ENOENT when there is no such file.
  arrow::Result<std::string> ReadAll(const std::string& path) const;
  /// The same of a file that may be missing, or its directory; nullopt then.
  arrow::Result<std::optional<std::string>> ReadIfThere(const std::string& path) const;
  /// Write a small file through a temporary name.
  arrow::Status WriteAll(const std::string& path, std::string_view text, Replace replace);
  /// Write a small file in one step, with one winner as has_winner() says;
  /// through the name `scratch`, which a crash may leave, where that takes one.
  /// \retval AlreadyExists  the name is taken and `replace` is kRefuse.
  arrow::Status WriteNow(const std::string& path, std::string_view text, Replace replace,
                         const std::string& scratch);
  /// Rename a file, making the directories of `to`.
  arrow::Status Rename(const std::string& from, const std::string& to, Replace replace);
  arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenInput(
      const std::string& path) const;

 private:
  friend class StagedFile;
  Storage(std::string root, std::string base, std::shared_ptr<arrow::fs::FileSystem> fs,
          std::unique_ptr<ObjectStore> store, const StorageOptions& options);

  std::string Full(const std::string& path) const;
  arrow::Result<std::unique_ptr<StagedFile>> Stage(const std::string&, Content);
  /// What StorageOptions::sync asks of a file, or of a directory.
  arrow::Status Sync(const std::string& path) const;
  arrow::Status MoveInto(const std::string& from, const std::string& to, Replace replace);
  arrow::Status CopyInto(const std::string& from, const std::string& to, Replace replace);

  const std::string root_;
  const std::string base_;  // Path of the root inside fs_, without a '/' at its end.
  const std::shared_ptr<arrow::fs::FileSystem> fs_;
  const std::unique_ptr<const ObjectStore> store_;  // Null: no object store.
  const StorageOptions options_;
  const bool is_local_;
  const std::unique_ptr<KeptFiles> kept_;
};

}  // namespace lakeseed
