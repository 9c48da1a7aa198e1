#include "lakeseed/write/signature.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

#include "lakeseed/write/http.h"
#include "lakeseed/write/value_text.h"

namespace lakeseed {
namespace {

using Digest = std::array<unsigned char, 32>;

std::string_view Bytes(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

const unsigned char* Unsigned(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string Hex(const Digest& digest) {
  std::string hex;
  for (const unsigned char byte : digest) hex += fmt::format("{:02x}", byte);
  return hex;
}

Digest Sha256(std::string_view text) {
  Digest digest{};
  crypto_hash_sha256(digest.data(), Unsigned(text), text.size());
  return digest;
}

Digest Hmac(std::string_view key, std::string_view text) {
  Digest digest{};
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, Unsigned(key), key.size());
  crypto_auth_hmacsha256_update(&state, Unsigned(text), text.size());
  crypto_auth_hmacsha256_final(&state, digest.data());
  return digest;
}

/// "20130524T000000Z"
std::string TimeText(std::chrono::sys_seconds time) {
  std::string text;
  AppendTimestamp(time.time_since_epoch().count(), 0, 'T', true, &text);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

}  // namespace

std::string EncodedS3Path(std::string_view path) { return UrlEncoded(path, "-_.~/"); }

std::string EncodedS3Query(const std::map<std::string, std::string>& query) {
  std::string text;
  for (const auto& [name, value] : query) {
    text += fmt::format("{}{}={}", text.empty() ? "" : "&", UrlEncoded(name),
                        UrlEncoded(value));
  }
  return text;
}

void SignS3Request(const S3Credentials& credentials, std::string_view region,
                   std::chrono::sys_seconds time, S3Request* request) {
  const std::string stamp = TimeText(time);
  const std::string day = stamp.substr(0, 8);
  const std::string body = Hex(Sha256(request->body));
  request->headers["host"] = request->host;
  request->headers["x-amz-date"] = stamp;
  request->headers["x-amz-content-sha256"] = body;
  if (!credentials.session_token.empty()) {
    request->headers["x-amz-security-token"] = credentials.session_token;
  }
  std::string lines, names;
  for (const auto& [name, value] : request->headers) {
    lines += fmt::format("{}:{}\n", name, value);
    names += (names.empty() ? "" : ";") + name;
  }
  const std::string canonical =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request->method, EncodedS3Path(request->path),
                  EncodedS3Query(request->query), lines, names, body);
  const std::string scope = fmt::format("{}/{}/s3/aws4_request", day, region);
  const std::string to_sign =
      fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", stamp, scope, Hex(Sha256(canonical)));
  Digest key = Hmac("AWS4" + credentials.secret_key, day);
  for (const std::string_view part :
       {region, std::string_view("s3"), std::string_view("aws4_request")}) {
    key = Hmac(Bytes(key), part);
  }
  request->headers["authorization"] =
      fmt::format("AWS4-HMAC-SHA256 Credential={}/{},SignedHeaders={},Signature={}",
                  credentials.access_key, scope, names, Hex(Hmac(Bytes(key), to_sign)));
}

}  // namespace lakeseed
