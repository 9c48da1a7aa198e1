#include "lakeseed/base/function.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "lakeseed/base/simd_level.h"

#if defined(LAKESEED_HAS_LEVELS)
#include <immintrin.h>
#endif

namespace lakeseed {

namespace internal {
namespace {

constexpr double kA[] = {3.3871328727963666080e0, 1.3314166789178437745e2,
                         1.9715909503065514427e3, 1.3731693765509461125e4,
                         4.5921953931549871457e4, 6.7265770927008700853e4,
                         3.3430575583588128105e4, 2.5090809287301226727e3};
constexpr double kB[] = {1.0,
                         4.2313330701600911252e1,
                         6.8718700749205790830e2,
                         5.3941960214247511077e3,
                         2.1213794301586595867e4,
                         3.9307895800092710610e4,
                         2.8729085735721942674e4,
                         5.2264952788528545610e3};
constexpr double kC[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                         5.76949722146069140550e0,  3.64784832476320460504e0,
                         1.27045825245236838258e0,  2.41780725177450611770e-1,
                         2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr double kD[] = {1.0,
                         2.05319162663775882187e0,
                         1.67638483018380384940e0,
                         6.89767334985100004550e-1,
                         1.48103976427480074590e-1,
                         1.51986665636164571966e-2,
                         5.47593808499534494600e-4,
                         1.05075007164441684324e-9};
constexpr double kE[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                         1.78482653991729133580e0,  2.96560571828504891230e-1,
                         2.65321895265761230930e-2, 1.24266094738807843860e-3,
                         2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr double kF[] = {1.0,
                         5.99832206555887937690e-1,
                         1.36929880922735805310e-1,
                         1.48753612908506148525e-2,
                         7.86869131145613259100e-4,
                         1.84631831751005468180e-5,
                         1.42151175831644588870e-7,
                         2.04426310338993978564e-15};

inline double Centre(double q) {
  const double r = 0.180625 - q * q;
  return q * Horner(r, kA) / Horner(r, kB);
}

inline double Tail(double root) {
  const double near = root - 1.6, far = root - 5.0;
  return Select(root <= 5.0, Horner(near, kC) / Horner(near, kD),
                Horner(far, kE) / Horner(far, kF));
}

inline bool InCentre(double q) { return (q >= -0.425) & (q <= 0.425); }

// Vectorised, as this file is compiled without the errno of std::sqrt.
LAKESEED_KERNEL(void, SquareRoots, (const double* in, int64_t count, double* out),
                (in, count, out)) {
  for (int64_t i = 0; i < count; ++i) out[i] = std::sqrt(in[i]);
}

constexpr int64_t kBlock = 1024;
/// e^x is a normal number up to here, and one step makes it.
constexpr double kNear = 690.0;

/// Numbers that an instruction takes at once; so many may be read and written behind
/// the marked ones.
constexpr int64_t kTogether = 8;

}  // namespace

LAKESEED_KERNEL(void, MarkTails, (const double* p, int64_t count, uint8_t* far),
                (p, count, far)) {
  for (int64_t i = 0; i < count; ++i) far[i] = InCentre(p[i] - 0.5) ? 0 : 1;
}

// One quick loop where no number needs more; most blocks are so.
LAKESEED_KERNEL(void, LogBlock, (const double* in, int64_t count, double* out),
                (in, count, out)) {
  uint64_t subnormal = 0;
  for (int64_t i = 0; i < count; ++i) subnormal |= in[i] < kLeastNormal ? 1 : 0;
  if (subnormal == 0) {
    for (int64_t i = 0; i < count; ++i) out[i] = LogOfNormal(in[i], 1022.0);
  } else {
    for (int64_t i = 0; i < count; ++i) out[i] = Log(in[i]);
  }
}

LAKESEED_KERNEL(void, ExpBlock, (const double* in, int64_t count, double* out),
                (in, count, out)) {
  uint64_t outside = 0;
  for (int64_t i = 0; i < count; ++i) {
    outside |= (in[i] < -kNear) | (in[i] > kNear) ? 1 : 0;
  }
  if (outside == 0) {
    for (int64_t i = 0; i < count; ++i) {
      const double k = Rint(in[i] * kInverseLn2);
      out[i] = ExpOfRest(in[i], k) * PowerOfTwo(k);
    }
  } else {
    for (int64_t i = 0; i < count; ++i) out[i] = Exp(in[i]);
  }
}

LAKESEED_KERNEL(void, Multiply, (double* x, int64_t count, double by), (x, count, by)) {
  for (int64_t i = 0; i < count; ++i) x[i] = by * x[i];
}

LAKESEED_KERNEL(void, TailArguments, (const double* p, int64_t count, double* out),
                (p, count, out)) {
  for (int64_t i = 0; i < count; ++i) {
    out[i] = -Log(Select(p[i] - 0.5 < 0.0, p[i], 1.0 - p[i]));
  }
}

LAKESEED_KERNEL(void, CentreBlock, (const double* p, int64_t count, double* out),
                (p, count, out)) {
  for (int64_t i = 0; i < count; ++i) out[i] = Centre(p[i] - 0.5);
}

LAKESEED_KERNEL(void, TailBlock,
                (const double* p, const double* root, int64_t count, double* out),
                (p, root, count, out)) {
  for (int64_t i = 0; i < count; ++i) {
    const double tail = Tail(root[i]);
    out[i] = Select(p[i] - 0.5 < 0.0, -tail, tail);
  }
}

#if defined(LAKESEED_HAS_LEVELS)

LAKESEED_AVX512 [[gnu::always_inline]] inline uint8_t MaskOf(const uint8_t* marks) {
  const __m128i eight = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(marks));
  return static_cast<uint8_t>(_mm_test_epi8_mask(eight, eight));
}

// By hand: these loops need instructions of AVX-512.
LAKESEED_AVX512 int64_t TakeMarkedByAvx512(const double* in, const uint8_t* marks,
                                           int64_t count, double* out) {
  const double* const begin = out;
  int64_t i = 0;
  for (; i + kTogether <= count; i += kTogether) {
    const uint8_t mask = MaskOf(marks + i);
    _mm512_storeu_pd(out, _mm512_maskz_compress_pd(mask, _mm512_loadu_pd(in + i)));
    out += std::popcount(mask);
  }
  for (; i < count; ++i) {
    *out = in[i];
    out += marks[i];
  }
  return out - begin;
}

LAKESEED_AVX512 void PutMarkedByAvx512(const double* in, const uint8_t* marks,
                                       int64_t count, double* out) {
  int64_t i = 0;
  for (; i + kTogether <= count; i += kTogether) {
    const uint8_t mask = MaskOf(marks + i);
    const __m512d old = _mm512_loadu_pd(out + i);
    _mm512_storeu_pd(out + i, _mm512_mask_expand_pd(old, mask, _mm512_loadu_pd(in)));
    in += std::popcount(mask);
  }
  for (; i < count; ++i) {
    if (marks[i] != 0) out[i] = *in++;
  }
}

#endif

/// The numbers that are marked, one after another; return how many.
int64_t TakeMarked(const double* in, const uint8_t* marks, int64_t count, double* out) {
#if defined(LAKESEED_HAS_LEVELS)
  if (SimdLevelInUse() == SimdLevel::kAvx512) {
    return TakeMarkedByAvx512(in, marks, count, out);
  }
#endif
  const double* const begin = out;
  for (int64_t i = 0; i < count; ++i) {
    *out = in[i];
    out += marks[i];
  }
  return out - begin;
}

/// They come back to their places.
void PutMarked(const double* in, const uint8_t* marks, int64_t count, double* out) {
#if defined(LAKESEED_HAS_LEVELS)
  if (SimdLevelInUse() == SimdLevel::kAvx512) {
    return PutMarkedByAvx512(in, marks, count, out);
  }
#endif
  for (int64_t i = 0; i < count; ++i) {
    if (marks[i] != 0) out[i] = *in++;
  }
}

}  // namespace internal

double Sine(double turns) {
  using internal::Select;
  constexpr double kFactorials[] = {1.0,
                                    6.0,
                                    120.0,
                                    5040.0,
                                    362880.0,
                                    39916800.0,
                                    6227020800.0,
                                    1307674368000.0,
                                    355687428096000.0,
                                    121645100408832000.0,
                                    51090942171709440000.0};
  constexpr double kSigned[] = {
      1.0 / kFactorials[0],  -1.0 / kFactorials[1], 1.0 / kFactorials[2],
      -1.0 / kFactorials[3], 1.0 / kFactorials[4],  -1.0 / kFactorials[5],
      1.0 / kFactorials[6],  -1.0 / kFactorials[7], 1.0 / kFactorials[8],
      -1.0 / kFactorials[9], 1.0 / kFactorials[10]};
  // Adding zero makes the difference of two negative zeros positive again.
  double r = (turns - internal::Rint(turns)) + 0.0;
  r = Select(r > 0.25, 0.5 - r, Select(r < -0.25, -0.5 - r, r));
  const double y = r * 6.283185307179586;
  return y * internal::Horner(y * y, kSigned);
}

double InverseNormal(double p) {
  const double q = p - 0.5;
  const double centre = internal::Centre(q);
  if (internal::InCentre(q)) return centre;
  const double tail = internal::Tail(std::sqrt(-Log(q < 0.0 ? p : 1.0 - p)));
  return q < 0.0 ? -tail : tail;
}

void LogOf(std::span<const double> in, double* out) {
  internal::LogBlock(in.data(), static_cast<int64_t>(in.size()), out);
}

void ExpOf(std::span<const double> in, double* out) {
  internal::ExpBlock(in.data(), static_cast<int64_t>(in.size()), out);
}

void PowerOf(std::span<const double> x, double p, double* out) {
  // One function after the other: both at once do not fit the registers.
  const auto size = static_cast<int64_t>(x.size());
  internal::LogBlock(x.data(), size, out);
  internal::Multiply(out, size, p);
  internal::ExpBlock(out, size, out);
}

void SquareRootOf(std::span<const double> in, double* out) {
  internal::SquareRoots(in.data(), static_cast<int64_t>(in.size()), out);
}

void InverseNormalOf(std::span<const double> p, double* out) {
  using internal::kBlock;
  // The centre for all, the tails side by side for the seventh that lies in them.
  double outside[kBlock + internal::kTogether], root[kBlock];
  uint8_t far[kBlock];
  const auto size = static_cast<int64_t>(p.size());
  for (int64_t begin = 0; begin < size; begin += kBlock) {
    const int64_t count = std::min(kBlock, size - begin);
    const double* in = p.data() + begin;
    internal::MarkTails(in, count, far);
    const int64_t tails = internal::TakeMarked(in, far, count, outside);
    internal::CentreBlock(in, count, out + begin);
    internal::TailArguments(outside, tails, root);
    internal::SquareRoots(root, tails, root);
    internal::TailBlock(outside, root, tails, outside);
    internal::PutMarked(outside, far, count, out + begin);
  }
}

}  // namespace lakeseed
