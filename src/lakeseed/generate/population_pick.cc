// Picking members by popularity, a block of rows of one day at a time.

#include <algorithm>
#include <numeric>
#include <span>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/base/zipf.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/pick_tables.h"
#include "lakeseed/generate/picked_members.h"
#include "lakeseed/generate/population.h"

namespace lakeseed {

namespace {

/// So few that all a block works on stays in the first cache.
constexpr int64_t kBlock = 256;
/// Members whose ids are found together.
constexpr int64_t kTogether = OpenPicks::kMost;
/// The ids of so many members are not all in a cache: they are fetched so far ahead.
constexpr int64_t kMany = int64_t{1} << 16, kAhead = 200;
/// So few are picked anew here and there: their standings are not noted down.
constexpr int64_t kFew = 1024;

LAKESEED_KERNEL(bool, AnyDescends, (const int32_t* days, int64_t size), (days, size)) {
  int32_t descends = 0;
  for (int64_t i = 1; i < size; ++i) descends |= days[i] < days[i - 1] ? 1 : 0;
  return descends != 0;
}

// Working space of one block.
struct PickBlock {
  double low[kBlock], high[kBlock], shift[kBlock];
  int64_t alive[kBlock];
};

// Cohort of each row by its living mass, then its standing by the shifted Zipf law.
void PickStandings(const PickTable& table, const Key& key, double s, const int64_t* rows,
                   const double* shares, int64_t count, int32_t* cohorts,
                   int64_t* standings) {
  PickBlock block;
  for (int64_t first = 0; first < count; first += kBlock) {
    const int64_t size = std::min(kBlock, count - first);
    table.FindOf(shares + first, size, cohorts + first);
    for (int64_t i = 0; i < size; ++i) {
      const PickTable::Cohort& of =
          table.cohorts[static_cast<size_t>(cohorts[first + i])];
      block.low[i] = of.low;
      block.high[i] = of.high;
      block.shift[i] = of.shift;
      block.alive[i] = of.alive;
    }
    ZipfExactOf(key, s, std::span(rows + first, static_cast<size_t>(size)), block.low,
                block.high, block.shift, block.alive, standings + first);
  }
}

}  // namespace

void Population::PickOf(const Key& key, const Rows& rows, const int32_t* days,
                        const PickLaw& law, int64_t* out) const {
  const int64_t size = rows.length();
  if (AnyDescends(days, size)) {
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
  PickedMembers* known = size < kFew ? nullptr : &PickedMembers::Of(number_);
  if (known != nullptr && !known->Begin()) known = nullptr;
  for (int64_t begin = 0; begin < size;) {
    const int64_t end = std::upper_bound(days + begin, days + size, days[begin]) - days;
    PickOnDay(key, rows.Slice(begin, end), days[begin], law, known, out + begin);
    begin = end;
  }
}

void Population::PickOnDay(const Key& key, const Rows& rows, int32_t day,
                           const PickLaw& law, PickedMembers* known, int64_t* out) const {
  const int64_t size = rows.length();
  if (law.s == 0) return PickUniform(key, rows, day, law, out);
  const std::shared_ptr<const PickTable> table = picks_->Get(day, law);
  if (table->last < 0) {
    std::fill_n(out, size, -1);
    return;
  }
  const Key shares = key.Sub(1);
  OpenPicks open;
  int32_t cohorts[kTogether];
  int64_t standings[kTogether];
  for (int64_t begin = 0; begin < size; begin += kTogether) {
    const int64_t count = std::min(kTogether, size - begin);
    int64_t* const picked = out + begin;
    table->founders.Of(key, shares, rows, begin, count, picked, &open);
    PickStandings(*table, key, law.s, open.rows, open.shares, open.count, cohorts,
                  standings);
    const std::span of(cohorts, static_cast<size_t>(open.count));
    if (open.count == count) {  // Founders were not picked apart.
      IdsOf(of, standings, picked);
      if (known != nullptr) known->Add({picked, of.size()}, cohorts, standings);
      continue;
    }
    FoundersOf(picked, count);
    IdsOf(of, standings, standings);
    for (int64_t j = 0; j < open.count; ++j) picked[open.places[j]] = standings[j];
  }
}

void Population::FoundersOf(int64_t* standings, int64_t count) const {
  const int32_t* const members = members_.Ids(count);
  if (members == nullptr) return standings_[0].InverseOf(standings, count, standings);
  // One by one more of them are on their way together than if they were gathered.
  int64_t i = 0;
  for (; start_.total() > kMany && i + kAhead < count; ++i) {
    __builtin_prefetch(members + standings[i + kAhead]);
    standings[i] = members[standings[i]];
  }
  for (; i < count; ++i) standings[i] = members[standings[i]];
}

void Population::PickUniform(const Key& key, const Rows& rows, int32_t day,
                             const PickLaw& law, int64_t* out) const {
  const std::shared_ptr<const PrefixIndex> table = law.alive ? Table(day) : nullptr;
  const int64_t count = law.alive ? table->total() : Ever(day);
  if (count == 0) {
    std::fill_n(out, rows.length(), -1);
    return;
  }
  for (int64_t i = 0; i < rows.length(); ++i) out[i] = Below(Cell(key, rows[i]), count);
  if (!law.alive) return;
  int32_t cohorts[kTogether];
  for (int64_t begin = 0; begin < rows.length(); begin += kTogether) {
    const int64_t size = std::min(kTogether, rows.length() - begin);
    table->FindOf(out + begin, size, cohorts);
    for (int64_t i = 0; i < size; ++i) out[begin + i] -= (*table)[cohorts[i]];
    IdsOf(std::span(cohorts, static_cast<size_t>(size)), out + begin, out + begin);
  }
}

int64_t Population::Pick(const Key& key, int64_t row, int32_t day,
                         const PickLaw& law) const {
  int64_t id = -1;
  PickOnDay(key, Rows(RowRange{row, row + 1}), day, law, nullptr, &id);
  return id;
}

}  // namespace lakeseed
