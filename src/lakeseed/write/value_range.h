// Ranges: smallest and largest of the values seen, by kind of value.
//
// Laws: exact; Add and Merge in any cut give the same range. NaN is counted, never
// a bound; a zero bound is widened to both zeros by the bounds() of a RealRange.
//
// Thread safety: plain values.

#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>

namespace lakeseed {

namespace internal {
/// Widen [*low, *high] to hold n values. Loops of the kind that compilers make
/// wide; those of 32 and 64 bits are compiled for AVX2 and AVX-512 too and chosen at
/// run time, with the same result.
void WidenRange(const int64_t* v, int64_t n, int64_t* low, int64_t* high);
void WidenRange(const int32_t* v, int64_t n, int32_t* low, int32_t* high);
void WidenRange(const double* v, int64_t n, double* low, double* high);
template <typename T>
void WidenRange(const T* v, int64_t n, T* low, T* high) {
  T a = *low, b = *high;
  for (int64_t i = 0; i < n; ++i) a = v[i] < a ? v[i] : a, b = v[i] > b ? v[i] : b;
  *low = a, *high = b;
}
}  // namespace internal

template <typename T>
struct IntegerRange {
  T min = std::numeric_limits<T>::max(), max = std::numeric_limits<T>::min();
  int64_t num_values = 0;

  bool any() const { return num_values > 0; }
  void Add(const T* values, int64_t n) {
    internal::WidenRange(values, n, &min, &max);
    num_values += n;
  }
  void Merge(const IntegerRange& other) {
    min = std::min(min, other.min);
    max = std::max(max, other.max);
    num_values += other.num_values;
  }
};

template <typename T>
struct RealRange {
  T min = std::numeric_limits<T>::infinity(), max = -std::numeric_limits<T>::infinity();
  int64_t num_values = 0, nan_count = 0;

  bool any() const { return num_values > 0; }
  /// REQUIRES: none is NaN.
  void AddNumbers(const T* values, int64_t n) {
    internal::WidenRange(values, n, &min, &max);
    num_values += n;
  }
  void Add(const T* values, int64_t n) {
    internal::WidenRange(values, n, &min, &max);  // No NaN is less or greater.
    int64_t nans = 0;
    for (int64_t i = 0; i < n; ++i) nans += values[i] != values[i] ? 1 : 0;
    nan_count += nans;
    num_values += n - nans;
  }
  void Merge(const RealRange& other) {
    min = std::min(min, other.min);
    max = std::max(max, other.max);
    num_values += other.num_values;
    nan_count += other.nan_count;
  }
  /// The sign of a zero depends on which zero came first: widen to both.
  T low() const { return min == 0 ? T{-0.0} : min; }
  T high() const { return max == 0 ? T{0.0} : max; }
};

struct BooleanRange {
  int64_t num_true = 0, num_false = 0;

  bool any() const { return num_true + num_false > 0; }
  bool low() const { return num_false == 0; }
  bool high() const { return num_true > 0; }
  void Merge(const BooleanRange& other) {
    num_true += other.num_true;
    num_false += other.num_false;
  }
};

/// Values that only know `<`: wide decimals.
template <typename T>
struct OrderedRange {
  T min{}, max{};
  bool has_values = false;

  bool any() const { return has_values; }
  void Add(const T& value) {
    if (!has_values || value < min) min = value;
    if (!has_values || max < value) max = value;
    has_values = true;
  }
  void Merge(const OrderedRange& other) {
    if (!other.has_values) return;
    Add(other.min);
    Add(other.max);
  }
};

}  // namespace lakeseed
