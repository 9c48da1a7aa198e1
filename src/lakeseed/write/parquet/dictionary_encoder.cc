#include <arrow/array.h>
#include <arrow/compute/api_vector.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <string_view>
#include <vector>

#include "lakeseed/write/parquet/code_kernels.h"
#include "lakeseed/write/parquet/coded_encoder.h"
#include "lakeseed/write/parquet/dense_values.h"
#include "lakeseed/write/parquet/plain_value.h"

namespace lakeseed {
namespace {

/// The codes of a dictionary from the smallest value to the largest.
template <typename Key>
std::vector<uint32_t> RanksBy(int64_t size, const Key& key) {
  std::vector<uint32_t> order(static_cast<size_t>(size)), rank(order.size());
  std::iota(order.begin(), order.end(), 0u);
  // Stable: equal values of a dictionary keep their order.
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return key(a) < key(b); });
  for (uint32_t i = 0; i < order.size(); ++i) rank[order[i]] = i;
  return rank;
}

template <typename T>
std::vector<uint32_t> RanksOfNumbers(const arrow::Array& values) {
  const T* numbers = values.data()->GetValues<T>(1);
  return RanksBy(values.length(), [=](uint32_t i) { return numbers[i]; });
}

/// The first bytes of a text as a number of the same order; shorter texts have zeros.
uint64_t BeginOf(std::string_view text) {
  uint64_t begin = 0;
  if (text.size() >= sizeof(begin)) {
    std::memcpy(&begin, text.data(), sizeof(begin));
    return __builtin_bswap64(begin);  // Little-endian, as our targets are.
  }
  for (size_t i = 0; i < sizeof(begin); ++i) {
    begin = begin << 8 | (i < text.size() ? static_cast<uint8_t>(text[i]) : 0);
  }
  return begin;
}

/// A text by its place and begin.
struct TextPlace {
  uint64_t begin;
  uint32_t place;
};

/// Order them by their begins, byte by byte from the last; equal ones keep their order.
void SortByBegin(std::vector<TextPlace>* texts) {
  if (std::ranges::is_sorted(*texts, {}, &TextPlace::begin)) return;
  constexpr int kBytes = sizeof(uint64_t);
  std::vector<std::array<uint32_t, 256>> counts(kBytes, std::array<uint32_t, 256>{});
  const auto byte_of = [](const TextPlace& text, int byte) {
    return static_cast<uint8_t>(text.begin >> (8 * byte));
  };
  for (const TextPlace& text : *texts) {
    for (int byte = 0; byte < kBytes; ++byte) {
      ++counts[static_cast<size_t>(byte)][byte_of(text, byte)];
    }
  }
  std::vector<TextPlace> sorted(texts->size());
  for (int byte = 0; byte < kBytes; ++byte) {
    std::array<uint32_t, 256>& next = counts[static_cast<size_t>(byte)];
    if (std::ranges::count(next, 0u) == std::ssize(next) - 1) continue;
    std::exclusive_scan(next.begin(), next.end(), next.begin(), 0u);
    for (const TextPlace& text : *texts) sorted[next[byte_of(text, byte)]++] = text;
    texts->swap(sorted);
  }
}

/// Most texts differ in what they begin with, so that few are looked up to be compared.
template <typename Texts>
std::vector<uint32_t> RanksOfTexts(const arrow::Array& values) {
  const auto& texts = static_cast<const Texts&>(values);
  std::vector<TextPlace> order(static_cast<size_t>(values.length()));
  for (uint32_t i = 0; i < order.size(); ++i) {
    order[i] = {BeginOf(texts.GetView(i)), i};
  }
  SortByBegin(&order);
  for (auto first = order.begin(); first != order.end();) {
    const auto last = std::find_if(first + 1, order.end(), [&](const TextPlace& text) {
      return text.begin != first->begin;
    });
    if (last - first > 1) {
      std::stable_sort(first, last, [&](const TextPlace& a, const TextPlace& b) {
        return texts.GetView(a.place) < texts.GetView(b.place);
      });
    }
    first = last;
  }
  std::vector<uint32_t> rank(order.size());
  for (uint32_t i = 0; i < order.size(); ++i) rank[order[i].place] = i;
  return rank;
}

arrow::Result<std::vector<uint32_t>> RanksOf(const arrow::Array& values) {
  switch (values.type_id()) {
    case arrow::Type::STRING:
      return RanksOfTexts<arrow::StringArray>(values);
    case arrow::Type::LARGE_STRING:
      return RanksOfTexts<arrow::LargeStringArray>(values);
    case arrow::Type::INT8:
      return RanksOfNumbers<int8_t>(values);
    case arrow::Type::INT16:
      return RanksOfNumbers<int16_t>(values);
    case arrow::Type::INT32:
    case arrow::Type::DATE32:
    case arrow::Type::DECIMAL32:
      return RanksOfNumbers<int32_t>(values);
    case arrow::Type::INT64:
    case arrow::Type::TIME64:
    case arrow::Type::TIMESTAMP:
    case arrow::Type::DECIMAL64:
      return RanksOfNumbers<int64_t>(values);
    case arrow::Type::UINT8:
      return RanksOfNumbers<uint8_t>(values);
    case arrow::Type::UINT16:
      return RanksOfNumbers<uint16_t>(values);
    case arrow::Type::UINT32:
      return RanksOfNumbers<uint32_t>(values);
    case arrow::Type::UINT64:
      return RanksOfNumbers<uint64_t>(values);
    case arrow::Type::DECIMAL128: {
      const auto& decimals = static_cast<const arrow::Decimal128Array&>(values);
      return RanksBy(values.length(),
                     [&](uint32_t i) { return arrow::Decimal128(decimals.GetValue(i)); });
    }
    default:
      return arrow::Status::NotImplemented("dictionary of ", values.type()->ToString());
  }
}

class DictionaryEncoder final : public RankedEncoder {
 public:
  using RankedEncoder::RankedEncoder;

 protected:
  arrow::Status Accept(const std::shared_ptr<arrow::ArrayData>& data) override {
    if (dictionary_ != nullptr) {
      if (dictionary_->data() == data || dictionary_->Equals(arrow::MakeArray(data))) {
        return arrow::Status::OK();
      }
      return arrow::Status::Invalid("dictionary differs from the batches before");
    }
    dictionary_ = arrow::MakeArray(data);
    ARROW_ASSIGN_OR_RAISE(const auto ranks, RanksOf(*dictionary_));
    SetRanks(ranks);
    return arrow::Status::OK();
  }

  arrow::Status Stage(const ValueRun& run, uint32_t* codes) override {
    switch (
        static_cast<const arrow::DictionaryType&>(*column().type).index_type()->id()) {
      case arrow::Type::INT8:
        return Stage<int8_t>(run, codes);
      case arrow::Type::INT16:
        return Stage<int16_t>(run, codes);
      case arrow::Type::INT32:
        return Stage<int32_t>(run, codes);
      case arrow::Type::INT64:
        return Stage<int64_t>(run, codes);
      default:
        return arrow::Status::NotImplemented("codes of ", column().type->ToString());
    }
  }

  std::string PlainOf(uint32_t code) const override {
    return PlainValue(*dictionary_, code);
  }
  arrow::Status AppendPlain(std::span<const uint32_t> codes,
                            ByteBuffer* page) const override {
    if (dictionary_ == nullptr || dictionary_->type_id() != arrow::Type::STRING) {
      return RankedEncoder::AppendPlain(codes, page);
    }
    const auto& texts = static_cast<const arrow::StringArray&>(*dictionary_);
    ARROW_RETURN_NOT_OK(page->Reserve(texts.total_values_length() +
                                      std::ssize(codes) * int64_t{sizeof(uint32_t)}));
    for (const uint32_t code : codes) {
      const std::string_view text = texts.GetView(code);
      const auto length = static_cast<uint32_t>(text.size());
      page->Append(&length, sizeof(length));
      page->Append(text.data(), length);
    }
    return arrow::Status::OK();
  }
  arrow::Result<std::shared_ptr<arrow::Scalar>> ScalarOf(uint32_t code) const override {
    return dictionary_->GetScalar(code);
  }

 private:
  template <typename Index>
  arrow::Status Stage(const ValueRun& run, uint32_t* codes) {
    Index scratch[kDenseRoom];
    const Index* indices = DenseValues(run, scratch);
    return CodesOf(indices, run.num_values, 0, num_codes(), codes)
               ? arrow::Status::OK()
               : arrow::Status::Invalid("dictionary code outside the dictionary");
  }

  std::shared_ptr<arrow::Array> dictionary_;
};

/// Dictionaries of reals and booleans: written as the values they stand for.
class DecodedEncoder final : public ColumnEncoder {
 public:
  explicit DecodedEncoder(std::unique_ptr<ColumnEncoder> values)
      : values_(std::move(values)) {}

  arrow::Status Add(const arrow::Array& rows) override {
    const auto& codes = static_cast<const arrow::DictionaryArray&>(rows);
    ARROW_ASSIGN_OR_RAISE(const arrow::Datum values,
                          arrow::compute::Take(codes.dictionary(), codes.indices()));
    return values_->Add(*values.make_array());
  }
  arrow::Status EndPage() override { return values_->EndPage(); }
  arrow::Status EndChunk(std::vector<EncodedChunk>* chunks) override {
    return values_->EndChunk(chunks);
  }
  bool is_compressed() const override { return values_->is_compressed(); }
  arrow::Result<ColumnStatistics> Statistics(std::string name) const override {
    return values_->Statistics(std::move(name));
  }

 private:
  const std::unique_ptr<ColumnEncoder> values_;
};

}  // namespace

arrow::Result<std::unique_ptr<ColumnEncoder>> MakeDictionaryEncoder(
    const ColumnLayout& column, const ColumnEncoder::Options& options) {
  ColumnLayout values = column;
  values.type = ValueType(column.type);
  switch (values.type->id()) {
    case arrow::Type::BOOL:
    case arrow::Type::FLOAT:
    case arrow::Type::DOUBLE: {
      ARROW_ASSIGN_OR_RAISE(auto encoder, ColumnEncoder::Make(values, options));
      return std::make_unique<DecodedEncoder>(std::move(encoder));
    }
    default:
      return std::make_unique<DictionaryEncoder>(column, options);
  }
}

}  // namespace lakeseed
