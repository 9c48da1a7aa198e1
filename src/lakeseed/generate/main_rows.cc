#include "lakeseed/generate/main_rows.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

#include "lakeseed/base/status.h"
#include "lakeseed/generate/child_count.h"

namespace lakeseed {
namespace {

/// Parents that `rows` children need, and the children that they then have.
struct Need {
  int64_t parents = 0;
  int64_t children = 0;
};

arrow::Result<Need> NeedOf(const TableSpec& table, int64_t rows) {
  if (table.children->is_fact) return Need{rows, rows};
  ARROW_ASSIGN_OR_RAISE(
      const std::vector<int64_t> counts,
      ChildCountTable(table.children->count, table.name + ".per.count"));
  const auto size = static_cast<int64_t>(counts.size());
  const int64_t sum = std::accumulate(counts.begin(), counts.end(), int64_t{0});
  if (sum == 0 || rows > std::numeric_limits<int64_t>::max() / size - sum) {
    return SpecErrors(
        {{table.children->count.place, table.name + ".per.count",
          "has no children to count", std::nullopt, "let `main` be the parent"}});
  }
  const int64_t parents = (rows * size + sum - 1) / sum;
  const int64_t least = *std::min_element(counts.begin(), counts.end());
  return Need{parents, std::max(rows, least * parents)};
}

}  // namespace

arrow::Result<std::map<std::string, int64_t>> MainRows(const DatasetSpec& spec,
                                                       int64_t target) {
  const TableSpec* table = spec.FindTable(spec.main);
  std::map<std::string, int64_t> rows;
  int64_t needed = target;
  for (size_t step = 0; table != nullptr && table->children; ++step) {
    if (step > spec.tables.size()) break;  // A circle, which is refused elsewhere.
    ARROW_ASSIGN_OR_RAISE(const Need need, NeedOf(*table, needed));
    rows[table->name] = need.children;
    needed = need.parents;
    table = spec.FindTable(table->children->parent);
  }
  const bool counts_main = table != nullptr && table->events && table->events->is_main;
  if (rows.empty() || !counts_main) return std::map<std::string, int64_t>();
  rows[table->name] = needed;
  return rows;
}

}  // namespace lakeseed
