// Partition dialect: what a table format makes of the terms of `--partition-by`.
//
// Thread safety: plain values.

#pragma once

#include "lakeseed/base/partition.h"

namespace lakeseed {

/// Unless a format says otherwise: columns, as Hive and Spark have them.
struct PartitionDialect {
  PartitionStyle style = PartitionStyle::kHive;
  /// Months, days and hours are counted since 1970.
  bool counts_since_epoch = false;
  bool has_truncate = false;
  bool has_yearmonth = true;

  /// Partitions are no columns, and follow from the columns' values in UTC.
  bool is_hidden() const { return style != PartitionStyle::kHive; }
};

}  // namespace lakeseed
