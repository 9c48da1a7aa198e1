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

struct PlacePool {
  /// The table us_places; `by_people` weighs ZIPs by population, else all are alike.
  /// Read once for all who hold it at the same time.
  static arrow::Result<std::shared_ptr<const PlacePool>> Get(bool by_people);

  AliasTable law;
  /// By ZIP, whose own code is its index: the codes of its texts, each kind in memory
  /// of its own, as few are asked for at once.
  std::vector<int32_t> city_of, state_of, state_name_of, county_of, time_zone_of,
      region_of;
  /// Area codes of ZIP i: area_code_lists[area_code_begins[i] .. area_code_begins[i +
  /// 1]).
  std::vector<int32_t> area_code_begins{0}, area_code_lists;
  std::vector<double> latitudes, longitudes;
  std::vector<double>
      longitude_scales;  ///< Degrees of longitude as long as one of latitude.
  CategoryPool zips, cities, states, state_names, counties, time_zones, regions,
      area_codes;
};

}  // namespace lakeseed
