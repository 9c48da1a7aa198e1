#include "lakeseed/write/object_store.h"

#include <arrow/filesystem/s3fs.h>
#include <arrow/util/io_util.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <thread>

#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

constexpr int kTries = 4;
constexpr std::chrono::milliseconds kFirstPause{100};
constexpr char kCredentialsHint[] =
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE";

arrow::Status Initialize() {
  static const arrow::Status initialized = [] {
    arrow::fs::S3GlobalOptions options = arrow::fs::S3GlobalOptions::Defaults();
    options.log_level = arrow::fs::S3LogLevel::Off;  // Errors are told as errors.
    return arrow::fs::InitializeS3(options);
  }();
  return initialized;
}

std::string Environment(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return "";
}

/// The URI with what the environment says, where it does not say so itself.
std::string WithEnvironment(std::string uri) {
  const size_t path = uri.find("://") + 3, end = std::min(uri.find('?'), uri.size());
  uri = uri.substr(0, path) + EncodedS3Path(uri.substr(path, end - path)) +
        uri.substr(end);  // Names are meant as they are.
  const auto add = [&](std::string_view name, const std::string& value) {
    if (value.empty() || uri.find(fmt::format("{}=", name)) != std::string::npos) return;
    uri += fmt::format("{}{}={}", uri.find('?') == std::string::npos ? "?" : "&", name,
                       EncodedS3Path(value));
  };
  std::string endpoint =
      Environment({"S3_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"});
  while (endpoint.ends_with('/')) endpoint.pop_back();
  const size_t scheme = endpoint.find("://");
  if (uri.find("endpoint_override=") == std::string::npos && !endpoint.empty()) {
    add("scheme", scheme == std::string::npos ? "https" : endpoint.substr(0, scheme));
    add("endpoint_override",
        scheme == std::string::npos ? endpoint : endpoint.substr(scheme + 3));
  }
  std::string region = Environment({"AWS_REGION", "AWS_DEFAULT_REGION"});
  if (region.empty() && uri.find("endpoint_override=") != std::string::npos) {
    region = "us-east-1";  // Other stores have none; without it Arrow would ask AWS.
  }
  add("region", region);
  return uri;
}

bool MayPass(const HttpAnswer& answer) {  // 409: another one is under way.
  return answer.may_pass() || answer.status == 409;
}

/// Why a request has failed: the text between <Message> and its end, or what it can.
std::string Reason(const HttpAnswer& answer) {
  if (answer.status == 0) return answer.error;
  const std::string& body = answer.body;
  const size_t begin = body.find("<Message>"), end = body.find("</Message>");
  const bool has_message = begin != std::string::npos && end != std::string::npos;
  return fmt::format(
      "HTTP {} {}", answer.status,
      has_message ? body.substr(begin + 9, end - begin - 9) : body.substr(0, 200));
}

}  // namespace

arrow::Result<std::unique_ptr<ObjectStore>> ObjectStore::Open(const std::string& uri) {
  const size_t host = uri.find("://") + 3;
  if (uri.substr(host, uri.find('/', host) - host).find('@') != std::string::npos) {
    return RequestError("an output's name must not hold credentials", kCredentialsHint);
  }
  ARROW_RETURN_NOT_OK(Initialize());
  std::unique_ptr<ObjectStore> store(new ObjectStore());
  auto parsed = arrow::fs::S3Options::FromUri(WithEnvironment(uri), &store->base_);
  if (!parsed.ok() || store->base_.empty()) {
    return RequestError(fmt::format("output is no bucket: {}", uri),
                        parsed.ok() ? "s3://bucket/prefix" : parsed.status().message());
  }
  arrow::fs::S3Options options = *std::move(parsed);
  options.connect_timeout = kConnectSeconds;
  options.request_timeout = kAnswerSeconds;
  options.retry_strategy =
      arrow::fs::S3RetryStrategy::GetAwsStandardRetryStrategy(kTries);
  options.background_writes = false;  // Bounded memory: a part goes before the next.
  options.allow_delayed_open = true;  // Small objects are one PUT.
  if (options.GetAccessKey().empty()) {
    return RequestError(fmt::format("no credentials for {}", uri), kCredentialsHint);
  }
  store->region_ = options.region;
  store->scheme_ = options.scheme;
  store->host_ = options.endpoint_override.empty()
                     ? fmt::format("s3.{}.amazonaws.com", options.region)
                     : options.endpoint_override;
  store->credentials_ = [options] {
    return S3Credentials{options.GetAccessKey(), options.GetSecretKey(),
                         options.GetSessionToken()};
  };
  while (store->base_.ends_with('/')) store->base_.pop_back();
  ARROW_ASSIGN_OR_RAISE(store->fs_, arrow::fs::S3FileSystem::Make(options));
  ARROW_RETURN_NOT_OK(store->CheckBucket(options.allow_bucket_creation));
  return store;
}

arrow::Status ObjectStore::CheckBucket(bool may_create) const {
  const std::string bucket = base_.substr(0, base_.find('/'));
  const HttpAnswer answer = Send("HEAD", bucket, {}, {});
  if (answer.is_good()) return arrow::Status::OK();
  if (answer.status == 404 && may_create) return fs_->CreateDir(bucket);
  if (answer.status == 404) {
    return RequestError(fmt::format("there is no such bucket: {}", bucket),
                        "create it, or add `?allow_bucket_creation=true`");
  }
  if (answer.status == 401 || answer.status == 403 || answer.status == 400) {
    return RequestError(
        fmt::format("the store refuses these credentials for the bucket {} (HTTP {})",
                    bucket, answer.status),
        kCredentialsHint);
  }
  if (answer.status == 301) {
    return RequestError(fmt::format("the bucket is in another region: {}", bucket),
                        "set AWS_REGION");
  }
  return arrow::Status::IOError("cannot reach the store of bucket ", bucket, " at ",
                                scheme_, "://", host_, ": ", Reason(answer));
}

HttpAnswer ObjectStore::Send(const std::string& method, const std::string& path,
                             std::string_view body,
                             std::map<std::string, std::string> headers) const {
  S3Request request{.method = method,
                    .host = host_,
                    .path = "/" + path,
                    .headers = std::move(headers),
                    .body = body};
  const auto now = std::chrono::floor<std::chrono::seconds>(
      std::chrono::system_clock::now());  // A signature holds for minutes.
  SignS3Request(credentials_(), region_, now, &request);
  request.headers["content-type"] = "application/octet-stream";
  return SendHttp(
      {.method = method,
       .url = fmt::format("{}://{}{}", scheme_, host_, EncodedS3Path(request.path)),
       .headers = std::move(request.headers),
       .body = body});
}

HttpAnswer ObjectStore::SendUntilAnswered(const std::string& method,
                                          const std::string& path) const {
  auto pause = kFirstPause;
  for (int i = 1;; ++i) {
    HttpAnswer answer = Send(method, path, {}, {});
    if (!MayPass(answer) || i == kTries) return answer;
    std::this_thread::sleep_for(pause);
    pause *= 3;
  }
}

arrow::Result<std::string> ObjectStore::Read(const std::string& path) const {
  HttpAnswer answer = SendUntilAnswered("GET", path);
  if (answer.is_good()) return std::move(answer.body);
  if (answer.status == 404) {
    return arrow::internal::IOErrorFromErrno(ENOENT, "no such object: ", path);
  }
  return arrow::Status::IOError("cannot read ", path, ": ", Reason(answer));
}

arrow::Status ObjectStore::PutNew(const std::string& path, std::string_view bytes) const {
  bool is_uncertain = false;
  auto pause = kFirstPause;
  for (int i = 1;; ++i) {
    const HttpAnswer answer = Send("PUT", path, bytes, {{"if-none-match", "*"}});
    if (answer.is_good()) return arrow::Status::OK();
    if (answer.status == 412) {
      // After an answer that was lost it may be our own object that is there.
      if (is_uncertain) {
        ARROW_ASSIGN_OR_RAISE(const std::string there, Read(path));
        if (there == bytes) return arrow::Status::OK();
      }
      return arrow::Status::AlreadyExists("there is a file already: ", path);
    }
    is_uncertain |= answer.status != 409;  // 409: another one is under way.
    if (!MayPass(answer) || i == kTries) {
      return arrow::Status::IOError("cannot write ", path, ": ", Reason(answer));
    }
    std::this_thread::sleep_for(pause);
    pause *= 3;
  }
}

arrow::Status ObjectStore::Remove(const std::string& path) const {
  const HttpAnswer answer = SendUntilAnswered("DELETE", path);
  if (answer.is_good() || answer.status == 404) return arrow::Status::OK();
  return arrow::Status::IOError("cannot remove ", path, ": ", Reason(answer));
}

void EndObjectStores() {
  if (arrow::fs::IsS3Initialized()) (void)arrow::fs::EnsureS3Finalized();
}

}  // namespace lakeseed
