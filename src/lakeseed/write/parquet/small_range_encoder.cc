#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "lakeseed/write/parquet/code_kernels.h"
#include "lakeseed/write/parquet/coded_encoder.h"
#include "lakeseed/write/parquet/dense_values.h"
#include "lakeseed/write/parquet/plain_value.h"
#include "lakeseed/write/range_statistics.h"

namespace lakeseed {
namespace {

/// Codes are value - min. A value outside of what was declared gets a code behind the
/// declared ones: the declaration only makes it fast.
template <typename Arrived, int kStride = 1>
class SmallRangeEncoder final : public RankedEncoder {
 public:
  SmallRangeEncoder(const ColumnLayout& column, const Options& options)
      : RankedEncoder(column, options),
        min_(*column.shape.min),
        size_(static_cast<uint64_t>(*column.shape.max) - static_cast<uint64_t>(min_) +
              1) {
    std::vector<uint32_t> ranks(size_);
    std::iota(ranks.begin(), ranks.end(), 0u);
    SetRanks(ranks);
  }

 protected:
  arrow::Status Stage(const ValueRun& run, uint32_t* codes) override {
    const Arrived* values = Values(run);
    if (!CodesOf(values, run.num_values, min_, size_, codes)) {
      for (int64_t i = 0; i < run.num_values; ++i) {
        const uint64_t code =
            static_cast<uint64_t>(values[i]) - static_cast<uint64_t>(min_);
        if (code >= size_) codes[i] = CodeOutside(static_cast<int64_t>(values[i]));
      }
    }
    return arrow::Status::OK();
  }

  void EndStaging() override {
    const size_t size = size_ + outside_.size();
    if (size == num_codes()) return;
    std::vector<uint32_t> order(size), rank(size);
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [this](uint32_t a, uint32_t b) {
      return static_cast<Arrived>(ValueOf(a)) < static_cast<Arrived>(ValueOf(b));
    });
    for (uint32_t i = 0; i < size; ++i) rank[order[i]] = i;
    SetRanks(rank);
  }

  std::string PlainOf(uint32_t code) const override {
    return PlainInteger(ValueOf(code), IsStoredNarrow(*column().type));
  }
  arrow::Result<std::shared_ptr<arrow::Scalar>> ScalarOf(uint32_t code) const override {
    return IntegerScalar(column().type, static_cast<Arrived>(ValueOf(code)));
  }

 private:
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

  int64_t ValueOf(uint32_t code) const {
    return code < size_ ? static_cast<int64_t>(static_cast<uint64_t>(min_) + code)
                        : outside_[code - size_];
  }

  uint32_t CodeOutside(int64_t value) {
    const auto next = static_cast<uint32_t>(size_ + outside_.size());
    const auto [place, is_new] = outside_codes_.try_emplace(value, next);
    if (is_new) outside_.push_back(value);
    return place->second;
  }

  const int64_t min_;
  const uint64_t size_;
  std::vector<int64_t> outside_;
  std::unordered_map<int64_t, uint32_t> outside_codes_;
  Arrived arrived_[kDenseRoom];
};

}  // namespace

arrow::Result<std::unique_ptr<ColumnEncoder>> MakeSmallRangeEncoder(
    const ColumnLayout& column, const ColumnEncoder::Options& options) {
  switch (column.type->id()) {
    case arrow::Type::INT8:
      return std::make_unique<SmallRangeEncoder<int8_t>>(column, options);
    case arrow::Type::INT16:
      return std::make_unique<SmallRangeEncoder<int16_t>>(column, options);
    case arrow::Type::UINT8:
      return std::make_unique<SmallRangeEncoder<uint8_t>>(column, options);
    case arrow::Type::UINT16:
      return std::make_unique<SmallRangeEncoder<uint16_t>>(column, options);
    case arrow::Type::UINT32:
      return std::make_unique<SmallRangeEncoder<uint32_t>>(column, options);
    case arrow::Type::UINT64:
      return std::make_unique<SmallRangeEncoder<uint64_t>>(column, options);
    case arrow::Type::INT32:
    case arrow::Type::DATE32:
    case arrow::Type::DECIMAL32:
      return std::make_unique<SmallRangeEncoder<int32_t>>(column, options);
    case arrow::Type::INT64:
    case arrow::Type::TIME64:
    case arrow::Type::TIMESTAMP:
    case arrow::Type::DECIMAL64:
      return std::make_unique<SmallRangeEncoder<int64_t>>(column, options);
    case arrow::Type::DECIMAL128:
      return std::make_unique<SmallRangeEncoder<int64_t, 2>>(column, options);
    default:
      return arrow::Status::NotImplemented("no codes for ", column.type->ToString());
  }
}

}  // namespace lakeseed
