#include "lakeseed/plan/living_counts.h"

#include <utility>

#include "lakeseed/generate/fanout.h"
#include "lakeseed/generate/population.h"

namespace lakeseed {

LivingCounts::LivingCounts(const BoundDataset& dataset, const BoundTable& root,
                           int32_t last_day, std::span<const BoundTable* const> tables) {
  const Population& population = *root.rows->population();
  const int64_t ever = population.Ever(last_day);
  deaths_.resize(static_cast<size_t>(ever));
  population.DeathsOf(Rows(RowRange{0, ever}), deaths_.data());
  for (const BoundTable* table : tables) {
    std::vector<const BoundTable*> path;
    for (const BoundTable* at = table; at->parent >= 0; at = &dataset.table(at->parent)) {
      path.insert(path.begin(), at);
    }
    if (path.empty()) continue;
    Rows parents(RowRange{0, ever + 1});
    std::vector<int64_t> first;
    for (const BoundTable* at : path) {
      first.resize(static_cast<size_t>(ever) + 1);
      at->rows->fanout()->FirstChildrenOf(parents, first.data());
      parents = Rows(first);
    }
    first_child_[table->index] = std::move(first);
  }
}

int64_t LivingCounts::Count(const BoundTable& table, RowRange ids, int32_t day) const {
  const auto found = first_child_.find(table.index);
  int64_t count = 0;
  for (int64_t id = ids.begin; id < ids.end; ++id) {
    const auto i = static_cast<size_t>(id);
    if (deaths_[i] <= day) continue;
    count += found == first_child_.end() ? 1 : found->second[i + 1] - found->second[i];
  }
  return count;
}

}  // namespace lakeseed
