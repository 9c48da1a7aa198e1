#include "lakeseed/write/s3_options.h"

#include <fmt/format.h>

#include <cstdlib>

#include "lakeseed/base/status.h"
#include "lakeseed/write/http.h"
#include "lakeseed/write/retry.h"

namespace lakeseed {
namespace {

/// Of requests that Arrow sends: parts of uploads, copies, lists.
class PatientRetry final : public arrow::fs::S3RetryStrategy {
 public:
  bool ShouldRetry(const AWSErrorDetail& error, int64_t attempted_retries) override {
    return error.should_retry && attempted_retries + 1 < kRequestTries;
  }
  int64_t CalculateDelayBeforeNextRetry(const AWSErrorDetail&,
                                        int64_t attempted_retries) override {
    return RetryPause(static_cast<int>(attempted_retries) + 1).count();
  }
};

/// The first of these properties that is there; "" without one.
std::string FirstOf(const StoreProperties& vended,
                    std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto at = vended.find(name);
    if (at != vended.end() && !at->second.empty()) return at->second;
  }
  return "";
}

/// The URI with what the catalog or the environment says, where it does not say
/// so itself.
std::string WithPlace(std::string uri, const StoreProperties& vended) {
  uri = WithEncodedPath(uri);
  const auto add = [&](std::string_view name, const std::string& value) {
    if (value.empty() || uri.find(fmt::format("{}=", name)) != std::string::npos) return;
    uri += fmt::format("{}{}={}", uri.find('?') == std::string::npos ? "?" : "&", name,
                       EncodedS3Path(value));
  };
  std::string endpoint = FirstOf(vended, {"s3.endpoint"});
  if (endpoint.empty()) {
    endpoint = FirstOfEnvironment(
        {"S3_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"});
  }
  while (endpoint.ends_with('/')) endpoint.pop_back();
  const size_t scheme = endpoint.find("://");
  if (uri.find("endpoint_override=") == std::string::npos && !endpoint.empty()) {
    add("scheme", scheme == std::string::npos ? "https" : endpoint.substr(0, scheme));
    add("endpoint_override",
        scheme == std::string::npos ? endpoint : endpoint.substr(scheme + 3));
  }
  std::string region = FirstOf(vended, {"s3.region", "client.region"});
  if (region.empty()) region = FirstOfEnvironment({"AWS_REGION", "AWS_DEFAULT_REGION"});
  if (region.empty() && uri.find("endpoint_override=") != std::string::npos) {
    region = "us-east-1";  // Other stores have none; without it Arrow would ask AWS.
  }
  add("region", region);
  return uri;
}

}  // namespace

S3Credentials S3KeysOf(const StoreProperties& vended) {
  return {FirstOf(vended, {"s3.access-key-id"}),
          FirstOf(vended, {"s3.secret-access-key"}),
          FirstOf(vended, {"s3.session-token"})};
}

arrow::Result<arrow::fs::S3Options> S3OptionsOf(const ObjectStoreDef& def,
                                                const std::string& uri,
                                                const StoreProperties& vended,
                                                std::string* base) {
  auto parsed = arrow::fs::S3Options::FromUri(WithPlace(uri, vended), base);
  while (base->ends_with('/')) base->pop_back();
  if (!parsed.ok() || base->empty()) {
    return RequestError(fmt::format("output is no bucket: {}", uri),
                        parsed.ok() ? std::string(def.form) : parsed.status().message());
  }
  arrow::fs::S3Options options = *std::move(parsed);
  options.connect_timeout = kConnectSeconds;
  options.request_timeout = kAnswerSeconds;
  options.retry_strategy = std::make_shared<PatientRetry>();
  options.background_writes = false;  // Bounded memory: a part goes before the next.
  options.allow_delayed_open = true;  // Small objects are one PUT.
  const S3Credentials keys = S3KeysOf(vended);
  if (!keys.access_key.empty()) {
    options.ConfigureAccessKey(keys.access_key, keys.secret_key, keys.session_token);
  }
  if (options.GetAccessKey().empty()) {
    return RequestError(fmt::format("no credentials for {}", uri), kS3CredentialsHint);
  }
  return options;
}

std::optional<std::chrono::system_clock::time_point> S3KeysEnd(
    const StoreProperties& vended) {
  const std::string text = FirstOf(vended, {"s3.session-token-expires-at-ms"});
  const int64_t ms = std::strtoll(text.c_str(), nullptr, 10);
  if (ms <= 0) return std::nullopt;
  return std::chrono::system_clock::time_point(std::chrono::milliseconds(ms));
}

}  // namespace lakeseed
