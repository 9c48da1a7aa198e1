// LocaleFacts: what a language and its country bring to people, addresses and numbers.
//
// The United States have tables of their own with far more in them (us_*), so en_US and
// US are no row here; they are valid names all the same.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <string>
#include <string_view>
#include <vector>

namespace lakeseed {

class Params;

inline constexpr std::string_view kAmericanLocale = "en_US", kAmericanCountry = "US";

/// A row of the table `locales`. Patterns are those of text_pattern.h.
struct LocaleFacts {
  std::string locale, country, country_name;
  std::string mr, ms;
  bool family_first = false;  ///< The family's name stands first.
  std::string line;           ///< "{street} {number}"
  std::string unit;           ///< The word before the number of a flat.
  std::string postal;
  std::vector<std::string> phones;     ///< Of any number.
  std::vector<std::string> fictional;  ///< Of those reserved for fiction; may be empty.
};

/// The row with that locale, or that country. `parameter` is what it is called.
/// \retval Invalid  no such row, with the nearest names and all of them
arrow::Result<LocaleFacts> FindLocale(const Params& params, std::string_view parameter,
                                      const std::string& locale);
arrow::Result<LocaleFacts> FindCountry(const Params& params, std::string_view parameter,
                                       const std::string& country);

}  // namespace lakeseed
