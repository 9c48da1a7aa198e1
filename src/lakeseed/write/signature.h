// AWS Signature Version 4 of one S3 request, as its service documents it.
//
// Thread safety: pure functions.

#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

namespace lakeseed {

struct S3Credentials {
  std::string access_key, secret_key;
  std::string session_token;  ///< Empty: lasting credentials.
};

/// A request as it goes over the wire.
struct S3Request {
  std::string method;
  std::string host;  ///< With the port unless it is the scheme's.
  std::string path;  ///< Not encoded: "/bucket/key".
  std::map<std::string, std::string> query = {};  ///< Not encoded.
  std::map<std::string, std::string> headers;     ///< Names in lower case.
  std::string_view body;
};

/// Names of a path with all but letters, digits and "-_.~/" as %XX.
std::string EncodedS3Path(std::string_view path);

/// What stands after the '?' of the URL of such a query; empty without one.
std::string EncodedS3Query(const std::map<std::string, std::string>& query);

/// Add the headers host, x-amz-date, x-amz-content-sha256, x-amz-security-token and
/// authorization.
void SignS3Request(const S3Credentials& credentials, std::string_view region,
                   std::chrono::sys_seconds time, S3Request* request);

}  // namespace lakeseed
