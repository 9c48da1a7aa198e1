#include "lakeseed/plan/living_counts.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "lakeseed/generate/fanout.h"
#include "lakeseed/generate/population.h"
#include "lakeseed/plan/split.h"

namespace lakeseed {
namespace {

constexpr int64_t kBlock = 65'536;

/// Tables from below the root down to `table`.
std::vector<const BoundTable*> PathTo(const BoundDataset& dataset,
                                      const BoundTable& table) {
  std::vector<const BoundTable*> path;
  for (const BoundTable* at = &table; at->parent >= 0; at = &dataset.table(at->parent)) {
    path.insert(path.begin(), at);
  }
  return path;
}

/// Rows of a table before each of members [begin, end], the last included.
std::vector<int64_t> RowsBefore(const std::vector<const BoundTable*>& path,
                                RowRange members) {
  std::vector<int64_t> rows(static_cast<size_t>(members.length()) + 1);
  std::iota(rows.begin(), rows.end(), members.begin);
  for (const BoundTable* table : path) {
    const Rows parents(std::vector<int64_t>(rows.begin(), rows.end()));
    table->rows->fanout()->FirstChildrenOf(parents, rows.data());
  }
  return rows;
}

}  // namespace

void LivingCounts::CountDay(const BoundDataset& dataset, const BoundTable& root,
                            int32_t day, int64_t members_per_range,
                            std::span<const BoundTable* const> tables) {
  const Population& population = *root.rows->population();
  const int64_t ever = population.Ever(day);
  for (int64_t begin = 0; begin < ever; begin += members_per_range) {
    const std::vector<int64_t> living =
        population.LivingAmong({begin, std::min(begin + members_per_range, ever)}, day);
    for (const BoundTable* table : tables) {
      one_day_[table->index].push_back(CountUnder(dataset, *table, living));
    }
  }
}

LivingCounts::LivingCounts(const BoundDataset& dataset, const BoundTable& root,
                           DaySpan span, int64_t members_per_range,
                           std::span<const BoundTable* const> tables) {
  if (span.first == span.last) {
    CountDay(dataset, root, span.last, members_per_range, tables);
    return;
  }
  const int32_t last_day = span.last;
  const Population& population = *root.rows->population();
  const int64_t ever = population.Ever(last_day);
  const auto ranges =
      static_cast<size_t>(std::max<int64_t>(1, (ever - 1) / members_per_range + 1));
  const auto days = static_cast<size_t>(last_day) + 2;
  std::vector<int32_t> births(kBlock), deaths(kBlock);
  for (const BoundTable* table : tables) {
    Flow& flow = flows_[table->index];
    flow.born.assign(ranges, std::vector<int64_t>(days));
    flow.gone = flow.born;
    const auto path = PathTo(dataset, *table);
    for (int64_t begin = 0; begin < ever; begin += kBlock) {
      const RowRange block{begin, std::min(begin + kBlock, ever)};
      population.CohortsOf(Rows(block), births.data());
      population.DeathsOf(Rows(block), deaths.data());
      const std::vector<int64_t> rows = RowsBefore(path, block);
      for (int64_t id = block.begin; id < block.end; ++id) {
        const auto i = static_cast<size_t>(id - block.begin);
        const auto range = static_cast<size_t>(id / members_per_range);
        const int64_t count = rows[i + 1] - rows[i];
        flow.born[range][static_cast<size_t>(births[i])] += count;
        if (deaths[i] <= last_day) {
          flow.gone[range][static_cast<size_t>(deaths[i]) + 1] += count;
        }
      }
    }
    for (auto* side : {&flow.born, &flow.gone}) {
      for (auto& sums : *side) std::partial_sum(sums.begin(), sums.end(), sums.begin());
    }
  }
}

int64_t LivingCounts::Count(const BoundTable& table, int64_t range, int32_t day) const {
  if (!one_day_.empty()) return one_day_.at(table.index)[static_cast<size_t>(range)];
  const Flow& flow = flows_.at(table.index);
  const auto r = static_cast<size_t>(range);
  const auto d = static_cast<size_t>(day) + 1;
  return flow.born[r][d] - flow.gone[r][d];
}

}  // namespace lakeseed
