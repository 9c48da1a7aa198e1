// What the files say of late rows: on which day each happened.
//
// Thread safety: plain values and pure functions.

#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lakeseed/base/time_zone.h"
#include "lakeseed/validate/dataset_files.h"

namespace lakeseed {

/// How late the rows of a table may be; empty: each arrives on its day.
const std::vector<LateShare>& LateOf(const DatasetSpec& dataset, const TableSpec& table);
/// Days between event and arrival of its latest rows; 0: each arrives on its day.
int32_t LongestLag(const DatasetSpec& dataset, const TableSpec& table);

/// A column that tells on which day a row happened: that day, or its instant.
struct EventColumn {
  std::string name;
  bool is_time = false;
  TimeZone zone;

  /// Days since 1970-01-01; kNoDay for nulls. REQUIRES: a column of dates or instants.
  std::vector<int32_t> DaysOf(const arrow::Array& cells) const;
  static constexpr int32_t kNoDay = INT32_MIN;
};

/// Of a table of events or of one below it; nullopt: none of its columns tells.
std::optional<EventColumn> EventColumnOf(const DatasetSpec& dataset,
                                         const TableSpec& table);

/// The greatest key up to which all rows of a late table have arrived in its files.
int64_t LastArrivedKey(const TableFiles& files, const std::string& key, int32_t longest);

}  // namespace lakeseed
