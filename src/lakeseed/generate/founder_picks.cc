#include "lakeseed/generate/founder_picks.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"

#if defined(LAKESEED_HAS_LEVELS)
#include <immintrin.h>
#endif

namespace lakeseed {

namespace {

/// With a smaller share of the mass founders are picked as all cohorts are.
constexpr double kFewFounders = 0.25;
/// With a larger error too many picks stay open.
constexpr double kMaxError = 0.05;
/// A series is taken where each of its later terms is below this share of the one before.
constexpr double kConverges = 0.9;

// The share that the upper 52 bits of a cell say: exactly Unit().
[[gnu::always_inline]] inline double ShareOf(uint64_t bits) {
  return (internal::FromInteger(bits) + 0.5) * 0x1p-52;
}

LAKESEED_KERNEL(void, SharesOf,
                (Key key, const int64_t* rows, int64_t count, double* shares),
                (key, rows, count, shares)) {
  for (int64_t i = 0; i < count; ++i) {
    shares[i] = ShareOf(Cell(key, rows[i]) >> 12);
  }
}

// The last cell whose share of `total` is below `until`. REQUIRES: some are.
uint64_t LastShare(double until, double total) {
  const auto is_below = [&](uint64_t bits) { return ShareOf(bits) * total < until; };
  constexpr uint64_t kEnd = uint64_t{1} << 52;
  // Off by a few, as it is rounded.
  uint64_t end = until < total ? static_cast<uint64_t>(until / total * 0x1p52) : kEnd;
  while (!is_below(end - 1)) --end;
  while (end < kEnd && is_below(end)) ++end;
  return (end << 12) - 1;
}

}  // namespace

struct FounderPicks::Arguments {
  Key key, shares;
  const int64_t* numbers;  ///< Of the rows; nullptr: from `first` on.
  int64_t first;
  int64_t count;
  int64_t* out;
  OpenPicks* open;
};

FounderPicks::FounderPicks(double s, const ZipfRanks& law, double until, double total)
    : quick_(s), law_(law), until_(until), total_(total) {
  is_quick_ = until >= kFewFounders * total && quick_.Reaches(law.n, law.v);
  if (is_quick_ && SimdLevelInUse() == SimdLevel::kAvx512) MakePieces(s);
}

// Chebyshev's economisation: among polynomials x^n + ... that of the least size in
// [-1/2, 1/2] is at most 2 / 4^n there, so that much is wrong where x^n is written by
// lower powers. Returns what all terms that are dropped are wrong by.
inline double FounderPicks::DropTerms(int piece, double (&series)[kSeries][kPieces]) {
  // By powers of x, each from the two before: x p(n - 1) - p(n - 2) / 16.
  static constexpr auto kLeast = [] {
    std::array<std::array<double, kSeries>, kSeries> least{};
    least[1][1] = 1;
    least[2] = {-1.0 / 8, 0, 1};
    for (size_t n = 3; n < kSeries; ++n) {
      for (size_t i = 0; i <= n; ++i) {
        least[n][i] = (i > 0 ? least[n - 1][i - 1] : 0.0) - least[n - 2][i] / 16;
      }
    }
    return least;
  }();
  double error = 0;
#pragma GCC unroll 4
  for (int n = kSeries - 1; n >= kTerms; --n) {
    const double term = series[n][piece];
#pragma GCC unroll 5
    for (int i = n % 2; i < n; i += 2) {
      series[i][piece] -= term * kLeast[static_cast<size_t>(n)][static_cast<size_t>(i)];
    }
    error += std::abs(term) * 2 / (int64_t{1} << 2 * n);
  }
  return error;
}

// A place is base^root, base = 1 + (1 - s) area, or e^area: Taylor's polynomials, of
// which few terms are left.
void FounderPicks::MakePieces(double s) {
  const bool logarithmic = internal::IsLogarithmic(s);
  const double root = logarithmic ? 0.0 : 1 / (1 - s);
  const double step = (law_.ends.low - law_.ends.high) / kPieces;
  double middle[kPieces], slope[kPieces];
  for (int j = 0; j < kPieces; ++j) {
    const double area = law_.ends.high + (j + 0.5) * step;
    middle[j] = logarithmic ? area : 1 + (1 - s) * area;
    slope[j] = logarithmic ? 0.0 : (1 - s) * step / middle[j];
    if (!logarithmic && !(middle[j] > 0 && std::abs(slope[j]) < 2 * kConverges)) return;
  }
  const std::span all(middle);
  double series[kSeries][kPieces];
  logarithmic ? ExpOf(all, series[0]) : PowerOf(all, root, series[0]);
  double remainder = 0;
  for (int j = 0; j < kPieces; ++j) {
    // From the term with x^i to the next one.
    const auto factor = [&](int i) {
      return (logarithmic ? step : (root - i) * slope[j]) / (i + 1);
    };
    double term = series[0][j];
    for (int i = 1; i < kSeries; ++i) series[i][j] = term *= factor(i - 1);
    double rest = std::abs(term * factor(kSeries - 1)) / (1 << kSeries);
    double sum = rest;
    // From here on no later factor is larger than this one, or than half of the slope.
    int i = kSeries;
    const auto bound = [&] {
      return std::max(std::abs(factor(i)), std::abs(slope[j])) / 2;
    };
    for (; i < 64 && bound() > kConverges; ++i) sum += rest *= std::abs(factor(i)) / 2;
    const double last = bound();
    if (last > kConverges) return;
    remainder =
        std::max(remainder, sum + rest * last / (1 - last) + DropTerms(j, series));
  }
  for (int t = 0; t < kTerms; ++t) std::copy_n(series[t], kPieces, pieces_[t]);
  for (double& middle_place : pieces_[0]) middle_place += 0.5 - law_.v;
  margin_ = remainder + quick_.Error(law_.n, law_.v);
  bend_ = internal::BendOf(s);
  last_share_ = LastShare(until_, total_);
  has_pieces_ = margin_ <= kMaxError;
}

void FounderPicks::Of(const Key& key, const Key& shares, const Rows& rows, int64_t begin,
                      int64_t count, int64_t* out, OpenPicks* open) const {
  open->count = 0;
  const bool is_range = rows.is_range();
  const Arguments arguments{key,
                            shares,
                            is_range ? nullptr : rows.numbers() + begin,
                            is_range ? rows.range().begin + begin : 0,
                            count,
                            out,
                            open};
#if defined(LAKESEED_HAS_LEVELS)
  if (has_pieces_) return OfAvx512(arguments);
#endif
  is_quick_ ? OfAnyLevel(arguments) : AllOpen(arguments);
}

void FounderPicks::AllOpen(const Arguments& of) const {
  OpenPicks& open = *of.open;
  open.count = of.count;
  if (of.numbers == nullptr) {
    std::iota(open.rows, open.rows + of.count, of.first);
  } else {
    std::copy_n(of.numbers, of.count, open.rows);
  }
  SharesOf(of.shares, open.rows, of.count, open.shares);
  std::iota(open.places, open.places + of.count, 0);
  std::fill_n(of.out, of.count, 0);
}

void FounderPicks::OfAnyLevel(const Arguments& of) const {
  OpenPicks& open = *of.open;
  AllOpen(of);
  uint8_t is_undecided[OpenPicks::kMost];
  quick_.Of(of.key, open.rows, of.count, law_, of.out, is_undecided);
  open.count = 0;
  for (int64_t i = 0; i < of.count; ++i) {
    const double share = open.shares[i];
    const bool is_open = (is_undecided[i] != 0) | !(share * total_ < until_);
    open.rows[open.count] = open.rows[i];
    open.shares[open.count] = share;
    open.places[open.count] = static_cast<int32_t>(i);
    open.count += is_open ? 1 : 0;
    of.out[i] = is_open ? 0 : of.out[i];
  }
}

#if defined(LAKESEED_HAS_LEVELS)

namespace {

using Words = uint64_t __attribute__((vector_size(64)));
using Reals = double __attribute__((vector_size(64)));

// Cell() of eight rows, and their upper 52 bits as a number in [1, 2).
LAKESEED_AVX512 [[gnu::always_inline]] inline Words CellLanes(const Key& key,
                                                              Words rows) {
  Words x = rows + key.a;
  x = (x ^ (x >> 32)) * 0xBF58476D1CE4E5B9;
  x ^= key.b;
  x = (x ^ (x >> 29)) * 0x94D049BB133111EB;
  x = (x ^ (x >> 32)) * 0x3C79AC492BA7B653;
  return x ^ (x >> 29);
}
LAKESEED_AVX512 [[gnu::always_inline]] inline Reals OneAndBits(Words cells) {
  return (Reals)((cells >> 12) | 0x3FF0000000000000);
}

}  // namespace

// By hand: permutations of registers, and taking out what stays open.
LAKESEED_AVX512 void FounderPicks::OfAvx512(const Arguments& of) const {
  // Copies, as what is written might be what they are read from.
  const Key key = of.key, shares = of.shares;
  const int64_t* const numbers = of.numbers;
  int64_t* const out = of.out;
  OpenPicks& open = *of.open;
  const int64_t first = of.first, count = of.count;
  Reals low[kTerms], high[kTerms];
  for (int t = 0; t < kTerms; ++t) {
    low[t] = _mm512_loadu_pd(pieces_[t]);
    high[t] = _mm512_loadu_pd(pieces_[t] + 8);
  }
  const Reals zero = {}, one = zero + 1.0, shift = zero + law_.v;
  const Reals most = zero + (1 - margin_), bend = zero + bend_;
  const Reals least = zero + (margin_ + internal::kSqueezeMargin);
  const __m512i last_share = _mm512_set1_epi64(static_cast<int64_t>(last_share_));
  const Words lanes = {0, 1, 2, 3, 4, 5, 6, 7};
  int64_t num_open = 0;
  const auto step = [&](int64_t i, __mmask8 live) LAKESEED_AVX512 {
    const Words rows = numbers == nullptr
                           ? lanes + static_cast<uint64_t>(first + i)
                           : (Words)_mm512_maskz_loadu_epi64(live, numbers + i);
    const auto share = (__m512i)CellLanes(shares, rows);
    const __mmask8 of_founders = _mm512_mask_cmple_epu64_mask(live, share, last_share);

    // Four bits say the piece, the others the place in it.
    const Words cells = CellLanes(key, rows);
    const auto piece = (__m512i)(cells >> 60);
    const Reals x = OneAndBits(cells << 4) - 1.5;
    Reals raised = _mm512_permutex2var_pd(low[kTerms - 1], piece, high[kTerms - 1]);
#pragma GCC unroll 8
    for (int t = kTerms - 2; t >= 0; --t) {
      raised = _mm512_fmadd_pd(raised, x, _mm512_permutex2var_pd(low[t], piece, high[t]));
    }

    // As in QuickRank(). A place before the first rank or behind the last one is within
    // the margin of it, and stays open.
    const Reals rank = _mm512_maskz_roundscale_pd(
        live, raised, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
    const Reals over = raised - rank;
    const Reals place = _mm512_maskz_max_pd(live, rank + shift, one);
    const Reals room = (over - least) * (place * place);
    const __mmask8 clear = _mm512_mask_cmp_pd_mask(of_founders, over, most, _CMP_LE_OQ);
    const __mmask8 done = _mm512_mask_cmp_pd_mask(clear, room, bend, _CMP_GE_OQ);
    _mm512_mask_storeu_epi64(out + i, live, _mm512_maskz_cvttpd_epi64(done, rank));
    const auto is_open = static_cast<__mmask8>(live & ~done);
    const __m256i places = _mm256_add_epi32(_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7),
                                            _mm256_set1_epi32(static_cast<int32_t>(i)));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(open.places + num_open),
                        _mm256_maskz_compress_epi32(is_open, places));
    num_open += std::popcount(is_open);
  };
  int64_t i = 0;
  for (; i + 8 <= count; i += 8) step(i, 0xFF);
  if (i < count) step(i, static_cast<__mmask8>((1 << (count - i)) - 1));
  for (int64_t k = 0; k < num_open; ++k) {
    const int64_t at = open.places[k];
    open.rows[k] = numbers == nullptr ? first + at : numbers[at];
  }
  SharesOf(shares, open.rows, num_open, open.shares);
  open.count = num_open;
}

#endif

}  // namespace lakeseed
