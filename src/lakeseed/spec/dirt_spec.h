// DirtSpec: cells of a table that are wrong on purpose, as the file says it.
//
// Thread safety: plain values.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/spec/node.h"

namespace lakeseed {

enum class DirtKind { kNull, kOrphan, kOutlier, kTypo };

/// As labels name it: "null", "orphan", "outlier", "typo".
std::string_view DirtName(DirtKind kind);

/// Some cells of one column.
struct CellDirt {
  std::string column;
  DirtKind kind = DirtKind::kNull;
  double share = 0;   ///< Of the rows, in [0, 1].
  double factor = 1;  ///< Of outliers: what values are multiplied by.
  Place place;
};

/// `dirt: {nulls: {phone: 2%}, outliers: {amount: {share: 1%, factor: 100}}}`.
struct DirtSpec {
  std::vector<CellDirt> cells;  ///< As stated; a column stands there once.

  const CellDirt* Find(std::string_view column) const;
};

/// Name of the generator whose values tell which cells of a row are dirty.
inline constexpr std::string_view kDirtLabels = "dirt_labels";
/// Purpose of the streams that decide on dirty cells.
inline constexpr std::string_view kDirtStream = "dirt";

}  // namespace lakeseed
