// RestClient: requests to an Iceberg REST catalog, under its prefix and with its tokens.
//
// Source: the Iceberg REST catalog specification (rest-catalog-open-api.yaml).
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "lakeseed/write/http.h"
#include "lakeseed/write/storage.h"

namespace lakeseed::iceberg {

struct RestAnswer {
  long status = 0;  ///< Of HTTP; 0: none came.
  nlohmann::ordered_json body;
  std::string type, reason;  ///< Of an error.

  bool is_good() const { return status >= 200 && status < 300; }
  /// The service may have done what it was asked, or not.
  bool is_unknown() const { return status == 0 || status >= 500; }
};

class RestClient {
 public:
  /// Open "https://host:port/path?warehouse=name". Who asks is "id:secret@" of OAuth 2,
  /// with `scope=` (else "catalog"), or a token: "token@", or LAKESEED_CATALOG_TOKEN.
  /// \retval Invalid (exit code 2)  who asks is refused, no such warehouse.
  /// \retval IOError                the service cannot be reached; within seconds.
  static arrow::Result<std::unique_ptr<RestClient>> Open(const std::string& uri);

  /// `path` below the prefix: "namespaces/shop". Reading is tried again until it is
  /// answered; a POST is sent once.
  RestAnswer Get(const std::string& path);
  RestAnswer Post(const std::string& path, const nlohmann::ordered_json& body);

  /// Whether the URI asks for credentials: `credentials=vended`.
  bool vends() const { return vends_; }
  /// What the service says about the store of its whole warehouse: "s3.endpoint".
  const StoreProperties& properties() const { return properties_; }

  /// Whether the service has said so; one that says nothing may.
  bool MayOffer(const std::string& endpoint) const;
  /// The answer as a status; it must not be a good one.
  arrow::Status ErrorOf(const std::string& what, const RestAnswer& answer) const;

 private:
  RestClient() = default;

  RestAnswer Send(const std::string& method, const std::string& path,
                  const std::string& body, const std::string& content_type) const;
  RestAnswer SendUntilAnswered(const std::string& path) const;
  arrow::Status FetchToken();
  arrow::Status ReadConfig(const std::string& warehouse);

  std::string shown_;   ///< The URI, to be shown.
  std::string base_;    ///< "https://host:port/path/v1/"
  std::string prefix_;  ///< "" or "name/"
  std::string id_, secret_, scope_, token_;
  bool vends_ = false;
  StoreProperties properties_;
  std::set<std::string> endpoints_;  ///< Empty: the service names none.
};

}  // namespace lakeseed::iceberg
