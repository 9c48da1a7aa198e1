// PriceGrid: snaps a drawn price to the prices that shops ask.
//
// Law: below 10 and up to 50, whole dollars and an ending; from 50 on, steps of 5,
// 10 (35 %: 50) and 50 dollars, just below which or from which the ending lies.
// A price is at least 0.25.
//
// Endings by profile: the table price_endings; nines dominate (Levy et al. 2011,
// Schindler & Kirby 1997).
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/base/alias_table.h"
#include "lakeseed/base/key.h"

namespace lakeseed {

class PriceGrid {
 public:
  /// Read the table price_endings.
  static arrow::Result<PriceGrid> Read();

  /// Number of the profile of that name.
  /// \retval Invalid  no such profile.
  arrow::Result<int32_t> FindProfile(std::string_view name) const;

  /// Price in cents near `dollars`; `cell` is that of (key, row). REQUIRES: dollars > 0.
  int64_t Snap(double dollars, int32_t profile, const Key& key, int64_t row,
               uint64_t cell) const;

 private:
  struct Profile {
    std::string name;
    std::vector<int32_t> cents;
    AliasTable law;
  };
  std::vector<Profile> profiles_;
};

}  // namespace lakeseed
