#include "lakeseed/write/object_store.h"

#include <arrow/filesystem/s3fs.h>
#include <fmt/format.h>

#include <cstdlib>

#include "lakeseed/base/status.h"
#include "lakeseed/write/http.h"
#include "lakeseed/write/signature.h"
#include "lakeseed/write/whole_file.h"

namespace lakeseed {

extern const ObjectStoreDef kAzureStore, kGcsStore, kNullStore, kS3Store;

namespace {

bool HasScheme(const ObjectStoreDef& def, std::string_view uri) {
  const std::string_view scheme = uri.substr(0, uri.find("://"));
  if (scheme.size() == uri.size()) return false;
  return fmt::format(" {} ", def.schemes).find(fmt::format(" {} ", scheme)) !=
         std::string::npos;
}

/// What the store answers, in one line without the addresses that follow it.
std::string FirstLine(const std::string& message) {
  return message.substr(0, std::min<size_t>(message.find('\n'), 200));
}

}  // namespace

ObjectStore::ObjectStore(const ObjectStoreDef& def,
                         std::shared_ptr<arrow::fs::FileSystem> fs, std::string base)
    : def_(def), fs_(std::move(fs)), base_(std::move(base)) {}

std::span<const ObjectStoreDef> ObjectStoreDefs() {
  static const ObjectStoreDef defs[] = {kS3Store, kGcsStore, kAzureStore, kNullStore};
  return defs;
}

bool IsObjectStore(std::string_view uri) {
  for (const ObjectStoreDef& def : ObjectStoreDefs()) {
    if (HasScheme(def, uri)) return true;
  }
  return false;
}

std::string ObjectStoreForms() {
  std::string forms;
  for (const ObjectStoreDef& def : ObjectStoreDefs()) {
    forms += fmt::format("{}{}", forms.empty() ? "" : ", ", def.form);
  }
  return forms;
}

arrow::Result<std::unique_ptr<ObjectStore>> ObjectStore::Open(const std::string& uri,
                                                              const VendedStore& vended) {
  for (const ObjectStoreDef& def : ObjectStoreDefs()) {
    if (!HasScheme(def, uri)) continue;
    if (vended.properties.empty() || def.takes_vended) return def.open(def, uri, vended);
    return RequestError("credentials of a catalog are not used for this store: " + uri,
                        "leave `credentials=vended` out of --catalog");
  }
  return RequestError("output is in no store that can be written to: " + uri,
                      fmt::format("a directory, or {}", ObjectStoreForms()));
}

arrow::Result<std::shared_ptr<arrow::io::OutputStream>> ObjectStore::OpenUpload(
    const std::string& path, Content) const {
  return fs_->OpenOutputStream(path);
}

arrow::Status ObjectStore::CheckAccess(const std::string& url,
                                       arrow::fs::FileSystem* impatient,
                                       const std::string& credentials_hint) const {
  // Arrow would try for minutes.
  const HttpAnswer answer = SendHttp({.method = "GET", .url = url});
  if (answer.status == 0 || answer.status >= 500) {
    return arrow::Status::IOError(
        "cannot reach the store of bucket ", bucket(), " at ", url, ": ",
        answer.status == 0 ? answer.error : fmt::format("HTTP {}", answer.status));
  }
  const auto refused = [&](const std::string& why) {
    return RequestError(
        fmt::format("the store refuses these credentials for the bucket {}: {}", bucket(),
                    FirstLine(why)),
        credentials_hint);
  };
  try {
    const auto there = impatient->GetFileInfo(bucket());
    if (there.ok() && there->type() != arrow::fs::FileType::NotFound) {
      return arrow::Status::OK();
    }
    if (there.ok()) {
      return RequestError(
          fmt::format("there is no such bucket: {}", bucket()),
          fmt::format("create it with the tools of the store: {}", def().form));
    }
    // Who may use a bucket need not be allowed to see what it is.
    arrow::fs::FileSelector selector;
    selector.base_dir = base();
    selector.allow_not_found = true;
    const bool may_use = impatient->GetFileInfo(selector).ok();
    return may_use ? arrow::Status::OK() : refused(there.status().message());
  } catch (const std::exception& error) {  // Of the store's library, through Arrow.
    return refused(error.what());
  }
}

arrow::Status ObjectStore::Write(const std::string& path, std::string_view) const {
  return arrow::Status::NotImplemented("this store writes in two steps: ", path);
}

arrow::Status ObjectStore::WriteNew(const std::string& path,
                                    std::string_view bytes) const {
  return Write(path, bytes);
}

arrow::Status ObjectStore::CopyNew(const std::string& from, const std::string& to) const {
  ARROW_ASSIGN_OR_RAISE(const auto there, fs_->GetFileInfo(to));
  if (there.type() != arrow::fs::FileType::NotFound) {
    return arrow::Status::AlreadyExists("there is a file already: ", to);
  }
  return fs_->CopyFile(from, to);
}

arrow::Result<std::string> ObjectStore::Read(const std::string& path) const {
  return ReadFile(fs_.get(), path);
}

arrow::Result<std::optional<int64_t>> ObjectStore::SizeOf(const std::string& path) const {
  return SizeOfFile(fs_.get(), path);
}

arrow::Status ObjectStore::Remove(const std::string& path) const {
  const arrow::Status removed = fs_->DeleteFile(path);
  if (removed.ok()) return removed;
  ARROW_ASSIGN_OR_RAISE(const auto there, fs_->GetFileInfo(path));
  return there.type() == arrow::fs::FileType::NotFound ? arrow::Status::OK() : removed;
}

std::string FirstOfEnvironment(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return "";
}

std::string WithEncodedPath(const std::string& uri) {
  const size_t begin = uri.find("://") + 3, end = std::min(uri.find('?'), uri.size());
  const size_t path = std::min(uri.find('/', begin), end);
  return uri.substr(0, path) + EncodedS3Path(uri.substr(path, end - path)) +
         uri.substr(end);
}

void EndObjectStores() {
  if (arrow::fs::IsS3Initialized()) (void)arrow::fs::EnsureS3Finalized();
}

}  // namespace lakeseed
