// S3, and stores that speak its protocol: what Arrow lacks is a PUT that refuses to
// replace, a DELETE that leaves no marker of a directory behind, and a look at one name.
// S3_ENDPOINT_URL or AWS_ENDPOINT_URL name another store than AWS.

#include <arrow/filesystem/s3fs.h>
#include <arrow/util/io_util.h>
#include <arrow/util/uri.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <thread>

#include "lakeseed/base/status.h"
#include "lakeseed/write/http.h"
#include "lakeseed/write/object_store.h"
#include "lakeseed/write/retry.h"
#include "lakeseed/write/s3_options.h"
#include "lakeseed/write/signature.h"
#include "lakeseed/write/store_lease.h"
#include "lakeseed/write/xml_text.h"

namespace lakeseed {

extern const ObjectStoreDef kS3Store;

namespace {

/// In what Arrow says of keys that do not hold; a HEAD that is answered by 400 has no
/// body to tell why.
constexpr const char* kRefusals[] = {
    "ACCESS_DENIED",      "ExpiredToken", "EXPIRED_TOKEN",   "INVALID_ACCESS_KEY_ID",
    "InvalidAccessKeyId", "InvalidToken", "HTTP status 403", "HTTP status 400"};

arrow::Status Initialize() {
  static const arrow::Status initialized = [] {
    arrow::fs::S3GlobalOptions options = arrow::fs::S3GlobalOptions::Defaults();
    options.log_level = arrow::fs::S3LogLevel::Off;  // Errors are told as errors.
    return arrow::fs::InitializeS3(options);
  }();
  return initialized;
}

bool MayPass(const HttpAnswer& answer) {  // 409: another one is under way.
  return answer.may_pass() || answer.status == 409;
}

/// Why a request has failed: its message, or what it can.
std::string Reason(const HttpAnswer& answer) {
  if (answer.status == 0) return answer.error;
  const std::string message = TextIn(answer.body, "Message");
  return fmt::format("HTTP {} {}", answer.status,
                     message.empty() ? answer.body.substr(0, 200) : message);
}

S3Request Plain(const std::string& method, const std::string& path) {
  return {.method = method, .host = "", .path = "/" + path, .headers = {}, .body = {}};
}

/// How to sign requests of ours to the place of a bucket.
struct S3Place {
  std::function<S3Credentials()> credentials;
  std::string scheme, host, region;
  std::string hint;                   ///< To whom it refuses.
  std::shared_ptr<StoreLease> lease;  ///< Of vended credentials, or null.
};

bool IsRefusal(const HttpAnswer& answer) {
  return answer.status == 401 || answer.status == 403 ||
         (answer.status == 400 &&
          (answer.body.empty() || answer.body.find("ExpiredToken") != std::string::npos));
}

/// The same of what Arrow says.
bool IsRefused(const arrow::Status& status) {
  if (!status.IsIOError()) return false;
  const std::string& message = status.message();
  return std::any_of(std::begin(kRefusals), std::end(kRefusals), [&](const char* word) {
    return message.find(word) != std::string::npos;
  });
}

class S3Store final : public ObjectStore {
 public:
  S3Store(const ObjectStoreDef& def, std::shared_ptr<arrow::fs::FileSystem> fs,
          std::string base, S3Place place)
      : ObjectStore(def, std::move(fs), std::move(base)), place_(std::move(place)) {}

  /// Whether the bucket is there, or can be made.
  arrow::Status CheckBucket(bool may_create) const;

  arrow::Status Write(const std::string& path, std::string_view bytes) const override;
  /// Whether it was this call that wrote it is found out even when the answer
  /// is lost.
  arrow::Status WriteNew(const std::string& path, std::string_view bytes) const override;
  arrow::Status CopyNew(const std::string& from, const std::string& to) const override;
  arrow::Result<std::string> Read(const std::string& path) const override;
  arrow::Result<std::optional<int64_t>> SizeOf(const std::string& path) const override;
  arrow::Status Remove(const std::string& path) const override;
  void ForgetUploads(const std::string& prefix) const override;

 private:
  /// Without its host and what signs it.
  HttpAnswer Send(const S3Request& request) const;
  HttpAnswer SendAs(const S3Credentials& keys, S3Request request) const;
  HttpAnswer SendUntilAnswered(const S3Request& request) const;

  const S3Place place_;
};

arrow::Status S3Store::CheckBucket(bool may_create) const {
  const HttpAnswer answer = Send(Plain("HEAD", bucket()));
  if (answer.is_good()) return arrow::Status::OK();
  if (answer.status == 404 && may_create) return file_system()->CreateDir(bucket());
  if (answer.status == 404) {
    return RequestError(fmt::format("there is no such bucket: {}", bucket()),
                        "create it, or add `?allow_bucket_creation=true`");
  }
  if (answer.status == 401 || answer.status == 403 || answer.status == 400) {
    return RequestError(
        fmt::format("the store refuses these credentials for the bucket {} (HTTP {})",
                    bucket(), answer.status),
        place_.hint);
  }
  if (answer.status == 301) {
    return RequestError(fmt::format("the bucket is in another region: {}", bucket()),
                        "set AWS_REGION");
  }
  return arrow::Status::IOError("cannot reach the store of bucket ", bucket(), " at ",
                                place_.scheme, "://", place_.host, ": ", Reason(answer));
}

HttpAnswer S3Store::Send(const S3Request& request) const {
  if (place_.lease == nullptr) return SendAs(place_.credentials(), request);
  const auto store = place_.lease->Now();
  HttpAnswer answer = SendAs(S3KeysOf(store->properties), request);
  if (!IsRefusal(answer) || !place_.lease->Renew(*store)) return answer;
  return SendAs(S3KeysOf(place_.lease->Now()->properties), request);
}

HttpAnswer S3Store::SendAs(const S3Credentials& keys, S3Request request) const {
  request.host = place_.host;
  const auto now = std::chrono::floor<std::chrono::seconds>(
      std::chrono::system_clock::now());  // A signature holds for minutes.
  SignS3Request(keys, place_.region, now, &request);
  request.headers["content-type"] = "application/octet-stream";
  const std::string query = EncodedS3Query(request.query);
  return SendHttp(
      {.method = request.method,
       .url = fmt::format("{}://{}{}{}{}", place_.scheme, place_.host,
                          EncodedS3Path(request.path), query.empty() ? "" : "?", query),
       .headers = std::move(request.headers),
       .body = request.body});
}

HttpAnswer S3Store::SendUntilAnswered(const S3Request& request) const {
  for (int i = 1;; ++i) {
    HttpAnswer answer = Send(request);
    if (!MayPass(answer) || i == kRequestTries) return answer;
    std::this_thread::sleep_for(RetryPause(i));
  }
}

arrow::Result<std::string> S3Store::Read(const std::string& path) const {
  HttpAnswer answer = SendUntilAnswered(Plain("GET", path));
  if (answer.is_good()) return std::move(answer.body);
  if (answer.status == 404) {
    return arrow::internal::IOErrorFromErrno(ENOENT, "no such object: ", path);
  }
  return arrow::Status::IOError("cannot read ", path, ": ", Reason(answer));
}

arrow::Status S3Store::Write(const std::string& path, std::string_view bytes) const {
  S3Request request = Plain("PUT", path);
  request.body = bytes;
  const HttpAnswer answer = SendUntilAnswered(request);
  if (answer.is_good()) return arrow::Status::OK();
  return arrow::Status::IOError("cannot write ", path, ": ", Reason(answer));
}

arrow::Status S3Store::WriteNew(const std::string& path, std::string_view bytes) const {
  bool is_uncertain = false;
  S3Request request = Plain("PUT", path);
  request.headers["if-none-match"] = "*";
  request.body = bytes;
  for (int i = 1;; ++i) {
    const HttpAnswer answer = Send(request);
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
    if (!MayPass(answer) || i == kRequestTries) {
      return arrow::Status::IOError("cannot write ", path, ": ", Reason(answer));
    }
    std::this_thread::sleep_for(RetryPause(i));
  }
}

arrow::Status S3Store::CopyNew(const std::string& from, const std::string& to) const {
  ARROW_ASSIGN_OR_RAISE(const std::string bytes, Read(from));
  return WriteNew(to, bytes);
}

/// One request; Arrow would also list what begins so, to know directories.
arrow::Result<std::optional<int64_t>> S3Store::SizeOf(const std::string& path) const {
  const HttpAnswer answer = SendUntilAnswered(Plain("HEAD", path));
  if (answer.status == 404) return std::optional<int64_t>();
  if (answer.is_good()) return std::optional<int64_t>(answer.length);
  return arrow::Status::IOError("cannot look for ", path, ": ", Reason(answer));
}

arrow::Status S3Store::Remove(const std::string& path) const {
  const HttpAnswer answer = SendUntilAnswered(Plain("DELETE", path));
  if (answer.is_good() || answer.status == 404) return arrow::Status::OK();
  return arrow::Status::IOError("cannot remove ", path, ": ", Reason(answer));
}

void S3Store::ForgetUploads(const std::string& prefix) const {
  S3Request listing = Plain("GET", bucket());
  listing.query = {{"uploads", ""},
                   {"prefix", prefix.substr(bucket().size() + 1)},
                   {"encoding-type", "url"}};
  const HttpAnswer answer = Send(listing);
  const bool is_encoded = answer.body.find("<EncodingType>url") != std::string::npos;
  for (const std::string& upload : TextsIn(answer.body, "Upload")) {
    std::string key = TextIn(upload, "Key");
    if (is_encoded) {
      std::replace(key.begin(), key.end(), '+', ' ');
      key = arrow::util::UriUnescape(key);
    }
    S3Request request = Plain("DELETE", bucket() + "/" + key);
    request.query = {{"uploadId", TextIn(upload, "UploadId")}};
    (void)Send(request);
  }
}

/// The keys that a catalog vends, for as long as it does.
std::shared_ptr<StoreLease> LeaseOf(const ObjectStoreDef& def, const std::string& uri,
                                    const VendedStore& vended,
                                    std::shared_ptr<arrow::fs::FileSystem> fs) {
  const auto ask = [&def, uri, renew = vended.renew]() -> arrow::Result<LeasedStore> {
    LeasedStore store;
    ARROW_ASSIGN_OR_RAISE(store.properties, renew());
    std::string base;
    ARROW_ASSIGN_OR_RAISE(const auto options,
                          S3OptionsOf(def, uri, store.properties, &base));
    ARROW_ASSIGN_OR_RAISE(store.fs, arrow::fs::S3FileSystem::Make(options));
    store.until = S3KeysEnd(store.properties);
    return store;
  };
  return std::make_shared<StoreLease>(
      LeasedStore{std::move(fs), vended.properties, S3KeysEnd(vended.properties)}, ask);
}

arrow::Result<std::unique_ptr<ObjectStore>> OpenS3(const ObjectStoreDef& def,
                                                   const std::string& uri,
                                                   const VendedStore& vended) {
  const size_t host = uri.find("://") + 3;
  if (uri.substr(host, uri.find('/', host) - host).find('@') != std::string::npos) {
    return RequestError("an output's name must not hold credentials", kS3CredentialsHint);
  }
  ARROW_RETURN_NOT_OK(Initialize());
  std::string base;
  ARROW_ASSIGN_OR_RAISE(const arrow::fs::S3Options options,
                        S3OptionsOf(def, uri, vended.properties, &base));
  const bool is_vended = !S3KeysOf(vended.properties).access_key.empty();
  S3Place place{.scheme = options.scheme,
                .host = options.endpoint_override.empty()
                            ? fmt::format("s3.{}.amazonaws.com", options.region)
                            : options.endpoint_override,
                .region = options.region,
                .hint = is_vended ? "the catalog has vended them; ask its operator"
                                  : kS3CredentialsHint};
  place.credentials = [options] {
    return S3Credentials{options.GetAccessKey(), options.GetSecretKey(),
                         options.GetSessionToken()};
  };
  std::shared_ptr<arrow::fs::FileSystem> fs;
  ARROW_ASSIGN_OR_RAISE(fs, arrow::fs::S3FileSystem::Make(options));
  if (is_vended && vended.renew != nullptr) {
    place.lease = LeaseOf(def, uri, vended, std::move(fs));
    fs = LeasedFileSystem(place.lease, IsRefused, place.hint);
  }
  auto store =
      std::make_unique<S3Store>(def, std::move(fs), std::move(base), std::move(place));
  ARROW_RETURN_NOT_OK(store->CheckBucket(options.allow_bucket_creation));
  return store;
}

}  // namespace

const ObjectStoreDef kS3Store{.schemes = "s3",
                              .form = "s3://bucket/prefix",
                              .hides_uploads = true,
                              .has_winner = true,
                              .open = OpenS3,
                              .takes_vended = true};

}  // namespace lakeseed
