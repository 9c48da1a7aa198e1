// Picking members by popularity, a block of rows of one day at a time.

#include <algorithm>
#include <numeric>
#include <span>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/zipf.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/permutation_cache.h"
#include "lakeseed/generate/pick_tables.h"
#include "lakeseed/generate/population.h"

namespace lakeseed {

namespace {

constexpr int64_t kBlock = kBlockRows;

// Working space of one block.
struct PickBlock {
  int64_t rows[kBlock];
  double mass[kBlock];
  int32_t cohort[kBlock];
  double low[kBlock], high[kBlock], shift[kBlock];
  int64_t alive[kBlock], standing[kBlock];
};

// Cohort of each row by its living mass, then its standing by the shifted Zipf law.
void PickStandings(const PickTable& table, const Key& key, double s, const Rows& rows,
                   int64_t begin, int64_t count, PickBlock* block) {
  const double total = table.until.back();
  UnitsOf(key.Sub(1), rows, begin, count, 0, block->mass);
  for (int64_t i = 0; i < count; ++i) {
    block->rows[i] = rows[begin + i];
    const int32_t cohort = table.Find(block->mass[i] * total);
    const PickTable::Cohort& of = table.cohorts[static_cast<size_t>(cohort)];
    block->cohort[i] = cohort;
    block->low[i] = of.low;
    block->high[i] = of.high;
    block->shift[i] = of.shift;
    block->alive[i] = of.alive;
  }
  ZipfExactOf(key, s, std::span(block->rows, static_cast<size_t>(count)), block->low,
              block->high, block->shift, block->alive, block->standing);
}

}  // namespace

void Population::PickOf(const Key& key, const Rows& rows, const int32_t* days,
                        const PickLaw& law, int64_t* out) const {
  const int64_t size = rows.length();
  if (!std::is_sorted(days, days + size)) {
    // Each day's tables once, then back to the order asked for.
    std::vector<int64_t> order(static_cast<size_t>(size));
    std::iota(order.begin(), order.end(), int64_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](int64_t i, int64_t j) { return days[i] < days[j]; });
    std::vector<int64_t> numbers(order.size()), picked(order.size());
    std::vector<int32_t> sorted_days(order.size());
    for (size_t i = 0; i < order.size(); ++i) {
      numbers[i] = rows[order[i]];
      sorted_days[i] = days[order[i]];
    }
    PickOf(key, Rows(std::move(numbers)), sorted_days.data(), law, picked.data());
    for (size_t i = 0; i < order.size(); ++i) out[order[i]] = picked[i];
    return;
  }
  for (int64_t begin = 0; begin < size;) {
    const int64_t end = std::upper_bound(days + begin, days + size, days[begin]) - days;
    PickOnDay(key, rows.Slice(begin, end), days[begin], law, out + begin);
    begin = end;
  }
}

void Population::PickOnDay(const Key& key, const Rows& rows, int32_t day,
                           const PickLaw& law, int64_t* out) const {
  const int64_t size = rows.length();
  if (law.s == 0) return PickUniform(key, rows, day, law, out);
  const std::shared_ptr<const PickTable> table = picks_->Get(day, law);
  if (table->last < 0) {
    std::fill_n(out, size, -1);
    return;
  }
  PickBlock block;
  for (int64_t begin = 0; begin < size; begin += kBlock) {
    const int64_t count = std::min(kBlock, size - begin);
    PickStandings(*table, key, law.s, rows, begin, count, &block);
    permutations_->InverseOf(block.cohort, block.standing, count, out + begin);
    for (int64_t i = 0; i < count; ++i) out[begin + i] += start_[block.cohort[i]];
  }
}

void Population::PickUniform(const Key& key, const Rows& rows, int32_t day,
                             const PickLaw& law, int64_t* out) const {
  const std::shared_ptr<const PrefixIndex> table = law.alive ? Table(day) : nullptr;
  const int64_t count = law.alive ? table->total() : Ever(day);
  for (int64_t i = 0; i < rows.length(); ++i) {
    if (count == 0) {
      out[i] = -1;
      continue;
    }
    out[i] = Below(Cell(key, rows[i]), count);
    if (!law.alive) continue;
    const int32_t c = table->Find(out[i]);
    out[i] = IdOf(c, out[i] - (*table)[c]);
  }
}

int64_t Population::Pick(const Key& key, int64_t row, int32_t day,
                         const PickLaw& law) const {
  int64_t id = -1;
  PickOnDay(key, Rows(RowRange{row, row + 1}), day, law, &id);
  return id;
}

}  // namespace lakeseed
