#include "lakeseed/commit/iceberg/sort_order.h"

#include <algorithm>

#include "lakeseed/commit/iceberg/table_state.h"

namespace lakeseed::iceberg {

using nlohmann::ordered_json;

int64_t SetSortOrder(const std::vector<std::string>& columns, ordered_json* metadata) {
  if (columns.empty()) return 0;
  ordered_json fields = ordered_json::array();
  for (const std::string& name : columns) {
    for (const ordered_json& column : CurrentSchema(*metadata)->at("fields")) {
      if (column.at("name") != name) continue;
      fields.push_back({{"transform", "identity"},
                        {"source-id", column.at("id")},
                        {"direction", "asc"},
                        {"null-order", "nulls-first"}});
    }
  }
  ordered_json& orders = (*metadata)["sort-orders"];
  int64_t next = 1;
  for (const ordered_json& order : orders) {
    const auto id = order.at("order-id").get<int64_t>();
    next = std::max(next, id + 1);
    if (order.at("fields") != fields) continue;
    (*metadata)["default-sort-order-id"] = id;
    return id;
  }
  orders.push_back({{"order-id", next}, {"fields", std::move(fields)}});
  (*metadata)["default-sort-order-id"] = next;
  return next;
}

}  // namespace lakeseed::iceberg
