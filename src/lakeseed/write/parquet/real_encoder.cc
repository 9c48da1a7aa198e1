#include <arrow/util/bit_util.h>

#include <algorithm>
#include <bit>
#include <vector>

#include "lakeseed/write/parquet/choosing_encoder.h"
#include "lakeseed/write/parquet/dense_values.h"
#include "lakeseed/write/parquet/number_encoder.h"
#include "lakeseed/write/parquet/paged_encoder.h"
#include "lakeseed/write/parquet/plain_value.h"
#include "lakeseed/write/parquet/stepped_encoder.h"

namespace lakeseed {
namespace {

template <typename T>
class RealEncoder final : public RangedEncoder<RealRange<T>> {
 public:
  using RangedEncoder<RealRange<T>>::RangedEncoder;

 protected:
  arrow::Result<int64_t> Encode(const ValueRun& run) override {
    const T* values = DenseValues(run, dense_);
    this->page_range()->Add(values, run.num_values);
    const auto bytes = run.num_values * static_cast<int64_t>(sizeof(T));
    ARROW_RETURN_NOT_OK(this->body()->Reserve(bytes));
    this->body()->Append(values, bytes);
    return run.num_rows;
  }

  EncodedBounds BoundsOf(const RealRange<T>& range) const override {
    return PlainBounds(range);
  }

 private:
  T dense_[kDenseRoom];
};

/// A dictionary that does not make the page smaller than this part of it is none.
constexpr double kWorthIt = 0.75;

/// Doubles: as codes where those of the first page are multiples of a step that repeat,
/// else as they are.
class DoubleEncoder final : public ChoosingEncoder {
 public:
  using ChoosingEncoder::ChoosingEncoder;

 protected:
  int64_t Look(const arrow::ArrayData& rows) override {
    for (int64_t begin = 0; begin < rows.length && is_stepped_; begin += kRunRows) {
      const ValueRun run =
          ValueRun::Of(rows, begin, std::min(kRunRows, rows.length - begin));
      is_stepped_ = Follow(DenseValues(run, dense_), run.num_values);
    }
    return rows.length;
  }
  bool knows_enough() const override { return !is_stepped_; }

  arrow::Result<std::unique_ptr<ColumnEncoder>> Choose(
      const arrow::ArrayVector& rows) override {
    if (is_stepped_ && Repeats(rows)) {
      return MakeSteppedEncoder(column(), options(), step_);
    }
    return std::make_unique<RealEncoder<double>>(column(), options());
  }

 private:
  /// Make the step as fine as more values need; false if there is none for all of them.
  bool Follow(const double* values, int64_t n) {
    while (!step_.CodesOf(values, n, codes_)) {
      most_steps_ *= 10;
      if (step_.decimals() == DecimalStep::kMostDecimals ||
          most_steps_ > DecimalStep::kMostSteps) {
        return false;
      }
      step_ = DecimalStep(step_.decimals() + 1);
    }
    if (n > 0) {
      most_steps_ = std::max(
          most_steps_, DecimalStep::StepsFromZero(*std::max_element(codes_, codes_ + n)));
    }
    return true;
  }

  /// Whether a dictionary of these rows pays.
  bool Repeats(const arrow::ArrayVector& rows) {
    std::vector<bool> is_used(DecimalStep::kCodes);
    int64_t num_values = 0, num_distinct = 0;
    for (const auto& array : rows) {
      for (int64_t begin = 0; begin < array->length(); begin += kRunRows) {
        const ValueRun run = ValueRun::Of(*array->data(), begin,
                                          std::min(kRunRows, array->length() - begin));
        step_.CodesOf(DenseValues(run, dense_), run.num_values, codes_);
        for (int64_t i = 0; i < run.num_values; ++i) {
          num_distinct += is_used[codes_[i]] ? 0 : 1;
          is_used[codes_[i]] = true;
        }
        num_values += run.num_values;
      }
    }
    const int64_t width = std::bit_width(static_cast<uint64_t>(num_distinct));
    const auto coded = static_cast<double>(num_values * width + 64 * num_distinct);
    return coded < kWorthIt * 64 * static_cast<double>(num_values);
  }

  DecimalStep step_;
  int64_t most_steps_ = 0;  // Of the values so far.
  bool is_stepped_ = true;
  double dense_[kDenseRoom];
  uint32_t codes_[kRunRows];
};

class WideDecimalEncoder final : public RangedEncoder<OrderedRange<arrow::Decimal128>> {
 public:
  WideDecimalEncoder(const ColumnLayout& column, const Options& options)
      : RangedEncoder(column, options),
        length_(arrow::DecimalType::DecimalSize(
            static_cast<const arrow::DecimalType&>(*column.type).precision())) {}

 protected:
  arrow::Result<int64_t> Encode(const ValueRun& run) override {
    ARROW_RETURN_NOT_OK(body()->Reserve(run.num_values * length_));
    const uint8_t* values = run.data->GetValues<uint8_t>(1, 0) + 16 * run.offset;
    VisitValues(run, [&](int64_t i) {
      const arrow::Decimal128 value(values + 16 * i);
      page_range()->Add(value);
      const std::string bytes = PlainDecimal(value, length_);
      body()->Append(bytes.data(), length_);
    });
    return run.num_rows;
  }

  EncodedBounds BoundsOf(const OrderedRange<arrow::Decimal128>& range) const override {
    if (!range.any()) return {};
    return {true, PlainDecimal(range.min, length_), PlainDecimal(range.max, length_)};
  }

 private:
  const int32_t length_;
};

class BooleanEncoder final : public RangedEncoder<BooleanRange> {
 public:
  using RangedEncoder::RangedEncoder;

 protected:
  arrow::Result<int64_t> Encode(const ValueRun& run) override {
    ARROW_RETURN_NOT_OK(Reserve(run.num_values));
    uint8_t* const bits = body()->data() + values_begin();
    const uint8_t* values = run.data->buffers[1]->data();
    if (run.validity == nullptr) {
      arrow::internal::CopyBitmap(values, run.offset, run.num_rows, bits, num_bits_);
    } else {
      int64_t at = num_bits_;
      VisitValues(run, [&](int64_t i) {
        arrow::bit_util::SetBitTo(bits, at++,
                                  arrow::bit_util::GetBit(values, run.offset + i));
      });
    }
    const int64_t num_true =
        arrow::internal::CountSetBits(bits, num_bits_, run.num_values);
    page_range()->Merge({num_true, run.num_values - num_true});
    num_bits_ += run.num_values;
    return run.num_rows;
  }

  arrow::Status EndBody() override {
    // Bits behind the last value belong to nobody: always zero.
    for (int64_t bit = num_bits_; bit % 8 != 0; ++bit) {
      arrow::bit_util::SetBitTo(body()->data() + values_begin(), bit, false);
    }
    num_bits_ = 0;
    return arrow::Status::OK();
  }

  EncodedBounds BoundsOf(const BooleanRange& range) const override {
    if (!range.any()) return {};
    return {true, std::string(1, static_cast<char>(range.low())),
            std::string(1, static_cast<char>(range.high()))};
  }

 private:
  /// Make the body as long as its bits with `more` of them.
  arrow::Status Reserve(int64_t more) {
    const int64_t bytes = arrow::bit_util::BytesForBits(num_bits_ + more);
    const int64_t missing = values_begin() + bytes - body()->size();
    ARROW_RETURN_NOT_OK(body()->Reserve(missing));
    body()->Advance(missing);
    return arrow::Status::OK();
  }

  int64_t num_bits_ = 0;
};

}  // namespace

std::unique_ptr<ColumnEncoder> MakeRealEncoder(const ColumnLayout& column,
                                               const ColumnEncoder::Options& options) {
  if (column.type->id() == arrow::Type::FLOAT) {
    return std::make_unique<RealEncoder<float>>(column, options);
  }
  return std::make_unique<DoubleEncoder>(column, options);
}

std::unique_ptr<ColumnEncoder> MakeWideDecimalEncoder(
    const ColumnLayout& column, const ColumnEncoder::Options& options) {
  return std::make_unique<WideDecimalEncoder>(column, options);
}

std::unique_ptr<ColumnEncoder> MakeBooleanEncoder(const ColumnLayout& column,
                                                  const ColumnEncoder::Options& options) {
  return std::make_unique<BooleanEncoder>(column, options);
}

}  // namespace lakeseed
