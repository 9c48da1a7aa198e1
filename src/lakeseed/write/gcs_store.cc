// Google Cloud Storage. Arrow completes an upload that is abandoned, and knows no PUT
// with a precondition.

#include <arrow/filesystem/gcsfs.h>
#include <fmt/format.h>

#include "lakeseed/base/status.h"
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
  auto store = std::make_unique<ObjectStore>(def, std::move(fs), std::move(base));
  ARROW_RETURN_NOT_OK(
      store->CheckAccess(endpoint + "/", impatient.get(), kCredentialsHint));
  return store;
}

}  // namespace

const ObjectStoreDef kGcsStore{
    .schemes = "gs gcs", .form = "gs://bucket/prefix", .open = OpenGcs};

}  // namespace lakeseed
