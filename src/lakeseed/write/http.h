// One HTTP request and its answer.
//
// Thread safety: pure functions of the network; any number of threads.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace lakeseed {

struct HttpRequest {
  std::string method;  ///< "GET"
  std::string url;     ///< Encoded.
  std::map<std::string, std::string> headers;
  std::string_view body;  ///< Of PUT and POST.
};

struct HttpAnswer {
  long status = 0;  ///< 0: no answer came.
  std::string body;
  int64_t length = -1;  ///< Of the body, of HEAD what GET would bring; -1: not said.
  std::string error;    ///< Why none came.

  bool is_good() const { return status >= 200 && status < 300; }
  /// The same request may succeed later, without us doing anything else.
  bool may_pass() const { return status == 0 || status == 429 || status >= 500; }
};

/// How long to wait for a connection, and for an answer that stands still.
inline constexpr double kConnectSeconds = 5, kAnswerSeconds = 30;

HttpAnswer SendHttp(const HttpRequest& request);

/// The text for a URL: %41 for all but letters, digits and the characters of `plain`.
std::string UrlEncoded(std::string_view text, std::string_view plain = "-_.~");

}  // namespace lakeseed
