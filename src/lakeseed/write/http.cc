#include "lakeseed/write/http.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>

#include "lakeseed/write/curl_library.h"

namespace lakeseed {
namespace {

size_t Collect(char* data, size_t size, size_t count, void* body) {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

}  // namespace

HttpAnswer SendHttp(const HttpRequest& request) {
  HttpAnswer answer;
  if (const arrow::Status opened = OpenCurl(); !opened.ok()) {
    answer.error = opened.message();
    return answer;
  }
  static const CURLcode initialized = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialized != CURLE_OK) {
    answer.error = curl_easy_strerror(initialized);
    return answer;
  }
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 curl_easy_cleanup);
  curl_slist* lines = nullptr;
  for (const auto& [name, value] : request.headers) {
    lines = curl_slist_append(lines, fmt::format("{}: {}", name, value).c_str());
  }
  lines = curl_slist_append(lines, "expect:");  // No waiting for a go-ahead.
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> owned(
      lines, curl_slist_free_all);
  curl_easy_setopt(curl.get(), CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, lines);
  curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (request.method == "HEAD") curl_easy_setopt(curl.get(), CURLOPT_NOBODY, 1L);
  if (request.method == "PUT" || request.method == "POST") {
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS,
                     request.body.empty() ? "" : request.body.data());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
  }
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT,
                   static_cast<long>(kConnectSeconds));
  // No answer, or a stream that stands still, for so long.
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_TIME, static_cast<long>(kAnswerSeconds));
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, Collect);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer.body);
  const CURLcode code = curl_easy_perform(curl.get());
  if (code == CURLE_OK) {
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer.status);
    curl_off_t length = -1;
    curl_easy_getinfo(curl.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    answer.length = length;
  } else {
    answer.error = curl_easy_strerror(code);
  }
  return answer;
}

std::string UrlEncoded(std::string_view text, std::string_view plain) {
  std::string encoded;
  for (const char c : text) {
    const bool is_plain = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') ||
                          ('0' <= c && c <= '9') || plain.find(c) != plain.npos;
    encoded += is_plain ? std::string(1, c)
                        : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

}  // namespace lakeseed
