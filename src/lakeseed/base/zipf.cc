#include "lakeseed/base/zipf.h"

#include <algorithm>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/quick_zipf.h"
#include "lakeseed/base/simd_level.h"

namespace lakeseed {

namespace internal {

template <bool kLogarithmic>
inline double AreaOf(double x, double s, double v) {
  const double y = Log(x + v);
  if constexpr (kLogarithmic) return y;
  return (Exp((1 - s) * y) - 1) / (1 - s);
}

template <bool kLogarithmic>
inline double PositionOf(double area, double s, double v) {
  if constexpr (kLogarithmic) return Exp(area) - v;
  const double base = 1 + (1 - s) * area;
  return Power(Select(base > 1e-300, base, 1e-300), 1 / (1 - s)) - v;
}

// What one try of rejection-inversion gives: k, and whether it stands.
struct Try {
  double k;
  bool accepted;
};

template <bool kLogarithmic>
inline Try TryOnce(uint64_t cell, double s, double low, double high, double v, double n) {
  const double unit = (FromInteger(cell >> 12) + 0.5) * 0x1p-52;
  const double u = high + unit * (low - high);
  // Clipped before it is floored: the same, as both bounds are integers.
  double k = PositionOf<kLogarithmic>(u, s, v) + 0.5;
  k = Select(k < 0.0, 0.0, k);
  k = Select(k > n - 1, n - 1, k);
  k = Floor(k);
  const double limit = AreaOf<kLogarithmic>(k + 0.5, s, v) - Power(k + v, -s);
  return {k, u >= limit || n == 1.0};
}

// Rows [0, count): out = k, or -1 where it was rejected.
template <bool kLogarithmic>
[[gnu::always_inline]] inline void TryBlock(const Key& key, double s, int64_t draw,
                                            const int64_t* rows, int64_t count,
                                            const double* low, const double* high,
                                            const double* v, const int64_t* n,
                                            int64_t* out) {
  for (int64_t i = 0; i < count; ++i) {
    const Try one = TryOnce<kLogarithmic>(Cell(key, rows[i], draw), s, low[i], high[i],
                                          v[i], FromInteger(static_cast<uint64_t>(n[i])));
    out[i] = ToInteger(one.k) | (one.accepted ? 0 : -1);
  }
}

LAKESEED_KERNEL(void, TryPowerBlock,
                (const Key& key, double s, const int64_t* rows, int64_t count,
                 const double* low, const double* high, const double* v, const int64_t* n,
                 int64_t* out),
                (key, s, rows, count, low, high, v, n, out)) {
  TryBlock<false>(key, s, 0, rows, count, low, high, v, n, out);
}

LAKESEED_KERNEL(void, TryLogarithmBlock,
                (const Key& key, double s, const int64_t* rows, int64_t count,
                 const double* low, const double* high, const double* v, const int64_t* n,
                 int64_t* out),
                (key, s, rows, count, low, high, v, n, out)) {
  TryBlock<true>(key, s, 0, rows, count, low, high, v, n, out);
}

// Ranks of the tail: the area between low and high, inverted at a uniform place.
template <bool kLogarithmic>
inline double TailOf(uint64_t cell, double s, double low, double high, double first,
                     double last) {
  const double unit = (FromInteger(cell >> 12) + 0.5) * 0x1p-52;
  double k = PositionOf<kLogarithmic>(low + unit * (high - low), s, 1.0) + 0.5;
  k = Select(k < first, first, k);
  k = Select(k > last, last, k);
  return Floor(k);
}

LAKESEED_KERNEL(void, TailPowerBlock,
                (const Key& key, const int64_t* rows, int64_t count, double s, double low,
                 double high, double first, double last, int64_t* out),
                (key, rows, count, s, low, high, first, last, out)) {
  for (int64_t i = 0; i < count; ++i) {
    out[i] = ToInteger(TailOf<false>(Cell(key, rows[i], 1), s, low, high, first, last));
  }
}

LAKESEED_KERNEL(void, TailLogarithmBlock,
                (const Key& key, const int64_t* rows, int64_t count, double s, double low,
                 double high, double first, double last, int64_t* out),
                (key, rows, count, s, low, high, first, last, out)) {
  for (int64_t i = 0; i < count; ++i) {
    out[i] = ToInteger(TailOf<true>(Cell(key, rows[i], 1), s, low, high, first, last));
  }
}

}  // namespace internal

namespace {

constexpr int64_t kTries = 64;
constexpr int64_t kFastHead = 64;
constexpr int64_t kBlock = 1024;

double Real(int64_t x) { return static_cast<double>(x); }

// Tries [first, kTries) of one row.
int64_t ExactFrom(int64_t first, const Key& key, int64_t row, int64_t n, double s,
                  double v, const ZipfEnds& ends) {
  const bool logarithmic = internal::IsLogarithmic(s);
  for (int64_t draw = first; draw < kTries; ++draw) {
    const uint64_t cell = Cell(key, row, draw);
    const internal::Try one =
        logarithmic ? internal::TryOnce<true>(cell, s, ends.low, ends.high, v, Real(n))
                    : internal::TryOnce<false>(cell, s, ends.low, ends.high, v, Real(n));
    if (one.accepted) return internal::ToInteger(one.k);
  }
  return 0;
}

/// Rows of a block and their laws.
struct BlockOfLaws {
  const int64_t* rows;
  const double *low, *high, *v;
  const int64_t* n;
  int64_t count;

  void Try(const Key& key, double s, int64_t* out) const {
    const auto test = internal::IsLogarithmic(s) ? &internal::TryLogarithmBlock
                                                 : &internal::TryPowerBlock;
    test(key, s, rows, count, low, high, v, n, out);
  }

  // The later tries of a row whose first one was rejected.
  int64_t TryOn(const Key& key, double s, int64_t i) const {
    return ExactFrom(1, key, rows[i], n[i], s, v[i], {low[i], high[i]});
  }
};

// The exact test of what the squeeze left open, side by side.
void TryUndecided(const Key& key, double s, const BlockOfLaws& block,
                  const uint8_t* is_open, int64_t* out) {
  int64_t place[kBlock], rows[kBlock], n[kBlock], k[kBlock];
  double low[kBlock], high[kBlock], v[kBlock];
  int64_t open = 0;
  for (int64_t i = 0; i < block.count; ++i) {
    place[open] = i;
    open += is_open[i];
  }
  if (open == 0) return;
  for (int64_t j = 0; j < open; ++j) {
    const int64_t i = place[j];
    rows[j] = block.rows[i];
    low[j] = block.low[i];
    high[j] = block.high[i];
    v[j] = block.v[i];
    n[j] = block.n[i];
  }
  BlockOfLaws{rows, low, high, v, n, open}.Try(key, s, k);
  for (int64_t j = 0; j < open; ++j) {
    out[place[j]] = k[j] >= 0 ? k[j] : block.TryOn(key, s, place[j]);
  }
}

}  // namespace

double ZipfArea(double x, double s, double v) {
  return internal::IsLogarithmic(s) ? internal::AreaOf<true>(x, s, v)
                                    : internal::AreaOf<false>(x, s, v);
}

double ZipfPosition(double area, double s, double v) {
  return internal::IsLogarithmic(s) ? internal::PositionOf<true>(area, s, v)
                                    : internal::PositionOf<false>(area, s, v);
}

std::vector<double> ZipfLaw(int64_t n, double s, double v) {
  std::vector<double> law(static_cast<size_t>(n));
  double total = 0.0;
  for (int64_t k = 0; k < n; ++k) {
    law[static_cast<size_t>(k)] = Power(Real(k) + v, -s);
    total += law[static_cast<size_t>(k)];
  }
  for (double& p : law) p /= total;
  return law;
}

ZipfEnds ZipfEndsOf(int64_t n, double s, double v) {
  return {ZipfArea(0.5, s, v) - Power(v, -s), ZipfArea(Real(n) - 0.5, s, v)};
}

int64_t ZipfExact(const Key& key, int64_t row, int64_t n, double s, double v) {
  return ExactFrom(0, key, row, n, s, v, ZipfEndsOf(n, s, v));
}

void ZipfExactOf(const Key& key, double s, std::span<const int64_t> rows,
                 const double* low, const double* high, const double* v, const int64_t* n,
                 int64_t* out) {
  const auto size = static_cast<int64_t>(rows.size());
  const QuickZipf quick(s);
  uint8_t is_open[kBlock];
  for (int64_t b = 0; b < size; b += kBlock) {
    const int64_t count = std::min(kBlock, size - b);
    const BlockOfLaws block{rows.data() + b, low + b, high + b, v + b, n + b, count};
    // Those of a block are nearly alike; which way is gone reaches no rank.
    if (quick.Reaches(n[b], v[b])) {
      quick.Of(key, block.rows, count, low + b, high + b, v + b, n + b, out + b, is_open);
      TryUndecided(key, s, block, is_open, out + b);
      continue;
    }
    block.Try(key, s, out + b);
    for (int64_t i = 0; i < count; ++i) {
      if (out[b + i] < 0) out[b + i] = block.TryOn(key, s, i);
    }
  }
}

FastZipf::FastZipf(int64_t n, double s) : n_(n), s_(s), head_(std::min(kFastHead, n)) {
  std::vector<double> p(static_cast<size_t>(head_));
  const double mass = ZipfMass(n, s);
  double sum = 0.0;
  for (int64_t k = 0; k < head_; ++k) {
    const double weight = Power(Real(k) + 1.0, -s);
    sum += weight;
    p[static_cast<size_t>(k)] = weight / mass;
  }
  p.push_back(std::max(0.0, 1 - sum / mass));
  table_ = AliasTable::FromProbabilities(std::move(p));
  low_ = ZipfArea(Real(head_) - 0.5, s, 1.0);
  high_ = ZipfArea(Real(n) - 0.5, s, 1.0);
}

void FastZipf::Tail(const Key& key, const int64_t* rows, int64_t count,
                    int64_t* out) const {
  if (n_ <= head_) {  // Rounding may leave the empty bucket some 1e-16.
    std::fill_n(out, count, 0);
    return;
  }
  const auto block = internal::IsLogarithmic(s_) ? &internal::TailLogarithmBlock
                                                 : &internal::TailPowerBlock;
  block(key, rows, count, s_, low_, high_, Real(head_), Real(n_ - 1), out);
}

int64_t FastZipf::At(const Key& key, int64_t row) const {
  int64_t k = table_.Pick(Cell(key, row));
  if (k == head_) Tail(key, &row, 1, &k);
  return k;
}

void FastZipf::Of(const Key& key, int64_t first_row, int64_t count, int64_t* out) const {
  int64_t rows[kBlock];
  for (int64_t begin = 0; begin < count; begin += kBlock) {
    const int64_t size = std::min(kBlock, count - begin);
    for (int64_t i = 0; i < size; ++i) rows[i] = first_row + begin + i;
    Of(key, std::span<const int64_t>(rows, static_cast<size_t>(size)), out + begin);
  }
}

void FastZipf::Of(const Key& key, std::span<const int64_t> rows, int64_t* out) const {
  const auto total = static_cast<int64_t>(rows.size());
  int64_t place[kBlock], row[kBlock], k[kBlock];
  for (int64_t begin = 0; begin < total; begin += kBlock) {
    const int64_t size = std::min(kBlock, total - begin);
    int64_t tails = 0;
    for (int64_t i = begin; i < begin + size; ++i) {
      const int64_t at = rows[static_cast<size_t>(i)];
      out[i] = table_.Pick(Cell(key, at));
      place[tails] = i;
      row[tails] = at;
      tails += out[i] == head_ ? 1 : 0;
    }
    Tail(key, row, tails, k);
    for (int64_t i = 0; i < tails; ++i) out[place[i]] = k[i];
  }
}

}  // namespace lakeseed
