#include "lakeseed/write/storage.h"

#include <arrow/filesystem/localfs.h>
#include <arrow/util/io_util.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>

#include "lakeseed/base/status.h"
#include "lakeseed/write/local_stream.h"
#include "lakeseed/write/object_store.h"
#include "lakeseed/write/scratch.h"
#include "lakeseed/write/storage_fault.h"
#include "lakeseed/write/whole_file.h"

namespace lakeseed {
namespace {

using internal::CountStorageCall;
using internal::StorageCall;

/// Counts the writes of a stream; refuses them once closed, so that a writer
/// destroyed after an abort cannot touch the file again.
class CountedStream final : public arrow::io::OutputStream {
 public:
  CountedStream(std::shared_ptr<arrow::io::OutputStream> inner, std::string path)
      : inner_(std::move(inner)), path_(std::move(path)) {}

  arrow::Status Close() override { return inner_->Close(); }
  arrow::Status Abort() override { return inner_->Abort(); }
  bool closed() const override { return inner_->closed(); }
  arrow::Result<int64_t> Tell() const override { return inner_->Tell(); }
  arrow::Status Flush() override { return inner_->Flush(); }

  arrow::Status Write(const void* data, int64_t size) override {
    if (inner_->closed()) return arrow::Status::IOError("file was aborted: ", path_);
    ARROW_RETURN_NOT_OK(CountStorageCall(StorageCall::kWrite, path_));
    return inner_->Write(data, size);
  }
  using arrow::io::OutputStream::Write;

 private:
  const std::shared_ptr<arrow::io::OutputStream> inner_;
  const std::string path_;
};

std::string ParentOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

/// Unique among the processes of one machine and the files of one process. Only
/// temporary names carry it; it never reaches a value.
std::string TemporaryFor(const std::string& path) {
  static std::atomic<int64_t> counter{0};
  const std::string parent = ParentOf(path);
  const std::string name = parent.empty() ? path : path.substr(parent.size() + 1);
  return fmt::format("{}{}.{}.inprogress-{}-{}", parent, parent.empty() ? "" : "/", name,
                     ::getpid(), ++counter);
}

arrow::Status NameTaken(const std::string& path) {
  return arrow::Status::AlreadyExists("there is a file already: ", path);
}

}  // namespace

arrow::Result<std::unique_ptr<Storage>> Storage::Open(const std::string& root,
                                                      const StorageOptions& options) {
  if (root.empty()) return RequestError("output is empty", "name a directory");
  std::shared_ptr<arrow::fs::FileSystem> fs;
  std::string base;
  std::unique_ptr<ObjectStore> store;
  if (root.find("://") == std::string::npos) {
    fs = std::make_shared<arrow::fs::LocalFileSystem>();
    std::error_code failed;
    base = std::filesystem::absolute(root, failed).lexically_normal().string();
    if (failed)
      return arrow::Status::IOError("cannot resolve ", root, ": ", failed.message());
  } else if (root.starts_with("file://")) {
    ARROW_ASSIGN_OR_RAISE(fs, arrow::fs::FileSystemFromUri(root, &base));
  } else {
    ARROW_ASSIGN_OR_RAISE(store, ObjectStore::Open(root, options.vended));
    fs = store->file_system();
    base = store->base();
  }
  while (base.size() > 1 && base.back() == '/') base.pop_back();
  return std::unique_ptr<Storage>(
      new Storage(root, std::move(base), std::move(fs), std::move(store), options));
}

Storage::~Storage() = default;

bool Storage::has_winner() const { return store_ == nullptr || store_->def().has_winner; }

Storage::Storage(std::string root, std::string base,
                 std::shared_ptr<arrow::fs::FileSystem> fs,
                 std::unique_ptr<ObjectStore> store, const StorageOptions& options)
    : root_(std::move(root)),
      base_(std::move(base)),
      fs_(std::move(fs)),
      store_(std::move(store)),
      options_(options),
      is_local_(fs_->type_name() == "local"),
      kept_(std::make_unique<KeptFiles>()) {}

std::string Storage::Full(const std::string& path) const {
  if (path.empty()) return base_;
  return base_ == "/" ? base_ + path : base_ + "/" + path;
}

arrow::Result<std::unique_ptr<StagedFile>> Storage::OpenTemporary(
    const std::string& path) {
  return Stage(path, Content::kData);
}

arrow::Result<std::unique_ptr<StagedFile>> Storage::Stage(const std::string& path,
                                                          Content content) {
  ARROW_RETURN_NOT_OK(CreateDirectory(ParentOf(path)));
  const bool is_hidden =
      store_ != nullptr && (store_->def().hides_uploads || IsScratch(path));
  const std::string temporary = is_hidden ? path : TemporaryFor(path);
  ARROW_RETURN_NOT_OK(CountStorageCall(StorageCall::kOpen, path));
  ARROW_ASSIGN_OR_RAISE(auto stream, store_ != nullptr
                                         ? store_->OpenUpload(Full(temporary), content)
                                         : OpenLocalStream(Full(temporary)));
  auto counted = std::make_shared<CountedStream>(std::move(stream), path);
  return std::unique_ptr<StagedFile>(
      new StagedFile(this, path, temporary, std::move(counted)));
}

arrow::Status Storage::CreateDirectory(const std::string& path) {
  if (store_ != nullptr) return arrow::Status::OK();  // Names are all that there is.
  ARROW_ASSIGN_OR_RAISE(const bool is_there, HasDirectory(path));
  if (is_there) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(CountStorageCall(StorageCall::kMakeDirectory, path));
  return fs_->CreateDir(Full(path), /*recursive=*/true);
}

arrow::Result<bool> Storage::HasDirectory(const std::string& path) const {
  if (store_ != nullptr) return false;
  ARROW_ASSIGN_OR_RAISE(const auto info, fs_->GetFileInfo(Full(path)));
  return info.IsDirectory();
}

arrow::Result<bool> Storage::Exists(const std::string& path) const {
  if (store_ != nullptr) {
    ARROW_ASSIGN_OR_RAISE(const auto size, store_->SizeOf(Full(path)));
    return size.has_value();
  }
  ARROW_ASSIGN_OR_RAISE(const auto info, fs_->GetFileInfo(Full(path)));
  return info.type() != arrow::fs::FileType::NotFound;
}

arrow::Result<std::optional<int64_t>> Storage::SizeOf(const std::string& path) const {
  return store_ != nullptr ? store_->SizeOf(Full(path))
                           : SizeOfFile(fs_.get(), Full(path));
}

StorageLock::~StorageLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

arrow::Result<std::unique_ptr<StorageLock>> Storage::Lock(LockMode mode) const {
  if (!is_local_) return std::make_unique<StorageLock>(-1);
  const int descriptor = ::open(base_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  auto lock = std::make_unique<StorageLock>(descriptor);
  if (descriptor < 0) return lock;
  while (::flock(descriptor, mode == LockMode::kShared ? LOCK_SH : LOCK_EX) != 0) {
    if (errno == EINTR) continue;
    // File systems without locks are as they were: renames decide.
    if (errno == ENOLCK || errno == ENOTSUP || errno == ENOSYS) break;
    return arrow::internal::IOErrorFromErrno(errno, "cannot lock '", root_, "'");
  }
  return lock;
}

arrow::Status Storage::Remove(const std::string& path) {
  if (store_ == nullptr) {
    ARROW_ASSIGN_OR_RAISE(const bool is_there, Exists(path));
    if (!is_there) return arrow::Status::OK();
  }
  ARROW_RETURN_NOT_OK(CountStorageCall(StorageCall::kRemove, path));
  return store_ != nullptr ? store_->Remove(Full(path)) : fs_->DeleteFile(Full(path));
}

arrow::Status Storage::RemoveDirectory(const std::string& path) {
  if (store_ != nullptr && store_->def().has_directories) {
    ARROW_RETURN_NOT_OK(CountStorageCall(StorageCall::kRemove, path));
    const arrow::Status removed = fs_->DeleteDir(Full(path));
    const bool is_missing = arrow::internal::ErrnoFromStatus(removed) == ENOENT;
    return is_missing ? arrow::Status::OK() : removed;
  }
  if (store_ != nullptr) {
    ARROW_ASSIGN_OR_RAISE(const auto entries, List(path, /*recursive=*/true));
    for (const StorageEntry& entry : entries) {
      if (!entry.is_directory) ARROW_RETURN_NOT_OK(Remove(entry.path));
    }
    store_->ForgetUploads(Full(path) + "/");
    return arrow::Status::OK();
  }
  ARROW_ASSIGN_OR_RAISE(const auto info, fs_->GetFileInfo(Full(path)));
  if (info.type() == arrow::fs::FileType::NotFound) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(CountStorageCall(StorageCall::kRemove, path));
  return fs_->DeleteDir(Full(path));
}

arrow::Status Storage::RemoveEmptyDirectory(const std::string& path) {
  if (store_ != nullptr) return arrow::Status::OK();
  if (is_local_) {  // In one step, so that nothing which comes meanwhile is lost.
    if (::access(Full(path).c_str(), F_OK) != 0) return arrow::Status::OK();
    ARROW_RETURN_NOT_OK(CountStorageCall(StorageCall::kRemove, path));
    if (::rmdir(Full(path).c_str()) == 0 || errno == ENOTEMPTY || errno == EEXIST ||
        errno == ENOENT) {
      return arrow::Status::OK();
    }
    return arrow::internal::IOErrorFromErrno(errno, "cannot remove '", path, "'");
  }
  ARROW_ASSIGN_OR_RAISE(const auto entries, List(path));
  return entries.empty() ? RemoveDirectory(path) : arrow::Status::OK();
}

arrow::Result<std::vector<StorageEntry>> Storage::List(const std::string& path,
                                                       bool recursive) const {
  arrow::fs::FileSelector selector;
  selector.base_dir = Full(path);
  selector.recursive = recursive;
  selector.allow_not_found = true;
  ARROW_ASSIGN_OR_RAISE(const auto infos, fs_->GetFileInfo(selector));
  const size_t prefix = base_ == "/" ? 1 : base_.size() + 1;
  std::vector<StorageEntry> entries;
  for (const auto& info : infos) {
    const auto modified = std::chrono::duration_cast<std::chrono::milliseconds>(
        info.mtime().time_since_epoch());
    entries.push_back({info.path().substr(prefix), info.IsDirectory(),
                       info.IsFile() ? info.size() : 0, modified.count()});
  }
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  return entries;
}

arrow::Result<std::string> Storage::ReadAll(const std::string& path) const {
  return store_ != nullptr ? store_->Read(Full(path)) : ReadFile(fs_.get(), Full(path));
}

arrow::Result<std::optional<std::string>> Storage::ReadIfThere(
    const std::string& path) const {
  auto text = ReadAll(path);
  const int reason = arrow::internal::ErrnoFromStatus(text.status());
  if (reason == ENOENT || reason == ENOTDIR) return std::optional<std::string>();
  ARROW_RETURN_NOT_OK(text.status());
  return std::optional<std::string>(*std::move(text));
}

arrow::Status Storage::WriteAll(const std::string& path, std::string_view text,
                                Replace replace) {
  ARROW_ASSIGN_OR_RAISE(const auto file, Stage(path, Content::kNote));
  const arrow::Status written =
      file->stream()->Write(text.data(), static_cast<int64_t>(text.size()));
  if (!written.ok()) {
    (void)file->Abort();
    return written;
  }
  return file->Publish(replace).status();
}

arrow::Status Storage::WriteNow(const std::string& path, std::string_view text,
                                Replace replace, const std::string& scratch) {
  if (store_ == nullptr || !store_->def().has_winner) {
    ARROW_RETURN_NOT_OK(WriteAll(scratch, text, Replace::kReplace));
    return Rename(scratch, path, replace);
  }
  ARROW_RETURN_NOT_OK(CountStorageCall(StorageCall::kWrite, path));
  if (replace == Replace::kReplace) return store_->Write(Full(path), text);
  const arrow::Status written = store_->WriteNew(Full(path), text);
  return written.IsAlreadyExists() ? NameTaken(path) : written;
}

arrow::Status Storage::Rename(const std::string& from, const std::string& to,
                              Replace replace) {
  ARROW_RETURN_NOT_OK(CreateDirectory(ParentOf(to)));
  return MoveInto(from, to, replace);
}

arrow::Status Storage::Sync(const std::string& path) const {
  if (!options_.sync || !is_local_) return arrow::Status::OK();
  const std::string full = Full(path);
  const int fd = ::open(full.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return arrow::internal::IOErrorFromErrno(errno, "cannot open '", full, "'");
  const int failed = ::fsync(fd) == 0 ? 0 : errno;
  ::close(fd);
  if (failed == 0) return arrow::Status::OK();
  return arrow::internal::IOErrorFromErrno(failed, "cannot sync '", full, "'");
}

/// Object stores cannot rename. A copy is complete or not there.
arrow::Status Storage::CopyInto(const std::string& from, const std::string& to,
                                Replace replace) {
  const arrow::Status copied = replace == Replace::kReplace
                                   ? fs_->CopyFile(Full(from), Full(to))
                                   : store_->CopyNew(Full(from), Full(to));
  if (copied.IsAlreadyExists()) return NameTaken(to);
  ARROW_RETURN_NOT_OK(copied);
  // It goes with its folder.
  if (IsScratch(from) && store_->def().has_directories) return copied;
  // It is moved, though it may be in the way where it was.
  if (replace == Replace::kReplace) return store_->Remove(Full(from));
  (void)store_->Remove(Full(from));
  return copied;
}

arrow::Status Storage::MoveInto(const std::string& from, const std::string& to,
                                Replace replace) {
  ARROW_RETURN_NOT_OK(CountStorageCall(StorageCall::kRename, to));
  if (store_ != nullptr) return CopyInto(from, to, replace);
  if (replace == Replace::kRefuse && is_local_) {
    // link() fails when the name is taken, in one step with giving the name: two
    // processes cannot both win, as they could between a look and a rename.
    if (::link(Full(from).c_str(), Full(to).c_str()) == 0) {
      ::unlink(Full(from).c_str());
      return Sync(ParentOf(to));
    }
    if (errno == EEXIST) return NameTaken(to);
    if (errno != EPERM && errno != ENOTSUP && errno != EMLINK && errno != ENOSYS) {
      return arrow::internal::IOErrorFromErrno(errno, "cannot rename to '", to, "'");
    }
  }
  if (replace == Replace::kRefuse) {  // File systems without hard links.
    ARROW_ASSIGN_OR_RAISE(const bool taken, Exists(to));
    if (taken) return NameTaken(to);
  }
  ARROW_RETURN_NOT_OK(fs_->Move(Full(from), Full(to)));
  return Sync(ParentOf(to));
}

arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> Storage::OpenInput(
    const std::string& path) const {
  return fs_->OpenInputFile(Full(path));
}

}  // namespace lakeseed
