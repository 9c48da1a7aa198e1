// Suggest: the name someone meant, for the hints of errors.
//
// Thread safety: pure functions.

#pragma once

#include <span>
#include <string>
#include <string_view>

namespace lakeseed {

/// Number of insertions, deletions, replacements and swaps of neighbours that
/// turn one word into the other (Damerau-Levenshtein, each place edited once).
int EditDistance(std::string_view a, std::string_view b);

/// The nearest of the names, the first of equals; empty if none is within a third
/// of the word's length (at least 1) of it.
std::string NearestName(std::string_view word, std::span<const std::string> names);
std::string NearestName(std::string_view word, std::span<const std::string_view> names);

/// "did you mean `x`?" for the nearest name; empty without one.
std::string DidYouMean(std::string_view word, std::span<const std::string> names);
std::string DidYouMean(std::string_view word, std::span<const std::string_view> names);

}  // namespace lakeseed
