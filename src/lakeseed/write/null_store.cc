// A place that forgets: data is counted and dropped, what a run notes for itself is kept
// while the program lasts. Runs that measure making and encoding write to it.

#include <arrow/io/memory.h>
#include <arrow/util/io_util.h>

#include <cerrno>
#include <functional>
#include <map>
#include <mutex>

#include "lakeseed/base/status.h"
#include "lakeseed/write/object_store.h"

namespace lakeseed {

extern const ObjectStoreDef kNullStore;

namespace {

constexpr char kNullRoot[] = "null://";

struct Object {
  int64_t size_bytes = 0;
  std::shared_ptr<arrow::Buffer> text;  ///< Of notes; data has none.
};

/// Counts what is written, keeps the text of a note, and hands both over once closed.
class ObjectStream final : public arrow::io::OutputStream {
 public:
  ObjectStream(Content content, std::function<void(Object)> keep)
      : content_(content), keep_(std::move(keep)) {}
  ~ObjectStream() override { is_closed_ = true; }

  arrow::Status Close() override {
    if (is_closed_) return arrow::Status::OK();
    is_closed_ = true;
    const bool is_note = content_ == Content::kNote;
    keep_({size_bytes_, is_note ? arrow::Buffer::FromString(std::move(text_)) : nullptr});
    return arrow::Status::OK();
  }
  arrow::Status Abort() override {
    is_closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return is_closed_; }
  arrow::Result<int64_t> Tell() const override { return size_bytes_; }

  using arrow::io::OutputStream::Write;
  arrow::Status Write(const void* data, int64_t size) override {
    size_bytes_ += size;
    if (content_ == Content::kNote) {
      text_.append(static_cast<const char*>(data), static_cast<size_t>(size));
    }
    return arrow::Status::OK();
  }

 private:
  const Content content_;
  const std::function<void(Object)> keep_;
  int64_t size_bytes_ = 0;
  std::string text_;
  bool is_closed_ = false;
};

/// Objects that are sizes, but for the notes among them.
class NullFileSystem final : public arrow::fs::FileSystem {
 public:
  std::string type_name() const override { return "null"; }
  bool Equals(const arrow::fs::FileSystem& other) const override {
    return this == &other;
  }

  using arrow::fs::FileSystem::GetFileInfo;
  arrow::Result<arrow::fs::FileInfo> GetFileInfo(const std::string& path) override {
    const std::lock_guard lock(mutex_);
    const auto found = objects_.find(path);
    if (found != objects_.end()) return InfoOf(*found);
    return arrow::fs::FileInfo(path, arrow::fs::FileType::NotFound);
  }
  arrow::Result<arrow::fs::FileInfoVector> GetFileInfo(
      const arrow::fs::FileSelector& selector) override {
    const std::lock_guard lock(mutex_);
    const std::string folder = selector.base_dir + "/";
    arrow::fs::FileInfoVector infos;
    for (auto object = objects_.lower_bound(folder);
         object != objects_.end() && object->first.starts_with(folder); ++object) {
      infos.push_back(InfoOf(*object));
    }
    return infos;
  }

  arrow::Status CreateDir(const std::string&, bool) override { return {}; }
  arrow::Status DeleteDir(const std::string&) override { return {}; }
  arrow::Status DeleteDirContents(const std::string&, bool) override { return {}; }
  arrow::Status DeleteRootDirContents() override { return {}; }
  arrow::Status DeleteFile(const std::string& path) override {
    const std::lock_guard lock(mutex_);
    objects_.erase(path);
    return {};
  }
  arrow::Status Move(const std::string& from, const std::string& to) override {
    ARROW_RETURN_NOT_OK(CopyFile(from, to));
    return DeleteFile(from);
  }
  arrow::Status CopyFile(const std::string& from, const std::string& to) override {
    const std::lock_guard lock(mutex_);
    const auto found = objects_.find(from);
    if (found == objects_.end()) return Missing(from);
    objects_[to] = Object(found->second);
    return {};
  }

  using arrow::fs::FileSystem::OpenInputFile;
  using arrow::fs::FileSystem::OpenInputStream;
  arrow::Result<std::shared_ptr<arrow::io::InputStream>> OpenInputStream(
      const std::string& path) override {
    return OpenInputFile(path);
  }
  arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenInputFile(
      const std::string& path) override {
    const std::lock_guard lock(mutex_);
    const auto found = objects_.find(path);
    if (found == objects_.end() || found->second.text == nullptr) return Missing(path);
    return std::make_shared<arrow::io::BufferReader>(found->second.text);
  }

  arrow::Result<std::shared_ptr<arrow::io::OutputStream>> OpenOutputStream(
      const std::string& path,
      const std::shared_ptr<const arrow::KeyValueMetadata>&) override {
    return Open(path, Content::kData);
  }
  arrow::Result<std::shared_ptr<arrow::io::OutputStream>> OpenAppendStream(
      const std::string& path,
      const std::shared_ptr<const arrow::KeyValueMetadata>&) override {
    return arrow::Status::NotImplemented("nothing is appended to: ", path);
  }
  std::shared_ptr<arrow::io::OutputStream> Open(const std::string& path,
                                                Content content) {
    return std::make_shared<ObjectStream>(content, [this, path](Object object) {
      const std::lock_guard lock(mutex_);
      objects_[path] = std::move(object);
    });
  }

 private:
  static arrow::fs::FileInfo InfoOf(const std::pair<const std::string, Object>& object) {
    arrow::fs::FileInfo info(object.first, arrow::fs::FileType::File);
    info.set_size(object.second.size_bytes);
    return info;
  }
  static arrow::Status Missing(const std::string& path) {
    return arrow::internal::IOErrorFromErrno(ENOENT, "nothing is kept: '", path, "'");
  }
  std::mutex mutex_;
  std::map<std::string, Object> objects_;
};

class NullStore final : public ObjectStore {
 public:
  NullStore(const ObjectStoreDef& def, std::shared_ptr<NullFileSystem> objects)
      : ObjectStore(def, objects, ""), objects_(*objects) {}

  arrow::Result<std::shared_ptr<arrow::io::OutputStream>> OpenUpload(
      const std::string& path, Content content) const override {
    return objects_.Open(path, content);
  }

 private:
  NullFileSystem& objects_;
};

arrow::Result<std::unique_ptr<ObjectStore>> OpenNull(const ObjectStoreDef& def,
                                                     const std::string& uri,
                                                     const VendedStore&) {
  if (uri != kNullRoot) {
    return RequestError("the place that forgets has no folders: " + uri,
                        std::string("write to ") + kNullRoot);
  }
  return std::make_unique<NullStore>(def, std::make_shared<NullFileSystem>());
}

}  // namespace

const ObjectStoreDef kNullStore{.schemes = "null",
                                .form = "null:// (nothing is kept)",
                                .hides_uploads = true,
                                .has_winner = false,
                                .open = OpenNull};

}  // namespace lakeseed
