#include "lakeseed/evaluate/convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "lakeseed/base/date.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/evaluate/kernel.h"

namespace lakeseed {
namespace {

constexpr char kTooLarge[] = "number is too large for exact arithmetic";
// A double that meets a decimal has at most 16 digits before the point.
constexpr int kDoubleDigits = 16 + kDoubleScale;

// Exact to exact with the same or a larger scale and the same or more bits.
NodePtr Scale(Binder& binder, NodePtr node, const ValueType& target) {
  const ValueType from = node->type();
  ValueType type = target;
  const Int128 factor = WidePowerOfTen(target.scale - from.scale);
  type.limit = LimitOfProduct(from.limit, factor);
  // The target is wide if any of its values are.
  if (target.wide() && !type.wide()) type.limit = kMaxInt64 + 1;
  const Place place = node->place();
  if (!type.wide()) {
    return binder.Function(place, type, "", {node}, [factor](const KernelCall& call) {
      const auto f = static_cast<uint64_t>(factor);
      return Map1<int64_t, int64_t>(call, [f](int64_t x) {
        return static_cast<int64_t>(static_cast<uint64_t>(x) * f);
      });
    });
  }
  if (from.wide()) {
    return binder.Function(place, type, "", {node}, [factor](const KernelCall& call) {
      return CheckedMap1<Int128, Int128>(call, kTooLarge, [factor](Int128 x, Int128* r) {
        return __builtin_mul_overflow(x, factor, r);
      });
    });
  }
  return binder.Function(place, type, "", {node}, [factor](const KernelCall& call) {
    return CheckedMap1<int64_t, Int128>(call, kTooLarge, [factor](int64_t x, Int128* r) {
      return __builtin_mul_overflow(static_cast<Int128>(x), factor, r);
    });
  });
}

NodePtr FromDouble(Binder& binder, NodePtr node, const ValueType& target) {
  ValueType type = target;
  type.kind = ValueKind::kDecimal;
  type.limit = LimitOfProduct(WidePowerOfTen(kDoubleDigits),
                              WidePowerOfTen(std::max(0, target.scale - kDoubleScale)));
  const int more = target.scale - kDoubleScale;
  return binder.Function(node->place(), type, "decimal", {node},
                         [more](const KernelCall& call) {
                           return CheckedMap1<double, Int128>(
                               call, "double is too large for exact arithmetic",
                               [more](double x, Int128* r) {
                                 if (!ScaleDouble(x, kDoubleScale, r)) return true;
                                 const Int128 limit = WidePowerOfTen(kDoubleDigits);
                                 if (*r > limit || *r < -limit) return true;
                                 if (more > 0) *r *= WidePowerOfTen(more);
                                 return false;
                               });
                         });
}

/// Sizes below this are rounded in doubles, which hold all that is made of them exactly.
constexpr uint64_t kExactSize = uint64_t{1} << 51;

/// out[i] = x[i] / power, half away from zero; returns whether all are exact so.
LAKESEED_KERNEL(bool, DropSmall,
                (const int64_t* x, int64_t length, double power, int64_t* out),
                (x, length, power, out)) {
  const double inverse = 1 / power, half = power / 2;
  uint64_t sizes = 0;
  for (int64_t i = 0; i < length; ++i) {
    const auto sign = static_cast<uint64_t>(x[i] >> 63);
    const uint64_t size = (static_cast<uint64_t>(x[i]) ^ sign) - sign;
    sizes |= size;
    const double whole = internal::FromInteger(size & (kExactSize - 1)) + half;
    // At most one too small or too large.
    const double near = internal::Floor(whole * inverse), rest = whole - near * power;
    const double quotient = near + internal::Select(rest >= power, 1.0, 0.0) -
                            internal::Select(rest < 0, 1.0, 0.0);
    const auto result = static_cast<uint64_t>(internal::ToInteger(quotient));
    out[i] = static_cast<int64_t>((result ^ sign) - sign);
  }
  return sizes < kExactSize;
}

/// Sizes below this are rounded by a product of 64 bits, power being 10^9 at most.
constexpr uint64_t kSmallSize = uint64_t{1} << 30;

/// The same by an integer factor: (size + half) * factor >> shift is the quotient.
LAKESEED_KERNEL(bool, DropTiny,
                (const int64_t* x, int64_t length, uint64_t half, uint32_t factor,
                 int shift, int64_t* out),
                (x, length, half, factor, shift, out)) {
  uint64_t sizes = 0;
  for (int64_t i = 0; i < length; ++i) {
    const auto sign = static_cast<uint64_t>(x[i] >> 63);
    const uint64_t size = (static_cast<uint64_t>(x[i]) ^ sign) - sign;
    sizes |= size;
    const uint64_t quotient = (((size + half) & UINT32_MAX) * factor) >> shift;
    out[i] = static_cast<int64_t>((quotient ^ sign) - sign);
  }
  return sizes < kSmallSize;
}

template <int kDigits>
struct Dropped {
  static constexpr uint64_t MakePower() {
    uint64_t power = 1;
    for (int i = 0; i < kDigits; ++i) power *= 10;
    return power;
  }
  static constexpr uint64_t kPower = MakePower();

  // The divisor is known when compiling, so no division is done.
  static int64_t Drop(int64_t x) {
    // Powers of ten are even, and size + half stays below 2^64.
    const auto sign = static_cast<uint64_t>(x >> 63);
    const uint64_t size = (static_cast<uint64_t>(x) ^ sign) - sign;
    const uint64_t quotient = (size + kPower / 2) / kPower;
    return static_cast<int64_t>((quotient ^ sign) - sign);
  }

  /// As fast as the largest of them lets.
  static void DropAll(const int64_t* x, int64_t length, int64_t* out) {
    if constexpr (kDigits <= 9) {
      // Exact below 2^31, as the factor is too large by less than power / 2^shift.
      constexpr int kShift = 31 + std::bit_width(kPower - 1);
      constexpr uint64_t kFactor = (uint64_t{1} << kShift) / kPower + 1;
      static_assert(kFactor <= UINT32_MAX && kSmallSize + kPower / 2 < uint64_t{1} << 31);
      if (DropTiny(x, length, kPower / 2, kFactor, kShift, out)) return;
    }
    if (kPower < kExactSize && DropSmall(x, length, static_cast<double>(kPower), out)) {
      return;
    }
    for (int64_t i = 0; i < length; ++i) out[i] = Drop(x[i]);
  }
};

/// Rows that one large number makes slower.
constexpr int64_t kDropRows = 1024;

template <int kDigits>
arrow::Result<Vector> DropKernel(const KernelCall& call) {
  if (call.type(0).wide()) {
    return Map1<Int128, Int128>(call, [](Int128 x) -> Int128 {
      const auto low = static_cast<int64_t>(x);
      return low == x ? Dropped<kDigits>::Drop(low) : DropDigits(x, kDigits);
    });
  }
  const Vector& arg = call.args[0];
  if (arg.constant) return Map1<int64_t, int64_t>(call, Dropped<kDigits>::Drop);
  Vector out;
  ARROW_ASSIGN_OR_RAISE(auto* to, NewValues<int64_t>(&out, call.length, call.pool()));
  for (int64_t i = 0; i < call.length; i += kDropRows) {
    Dropped<kDigits>::DropAll(arg.as<int64_t>() + i, std::min(kDropRows, call.length - i),
                              to + i);
  }
  ARROW_RETURN_NOT_OK(SpreadValidity(call, &out));
  return out;
}

template <size_t... kDigits>
Kernel PickDropKernel(int digits, std::index_sequence<kDigits...>) {
  using Pointer = arrow::Result<Vector> (*)(const KernelCall&);
  static constexpr Pointer kKernels[] = {DropKernel<static_cast<int>(kDigits) + 1>...};
  return kKernels[digits - 1];
}

// REQUIRES: digits >= 1.
NodePtr Drop(Binder& binder, const Place& place, NodePtr node, int digits) {
  ValueType type = node->type();
  type.scale -= digits;
  // Stays wide if it was: the next node narrows it, with a check if it must.
  Int128 limit =
      type.limit == kMaxInt128 ? kMaxInt128 : type.limit / WidePowerOfTen(digits) + 1;
  const bool narrows = type.wide() && limit <= kMaxInt64;
  if (narrows)
    type.limit = std::max(limit, kMaxInt64 + 1);
  else
    type.limit = limit;
  Kernel kernel = digits <= 18 ? PickDropKernel(digits, std::make_index_sequence<18>())
                               : [digits](const KernelCall& call) {
                                   return Map1<Int128, Int128>(call, [digits](Int128 x) {
                                     return DropDigits(x, digits);
                                   });
                                 };
  if (digits > 18 && !node->type().wide()) {
    ValueType wide = node->type();
    wide.limit = kMaxInt64 + 1;
    node = ConvertTo(binder, node, wide);
  }
  return binder.Function(place, type, "round", {node}, std::move(kernel));
}

bool SameLayout(const ValueType& a, const ValueType& b) {
  return a.kind == b.kind && a.scale == b.scale && a.wide() == b.wide();
}

}  // namespace

bool ScaleDouble(double x, int scale, Int128* out) {
  const auto bits = std::bit_cast<uint64_t>(x);
  const int biased = static_cast<int>((bits >> 52) & 0x7FF);
  if (biased == 0x7FF) return false;
  uint64_t mantissa = bits & 0xFFFFFFFFFFFFF;
  if (biased > 0) mantissa |= uint64_t{1} << 52;
  const int exponent = std::max(biased, 1) - 1075;  // x = mantissa * 2^exponent
  auto size = static_cast<unsigned __int128>(mantissa) *
              static_cast<unsigned __int128>(WidePowerOfTen(scale));
  if (exponent >= 0) {
    if (exponent > 70 || (size << exponent >> exponent) != size) return false;
    size <<= exponent;
  } else if (exponent <= -126) {
    size = 0;
  } else {
    size = (size + (static_cast<unsigned __int128>(1) << (-exponent - 1))) >> -exponent;
  }
  if (size > static_cast<unsigned __int128>(WidePowerOfTen(37))) return false;
  const auto value = static_cast<Int128>(size);
  *out = (bits >> 63) != 0 ? -value : value;
  return true;
}

Int128 DropDigits(Int128 value, int digits) {
  const auto power = static_cast<unsigned __int128>(WidePowerOfTen(digits));
  auto size = static_cast<unsigned __int128>(value);
  if (value < 0) size = ~size + 1;
  auto quotient = size / power;
  if (2 * (size % power) >= power) ++quotient;
  return value < 0 ? -static_cast<Int128>(quotient) : static_cast<Int128>(quotient);
}

NodePtr ConvertTo(Binder& binder, NodePtr node, const ValueType& target) {
  const ValueType& from = node->type();
  if (from.is(ValueKind::kNull)) return binder.Null(node->place(), target);
  if (SameLayout(from, target)) return node;
  if (from.is_exact() && target.is_exact()) return Scale(binder, node, target);
  if (from.is(ValueKind::kDouble) && target.is_exact()) {
    return FromDouble(binder, node, target);
  }
  if (from.is(ValueKind::kInteger) && target.is(ValueKind::kDouble)) {
    return ToDouble(binder, node);
  }
  if (from.is(ValueKind::kDate) && target.is(ValueKind::kTimestamp)) {
    return binder.Function(
        node->place(), target, "timestamp", {node}, [](const KernelCall& call) {
          return Map1<int64_t, int64_t>(call, [](int64_t day) {
            return static_cast<int64_t>(static_cast<uint64_t>(day) * kMicrosecondsPerDay);
          });
        });
  }
  return node;
}

NodePtr RoundTo(Binder& binder, const Place& place, NodePtr node, int digits) {
  if (node->type().is(ValueKind::kDouble)) {
    ValueType type = node->type();
    type.kind = ValueKind::kDecimal;
    type.scale = std::max(digits, 0);
    type.limit = kMaxDecimal64;
    const int scale = type.scale;
    node = binder.Function(place, type, "round", {node}, [scale](const KernelCall& call) {
      return CheckedMap1<double, int64_t>(
          call, "double does not fit a decimal of 18 digits",
          [scale](double x, int64_t* r) {
            Int128 wide = 0;
            const bool bad = !ScaleDouble(x, scale, &wide) || wide > kMaxDecimal64 ||
                             wide < -kMaxDecimal64;
            *r = bad ? 0 : static_cast<int64_t>(wide);
            return bad;
          });
    });
    if (node == nullptr) return nullptr;
  }
  const int scale = node->type().scale;
  if (digits < scale) node = Drop(binder, place, node, scale - digits);
  if (node == nullptr) return nullptr;
  ValueType type = node->type();
  type.kind = ValueKind::kDecimal;
  if (digits < 0) {
    // Back from hundreds to ones.
    type.scale = 0;
    ValueType as_hundreds = node->type();
    const Int128 factor = WidePowerOfTen(-digits);
    type.limit = std::max(LimitOfProduct(as_hundreds.limit, factor), kMaxInt64 + 1);
    if (!as_hundreds.wide()) {
      as_hundreds.limit = kMaxInt64 + 1;
      node = ConvertTo(binder, node, as_hundreds);
    }
    node =
        binder.Function(place, type, "round", {node}, [factor](const KernelCall& call) {
          return CheckedMap1<Int128, Int128>(
              call, kTooLarge, [factor](Int128 x, Int128* r) {
                return __builtin_mul_overflow(x, factor, r);
              });
        });
  } else if (digits > node->type().scale) {
    type.scale = digits;
    node = Scale(binder, node, type);
  }
  return node == nullptr ? nullptr : Narrow(binder, node);
}

NodePtr Narrow(Binder& binder, NodePtr node) {
  if (!node->type().wide()) return node;
  ValueType type = node->type();
  type.limit = type.is(ValueKind::kDecimal) ? Int128{kMaxDecimal64} : kMaxInt64;
  const Int128 limit = type.limit;
  const char* reason = type.is(ValueKind::kDecimal)
                           ? "number does not fit a decimal of 18 digits"
                           : "integer does not fit 64 bits";
  return binder.Function(
      node->place(), type, "round", {node}, [limit, reason](const KernelCall& call) {
        return CheckedMap1<Int128, int64_t>(call, reason, [limit](Int128 x, int64_t* r) {
          *r = static_cast<int64_t>(x);
          return x > limit || x < -limit;
        });
      });
}

NodePtr ToDouble(Binder& binder, NodePtr node) {
  ValueType type = node->type();
  if (type.is(ValueKind::kDouble)) return node;
  type.kind = ValueKind::kDouble;
  if (node->type().is(ValueKind::kNull)) return binder.Null(node->place(), type);
  const double unit = static_cast<double>(WidePowerOfTen(std::min(type.scale, 22)));
  const bool whole = type.scale == 0;
  type.scale = 0;
  return WithLayout(node->type(), [&](auto* layout) -> NodePtr {
    using T = std::remove_pointer_t<decltype(layout)>;
    if constexpr (std::is_same_v<T, int64_t> || std::is_same_v<T, Int128>) {
      return binder.Function(
          node->place(), type, "double", {node}, [unit, whole](const KernelCall& call) {
            return Map1<T, double>(call, [unit, whole](T x) {
              return whole ? static_cast<double>(x) : static_cast<double>(x) / unit;
            });
          });
    } else {
      return node;
    }
  });
}

}  // namespace lakeseed
