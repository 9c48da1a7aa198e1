#include "lakeseed/generate/main_rows.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "lakeseed/base/status.h"
#include "lakeseed/generate/child_count.h"

namespace lakeseed {
namespace {

/// One table on the way from the main table up to the events.
struct Step {
  const TableSpec* table;
  int64_t rows;   ///< That are wished for.
  int64_t least;  ///< Children of each parent.
};

/// Parents that `rows` children need; sets the least count of each.
arrow::Result<int64_t> ParentsOf(const TableSpec& table, int64_t rows,
                                 const Params::ConstantEvaluator& constant,
                                 int64_t* least) {
  *least = 1;
  if (table.children->is_fact) return rows;
  ARROW_ASSIGN_OR_RAISE(
      const ChildCounts counts,
      ChildCountsOf(table.children->count, table.name + ".per.count", constant));
  const MeanFraction mean = counts.mean;
  const double most = static_cast<double>(std::numeric_limits<int64_t>::max() / 2);
  if (static_cast<double>(rows) * static_cast<double>(mean.den) >=
      most * static_cast<double>(mean.num)) {
    return SpecErrors(
        {{table.children->count.place, table.name + ".per.count",
          "has no children to count", std::nullopt, "let `main` be the parent"}});
  }
  *least = *std::min_element(counts.table.begin(), counts.table.end());
  // The least number of parents that has so many children.
  const int64_t parents = MeanFraction{mean.den, mean.num}.Of(rows);
  return mean.Of(parents) < rows ? parents + 1 : parents;
}

}  // namespace

arrow::Result<std::map<std::string, int64_t>> MainRows(
    const DatasetSpec& spec, int64_t target, const Params::ConstantEvaluator& constant) {
  const TableSpec* table = spec.FindTable(spec.main);
  std::vector<Step> way;
  int64_t needed = target;
  while (table != nullptr && table->children && way.size() <= spec.tables.size()) {
    way.push_back({table, needed, 1});
    ARROW_ASSIGN_OR_RAISE(needed, ParentsOf(*table, needed, constant, &way.back().least));
    table = spec.FindTable(table->children->parent);
  }
  std::map<std::string, int64_t> rows;
  const bool counts_main = table != nullptr && table->events && table->events->is_main;
  if (way.empty() || !counts_main) return rows;
  rows[table->name] = needed;
  for (auto step = way.rbegin(); step != way.rend(); ++step) {
    const int64_t least = step->least * needed;
    // A fact has no choice.
    needed = step->table->children->is_fact ? needed : std::max(step->rows, least);
    rows[step->table->name] = needed;
  }
  return rows;
}

}  // namespace lakeseed
