// Google Cloud Storage. Arrow completes an upload that is abandoned, and knows no PUT
// with a precondition.

#include <arrow/filesystem/gcsfs.h>
#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/base/status.h"
#include "lakeseed/write/http.h"
#include "lakeseed/write/object_store.h"

namespace lakeseed {

extern const ObjectStoreDef kGcsStore;

namespace {

constexpr char kCredentialsHint[] =
    "set GOOGLE_APPLICATION_CREDENTIALS, or `gcloud auth application-default login`";
constexpr double kCheckSeconds = 3, kRetrySeconds = 60;

/// "http://host:port" or "host:port".
void UseEmulator(const std::string& place, arrow::fs::GcsOptions* options) {
  const size_t scheme = place.find("://");
  options->scheme = scheme == std::string::npos ? "http" : place.substr(0, scheme);
  options->endpoint_override =
      scheme == std::string::npos ? place : place.substr(scheme + 3);
  while (options->endpoint_override.ends_with('/')) options->endpoint_override.pop_back();
  options->credentials = arrow::fs::GcsOptions::Anonymous().credentials;
}

/// What the store answers, in one line without the addresses that follow it.
std::string FirstLine(const std::string& message) {
  return message.substr(0, std::min<size_t>(message.find('\n'), 200));
}

class GcsStore final : public ObjectStore {
 public:
  GcsStore(const ObjectStoreDef& def, std::shared_ptr<arrow::fs::FileSystem> fs,
           std::string base)
      : ObjectStore(def, std::move(fs), std::move(base)) {}

  /// Look whether the store can be reached, takes the credentials and has the bucket.
  /// `endpoint`: "https://host:port"; `impatient`: the file system, for this look.
  arrow::Status Check(const std::string& endpoint,
                      arrow::fs::FileSystem* impatient) const;

 private:
  arrow::Status Refused(const std::string& why) const {
    return RequestError(
        fmt::format("the store refuses these credentials for the bucket {}: {}", bucket(),
                    FirstLine(why)),
        kCredentialsHint);
  }
};

arrow::Status GcsStore::Check(const std::string& endpoint,
                              arrow::fs::FileSystem* impatient) const {
  // Arrow would try for minutes.
  const HttpAnswer answer = SendHttp({.method = "GET", .url = endpoint + "/"});
  if (answer.status == 0 || answer.status >= 500) {
    return arrow::Status::IOError(
        "cannot reach the store of bucket ", bucket(), " at ", endpoint, ": ",
        answer.status == 0 ? answer.error : fmt::format("HTTP {}", answer.status));
  }
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
    return may_use ? arrow::Status::OK() : Refused(there.status().message());
  } catch (const std::exception& error) {  // Of the store's library, through Arrow.
    return Refused(error.what());
  }
}

arrow::Result<std::unique_ptr<ObjectStore>> OpenGcs(const ObjectStoreDef& def,
                                                    const std::string& uri,
                                                    const VendedStore&) {
  const size_t host = uri.find("://") + 3;
  const std::string authority = uri.substr(host, uri.find_first_of("/?", host) - host);
  if (authority.find(':') < authority.find('@') &&
      authority.find('@') != std::string::npos) {
    return RequestError("an output's name must not hold credentials", kCredentialsHint);
  }
  std::string base;
  auto parsed = arrow::fs::GcsOptions::FromUri(WithEncodedPath(uri), &base);
  while (base.ends_with('/')) base.pop_back();
  if (!parsed.ok() || base.empty()) {
    return RequestError(fmt::format("output is no bucket: {}", uri),
                        parsed.ok() ? std::string(def.form) : parsed.status().message());
  }
  arrow::fs::GcsOptions options = *std::move(parsed);
  const std::string emulator = FirstOfEnvironment({"STORAGE_EMULATOR_HOST"});
  if (options.endpoint_override.empty() && !emulator.empty()) {
    UseEmulator(emulator, &options);
  }
  const std::string endpoint =
      options.endpoint_override.empty()
          ? "https://storage.googleapis.com"
          : fmt::format("{}://{}", options.scheme.empty() ? "https" : options.scheme,
                        options.endpoint_override);
  const std::optional<double> retry_limit = options.retry_limit_seconds;
  options.retry_limit_seconds = kCheckSeconds;
  ARROW_ASSIGN_OR_RAISE(const auto impatient, arrow::fs::GcsFileSystem::Make(options));
  options.retry_limit_seconds = retry_limit.value_or(kRetrySeconds);
  ARROW_ASSIGN_OR_RAISE(auto fs, arrow::fs::GcsFileSystem::Make(options));
  auto store = std::make_unique<GcsStore>(def, std::move(fs), std::move(base));
  ARROW_RETURN_NOT_OK(store->Check(endpoint, impatient.get()));
  return store;
}

}  // namespace

const ObjectStoreDef kGcsStore{
    .schemes = "gs gcs", .form = "gs://bucket/prefix", .open = OpenGcs};

}  // namespace lakeseed
