// Names of the streams that decide which rows exist.
//
// Law: a stream's key is (seed, law version, domain, table, "", purpose): the
// dataset's variant, the table's place in the file and the request are not in it.
//
// Thread safety: pure functions.

#pragma once

#include <string>
#include <string_view>

#include "lakeseed/base/key.h"

namespace lakeseed {

inline constexpr std::string_view kPopulationStream =
    "population";  ///< Standings, popularity.
inline constexpr std::string_view kFoundersStream =
    "founders";  ///< Founders' birth days.
inline constexpr std::string_view kChangeStream =
    "change";                                          ///< Who changes when, and what.
inline constexpr std::string_view kDayStream = "day";  ///< Noise of the days.
inline constexpr std::string_view kCountStream = "count";  ///< Rows of the days.
inline constexpr std::string_view kMatchStream = "match";  ///< Who is matched to whom.
inline constexpr std::string_view kArrivalStream = "arrival";  ///< Who is late.
inline constexpr std::string_view kHourStream = "hour";        ///< Instants inside a day.
inline constexpr std::string_view kFanoutStream = "fanout";    ///< Children per parent.

/// What every key of a dataset starts with.
struct StreamRoot {
  int64_t seed = 42;
  int law_version = 1;
  std::string domain;
};

/// Key of the stream `purpose` of the rows of `table`.
inline Key RowStream(const StreamRoot& root, std::string_view table,
                     std::string_view purpose) {
  return StreamKey(root.seed,
                   {std::to_string(root.law_version), root.domain, table, "", purpose});
}

/// Key of the values of a column.
inline Key ColumnStream(const StreamRoot& root, std::string_view table,
                        std::string_view column, std::string_view purpose) {
  return StreamKey(
      root.seed, {std::to_string(root.law_version), root.domain, table, column, purpose});
}

}  // namespace lakeseed
