// ObjectStore: a bucket of S3 (or of a compatible store), Google Cloud Storage or Azure,
// as Storage needs it: Arrow's file system, and what that lacks.
//
// Credentials come from where the tools of each store find them: environment, profile,
// role; never from the URI. The kinds of stores are the table in object_store.cc.
//
// Laws: an object is there whole or not at all, except under the name of an upload that
// its kind cannot hide; a copy may be done again after a crash.
//
// Thread safety: any number of threads.

#pragma once

#include <arrow/filesystem/filesystem.h>
#include <arrow/result.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "lakeseed/write/store_properties.h"

namespace lakeseed {

class ObjectStore;

/// What an object is for: rows, or what a run notes to read again.
enum class Content { kData, kNote };

struct ObjectStoreDef {
  std::string_view schemes;  ///< Of its URIs: "gs gcs".
  std::string_view form;     ///< "s3://bucket/prefix"
  /// An upload is seen by nobody before it is closed, and never once aborted; else it is
  /// written under another name.
  bool hides_uploads = false;
  /// WriteNew and CopyNew have one winner among any number of callers; else
  /// CopyNew has one among one run at a time, and Write and WriteNew are not
  /// there.
  bool has_winner = false;
  /// Of a removed object its directory stays, as an object without bytes or a real one,
  /// and that takes five requests; a directory goes with all that is in it in one or two.
  bool has_directories = false;
  /// `vended`: as StorageOptions has it; of stores that take it.
  arrow::Result<std::unique_ptr<ObjectStore>> (*open)(const ObjectStoreDef& def,
                                                      const std::string& uri,
                                                      const VendedStore& vended);
  bool takes_vended = false;
};

class ObjectStore {
 public:
  /// `base`: "bucket/prefix"; nothing is looked at.
  ObjectStore(const ObjectStoreDef& def, std::shared_ptr<arrow::fs::FileSystem> fs,
              std::string base);
  virtual ~ObjectStore() = default;

  /// Open a URI and look whether its bucket is there.
  /// \retval Invalid (exit code 2)  of no store; credentials in the name; no such bucket,
  ///                                no credentials, or refused ones
  /// \retval IOError                the store cannot be reached; within seconds
  static arrow::Result<std::unique_ptr<ObjectStore>> Open(const std::string& uri,
                                                          const VendedStore& vended);

  /// Look whether the store can be reached at `url`, takes the credentials and has the
  /// bucket. `impatient`: a file system that does not try for long.
  arrow::Status CheckAccess(const std::string& url, arrow::fs::FileSystem* impatient,
                            const std::string& credentials_hint) const;

  const ObjectStoreDef& def() const { return def_; }
  const std::shared_ptr<arrow::fs::FileSystem>& file_system() const { return fs_; }
  /// "bucket/prefix"
  const std::string& base() const { return base_; }

  /// Begin an object; it is there once the stream is closed.
  virtual arrow::Result<std::shared_ptr<arrow::io::OutputStream>> OpenUpload(
      const std::string& path, Content content) const;

  /// Write an object in one step.
  virtual arrow::Status Write(const std::string& path, std::string_view bytes) const;
  /// The same under a name that must be free.
  /// \retval AlreadyExists  it is taken.
  virtual arrow::Status WriteNew(const std::string& path, std::string_view bytes) const;

  /// Give an object a second name that must be free. Paths begin with the bucket.
  /// \retval AlreadyExists  it is taken.
  virtual arrow::Status CopyNew(const std::string& from, const std::string& to) const;

  /// All of an object, as it was at one moment.
  /// \retval IOError with errno ENOENT when there is none.
  virtual arrow::Result<std::string> Read(const std::string& path) const;

  /// Size of an object in bytes; nullopt when there is none.
  virtual arrow::Result<std::optional<int64_t>> SizeOf(const std::string& path) const;

  /// Remove an object; a missing one is no error.
  virtual arrow::Status Remove(const std::string& path) const;

  /// Drop what uploads have sent that were never completed, of names that begin so. What
  /// cannot be dropped stays: nobody sees it.
  virtual void ForgetUploads(const std::string& /*prefix*/) const {}

 protected:
  std::string bucket() const { return base_.substr(0, base_.find('/')); }

 private:
  const ObjectStoreDef& def_;
  const std::shared_ptr<arrow::fs::FileSystem> fs_;
  const std::string base_;
};

/// Kinds of stores.
std::span<const ObjectStoreDef> ObjectStoreDefs();

/// Whether a URI is of one of them.
bool IsObjectStore(std::string_view uri);

/// "s3://bucket/prefix, gs://…": what all of them look like.
std::string ObjectStoreForms();

/// The first of these variables that is set and not empty; "" without one.
std::string FirstOfEnvironment(std::initializer_list<const char*> names);

/// A URI whose path is meant as it stands, with odd characters as %XX.
std::string WithEncodedPath(const std::string& uri);

/// To be called before main ends, when no ObjectStore is used any more.
void EndObjectStores();

}  // namespace lakeseed
