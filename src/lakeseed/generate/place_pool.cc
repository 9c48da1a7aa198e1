#include "lakeseed/generate/place_pool.h"

#include <string_view>

#include "lakeseed/base/function.h"
#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/held_pools.h"

namespace lakeseed {
namespace {

constexpr double kQuarterTurn = 0.25, kDegreesPerTurn = 360;

/// Append the codes of the words of `text` to `list`.
void AddWords(std::string_view text, CategoryPool* pool, std::vector<int32_t>* list) {
  for (size_t begin = 0; begin < text.size();) {
    size_t end = text.find(' ', begin);
    if (end == std::string_view::npos) end = text.size();
    if (end > begin) {
      list->push_back(pool->Add(text.substr(begin, end - begin)));
    }
    begin = end + 1;
  }
}

arrow::Result<PlacePool> Read(bool by_people) {
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("us_places"));
  ARROW_ASSIGN_OR_RAISE(const auto zips, table->Text("zip"));
  ARROW_ASSIGN_OR_RAISE(const auto cities, table->Text("city"));
  ARROW_ASSIGN_OR_RAISE(const auto states, table->Text("state"));
  ARROW_ASSIGN_OR_RAISE(const auto state_names, table->Text("state_name"));
  ARROW_ASSIGN_OR_RAISE(const auto counties, table->Text("county"));
  ARROW_ASSIGN_OR_RAISE(const auto time_zones, table->Text("time_zone"));
  ARROW_ASSIGN_OR_RAISE(const auto area_codes, table->Text("area_codes"));
  ARROW_ASSIGN_OR_RAISE(const auto regions, table->Text("region"));
  ARROW_ASSIGN_OR_RAISE(const auto latitudes, table->Doubles("latitude"));
  ARROW_ASSIGN_OR_RAISE(const auto longitudes, table->Doubles("longitude"));
  ARROW_ASSIGN_OR_RAISE(const auto weights, table->Integers("weight"));
  PlacePool pool;
  pool.zips.Reserve(zips.size());
  for (std::vector<int32_t>* codes :
       {&pool.city_of, &pool.state_of, &pool.state_name_of, &pool.county_of,
        &pool.time_zone_of, &pool.region_of, &pool.area_code_begins}) {
    codes->reserve(zips.size() + 1);
  }
  for (std::vector<double>* numbers :
       {&pool.latitudes, &pool.longitudes, &pool.longitude_scales}) {
    numbers->reserve(zips.size());
  }
  std::vector<double> shares;
  shares.reserve(zips.size());
  for (size_t i = 0; i < zips.size(); ++i) {
    if (pool.zips.Add(zips[i]) != static_cast<int32_t>(i)) {
      return arrow::Status::Invalid("us_places: twice: ", zips[i]);
    }
    pool.city_of.push_back(pool.cities.Add(cities[i]));
    pool.state_of.push_back(pool.states.Add(states[i]));
    pool.state_name_of.push_back(pool.state_names.Add(state_names[i]));
    pool.county_of.push_back(pool.counties.Add(counties[i]));
    pool.time_zone_of.push_back(pool.time_zones.Add(time_zones[i]));
    pool.region_of.push_back(pool.regions.Add(regions[i]));
    const size_t begin = pool.area_code_lists.size();
    if (i > 0 && area_codes[i] == area_codes[i - 1]) {  // As most neighbours.
      for (auto k = static_cast<size_t>(pool.area_code_begins[i - 1]); k < begin; ++k) {
        pool.area_code_lists.push_back(pool.area_code_lists[k]);
      }
    } else {
      AddWords(area_codes[i], &pool.area_codes, &pool.area_code_lists);
    }
    if (pool.area_code_lists.size() == begin) {
      return arrow::Status::Invalid("us_places: no area code: ", zips[i]);
    }
    pool.area_code_begins.push_back(static_cast<int32_t>(pool.area_code_lists.size()));
    pool.latitudes.push_back(latitudes[i]);
    pool.longitudes.push_back(longitudes[i]);
    pool.longitude_scales.push_back(1 /
                                    Sine(latitudes[i] / kDegreesPerTurn + kQuarterTurn));
    shares.push_back(by_people ? static_cast<double>(weights[i]) : 1.0);
  }
  for (CategoryPool* texts :
       {&pool.zips, &pool.cities, &pool.states, &pool.state_names, &pool.counties,
        &pool.time_zones, &pool.regions, &pool.area_codes}) {
    ARROW_RETURN_NOT_OK(texts->Freeze());
  }
  ARROW_ASSIGN_OR_RAISE(pool.law, AliasTable::Make(shares));
  return pool;
}

}  // namespace

arrow::Result<std::shared_ptr<const PlacePool>> PlacePool::Get(bool by_people) {
  static HeldPools<PlacePool> pools;
  return pools.Get(by_people ? "by people" : "alike", [&] { return Read(by_people); });
}

}  // namespace lakeseed
