// `incremental_config` and `temporal_patterns` of a dictionary: factors of days and
// hours, and what tables take from there when they state nothing.
//
// Thread safety: pure but for the tree and the list of errors.

#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "lakeseed/spec/field.h"

namespace lakeseed {

/// What a table takes from `incremental_config` when it states nothing itself.
struct DictionaryDays {
  std::optional<Field> config;     ///< `incremental_config`, if there is a sound one.
  std::vector<SpecNode> holidays;  ///< holiday_dates that are none by the calendar.

  std::optional<Field> Find(std::string_view key) const {
    return config ? Child(*config, key) : std::nullopt;
  }
};

/// Put the dataset's factors into `tree`; returns what is left to the tables.
DictionaryDays ApplyDictionaryDays(const Field& root, SpecNode* tree);

/// All factors of weekdays, months and named holidays as 1, in `seasons`.
void ClearSeasons(SpecNode* seasons, const Place& place);

}  // namespace lakeseed
