#include "lakeseed/base/simd_level.h"
#include "lakeseed/write/parquet/delta_encoder.h"
#include "lakeseed/write/parquet/dense_values.h"
#include "lakeseed/write/parquet/number_encoder.h"
#include "lakeseed/write/parquet/paged_encoder.h"
#include "lakeseed/write/parquet/plain_value.h"

namespace lakeseed {
namespace {

LAKESEED_KERNEL(void, Cut, (const int64_t* values, int64_t n, int32_t* out),
                (values, n, out)) {
  for (int64_t i = 0; i < n; ++i) out[i] = static_cast<int32_t>(values[i]);
}

/// Values arrive as `Arrived`, every kStride-th (the low words of decimal128), and
/// are stored as `Stored`.
template <typename Arrived, typename Stored, int kStride = 1>
class IntegerEncoder final : public RangedEncoder<IntegerRange<Arrived>> {
 public:
  IntegerEncoder(const ColumnLayout& column, const ColumnEncoder::Options& options)
      : RangedEncoder<IntegerRange<Arrived>>(column, options),
        delta_(options.choice.encoding == parquet::Encoding::DELTA_BINARY_PACKED) {}

 protected:
  arrow::Result<int64_t> Encode(const ValueRun& run) override {
    const Arrived* values = Values(run);
    if (!RangeComesFromDeltas()) this->page_range()->Add(values, run.num_values);
    const Stored* stored = AsStored(values, run.num_values);
    if (delta_) {
      ARROW_RETURN_NOT_OK(encoder_.Add(stored, run.num_values, this->body()));
    } else {
      const auto bytes = run.num_values * static_cast<int64_t>(sizeof(Stored));
      ARROW_RETURN_NOT_OK(this->body()->Reserve(bytes));
      this->body()->Append(stored, bytes);
    }
    return run.num_rows;
  }

  arrow::Result<bool> Encode(const ColumnBlocks::Progression& values,
                             int64_t count) override {
    if constexpr (std::is_same_v<Arrived, int64_t> && std::is_same_v<Stored, int64_t>) {
      if (!delta_) return false;
      ARROW_RETURN_NOT_OK(
          encoder_.AddProgression(values.first, values.step, count, this->body()));
      return true;
    } else {
      return false;
    }
  }

  arrow::Status EndBody() override {
    if (!delta_) return arrow::Status::OK();
    ARROW_RETURN_NOT_OK(encoder_.End(this->body()));
    const IntegerRange<Stored> range = encoder_.TakeRange();
    if (RangeComesFromDeltas()) {
      this->page_range()->Merge({static_cast<Arrived>(range.min),
                                 static_cast<Arrived>(range.max), range.num_values});
    }
    return arrow::Status::OK();
  }
  uint8_t* WriteHeader(uint8_t* end) override {
    return delta_ ? encoder_.WriteHeader(end) : end;
  }
  parquet::Encoding::type encoding() const override {
    return delta_ ? parquet::Encoding::DELTA_BINARY_PACKED : parquet::Encoding::PLAIN;
  }

  EncodedBounds BoundsOf(const IntegerRange<Arrived>& range) const override {
    if (!range.any()) return {};
    constexpr bool kNarrow = sizeof(Stored) == 4;
    return {true, PlainInteger(static_cast<int64_t>(range.min), kNarrow),
            PlainInteger(static_cast<int64_t>(range.max), kNarrow)};
  }

 private:
  /// Where values are stored in the order in which they arrive, and none is cut.
  bool RangeComesFromDeltas() const {
    constexpr bool kKeepsOrder =
        sizeof(Arrived) < sizeof(Stored) ||
        (sizeof(Arrived) == sizeof(Stored) && std::is_signed_v<Arrived>);
    return kKeepsOrder && delta_;
  }
  const Arrived* Values(const ValueRun& run) {
    if constexpr (kStride == 1) {
      return DenseValues(run, arrived_);
    } else {
      const Arrived* words = run.data->GetValues<Arrived>(1, 0) + kStride * run.offset;
      Arrived* out = arrived_;
      VisitValues(run, [&](int64_t i) { *out++ = words[kStride * i]; });
      return arrived_;
    }
  }
  const Stored* AsStored(const Arrived* values, int64_t n) {
    if constexpr (sizeof(Arrived) == sizeof(Stored)) {
      return reinterpret_cast<const Stored*>(values);
    } else {
      if constexpr (sizeof(Arrived) > sizeof(Stored)) {
        Cut(values, n, stored_);
      } else {
        for (int64_t i = 0; i < n; ++i) stored_[i] = static_cast<Stored>(values[i]);
      }
      return stored_;
    }
  }

  const bool delta_;
  DeltaEncoder<Stored> encoder_;
  Arrived arrived_[kDenseRoom];
  Stored stored_[sizeof(Arrived) == sizeof(Stored) ? 1 : kRunRows];
};

}  // namespace

arrow::Result<std::unique_ptr<ColumnEncoder>> MakeIntegerEncoder(
    const ColumnLayout& column, const ColumnEncoder::Options& options) {
  const bool narrow = IsStoredNarrow(*column.type);
  const auto make = [&]<typename Arrived, typename Stored, int kStride = 1>() {
    return std::make_unique<IntegerEncoder<Arrived, Stored, kStride>>(column, options);
  };
  std::unique_ptr<ColumnEncoder> encoder;
  switch (column.type->id()) {
    case arrow::Type::INT8:
      return make.template operator()<int8_t, int32_t>();
    case arrow::Type::INT16:
      return make.template operator()<int16_t, int32_t>();
    case arrow::Type::UINT8:
      return make.template operator()<uint8_t, int32_t>();
    case arrow::Type::UINT16:
      return make.template operator()<uint16_t, int32_t>();
    case arrow::Type::UINT32:
      return make.template operator()<uint32_t, int32_t>();
    case arrow::Type::UINT64:
      return make.template operator()<uint64_t, int64_t>();
    case arrow::Type::INT32:
    case arrow::Type::DATE32:
      return make.template operator()<int32_t, int32_t>();
    case arrow::Type::DECIMAL32:
      if (narrow) return make.template operator()<int32_t, int32_t>();
      return make.template operator()<int32_t, int64_t>();
    case arrow::Type::INT64:
    case arrow::Type::TIME64:
    case arrow::Type::TIMESTAMP:
      return make.template operator()<int64_t, int64_t>();
    case arrow::Type::DECIMAL64:
      if (narrow) return make.template operator()<int64_t, int32_t>();
      return make.template operator()<int64_t, int64_t>();
    case arrow::Type::DECIMAL128:
      if (narrow) return make.template operator()<int64_t, int32_t, 2>();
      return make.template operator()<int64_t, int64_t, 2>();
    default:
      return arrow::Status::NotImplemented("not stored as integers: ",
                                           column.type->ToString());
  }
}

}  // namespace lakeseed
