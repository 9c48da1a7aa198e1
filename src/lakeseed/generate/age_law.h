// AgeLaw: ages in years, drawn by a normal law, evenly, or by the age bands of a profile.
//
// Law: an age is x + f with x completed years and f in [0, 1) the part of the
// next; x is in [min, max]. A normal law holds for the completed years (rounded),
// truncated to [min, max], never clamped.
//
// Method: any law is bands of years with a share each, even inside; one alias pick.
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>

#include <array>
#include <cstdint>
#include <vector>

#include "lakeseed/base/alias_table.h"
#include "lakeseed/base/key.h"
#include "lakeseed/generate/rows.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {

/// Oldest age that can be asked for, in completed years.
inline constexpr int32_t kOldestAge = 120;

/// Share of women by completed years.
std::array<double, kOldestAge + 1> FemaleShares();

class AgeLaw {
 public:
  /// Read the parameter `age` of `params`: {normal: {mean, stddev, min, max}},
  /// {uniform: {min, max}} or the name of a profile of the table age_pyramid.
  static arrow::Result<AgeLaw> Read(Params& params);

  /// Write one age for each row.
  void AgesOf(const Key& key, const Rows& rows, double* ages) const;

  int32_t min() const { return min_; }  ///< Youngest, in completed years.
  int32_t max() const { return max_; }  ///< Oldest, in completed years.

 private:
  static arrow::Result<AgeLaw> Normal(Params& params);
  static arrow::Result<AgeLaw> Uniform(Params& params);
  static arrow::Result<AgeLaw> Profile(const Params& params, const std::string& name);
  arrow::Status ReadRange(Params& params);

  void AddBand(int64_t start, int64_t width, double share);
  arrow::Status Finish();

  int32_t min_ = 18, max_ = 95;
  std::vector<double> starts_, widths_, shares_;  ///< Bands, even inside.
  AliasTable law_;
};

}  // namespace lakeseed
