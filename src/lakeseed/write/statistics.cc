#include "lakeseed/write/statistics.h"

#include <arrow/array.h>
#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/bit_run_reader.h>
#include <arrow/util/decimal.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

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

/// Plain loops the compiler makes wide; several lanes so that minimum and maximum
/// are not one chain of dependent comparisons.
#define LAKESEED_WIDE __attribute__((target_clones("arch=x86-64-v3", "default")))
LAKESEED_WIDE void Widen(const int64_t* v, int64_t n, int64_t* low, int64_t* high) {
  int64_t a = *low, b = *high;
  for (int64_t i = 0; i < n; ++i) a = v[i] < a ? v[i] : a, b = v[i] > b ? v[i] : b;
  *low = a, *high = b;
}
LAKESEED_WIDE void Widen(const int32_t* v, int64_t n, int32_t* low, int32_t* high) {
  int32_t a = *low, b = *high;
  for (int64_t i = 0; i < n; ++i) a = v[i] < a ? v[i] : a, b = v[i] > b ? v[i] : b;
  *low = a, *high = b;
}
#undef LAKESEED_WIDE
template <typename T>
void Widen(const T* v, int64_t n, T* low, T* high) {
  T a = *low, b = *high;
  for (int64_t i = 0; i < n; ++i) a = v[i] < a ? v[i] : a, b = v[i] > b ? v[i] : b;
  *low = a, *high = b;
}

template <typename T>
arrow::Result<std::shared_ptr<arrow::Scalar>> IntegerScalar(const TypePtr& type,
                                                            T value) {
  if (type->id() == arrow::Type::DECIMAL32) {
    return std::make_shared<arrow::Decimal32Scalar>(
        arrow::Decimal32(static_cast<int32_t>(value)), type);
  }
  if (type->id() == arrow::Type::DECIMAL64) {
    return std::make_shared<arrow::Decimal64Scalar>(
        arrow::Decimal64(static_cast<int64_t>(value)), type);
  }
  return arrow::MakeScalar(type, value);
}

/// Integers, dates, times, timestamps and the small decimals.
template <typename T>
class IntegerGatherer final : public StatisticsGatherer {
 public:
  explicit IntegerGatherer(TypePtr type) : type_(std::move(type)) {}

  arrow::Status Add(const arrow::Array& array) override {
    null_count_ += array.null_count();
    num_values_ += array.length() - array.null_count();
    const T* values = array.data()->GetValues<T>(1);
    VisitValid(array, [&](int64_t begin, int64_t length) {
      Widen(values + begin, length, &min_, &max_);
    });
    return arrow::Status::OK();
  }

  arrow::Result<ColumnStatistics> Finish(std::string name) const override {
    ColumnStatistics result{std::move(name), type_, null_count_};
    if (num_values_ == 0) return result;
    ARROW_ASSIGN_OR_RAISE(result.min, IntegerScalar(type_, min_));
    ARROW_ASSIGN_OR_RAISE(result.max, IntegerScalar(type_, max_));
    return result;
  }

 private:
  const TypePtr type_;
  int64_t null_count_ = 0, num_values_ = 0;
  T min_ = std::numeric_limits<T>::max(), max_ = std::numeric_limits<T>::min();
};

class WideDecimalGatherer final : public StatisticsGatherer {
 public:
  explicit WideDecimalGatherer(TypePtr type) : type_(std::move(type)) {}

  arrow::Status Add(const arrow::Array& array) override {
    null_count_ += array.null_count();
    const auto& decimals = static_cast<const arrow::Decimal128Array&>(array);
    VisitValid(array, [&](int64_t begin, int64_t length) {
      for (int64_t i = begin; i < begin + length; ++i) {
        const arrow::Decimal128 value(decimals.GetValue(i));
        if (!any_ || value < min_) min_ = value;
        if (!any_ || value > max_) max_ = value;
        any_ = true;
      }
    });
    return arrow::Status::OK();
  }

  arrow::Result<ColumnStatistics> Finish(std::string name) const override {
    ColumnStatistics result{std::move(name), type_, null_count_};
    if (!any_) return result;
    result.min = std::make_shared<arrow::Decimal128Scalar>(min_, type_);
    result.max = std::make_shared<arrow::Decimal128Scalar>(max_, type_);
    return result;
  }

 private:
  const TypePtr type_;
  int64_t null_count_ = 0;
  bool any_ = false;
  arrow::Decimal128 min_, max_;
};

template <typename T>
class RealGatherer final : public StatisticsGatherer {
 public:
  explicit RealGatherer(TypePtr type) : type_(std::move(type)) {}

  arrow::Status Add(const arrow::Array& array) override {
    null_count_ += array.null_count();
    const T* values = array.data()->GetValues<T>(1);
    VisitValid(array, [&](int64_t begin, int64_t length) {
      T low = min_, high = max_;
      int64_t nans = 0;
      for (int64_t i = begin; i < begin + length; ++i) {
        const T value = values[i];
        low = value < low ? value : low;  // False for NaN: never taken.
        high = value > high ? value : high;
        nans += value != value;
      }
      min_ = low, max_ = high;
      nan_count_ += nans;
      num_values_ += length - nans;
    });
    return arrow::Status::OK();
  }

  arrow::Result<ColumnStatistics> Finish(std::string name) const override {
    ColumnStatistics result{std::move(name), type_, null_count_, nan_count_};
    if (num_values_ == 0) return result;
    // The sign of a zero depends on which zero came first: widen to both.
    result.min = arrow::MakeScalar(min_ == 0 ? T{-0.0} : min_);
    result.max = arrow::MakeScalar(max_ == 0 ? T{0.0} : max_);
    return result;
  }

 private:
  const TypePtr type_;
  int64_t null_count_ = 0, nan_count_ = 0, num_values_ = 0;
  T min_ = std::numeric_limits<T>::infinity(), max_ = -std::numeric_limits<T>::infinity();
};

class BooleanGatherer final : public StatisticsGatherer {
 public:
  explicit BooleanGatherer(TypePtr type) : type_(std::move(type)) {}

  arrow::Status Add(const arrow::Array& array) override {
    const auto& booleans = static_cast<const arrow::BooleanArray&>(array);
    null_count_ += array.null_count();
    num_true_ += booleans.true_count();
    num_false_ += booleans.false_count();
    return arrow::Status::OK();
  }

  arrow::Result<ColumnStatistics> Finish(std::string name) const override {
    ColumnStatistics result{std::move(name), type_, null_count_};
    if (num_true_ + num_false_ == 0) return result;
    result.min = arrow::MakeScalar(num_false_ == 0);
    result.max = arrow::MakeScalar(num_true_ > 0);
    return result;
  }

 private:
  const TypePtr type_;
  int64_t null_count_ = 0, num_true_ = 0, num_false_ = 0;
};

/// The first 8 bytes as a number that orders as the bytes do.
uint64_t Prefix(std::string_view text) {
  uint64_t word = 0;
  std::memcpy(&word, text.data(), std::min<size_t>(text.size(), 8));
  return std::endian::native == std::endian::little ? __builtin_bswap64(word) : word;
}

template <typename ArrayType, typename ScalarType>
class TextGatherer final : public StatisticsGatherer {
 public:
  explicit TextGatherer(TypePtr type) : type_(std::move(type)) {}

  arrow::Status Add(const arrow::Array& array) override {
    const auto& texts = static_cast<const ArrayType&>(array);
    null_count_ += array.null_count();
    VisitValid(array, [&](int64_t begin, int64_t length) {
      for (int64_t i = begin; i < begin + length; ++i) Add(texts.GetView(i));
    });
    return arrow::Status::OK();
  }

  arrow::Result<ColumnStatistics> Finish(std::string name) const override {
    ColumnStatistics result{std::move(name), type_, null_count_};
    if (!any_) return result;
    result.min = std::make_shared<ScalarType>(min_);
    result.max = std::make_shared<ScalarType>(max_);
    return result;
  }

 private:
  void Add(std::string_view text) {
    const uint64_t prefix = Prefix(text);
    // Most texts lie strictly between by their prefix alone.
    if (any_ && prefix > min_prefix_ && prefix < max_prefix_) return;
    if (!any_ || text < min_) {
      min_ = text;
      min_prefix_ = prefix;
    }
    if (!any_ || text > max_) {
      max_ = text;
      max_prefix_ = prefix;
    }
    any_ = true;
  }

  const TypePtr type_;
  int64_t null_count_ = 0;
  bool any_ = false;
  uint64_t min_prefix_ = 0, max_prefix_ = 0;
  std::string min_, max_;
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
      return std::make_unique<TextGatherer<arrow::StringArray, arrow::StringScalar>>(
          type);
    case arrow::Type::LARGE_STRING:
      return std::make_unique<
          TextGatherer<arrow::LargeStringArray, arrow::LargeStringScalar>>(type);
    case arrow::Type::DICTIONARY:
      return std::make_unique<DictionaryGatherer>(ValueType(type));
    default:
      return arrow::Status::NotImplemented("no statistics for type ", type->ToString());
  }
}

}  // namespace lakeseed
