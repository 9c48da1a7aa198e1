#include "lakeseed/commit/iceberg/rest_client.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "lakeseed/base/status.h"
#include "lakeseed/commit/iceberg/vended_credentials.h"
#include "lakeseed/sql/connection.h"
#include "lakeseed/write/retry.h"

namespace lakeseed::iceberg {
namespace {

using nlohmann::ordered_json;

constexpr int kTries = 3;
constexpr char kJson[] = "application/json";
constexpr char kForm[] = "application/x-www-form-urlencoded";
constexpr char kTokenVariable[] = "LAKESEED_CATALOG_TOKEN";
constexpr char kWho[] =
    "https://id:secret@host, https://token@host, or LAKESEED_CATALOG_TOKEN";

/// "%40" as "@".
std::string Decoded(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_code = text[i] == '%' && i + 2 < text.size();
    decoded += is_code ? static_cast<char>(std::strtol(
                             std::string(text.substr(i + 1, 2)).c_str(), nullptr, 16))
                       : text[i];
    if (is_code) i += 2;
  }
  return decoded;
}

/// A parameter of the query of a URI; "" when it has none.
std::string Parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), one.size() + 1));
    if (one.starts_with(name) && one.size() > name.size() && one[name.size()] == '=') {
      return Decoded(one.substr(name.size() + 1));
    }
  }
  return "";
}

std::string TextAt(const ordered_json& json, const char* name) {
  const auto at = json.is_object() ? json.find(name) : json.end();
  return json.is_object() && at != json.end() && at->is_string() ? at->get<std::string>()
                                                                 : "";
}

}  // namespace

arrow::Result<std::unique_ptr<RestClient>> RestClient::Open(const std::string& uri) {
  std::unique_ptr<RestClient> client(new RestClient());
  client->shown_ = WithoutPassword(uri);
  const std::string place = uri.substr(0, uri.find('?'));
  const std::string query =
      place.size() < uri.size() ? uri.substr(place.size() + 1) : std::string();
  const size_t host = place.find("://") + 3;
  const std::string authority = place.substr(host, place.find('/', host) - host);
  const size_t at = authority.rfind('@');
  if (at != std::string::npos) {
    const std::string who = authority.substr(0, at);
    const size_t colon = who.find(':');
    client->token_ = colon == std::string::npos ? Decoded(who) : "";
    client->id_ = colon == std::string::npos ? "" : Decoded(who.substr(0, colon));
    client->secret_ = colon == std::string::npos ? "" : Decoded(who.substr(colon + 1));
  } else if (const char* token = std::getenv(kTokenVariable)) {
    client->token_ = token;
  }
  const std::string credentials = Parameter(query, "credentials");
  client->vends_ = credentials == "vended";
  if (!credentials.empty() && !client->vends_) {
    return RequestError("unknown credentials of --catalog: " + credentials,
                        "`?credentials=vended`, or leave it out");
  }
  client->scope_ = Parameter(query, "scope");
  if (client->scope_.empty()) client->scope_ = "catalog";
  client->base_ =
      place.substr(0, host) + place.substr(host + (at == std::string::npos ? 0 : at + 1));
  while (client->base_.ends_with('/')) client->base_.pop_back();
  client->base_ += "/v1/";
  if (!client->id_.empty()) ARROW_RETURN_NOT_OK(client->FetchToken());
  ARROW_RETURN_NOT_OK(client->ReadConfig(Parameter(query, "warehouse")));
  return client;
}

arrow::Status RestClient::FetchToken() {
  token_.clear();
  const std::string form =
      fmt::format("grant_type=client_credentials&client_id={}&client_secret={}&scope={}",
                  UrlEncoded(id_), UrlEncoded(secret_), UrlEncoded(scope_));
  const RestAnswer answer = Send("POST", "oauth/tokens", form, kForm);
  token_ = TextAt(answer.body, "access_token");
  if (answer.is_good() && !token_.empty()) return arrow::Status::OK();
  if (answer.is_unknown()) return ErrorOf("no token", answer);
  return RequestError(fmt::format("the Iceberg catalog refuses {}: {}", id_, shown_),
                      kWho);
}

arrow::Status RestClient::ReadConfig(const std::string& warehouse) {
  const RestAnswer answer = SendUntilAnswered(
      warehouse.empty() ? "config" : "config?warehouse=" + UrlEncoded(warehouse));
  if (answer.status == 404 || (answer.is_good() && !answer.body.is_object())) {
    return RequestError(
        fmt::format("there is no Iceberg REST catalog, or no such warehouse: {}", shown_),
        "http://host:port/path, without the `/v1`; ?warehouse=NAME chooses one");
  }
  if (!answer.is_good()) return ErrorOf("no configuration", answer);
  for (const char* kind : {"overrides", "defaults"}) {
    if (!answer.body.contains(kind)) continue;
    if (prefix_.empty()) prefix_ = TextAt(answer.body[kind], "prefix");
    properties_.merge(StorePropertiesOf(answer.body[kind]));
  }
  if (!prefix_.empty()) prefix_ = UrlEncoded(prefix_, "-_.~/%") + "/";
  if (answer.body.contains("endpoints")) {
    for (const ordered_json& endpoint : answer.body["endpoints"]) {
      if (endpoint.is_string()) endpoints_.insert(endpoint.get<std::string>());
    }
  }
  return arrow::Status::OK();
}

RestAnswer RestClient::Send(const std::string& method, const std::string& path,
                            const std::string& body,
                            const std::string& content_type) const {
  HttpRequest request{.method = method, .url = base_ + path, .body = body};
  request.headers["accept"] = kJson;
  if (method == "POST") request.headers["content-type"] = content_type;
  if (vends_) request.headers["x-iceberg-access-delegation"] = "vended-credentials";
  if (!token_.empty()) request.headers["authorization"] = "Bearer " + token_;
  const HttpAnswer sent = SendHttp(request);
  RestAnswer answer{.status = sent.status, .reason = sent.error};
  answer.body = ordered_json::parse(sent.body, nullptr, /*allow_exceptions=*/false);
  if (answer.status == 0 || answer.is_good()) return answer;
  answer.reason = fmt::format("HTTP {}", sent.status);
  if (!answer.body.is_object() || !answer.body.contains("error")) return answer;
  answer.type = TextAt(answer.body["error"], "type");
  const std::string message = TextAt(answer.body["error"], "message");
  if (!message.empty()) answer.reason += " " + message;
  return answer;
}

RestAnswer RestClient::SendUntilAnswered(const std::string& path) const {
  for (int i = 1;; ++i) {
    RestAnswer answer = Send("GET", path, "", "");
    if (!answer.is_unknown() || i == kTries) return answer;
    std::this_thread::sleep_for(RetryPause(i));
  }
}

RestAnswer RestClient::Get(const std::string& path) {
  RestAnswer answer = SendUntilAnswered(prefix_ + path);
  // A token of ours that has got too old.
  if (answer.status != 401 || id_.empty() || !FetchToken().ok()) return answer;
  return SendUntilAnswered(prefix_ + path);
}

RestAnswer RestClient::Post(const std::string& path, const ordered_json& body) {
  RestAnswer answer = Send("POST", prefix_ + path, body.dump(), kJson);
  if (answer.status != 401 || id_.empty() || !FetchToken().ok()) return answer;
  return Send("POST", prefix_ + path, body.dump(), kJson);
}

bool RestClient::MayOffer(const std::string& endpoint) const {
  return endpoints_.empty() || endpoints_.contains(endpoint);
}

arrow::Status RestClient::ErrorOf(const std::string& what,
                                  const RestAnswer& answer) const {
  if (answer.status == 401 || answer.status == 403 || answer.status == 419) {
    return RequestError(fmt::format("the Iceberg catalog refuses this: {}: {}: {}",
                                    shown_, what, answer.reason),
                        kWho);
  }
  if (answer.status == 0) {
    return arrow::Status::IOError("cannot reach the Iceberg catalog at ", shown_, ": ",
                                  answer.reason);
  }
  return arrow::Status::IOError("the Iceberg catalog at ", shown_, ": ", what, ": ",
                                answer.reason);
}

}  // namespace lakeseed::iceberg
