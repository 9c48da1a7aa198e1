#include "lakeseed/base/suggest.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace lakeseed {
namespace {

char Folded(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  return c == '-' ? '_' : c;
}

template <typename Name>
std::string Nearest(std::string_view word, std::span<const Name> names) {
  std::string_view best;
  int smallest = std::max(1, static_cast<int>(word.size()) / 3) + 1;
  for (const Name& name : names) {
    const int distance = EditDistance(word, name);
    if (distance < smallest) {
      smallest = distance;
      best = name;
    }
  }
  return std::string(best);
}

template <typename Name>
std::string Hint(std::string_view word, std::span<const Name> names) {
  const std::string nearest = Nearest(word, names);
  return nearest.empty() ? "" : fmt::format("did you mean `{}`?", nearest);
}

}  // namespace

int EditDistance(std::string_view a, std::string_view b) {
  // Three rows of the table: a swap looks two rows back. Case and the choice of
  // hyphen or underscore do not count.
  std::vector<int> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool same = Folded(a[i - 1]) == Folded(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && Folded(a[i - 1]) == Folded(b[j - 2]) &&
          Folded(a[i - 2]) == Folded(b[j - 1])) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

std::string NearestName(std::string_view word, std::span<const std::string> names) {
  return Nearest(word, names);
}

std::string NearestName(std::string_view word, std::span<const std::string_view> names) {
  return Nearest(word, names);
}

std::string DidYouMean(std::string_view word, std::span<const std::string> names) {
  return Hint(word, names);
}

std::string DidYouMean(std::string_view word, std::span<const std::string_view> names) {
  return Hint(word, names);
}

}  // namespace lakeseed
