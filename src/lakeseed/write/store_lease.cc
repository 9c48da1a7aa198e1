#include "lakeseed/write/store_lease.h"

#include <arrow/io/interfaces.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

using Clock = std::chrono::system_clock;

/// Nobody is asked more often than so, unless keys are refused.
constexpr std::chrono::seconds kPause{10};
/// So much of a file is kept to be written again.
constexpr size_t kMostKept = size_t{4} << 20;

Clock::time_point DueTime(const LeasedStore& store) {
  const Clock::time_point now = Clock::now();
  return store.until ? now + std::max(*store.until - now, Clock::duration::zero()) / 2
                     : Clock::time_point::max();
}

/// What the wrapped calls share.
struct Leased {
  std::shared_ptr<StoreLease> lease;
  bool (*is_refused)(const arrow::Status&);
  std::string hint;

  /// The result of a call, or what it threw.
  template <typename Call>
  auto Caught(const Call& call) const -> decltype(call()) {
    try {
      return call();
    } catch (const std::exception& error) {
      return ErrorWithCode(ExitCode::kFailed,
                           fmt::format("the store cannot be used: {}", error.what()),
                           hint);
    }
  }

  /// The result of a call; of a second one, where new keys can be had after a refusal.
  template <typename Call>
  auto Try(const Call& call) const {
    const std::shared_ptr<const LeasedStore> store = lease->Now();
    auto result = Caught([&] { return call(*store->fs); });
    if (!is_refused(StatusOf(result)) || !lease->Renew(*store)) return result;
    return Caught([&] { return call(*lease->Now()->fs); });
  }

 private:
  static const arrow::Status& StatusOf(const arrow::Status& status) { return status; }
  template <typename T>
  static const arrow::Status& StatusOf(const arrow::Result<T>& result) {
    return result.status();
  }
};

/// A file that is written again from its beginning when it is refused at its end.
class LeasedStream final : public arrow::io::OutputStream {
 public:
  using Metadata = std::shared_ptr<const arrow::KeyValueMetadata>;

  static arrow::Result<std::shared_ptr<arrow::io::OutputStream>> Open(
      const Leased& leased, const std::string& path, const Metadata& metadata) {
    auto stream = std::make_shared<LeasedStream>(leased, path, metadata);
    ARROW_RETURN_NOT_OK(stream->Begin());
    return stream;
  }

  LeasedStream(Leased leased, std::string path, Metadata metadata)
      : leased_(std::move(leased)),
        path_(std::move(path)),
        metadata_(std::move(metadata)),
        is_kept_(leased_.lease->can_renew()) {}

  arrow::Status Write(const void* data, int64_t size) override {
    is_kept_ &= kept_.size() + static_cast<size_t>(size) <= kMostKept;
    if (is_kept_) kept_.append(static_cast<const char*>(data), static_cast<size_t>(size));
    if (!is_kept_) std::string().swap(kept_);
    return leased_.Caught([&] { return stream_->Write(data, size); });
  }

  arrow::Status Close() override {
    const arrow::Status closed = leased_.Caught([&] { return stream_->Close(); });
    if (!is_kept_ || !leased_.is_refused(closed) || !leased_.lease->Renew(*store_)) {
      return closed;
    }
    ARROW_RETURN_NOT_OK(Begin());
    return leased_.Caught([&] {
      ARROW_RETURN_NOT_OK(
          stream_->Write(kept_.data(), static_cast<int64_t>(kept_.size())));
      return stream_->Close();
    });
  }

  arrow::Status Abort() override {
    return leased_.Caught([&] { return stream_->Abort(); });
  }
  bool closed() const override { return stream_->closed(); }
  arrow::Result<int64_t> Tell() const override { return stream_->Tell(); }
  arrow::Status Flush() override {
    return leased_.Caught([&] { return stream_->Flush(); });
  }

 private:
  arrow::Status Begin() {
    store_ = leased_.lease->Now();
    ARROW_ASSIGN_OR_RAISE(stream_, leased_.Caught([&] {
      return store_->fs->OpenOutputStream(path_, metadata_);
    }));
    return arrow::Status::OK();
  }

  const Leased leased_;
  const std::string path_;
  const Metadata metadata_;
  std::shared_ptr<const LeasedStore> store_;
  std::shared_ptr<arrow::io::OutputStream> stream_;
  bool is_kept_;
  std::string kept_;
};

/// A file that is opened again when a read of it is refused.
class LeasedInput final : public arrow::io::RandomAccessFile {
 public:
  using File = std::shared_ptr<arrow::io::RandomAccessFile>;

  static arrow::Result<File> Open(const Leased& leased, const std::string& path) {
    auto input = std::make_shared<LeasedInput>(leased, path);
    const arrow::Status opened = input->Reopen();
    if (!leased.is_refused(opened) || !leased.lease->Renew(*input->Now().store)) {
      ARROW_RETURN_NOT_OK(opened);
      return input;
    }
    ARROW_RETURN_NOT_OK(input->Reopen());
    return input;
  }

  LeasedInput(Leased leased, std::string path)
      : leased_(std::move(leased)), path_(std::move(path)) {}

  arrow::Status Close() override { return Now().file->Close(); }
  bool closed() const override { return Now().file->closed(); }
  arrow::Result<int64_t> GetSize() override {
    return leased_.Caught([&] { return Now().file->GetSize(); });
  }
  arrow::Result<int64_t> Tell() const override { return position_; }
  arrow::Status Seek(int64_t position) override {
    position_ = position;
    return arrow::Status::OK();
  }

  arrow::Result<int64_t> ReadAt(int64_t position, int64_t size, void* out) override {
    return Again([&](arrow::io::RandomAccessFile& file) {
      return file.ReadAt(position, size, out);
    });
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position,
                                                       int64_t size) override {
    return Again(
        [&](arrow::io::RandomAccessFile& file) { return file.ReadAt(position, size); });
  }
  arrow::Result<int64_t> Read(int64_t size, void* out) override {
    ARROW_ASSIGN_OR_RAISE(const int64_t num_read, ReadAt(position_, size, out));
    position_ += num_read;
    return num_read;
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t size) override {
    ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(position_, size));
    position_ += buffer->size();
    return buffer;
  }

 private:
  /// The file as it was opened, and with which keys.
  struct Opened {
    std::shared_ptr<const LeasedStore> store;
    File file;
  };

  Opened Now() const {
    const std::lock_guard<std::mutex> guard(mutex_);
    return now_;
  }

  arrow::Status Reopen() {
    const auto store = leased_.lease->Now();
    auto file = leased_.Caught([&] { return store->fs->OpenInputFile(path_); });
    const std::lock_guard<std::mutex> guard(mutex_);
    now_ = {store, file.ok() ? *file : nullptr};
    return file.status();
  }

  template <typename Call>
  auto Again(const Call& call)
      -> decltype(call(std::declval<arrow::io::RandomAccessFile&>())) {
    const Opened opened = Now();
    auto result = leased_.Caught([&] { return call(*opened.file); });
    if (!leased_.is_refused(result.status()) || !leased_.lease->Renew(*opened.store)) {
      return result;
    }
    ARROW_RETURN_NOT_OK(Reopen());
    return leased_.Caught([&] { return call(*Now().file); });
  }

  const Leased leased_;
  const std::string path_;
  mutable std::mutex mutex_;
  Opened now_;
  int64_t position_ = 0;
};

class LeasedFiles final : public arrow::fs::FileSystem {
 public:
  explicit LeasedFiles(Leased leased) : leased_(std::move(leased)) {}

  std::string type_name() const override { return "leased"; }
  bool Equals(const FileSystem& other) const override { return this == &other; }

  using FileSystem::CreateDir;
  using FileSystem::DeleteDirContents;
  using FileSystem::GetFileInfo;
  using FileSystem::OpenAppendStream;
  using FileSystem::OpenOutputStream;

  arrow::Result<arrow::fs::FileInfo> GetFileInfo(const std::string& path) override {
    return leased_.Try([&](FileSystem& fs) { return fs.GetFileInfo(path); });
  }
  arrow::Result<arrow::fs::FileInfoVector> GetFileInfo(
      const arrow::fs::FileSelector& select) override {
    return leased_.Try([&](FileSystem& fs) { return fs.GetFileInfo(select); });
  }
  arrow::Status CreateDir(const std::string& path, bool recursive) override {
    return leased_.Try([&](FileSystem& fs) { return fs.CreateDir(path, recursive); });
  }
  arrow::Status DeleteDir(const std::string& path) override {
    return leased_.Try([&](FileSystem& fs) { return fs.DeleteDir(path); });
  }
  arrow::Status DeleteDirContents(const std::string& path, bool missing_ok) override {
    return leased_.Try(
        [&](FileSystem& fs) { return fs.DeleteDirContents(path, missing_ok); });
  }
  arrow::Status DeleteRootDirContents() override {
    return leased_.Try([&](FileSystem& fs) { return fs.DeleteRootDirContents(); });
  }
  arrow::Status DeleteFile(const std::string& path) override {
    return leased_.Try([&](FileSystem& fs) { return fs.DeleteFile(path); });
  }
  arrow::Status Move(const std::string& from, const std::string& to) override {
    return leased_.Try([&](FileSystem& fs) { return fs.Move(from, to); });
  }
  arrow::Status CopyFile(const std::string& from, const std::string& to) override {
    return leased_.Try([&](FileSystem& fs) { return fs.CopyFile(from, to); });
  }
  arrow::Result<std::shared_ptr<arrow::io::InputStream>> OpenInputStream(
      const std::string& path) override {
    return LeasedInput::Open(leased_, path);
  }
  arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenInputFile(
      const std::string& path) override {
    return LeasedInput::Open(leased_, path);
  }
  arrow::Result<std::shared_ptr<arrow::io::OutputStream>> OpenOutputStream(
      const std::string& path,
      const std::shared_ptr<const arrow::KeyValueMetadata>& metadata) override {
    return LeasedStream::Open(leased_, path, metadata);
  }
  arrow::Result<std::shared_ptr<arrow::io::OutputStream>> OpenAppendStream(
      const std::string& path,
      const std::shared_ptr<const arrow::KeyValueMetadata>& metadata) override {
    return leased_.Try(
        [&](FileSystem& fs) { return fs.OpenAppendStream(path, metadata); });
  }

 private:
  const Leased leased_;
};

}  // namespace

StoreLease::StoreLease(LeasedStore first, Ask ask)
    : ask_(std::move(ask)),
      now_(std::make_shared<const LeasedStore>(std::move(first))),
      due_(DueTime(*now_)) {}

std::shared_ptr<const LeasedStore> StoreLease::Now() {
  const std::lock_guard<std::mutex> guard(mutex_);
  if (Clock::now() >= due_) (void)AskAgain();
  return now_;
}

bool StoreLease::Renew(const LeasedStore& refused) {
  const std::lock_guard<std::mutex> guard(mutex_);
  return now_.get() != &refused || AskAgain();
}

bool StoreLease::AskAgain() {
  if (!can_renew()) return false;
  arrow::Result<LeasedStore> next = ask_();
  const Time soonest = Clock::now() + kPause;
  if (!next.ok()) {
    due_ = soonest;
    return false;
  }
  const bool is_new = next->properties != now_->properties;
  now_ = std::make_shared<const LeasedStore>(*std::move(next));
  due_ = is_new ? DueTime(*now_) : std::max(DueTime(*now_), soonest);
  return is_new;
}

std::shared_ptr<arrow::fs::FileSystem> LeasedFileSystem(
    std::shared_ptr<StoreLease> lease, bool (*is_refused)(const arrow::Status&),
    std::string hint) {
  return std::make_shared<LeasedFiles>(
      Leased{std::move(lease), is_refused, std::move(hint)});
}

}  // namespace lakeseed
