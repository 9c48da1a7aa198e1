#include "lakeseed/commit/iceberg/vended_credentials.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "lakeseed/base/status.h"

namespace lakeseed::iceberg {
namespace {

using nlohmann::ordered_json;

constexpr char kKey[] = "s3.access-key-id";

/// Later ones replace earlier ones.
void Add(const StoreProperties& more, StoreProperties* to) {
  for (const auto& [name, value] : more) (*to)[name] = value;
}

}  // namespace

StoreProperties StorePropertiesOf(const ordered_json& config) {
  StoreProperties properties;
  if (!config.is_object()) return properties;
  for (const auto& [name, value] : config.items()) {
    const bool is_of_store = name.starts_with("s3.") || name == "client.region";
    if (is_of_store && value.is_string()) properties[name] = value.get<std::string>();
  }
  return properties;
}

arrow::Result<StoreProperties> CredentialsFor(const std::string& root,
                                              const ordered_json& said,
                                              StoreProperties warehouse) {
  if (said.is_object() && said.contains("config")) {
    Add(StorePropertiesOf(said["config"]), &warehouse);
  }
  std::string longest;
  std::vector<std::string> elsewhere;
  StoreProperties here;
  static const ordered_json kNone = ordered_json::array();
  const bool has_own = said.is_object() && said.contains("storage-credentials");
  for (const ordered_json& one : has_own ? said["storage-credentials"] : kNone) {
    if (!one.is_object() || !one.contains("prefix") || !one.contains("config")) continue;
    if (!one["prefix"].is_string()) continue;
    const auto prefix = one["prefix"].get<std::string>();
    if (!(root + "/").starts_with(prefix)) {
      elsewhere.push_back(prefix);
    } else if (here.empty() || prefix.size() > longest.size()) {
      longest = prefix;
      here = StorePropertiesOf(one["config"]);
    }
  }
  if (here.empty() && !elsewhere.empty()) {
    return RequestError(
        fmt::format("the Iceberg catalog vends credentials for other places than {}: {}",
                    root, fmt::join(elsewhere, ", ")),
        "files are staged and published below the whole --output; let the catalog vend "
        "for it, or leave `credentials=vended` out");
  }
  Add(here, &warehouse);
  if (warehouse.contains(kKey)) return warehouse;
  return RequestError(
      fmt::format("the Iceberg catalog vends no credentials for {}", root),
      "leave `credentials=vended` out of --catalog, and set AWS_ACCESS_KEY_ID");
}

}  // namespace lakeseed::iceberg
