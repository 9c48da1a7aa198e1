#include "lakeseed/write/statistics.h"

#include <arrow/array.h>
#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/bit_run_reader.h>
#include <arrow/util/decimal.h>

#include "lakeseed/write/range_statistics.h"

namespace lakeseed {
namespace {

using TypePtr = std::shared_ptr<arrow::DataType>;

/// Call visit(begin, length) for each run of rows that are not null.
template <typename Visit>
void VisitValid(const arrow::Array& array, Visit&& visit) {
  if (array.null_count() == 0) {
    if (array.length() > 0) visit(int64_t{0}, array.length());
    return;
  }
  arrow::internal::SetBitRunReader reader(array.null_bitmap_data(), array.offset(),
                                          array.length());
  for (auto run = reader.NextRun(); run.length > 0; run = reader.NextRun()) {
    visit(run.position, run.length);
  }
}

/// Counts nulls, and hands the rest to a range.
template <typename Range>
class RangeGatherer : public StatisticsGatherer {
 public:
  explicit RangeGatherer(TypePtr type) : type_(std::move(type)) {}

  arrow::Status Add(const arrow::Array& array) final {
    null_count_ += array.null_count();
    AddValues(array, &range_);
    return arrow::Status::OK();
  }

  arrow::Result<ColumnStatistics> Finish(std::string name) const final {
    return StatisticsOf(std::move(name), type_, null_count_, range_);
  }

 private:
  virtual void AddValues(const arrow::Array& array, Range* range) const = 0;

  const TypePtr type_;
  int64_t null_count_ = 0;
  Range range_;
};

/// Runs of plain values.
template <typename T, typename Range>
class NumberGatherer final : public RangeGatherer<Range> {
  using RangeGatherer<Range>::RangeGatherer;
  void AddValues(const arrow::Array& array, Range* range) const override {
    const T* values = array.data()->GetValues<T>(1);
    VisitValid(array, [&](int64_t begin, int64_t length) {
      range->Add(values + begin, length);
    });
  }
};
template <typename T>
using IntegerGatherer = NumberGatherer<T, IntegerRange<T>>;
template <typename T>
using RealGatherer = NumberGatherer<T, RealRange<T>>;

using WideDecimalRange = OrderedRange<arrow::Decimal128>;
class WideDecimalGatherer final : public RangeGatherer<WideDecimalRange> {
  using RangeGatherer::RangeGatherer;
  void AddValues(const arrow::Array& array, WideDecimalRange* range) const override {
    const auto& decimals = static_cast<const arrow::Decimal128Array&>(array);
    VisitValid(array, [&](int64_t begin, int64_t length) {
      for (int64_t i = begin; i < begin + length; ++i) {
        range->Add(arrow::Decimal128(decimals.GetValue(i)));
      }
    });
  }
};

class BooleanGatherer final : public RangeGatherer<BooleanRange> {
  using RangeGatherer::RangeGatherer;
  void AddValues(const arrow::Array& array, BooleanRange* range) const override {
    const auto& booleans = static_cast<const arrow::BooleanArray&>(array);
    range->Merge({booleans.true_count(), booleans.false_count()});
  }
};

template <typename ArrayType>
class TextGatherer final : public RangeGatherer<TextRange> {
  using RangeGatherer::RangeGatherer;
  void AddValues(const arrow::Array& array, TextRange* range) const override {
    const auto& texts = static_cast<const ArrayType&>(array);
    VisitValid(array, [&](int64_t begin, int64_t length) {
      for (int64_t i = begin; i < begin + length; ++i) range->Add(texts.GetView(i));
    });
  }
};

/// Marks the codes in use; looks at the dictionary only once, at the end.
class DictionaryGatherer final : public StatisticsGatherer {
 public:
  explicit DictionaryGatherer(TypePtr value_type) : value_type_(std::move(value_type)) {}

  arrow::Status Add(const arrow::Array& array) override {
    const auto& codes = static_cast<const arrow::DictionaryArray&>(array);
    const auto& data = array.data()->dictionary;
    if (dictionary_ == nullptr) {
      dictionary_ = codes.dictionary();
      used_.assign(static_cast<size_t>(dictionary_->length()), 0);
    } else if (dictionary_->data() != data && !dictionary_->Equals(codes.dictionary())) {
      return arrow::Status::Invalid("dictionary differs from the batches before");
    }
    null_count_ += array.null_count();
    const arrow::Array& indices = *codes.indices();
    switch (indices.type_id()) {
      case arrow::Type::INT8:
        return Mark<int8_t>(indices);
      case arrow::Type::INT16:
        return Mark<int16_t>(indices);
      case arrow::Type::INT32:
        return Mark<int32_t>(indices);
      case arrow::Type::INT64:
        return Mark<int64_t>(indices);
      default:
        return arrow::Status::NotImplemented("dictionary codes of type ",
                                             indices.type()->ToString());
    }
  }

  arrow::Result<ColumnStatistics> Finish(std::string name) const override {
    ARROW_ASSIGN_OR_RAISE(const auto values, StatisticsGatherer::Make(value_type_));
    for (size_t code = 0; code < used_.size(); ++code) {
      if (!used_[code]) continue;
      ARROW_RETURN_NOT_OK(
          values->Add(*dictionary_->Slice(static_cast<int64_t>(code), 1)));
    }
    ARROW_ASSIGN_OR_RAISE(ColumnStatistics result, values->Finish(std::move(name)));
    result.null_count = null_count_;
    return result;
  }

 private:
  template <typename Code>
  arrow::Status Mark(const arrow::Array& indices) {
    const Code* codes = indices.data()->GetValues<Code>(1);
    const auto size = static_cast<uint64_t>(used_.size());
    bool inside = true;
    VisitValid(indices, [&](int64_t begin, int64_t length) {
      for (int64_t i = begin; i < begin + length; ++i) {
        const auto code = static_cast<uint64_t>(codes[i]);
        inside &= code < size;
        if (code < size) used_[code] = 1;
      }
    });
    return inside ? arrow::Status::OK()
                  : arrow::Status::Invalid("dictionary code outside the dictionary");
  }

  const TypePtr value_type_;
  std::shared_ptr<arrow::Array> dictionary_;
  std::vector<uint8_t> used_;
  int64_t null_count_ = 0;
};

/// Structs and lists: only nulls are counted, of the column as a whole.
class NestedGatherer final : public StatisticsGatherer {
 public:
  explicit NestedGatherer(TypePtr type) : type_(std::move(type)) {}

  arrow::Status Add(const arrow::Array& array) override {
    null_count_ += array.null_count();
    return arrow::Status::OK();
  }

  arrow::Result<ColumnStatistics> Finish(std::string name) const override {
    ColumnStatistics statistics;
    statistics.name = std::move(name);
    statistics.type = type_;
    statistics.null_count = null_count_;
    return statistics;
  }

 private:
  const TypePtr type_;
  int64_t null_count_ = 0;
};

}  // namespace

arrow::Result<std::unique_ptr<StatisticsGatherer>> StatisticsGatherer::Make(
    const TypePtr& type) {
  switch (type->id()) {
    case arrow::Type::INT8:
      return std::make_unique<IntegerGatherer<int8_t>>(type);
    case arrow::Type::INT16:
      return std::make_unique<IntegerGatherer<int16_t>>(type);
    case arrow::Type::INT32:
    case arrow::Type::DATE32:
    case arrow::Type::DECIMAL32:
      return std::make_unique<IntegerGatherer<int32_t>>(type);
    case arrow::Type::INT64:
    case arrow::Type::TIME64:
    case arrow::Type::TIMESTAMP:
    case arrow::Type::DECIMAL64:
      return std::make_unique<IntegerGatherer<int64_t>>(type);
    case arrow::Type::UINT8:
      return std::make_unique<IntegerGatherer<uint8_t>>(type);
    case arrow::Type::UINT16:
      return std::make_unique<IntegerGatherer<uint16_t>>(type);
    case arrow::Type::UINT32:
      return std::make_unique<IntegerGatherer<uint32_t>>(type);
    case arrow::Type::UINT64:
      return std::make_unique<IntegerGatherer<uint64_t>>(type);
    case arrow::Type::DECIMAL128:
      return std::make_unique<WideDecimalGatherer>(type);
    case arrow::Type::FLOAT:
      return std::make_unique<RealGatherer<float>>(type);
    case arrow::Type::DOUBLE:
      return std::make_unique<RealGatherer<double>>(type);
    case arrow::Type::BOOL:
      return std::make_unique<BooleanGatherer>(type);
    case arrow::Type::STRING:
      return std::make_unique<TextGatherer<arrow::StringArray>>(type);
    case arrow::Type::LARGE_STRING:
      return std::make_unique<TextGatherer<arrow::LargeStringArray>>(type);
    case arrow::Type::DICTIONARY:
      return std::make_unique<DictionaryGatherer>(ValueType(type));
    case arrow::Type::STRUCT:
    case arrow::Type::LIST:
      return std::make_unique<NestedGatherer>(type);
    default:
      return arrow::Status::NotImplemented("no statistics for type ", type->ToString());
  }
}

}  // namespace lakeseed
