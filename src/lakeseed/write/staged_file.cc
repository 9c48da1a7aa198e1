#include "lakeseed/write/staged_file.h"

#include "lakeseed/write/object_store.h"
#include "lakeseed/write/storage.h"
#include "lakeseed/write/storage_fault.h"

namespace lakeseed {

StagedFile::StagedFile(Storage* storage, std::string path, std::string temporary,
                       std::shared_ptr<arrow::io::OutputStream> stream)
    : storage_(storage),
      path_(std::move(path)),
      temporary_(std::move(temporary)),
      stream_(std::move(stream)) {}

StagedFile::~StagedFile() { (void)Abort(); }

arrow::Result<int64_t> StagedFile::Publish(Replace replace) {
  if (stream_ == nullptr) return arrow::Status::Invalid("file has ended: ", path_);
  int64_t size = 0;
  const auto publish = [&]() -> arrow::Status {
    ARROW_RETURN_NOT_OK(stream_->Flush());
    ARROW_ASSIGN_OR_RAISE(size, stream_->Tell());
    ARROW_RETURN_NOT_OK(internal::CountStorageCall(internal::StorageCall::kClose, path_));
    ARROW_RETURN_NOT_OK(stream_->Close());
    if (temporary_ == path_) return arrow::Status::OK();
    ARROW_RETURN_NOT_OK(storage_->Sync(temporary_));
    return storage_->MoveInto(temporary_, path_, replace);
  };
  const arrow::Status status = publish();
  if (!status.ok()) {
    (void)Abort();
    return status;
  }
  stream_ = nullptr;
  return size;
}

arrow::Status StagedFile::Abort() {
  if (stream_ == nullptr) return arrow::Status::OK();
  if (temporary_ == path_) {
    // To close, or even to forget, an upload would complete it.
    const bool has_failed = stream_->closed();
    const arrow::Status aborted = has_failed ? arrow::Status::OK() : stream_->Abort();
    stream_ = nullptr;
    if (has_failed) storage_->store_->ForgetUploads(storage_->Full(path_));
    return aborted;
  }
  const arrow::Status closed = stream_->closed() ? arrow::Status::OK() : stream_->Close();
  stream_ = nullptr;
  // A close that fails on a full disk must not keep the file from going away.
  ARROW_RETURN_NOT_OK(storage_->Remove(temporary_));
  return closed;
}

}  // namespace lakeseed
