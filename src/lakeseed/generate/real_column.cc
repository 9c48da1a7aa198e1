#include "lakeseed/generate/real_column.h"

#include <arrow/type.h>
#include <arrow/type_traits.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>

#include "lakeseed/base/decimal.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/block_kernel.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/literal.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr double kTwo63 = 0x1p63;
/// Whole numbers below it are rounded to by adding and subtracting.
constexpr int64_t kTwo51 = int64_t{1} << 51;

/// out[i] = the whole number nearest to x[i] * power, halves away from zero, from low to
/// high. REQUIRES: low and high are whole and smaller than 2^51.
LAKESEED_KERNEL(void, RoundSmall,
                (const double* x, int64_t count, double power, double low, double high,
                 int64_t* out),
                (x, count, power, low, high, out)) {
  using internal::Select;
  for (int64_t i = 0; i < count; ++i) {
    double value = x[i] * power;
    value = Select(value < low, low, value);
    value = Select(value > high, high, value);
    const double size = Select(value < 0, -value, value);
    const double floor = internal::Floor(size);
    const double whole = floor + Select(size - floor >= 0.5, 1.0, 0.0);
    const double rounded = Select(value < 0, -whole, whole) + internal::kRounder;
    out[i] = std::bit_cast<int64_t>(rounded) - std::bit_cast<int64_t>(internal::kRounder);
  }
}

class DoubleColumn final : public KernelGenerator {
 public:
  DoubleColumn(const Key& key, const RealLaw& law) : key_(key), law_(law) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override {
    ColumnShape shape;
    shape.kind = law_.min() == law_.max() ? ShapeKind::kConstant : ShapeKind::kReal;
    return shape;
  }
  void Fill(const Rows& rows, void* out) const override {
    const int64_t length = rows.length();
    for (int64_t first = 0; first < length; first += kBlockRows) {
      const int64_t count = std::min(kBlockRows, length - first);
      double* const block = static_cast<double*>(out) + first;
      UnitsOf(key_, rows, first, count, 0, block);
      law_.Of({block, static_cast<size_t>(count)}, block);
    }
  }

 private:
  const std::shared_ptr<arrow::DataType> type_ = arrow::float64();
  const Key key_;
  const RealLaw law_;
};

class RoundedColumn final : public KernelGenerator {
 public:
  RoundedColumn(const Key& key, const RealLaw& law, std::shared_ptr<arrow::DataType> type,
                int64_t min, int64_t max)
      : key_(key),
        law_(law),
        type_(std::move(type)),
        power_(static_cast<double>(PowerOfTen(ScaleOf(*type_)))),
        min_(min),
        max_(max) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override {
    ColumnShape shape;
    shape.kind = min_ == max_ ? ShapeKind::kConstant : ShapeKind::kBounded;
    shape.min = min_;
    shape.max = max_;
    return shape;
  }
  void Fill(const Rows& rows, void* out) const override {
    const int64_t length = rows.length();
    double block[kBlockRows];
    for (int64_t first = 0; first < length; first += kBlockRows) {
      const int64_t count = std::min(kBlockRows, length - first);
      UnitsOf(key_, rows, first, count, 0, block);
      law_.Of({block, static_cast<size_t>(count)}, block);
      RoundWithin(block, count, power_, min_, max_, static_cast<int64_t*>(out) + first);
    }
  }

 private:
  const Key key_;
  const RealLaw law_;
  const std::shared_ptr<arrow::DataType> type_;
  const double power_;
  const int64_t min_, max_;
};

/// Largest size of a value of the type: all digits nine, or an integer's end.
double LimitOf(const arrow::DataType& type) {
  if (!arrow::is_decimal(type.id())) {
    return type.bit_width() == 64
               ? 0x1p63 - 1024
               : static_cast<double>((int64_t{1} << (type.bit_width() - 1)) - 1);
  }
  const int precision = static_cast<const arrow::DecimalType&>(type).precision();
  return static_cast<double>(PowerOfTen(precision) - 1);
}

}  // namespace

int64_t RoundHalfAway(double x) {
  if (x >= kTwo63) return INT64_MAX;
  if (x < -kTwo63) return INT64_MIN;
  const auto whole = static_cast<int64_t>(x);
  const double rest = x - static_cast<double>(whole);
  return whole + (rest >= 0.5 ? 1 : rest <= -0.5 ? -1 : 0);
}

void RoundWithin(const double* x, int64_t count, double power, int64_t low, int64_t high,
                 int64_t* out) {
  if (-kTwo51 < low && high < kTwo51) {
    return RoundSmall(x, count, power, static_cast<double>(low),
                      static_cast<double>(high), out);
  }
  for (int64_t i = 0; i < count; ++i) {
    out[i] = std::clamp(RoundHalfAway(x[i] * power), low, high);
  }
}

arrow::Result<std::unique_ptr<ColumnGenerator>> MakeRealColumn(const Params& params,
                                                               const BindContext& context,
                                                               const RealLaw& law) {
  const Key key = context.key("value");
  const std::shared_ptr<arrow::DataType> stated = NarrowDecimal(context.stated_type());
  if (stated == nullptr || stated->id() == arrow::Type::DOUBLE) {
    return std::make_unique<DoubleColumn>(key, law);
  }
  const bool decimal = stated->id() == arrow::Type::DECIMAL64;
  if (!decimal && !arrow::is_signed_integer(stated->id())) {
    return params.Error("", "makes numbers, not values of the stated type",
                        stated->ToString(), "state double, an integer or a decimal");
  }
  const auto type = decimal ? stated : arrow::int64();
  const double power = static_cast<double>(PowerOfTen(ScaleOf(*stated)));
  const double limit = LimitOf(*stated);
  // Rounding must not leave the bounds, so they move inwards to whole units. A
  // bound such as 4.99 has its nearest double a hair off its unit, which counts
  // as on it.
  const auto on_unit = [](double x) {
    const double nearest = static_cast<double>(RoundHalfAway(x));
    return std::abs(x - nearest) <= 1e-9 * std::max(1.0, std::abs(x)) ? nearest : x;
  };
  const double low = std::ceil(on_unit(std::max(law.min() * power, -limit)));
  const double high = std::floor(on_unit(std::min(law.max() * power, limit)));
  if (low > high) {
    return params.Error("", "no value of the stated type lies between the bounds",
                        stated->ToString());
  }
  return std::make_unique<RoundedColumn>(key, law, type, RoundHalfAway(low),
                                         RoundHalfAway(high));
}

int64_t LargestWhole(const arrow::DataType& type) {
  constexpr int64_t kExact = int64_t{1} << 53;
  if (type.id() == arrow::Type::INT32) return INT32_MAX;
  if (!arrow::is_decimal(type.id())) return kExact;
  const int precision = static_cast<const arrow::DecimalType&>(type).precision();
  return precision > 15 ? kExact : PowerOfTen(precision) - 1;
}

}  // namespace lakeseed
