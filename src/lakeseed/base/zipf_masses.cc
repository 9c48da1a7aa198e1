// Masses and ends of many Zipf laws, side by side.

#include <algorithm>
#include <iterator>

#include "lakeseed/base/function.h"
#include "lakeseed/base/zipf.h"

namespace lakeseed {

namespace {

constexpr int64_t kHead = 16;
/// So few that all a block works on stays in the first cache.
constexpr size_t kBlock = 256;

double Real(int64_t x) { return static_cast<double>(x); }

// ZipfArea of x + v, the logarithms of which are given.
void AreasOf(double s, size_t count, double* logs) {
  if (internal::IsLogarithmic(s)) return;
  for (size_t i = 0; i < count; ++i) logs[i] = (1 - s) * logs[i];
  ExpOf({logs, count}, logs);
  for (size_t i = 0; i < count; ++i) logs[i] = (logs[i] - 1) / (1 - s);
}

// What Euler-Maclaurin takes of one end of the sum at x: the area up to it, and the
// powers of x + v.
struct SumEnd {
  double area[kBlock], powers[3][kBlock];
  static constexpr double kOrders[] = {0, 1, 3};

  // `logs` are of x + v.
  void Set(double s, size_t count, const double* logs) {
    std::copy_n(logs, count, area);
    AreasOf(s, count, area);
    for (size_t j = 0; j < std::size(kOrders); ++j) {
      for (size_t i = 0; i < count; ++i) powers[j][i] = (-s - kOrders[j]) * logs[i];
      ExpOf({powers[j], count}, powers[j]);
    }
  }
};

void MassesOfBlock(double s, std::span<const int64_t> n, const double* v,
                   double* masses) {
  const size_t count = n.size();
  double x[kBlock];
  std::fill_n(masses, count, 0.0);
  for (int64_t k = 0; k < kHead; ++k) {
    for (size_t i = 0; i < count; ++i) x[i] = Real(k) + v[i];
    PowerOf({x, count}, -s, x);
    for (size_t i = 0; i < count; ++i) {
      masses[i] += internal::Select(k < n[i], x[i], 0.0);
    }
  }
  SumEnd from, to;
  for (size_t i = 0; i < count; ++i) x[i] = Real(kHead) + v[i];
  LogOf({x, count}, x);
  from.Set(s, count, x);
  for (size_t i = 0; i < count; ++i) x[i] = Real(n[i]) + v[i];
  LogOf({x, count}, x);
  to.Set(s, count, x);
  for (size_t i = 0; i < count; ++i) {
    const auto step = [&](size_t j) { return to.powers[j][i] - from.powers[j][i]; };
    const double tail = (to.area[i] - from.area[i]) - step(0) / 2 - s * step(1) / 12 +
                        s * (s + 1) * (s + 2) * step(2) / 720;
    masses[i] = internal::Select(n[i] > kHead, masses[i] + tail, masses[i]);
  }
}

}  // namespace

double ZipfMass(int64_t n, double s, double v) {
  double mass;
  ZipfMassesOf(s, std::span(&n, 1), &v, &mass);
  return mass;
}

void ZipfMassesOf(double s, std::span<const int64_t> n, const double* v, double* masses) {
  for (size_t first = 0; first < n.size(); first += kBlock) {
    const size_t count = std::min(kBlock, n.size() - first);
    MassesOfBlock(s, n.subspan(first, count), v + first, masses + first);
  }
}

void ZipfEndsOf(double s, std::span<const int64_t> n, const double* v, ZipfEnds* ends) {
  double low[kBlock], high[kBlock], first_mass[kBlock];
  for (size_t first = 0; first < n.size(); first += kBlock) {
    const size_t count = std::min(kBlock, n.size() - first);
    for (size_t i = 0; i < count; ++i) {
      low[i] = 0.5 + v[first + i];
      high[i] = Real(n[first + i]) - 0.5 + v[first + i];
    }
    LogOf({low, count}, low);
    LogOf({high, count}, high);
    AreasOf(s, count, low);
    AreasOf(s, count, high);
    PowerOf({v + first, count}, -s, first_mass);
    for (size_t i = 0; i < count; ++i) {
      ends[first + i] = {low[i] - first_mass[i], high[i]};
    }
  }
}

}  // namespace lakeseed
