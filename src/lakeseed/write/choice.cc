#include "lakeseed/write/choice.h"

#include <fmt/ranges.h>

#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

/// Levenshtein distance.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

arrow::Status UnknownChoice(std::string_view what, std::string_view name,
                            std::span<const std::string_view> names) {
  std::string_view nearest;
  size_t best = std::max<size_t>(2, name.size() / 2) + 1;
  for (const std::string_view one : names) {
    const size_t distance = Distance(name, one);
    if (distance < best) {
      best = distance;
      nearest = one;
    }
  }
  std::string hint = nearest.empty() ? "" : fmt::format("did you mean `{}`? ", nearest);
  hint += fmt::format("valid are {}", fmt::join(names, ", "));
  return RequestError(fmt::format("unknown {}: {}", what, name), std::move(hint));
}

}  // namespace lakeseed
