#include "lakeseed/generate/founder_picks.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
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

LAKESEED_KERNEL(void, SharesOf,
                (Key key, const int64_t* rows, int64_t count, double* shares),
                (key, rows, count, shares)) {
  for (int64_t i = 0; i < count; ++i) {
    shares[i] = (internal::FromInteger(Cell(key, rows[i]) >> 12) + 0.5) * 0x1p-52;
  }
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

// A place is base^root, base = 1 + (1 - s) area, or e^area: Taylor's polynomials.
void FounderPicks::MakePieces(double s) {
  const bool logarithmic = internal::IsLogarithmic(s);
  const double root = logarithmic ? 0.0 : 1 / (1 - s);
  const double step = (law_.ends.low - law_.ends.high) / kPieces;
  double middle[kPieces], slope[kPieces];
  for (int j = 0; j < kPieces; ++j) {
    const double area = law_.ends.high + (j + 0.5) * step;
    middle[j] = logarithmic ? area : 1 + (1 - s) * area;
    slope[j] = logarithmic ? 0.0 : (1 - s) * step / middle[j];
    // Up to where the series does not converge.
    if (!logarithmic && !(middle[j] > 0 && std::abs(slope[j]) < 1.5)) return;
  }
  const std::span all(middle);
  logarithmic ? ExpOf(all, pieces_[0]) : PowerOf(all, root, pieces_[0]);
  double remainder = 0;
  for (int j = 0; j < kPieces; ++j) {
    // From the term with x^i to the next one.
    const auto factor = [&](int i) {
      return (logarithmic ? step : (root - i) * slope[j]) / (i + 1);
    };
    double term = pieces_[0][j];
    for (int i = 1; i < kTerms; ++i) pieces_[i][j] = term *= factor(i - 1);
    double rest = std::abs(term * factor(kTerms - 1)) * 0x1p-6, sum = rest;
    // From here on no later factor is larger than this one, or than half of the slope.
    int i = kTerms;
    const auto bound = [&] {
      return std::max(std::abs(factor(i)), std::abs(slope[j])) / 2;
    };
    for (; i < 64 && bound() > 0.75; ++i) sum += rest *= std::abs(factor(i)) / 2;
    const double last = bound();
    if (last > 0.75) return;
    remainder = std::max(remainder, sum + rest * last / (1 - last));
  }
  margin_ = remainder + quick_.Error(law_.n, law_.v);
  bend_ = internal::BendOf(s);
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
  const Reals zero = {}, last = zero + static_cast<double>(law_.n - 1);
  Reals low[kTerms], high[kTerms], c[kTerms];
  for (int t = 0; t < kTerms; ++t) {
    low[t] = _mm512_loadu_pd(pieces_[t]);
    high[t] = _mm512_loadu_pd(pieces_[t] + 8);
  }
  OpenPicks& open = *of.open;
  int64_t num_open = 0;
  const Words lanes = {0, 1, 2, 3, 4, 5, 6, 7};
  __m256i places = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  for (int64_t i = 0; i < of.count; i += 8) {
    const auto live =
        static_cast<__mmask8>(of.count - i >= 8 ? 0xFF : (1 << (of.count - i)) - 1);
    const Words rows = of.numbers == nullptr
                           ? lanes + static_cast<uint64_t>(of.first + i)
                           : (Words)_mm512_maskz_loadu_epi64(live, of.numbers + i);
    // Exactly Unit(): half a step of the lower bits is added without rounding.
    const Reals shares = (OneAndBits(CellLanes(of.shares, rows)) - 1.0) + 0.5 * 0x1p-52;
    const __mmask8 of_founders =
        _mm512_cmp_pd_mask(shares * total_, zero + until_, _CMP_LT_OQ);

    // Four bits say the piece, the others the place in it.
    const Words cells = CellLanes(of.key, rows), piece = cells >> 60;
    const Reals x = OneAndBits(cells << 4) - 1.5;
    for (int t = 0; t < kTerms; ++t) {
      c[t] = _mm512_permutex2var_pd(low[t], (__m512i)piece, high[t]);
    }
    const Reals x2 = x * x;
    const Reals y = (c[0] + c[1] * x) + x2 * ((c[2] + c[3] * x) + x2 * (c[4] + c[5] * x));

    // As in QuickRank().
    const Reals raised = (y - law_.v) + 0.5;
    const Reals clipped =
        _mm512_maskz_min_pd(live, _mm512_maskz_max_pd(live, raised, zero), last);
    const Reals rank = _mm512_maskz_roundscale_pd(
        live, clipped, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
    const Reals over = raised - rank;
    const Reals place = _mm512_maskz_max_pd(live, rank + law_.v, zero + 1.0);
    const Reals room = (over - (margin_ + internal::kSqueezeMargin)) * (place * place);
    const __mmask8 clear = _mm512_cmp_pd_mask(over, zero + (1 - margin_), _CMP_LE_OQ);
    const __mmask8 accepted = _mm512_cmp_pd_mask(room, zero + bend_, _CMP_GE_OQ);
    const auto done = static_cast<__mmask8>(live & of_founders & clear & accepted);

    _mm512_mask_storeu_epi64(of.out + i, live, _mm512_maskz_cvttpd_epi64(done, rank));
    const auto is_open = static_cast<__mmask8>(live & ~done);
    _mm512_storeu_si512(open.rows + num_open,
                        _mm512_maskz_compress_epi64(is_open, (__m512i)rows));
    _mm512_storeu_pd(open.shares + num_open, _mm512_maskz_compress_pd(is_open, shares));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(open.places + num_open),
                        _mm256_maskz_compress_epi32(is_open, places));
    num_open += std::popcount(is_open);
    places = _mm256_add_epi32(places, _mm256_set1_epi32(8));
  }
  open.count = num_open;
}

#endif

}  // namespace lakeseed
