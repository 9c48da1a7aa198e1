#include "lakeseed/write/local_stream.h"

#include <arrow/io/file.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <utility>

namespace lakeseed {
namespace {

/// A file that grows beyond this is large.
constexpr int64_t kLarge = int64_t{4} << 20;
/// Reserved at once.
constexpr int64_t kAhead = int64_t{32} << 20;

bool GainsByRoom(int fd) {
  struct statfs system;
  return ::fstatfs(fd, &system) == 0 && system.f_type == EXT4_SUPER_MAGIC;
}

class LocalStream final : public arrow::io::OutputStream {
 public:
  explicit LocalStream(std::shared_ptr<arrow::io::FileOutputStream> file)
      : file_(std::move(file)) {}

  arrow::Status Write(const void* data, int64_t size) override {
    ARROW_RETURN_NOT_OK(file_->Write(data, size));
    written_ += size;
    if (gains_ && written_ >= kLarge && written_ >= reserved_) Reserve();
    return arrow::Status::OK();
  }
  using arrow::io::OutputStream::Write;

  arrow::Status Close() override {
    if (!file_->closed() && reserved_ > written_) {
      // Its size is the same: blocks behind the end are freed. Room that stays is room
      // lost, no harm to the file.
      (void)!::ftruncate(file_->file_descriptor(), written_);
    }
    return file_->Close();
  }
  arrow::Status Abort() override { return file_->Abort(); }
  bool closed() const override { return file_->closed(); }
  /// Without a call of the system: it is asked for with every page.
  arrow::Result<int64_t> Tell() const override { return written_; }
  arrow::Status Flush() override { return file_->Flush(); }

 private:
  /// Where there is no room the next write says so.
  void Reserve() {
    const int fd = file_->file_descriptor();
    if (reserved_ == 0) gains_ = GainsByRoom(fd);
    if (!gains_) return;
    gains_ = ::fallocate(fd, FALLOC_FL_KEEP_SIZE, written_, kAhead) == 0;
    reserved_ = written_ + kAhead;
  }

  const std::shared_ptr<arrow::io::FileOutputStream> file_;
  int64_t written_ = 0, reserved_ = 0;
  bool gains_ = true;
};

}  // namespace

arrow::Result<std::shared_ptr<arrow::io::OutputStream>> OpenLocalStream(
    const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(auto file, arrow::io::FileOutputStream::Open(path));
  return std::make_shared<LocalStream>(std::move(file));
}

}  // namespace lakeseed
