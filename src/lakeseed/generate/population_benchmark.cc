// Cost of picks: 100,000 founders and 700 cohorts, dense and sparse days.

#include <benchmark/benchmark.h>

#include <numeric>

#include "lakeseed/generate/changes.h"
#include "lakeseed/generate/population.h"

namespace lakeseed {
namespace {

constexpr int32_t kDays = 1200, kDay = 699;

const Population& Customers() {
  static const Population population(
      PopulationOptions{
          .key = StreamKey(42, {"customers"}), .founders = 100'000, .churn = 0.001},
      *DayIndex::OfRate(*DayWeights(19358, kDays, {.growth = 0.001}), 200,
                        kNeutralWeight));
  return population;
}

void Pick(benchmark::State& state, const PickLaw& law) {
  const Population& population = Customers();
  constexpr int64_t kRows = 16384;
  const std::vector<int32_t> days(kRows, kDay);
  std::vector<int64_t> out(kRows);
  int64_t row = 0;
  for (auto _ : state) {
    population.PickOf({1, 2}, Rows(RowRange{row, row + kRows}), days.data(), law,
                      out.data());
    row += kRows;
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}

void PickDense(benchmark::State& state) { Pick(state, {.s = 0.65}); }
void PickDenseOffset(benchmark::State& state) { Pick(state, {.s = 0.87, .offset = 20}); }
void PickUniform(benchmark::State& state) { Pick(state, {}); }

// Every day has 100 rows: a table a day.
void PickSparseDays(benchmark::State& state) {
  const Population& population = Customers();
  constexpr int64_t kRows = 100;
  std::vector<int64_t> out(kRows);
  int32_t day = 0;
  for (auto _ : state) {
    const std::vector<int32_t> days(kRows, day);
    population.PickOf({1, 2}, Rows(RowRange{day * kRows, (day + 1) * kRows}), days.data(),
                      {.s = 0.65}, out.data());
    day = (day + 1) % kDay;
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}

void Versions(benchmark::State& state) {
  const Population& population = Customers();
  static const Changes changes({3, 4}, population, 91, 0.3);
  constexpr int64_t kRows = 16384;
  const std::vector<int32_t> days(kRows, kDay);
  std::vector<int64_t> ids(kRows);
  population.PickOf({1, 2}, Rows(RowRange{0, kRows}), days.data(), {.s = 0.65},
                    ids.data());
  const Rows rows(ids);
  std::vector<int32_t> out(kRows);
  for (auto _ : state) {
    changes.VersionsOf(rows, days.data(), out.data());
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}

BENCHMARK(PickDense);
BENCHMARK(PickDenseOffset);
BENCHMARK(PickUniform);
BENCHMARK(PickSparseDays);
BENCHMARK(Versions);

}  // namespace
}  // namespace lakeseed
