#include "lakeseed/commit/iceberg/row_ids.h"

namespace lakeseed::iceberg {

using nlohmann::ordered_json;

void RowIds::Settle(ordered_json* entry) {
  ordered_json& file = entry->at("data_file");
  if (next_.is_null() || !IsLive(*entry)) return;
  if (!file.value(kFirstRowId, ordered_json()).is_null()) return;
  file[kFirstRowId] = next_;
  next_ = next_.get<int64_t>() + file.at("record_count").get<int64_t>();
}

std::map<std::string, RowPlace> RowPlacesOf(const std::vector<Manifest>& manifests) {
  std::map<std::string, RowPlace> places;
  for (const Manifest& manifest : manifests) {
    if (!manifest.has_data()) continue;
    RowIds ids(manifest.listed);
    const std::string kind = "spec " + manifest.listed.at("partition_spec_id").dump();
    for (ordered_json entry : manifest.entries()) {
      ids.Settle(&entry);
      const ordered_json first = entry.at("data_file").value(kFirstRowId, ordered_json());
      if (!IsLive(entry) || first.is_null()) continue;
      places[PathOf(entry)] = {first.get<int64_t>(), kind};
    }
  }
  return places;
}

}  // namespace lakeseed::iceberg
