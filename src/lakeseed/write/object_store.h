// ObjectStore: an S3 bucket, or one of a compatible store, as Storage needs it:
// Arrow's file system, and what that lacks: a PUT that refuses to replace, and a
// DELETE that leaves no marker of a directory behind.
//
// Credentials come from where the AWS tools find them: environment, profile, role.
// S3_ENDPOINT_URL or AWS_ENDPOINT_URL name another store than AWS.
//
// Law: PutNew has one winner among any number of callers. Whether it was this one is
// found out even when the answer is lost.
//
// Thread safety: any number of threads.

#pragma once

#include <arrow/filesystem/filesystem.h>
#include <arrow/result.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "lakeseed/write/http.h"
#include "lakeseed/write/signature.h"

namespace lakeseed {

class ObjectStore {
 public:
  /// Open "s3://bucket/prefix" and look whether the bucket is there. With the
  /// parameter `allow_bucket_creation=true` a missing one is made.
  /// \retval Invalid (exit code 2)  no such bucket, no credentials, or refused ones
  /// \retval IOError                the store cannot be reached; within seconds
  static arrow::Result<std::unique_ptr<ObjectStore>> Open(const std::string& uri);

  const std::shared_ptr<arrow::fs::FileSystem>& file_system() const { return fs_; }
  /// "bucket/prefix"
  const std::string& base() const { return base_; }

  /// Write an object under a name that must be free. `path` begins with the bucket.
  /// \retval AlreadyExists  it is taken.
  arrow::Status PutNew(const std::string& path, std::string_view bytes) const;

  /// All of an object, as it was at one moment.
  /// \retval IOError with errno ENOENT when there is none.
  arrow::Result<std::string> Read(const std::string& path) const;

  /// Remove an object; a missing one is no error.
  arrow::Status Remove(const std::string& path) const;

 private:
  ObjectStore() = default;

  arrow::Status CheckBucket(bool may_create) const;
  HttpAnswer Send(const std::string& method, const std::string& path,
                  std::string_view body,
                  std::map<std::string, std::string> headers) const;
  HttpAnswer SendUntilAnswered(const std::string& method, const std::string& path) const;

  std::shared_ptr<arrow::fs::FileSystem> fs_;
  std::function<S3Credentials()> credentials_;
  std::string base_, scheme_, host_, region_;
};

/// To be called before main ends, when no ObjectStore is used any more.
void EndObjectStores();

}  // namespace lakeseed
