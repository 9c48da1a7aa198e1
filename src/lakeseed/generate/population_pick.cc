// Picking members by popularity, a block of rows of one day at a time.

#include <algorithm>
#include <numeric>
#include <span>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/quick_zipf.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/base/zipf.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/pick_tables.h"
#include "lakeseed/generate/population.h"

namespace lakeseed {

namespace {

/// So few that all a block works on stays in the first cache.
constexpr int64_t kBlock = 256;
/// Members whose ids are found together.
constexpr int64_t kTogether = 16 * kBlock;

/// With a smaller share of the mass founders are picked as all cohorts are.
constexpr double kFewFounders = 0.25;

// Working space of one block.
struct PickBlock {
  double low[kBlock], high[kBlock], shift[kBlock];
  int64_t alive[kBlock];
};

// Rows that are picked for together: a row's share of the mass says its cohort.
struct Drawn {
  int64_t rows[kTogether];
  double shares[kTogether];
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

// standings[i] stays where the share is one of the founders, else becomes -1.
LAKESEED_KERNEL(void, KeepFounders,
                (const double* shares, int64_t count, double total, double until,
                 int64_t* standings),
                (shares, count, total, until, standings)) {
  for (int64_t i = 0; i < count; ++i) {
    standings[i] |= shares[i] * total < until ? 0 : -1;
  }
}

// Standings of 0 or more become ids.
LAKESEED_KERNEL(void, FoundersOf,
                (const int32_t* members, int64_t count, int64_t* standings),
                (members, count, standings)) {
  for (int64_t i = 0; i < count; ++i) {
    const int64_t none = standings[i] >> 63;
    standings[i] = members[standings[i] & ~none] | none;
  }
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
  const Key share_key = key.Sub(1);
  Drawn drawn;
  int32_t cohorts[kTogether], places[kTogether];
  int64_t standings[kTogether];
  for (int64_t begin = 0; begin < size; begin += kTogether) {
    const int64_t count = std::min(kTogether, size - begin);
    int64_t* const picked = out + begin;
    for (int64_t i = 0; i < count; ++i) drawn.rows[i] = rows[begin + i];
    UnitsOf(share_key, rows, begin, count, 0, drawn.shares);
    PickFounders(*table, key, law.s, drawn.rows, count, drawn.shares, picked);
    int64_t open = 0;
    for (int64_t i = 0; i < count; ++i) {
      places[open] = static_cast<int32_t>(i);
      drawn.rows[open] = drawn.rows[i];
      drawn.shares[open] = drawn.shares[i];
      open += picked[i] < 0 ? 1 : 0;
    }
    PickStandings(*table, key, law.s, drawn.rows, drawn.shares, open, cohorts, standings);
    IdsOf(std::span(cohorts, static_cast<size_t>(open)), standings, standings);
    for (int64_t j = 0; j < open; ++j) picked[places[j]] = standings[j];
  }
}

void Population::PickFounders(const PickTable& table, const Key& key, double s,
                              const int64_t* rows, int64_t count, const double* shares,
                              int64_t* out) const {
  const PickTable::Cohort& law = table.cohorts.front();
  const QuickZipf quick(s);
  if (table.until.front() < kFewFounders * table.total ||
      !quick.Reaches(law.alive, law.shift)) {
    std::fill_n(out, count, -1);
    return;
  }
  quick.Of(key, rows, count, {{law.low, law.high}, law.shift, law.alive}, out);
  KeepFounders(shares, count, table.total, table.until.front(), out);
  if (const int32_t* const members = members_.Ids(count)) {
    return FoundersOf(members, count, out);
  }
  int64_t standings[kTogether];
  for (int64_t i = 0; i < count; ++i) standings[i] = out[i] & ~(out[i] >> 63);
  standings_[0].InverseOf(standings, count, standings);
  for (int64_t i = 0; i < count; ++i) out[i] = standings[i] | out[i] >> 63;
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
  PickOnDay(key, Rows(RowRange{row, row + 1}), day, law, &id);
  return id;
}

}  // namespace lakeseed
