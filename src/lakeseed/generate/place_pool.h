// PlacePool: ZIP points of the United States, weighted by people.
//
// Law: city, state, county, zone, codes and coordinates come from one row of the
// vocabulary, so what belongs together stays together.
//
// Thread safety: immutable but for what is read late, by one thread.

#pragma once

#include <arrow/result.h>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "lakeseed/base/alias_table.h"
#include "lakeseed/base/late_value.h"
#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/category_pool.h"
#include "lakeseed/generate/held_pools.h"

namespace lakeseed {

class PlacePool {
 public:
  /// What kinds of texts a ZIP has one of.
  enum class Kind { kZip, kCity, kState, kStateName, kCounty, kTimeZone, kRegion };
  static constexpr size_t kNumKinds = 7;

  struct Texts {
    CategoryPool pool;
    std::vector<int32_t> code_of;  ///< By ZIP.
  };
  /// Area codes of ZIP i: list[begins[i] .. begins[i + 1]).
  struct AreaCodes {
    CategoryPool pool;
    std::vector<int32_t> begins{0}, list;
  };
  struct Points {
    std::vector<double> latitudes, longitudes;
    /// Degrees of longitude as long as one of latitude.
    std::vector<double> longitude_scales;
  };

  /// The table us_places; `by_people` weighs ZIPs by population, else all are alike.
  /// Read once for all who hold it at the same time.
  static HeldPoolPtr<PlacePool> Hold(bool by_people);

  /// Picks a ZIP.
  const AliasTable& law() const { return law_; }
  /// By ZIP, read when they are asked for first, as few kinds are used in most tables.
  arrow::Result<const Texts*> TextsOf(Kind kind) const;
  arrow::Result<const AreaCodes*> area_codes() const;
  arrow::Result<const Points*> points() const;

 private:
  static arrow::Result<PlacePool> Read(bool by_people);
  arrow::Result<Texts> ReadTexts(Kind kind) const;
  arrow::Result<AreaCodes> ReadAreaCodes() const;
  arrow::Result<Points> ReadPoints() const;

  std::shared_ptr<const VocabularyTable> table_;
  AliasTable law_;
  std::array<LateValue<Texts>, kNumKinds> texts_;
  LateValue<AreaCodes> area_codes_;
  LateValue<Points> points_;
};

}  // namespace lakeseed
