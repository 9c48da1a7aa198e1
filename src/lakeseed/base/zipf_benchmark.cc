#include <benchmark/benchmark.h>

#include <numeric>
#include <vector>

#include "lakeseed/base/bijection.h"
#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/zipf.h"

namespace lakeseed {
namespace {

constexpr int64_t kRows = 4096;
const Key kKey = StreamKey(1, {"benchmark"});

void PerRow(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * kRows);
}

void ExactBlock(benchmark::State& state) {
  const double s = static_cast<double>(state.range(0)) / 10.0;
  std::vector<int64_t> rows(kRows), n(kRows, 1000), k(kRows);
  std::iota(rows.begin(), rows.end(), 0);
  const ZipfEnds ends = ZipfEndsOf(1000, s, 1.0);
  const std::vector<double> low(kRows, ends.low), high(kRows, ends.high), v(kRows, 1.0);
  for (auto _ : state) {
    ZipfExactOf(kKey, s, rows, low.data(), high.data(), v.data(), n.data(), k.data());
    benchmark::DoNotOptimize(k.data());
  }
  PerRow(state);
}
BENCHMARK(ExactBlock)->Arg(10)->Arg(11);

void ExactScalar(benchmark::State& state) {
  for (auto _ : state) {
    for (int64_t row = 0; row < kRows; ++row) {
      benchmark::DoNotOptimize(ZipfExact(kKey, row, 1000, 1.1));
    }
  }
  PerRow(state);
}
BENCHMARK(ExactScalar);

void Fast(benchmark::State& state) {
  const FastZipf zipf(state.range(0), 1.1);
  std::vector<int64_t> k(kRows);
  for (auto _ : state) {
    zipf.Of(kKey, 0, kRows, k.data());
    benchmark::DoNotOptimize(k.data());
  }
  PerRow(state);
}
BENCHMARK(Fast)->Arg(64)->Arg(100'000);

void Normal(benchmark::State& state) {
  std::vector<double> p(kRows), x(kRows);
  for (int64_t i = 0; i < kRows; ++i) p[static_cast<size_t>(i)] = Unit(Cell(kKey, i));
  for (auto _ : state) {
    InverseNormalOf(p, x.data());
    benchmark::DoNotOptimize(x.data());
  }
  PerRow(state);
}
BENCHMARK(Normal);

void Logarithm(benchmark::State& state) {
  std::vector<double> p(kRows, 0.3), x(kRows);
  for (auto _ : state) {
    LogOf(p, x.data());
    benchmark::DoNotOptimize(x.data());
  }
  PerRow(state);
}
BENCHMARK(Logarithm);

void Exponential(benchmark::State& state) {
  std::vector<double> p(kRows, 0.3), x(kRows);
  for (auto _ : state) {
    ExpOf(p, x.data());
    benchmark::DoNotOptimize(x.data());
  }
  PerRow(state);
}
BENCHMARK(Exponential);

void Permutation(benchmark::State& state) {
  const Bijection pi(kKey, state.range(0));
  std::vector<int64_t> x(kRows), y(kRows);
  for (int64_t i = 0; i < kRows; ++i) x[static_cast<size_t>(i)] = i % pi.n();
  for (auto _ : state) {
    pi.InverseOf(x.data(), kRows, y.data());
    benchmark::DoNotOptimize(y.data());
  }
  PerRow(state);
}
BENCHMARK(Permutation)->Arg(1000)->Arg(1'000'000);

}  // namespace
}  // namespace lakeseed
