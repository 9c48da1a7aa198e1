// PlacePool: ZIP points of the United States, weighted by people.
//
// Law: city, state, county, zone, codes and coordinates come from one row of the
// vocabulary, so what belongs together stays together.
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lakeseed/base/alias_table.h"
#include "lakeseed/generate/category_pool.h"

namespace lakeseed {

/// Codes of one ZIP's texts in the pools, and its position.
struct PlaceEntry {
  int32_t city, state, state_name, county, time_zone, region;
  int32_t first_area_code, num_area_codes;  ///< Range of PlacePool::area_code_lists.
};

struct PlacePool {
  /// The table us_places; `by_people` weighs ZIPs by population, else all are alike.
  /// Read once for all who hold it at the same time.
  static arrow::Result<std::shared_ptr<const PlacePool>> Get(bool by_people);

  AliasTable law;
  std::vector<PlaceEntry> places;  ///< The code of the ZIP's text is its index.
  std::vector<int32_t> area_code_lists;
  std::vector<double> latitudes, longitudes;
  std::vector<double>
      longitude_scales;  ///< Degrees of longitude as long as one of latitude.
  CategoryPool zips, cities, states, state_names, counties, time_zones, regions,
      area_codes;
};

}  // namespace lakeseed
