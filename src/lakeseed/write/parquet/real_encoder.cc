#include <arrow/util/bit_util.h>

#include "lakeseed/write/parquet/number_encoder.h"
#include "lakeseed/write/parquet/paged_encoder.h"
#include "lakeseed/write/parquet/plain_value.h"

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
    if (!range.any()) return {};
    const T low = range.low(), high = range.high();
    return {true, std::string(reinterpret_cast<const char*>(&low), sizeof(T)),
            std::string(reinterpret_cast<const char*>(&high), sizeof(T))};
  }

 private:
  T dense_[kRunRows + 1];
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
  return std::make_unique<RealEncoder<double>>(column, options);
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
