#include "lakeseed/generate/choice_values.h"

#include <arrow/api.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/integer_column.h"
#include "lakeseed/spec/params.h"

#if defined(LAKESEED_HAS_LEVELS)
#include <immintrin.h>
#endif

namespace lakeseed {
namespace {

#if defined(LAKESEED_HAS_LEVELS)

constexpr size_t kMostKept = 16;

/// The values stay in vectors, and no row looks at memory. REQUIRES: at most kMostKept.
LAKESEED_AVX512 void LookUpKept(const int32_t* places, const void* table, size_t size,
                                int64_t count, void* out) {
  alignas(64) int64_t all[kMostKept] = {};
  std::memcpy(all, table, size * sizeof(int64_t));
  const __m512i low = _mm512_load_si512(all), high = _mm512_load_si512(all + 8);
  auto* to = static_cast<int64_t*>(out);
  for (int64_t i = 0; i < count; i += 8) {
    const int64_t rows = std::min<int64_t>(8, count - i);
    const auto there = static_cast<__mmask8>(0xFF >> (8 - rows));
    const __m512i place =
        _mm512_maskz_cvtepi32_epi64(there, _mm256_maskz_loadu_epi32(there, places + i));
    _mm512_mask_storeu_epi64(to + i, there, _mm512_permutex2var_epi64(low, place, high));
  }
}

#endif

/// Look `places` up in `table` and write values of T.
template <typename T, typename Table>
void LookUp(const int32_t* places, const Table& table, int64_t count, T* out) {
#if defined(LAKESEED_HAS_LEVELS)
  if constexpr (std::is_same_v<T, typename Table::value_type>) {
    static_assert(sizeof(T) == sizeof(int64_t));
    if (table.size() <= kMostKept && SimdLevelInUse() == SimdLevel::kAvx512) {
      return LookUpKept(places, table.data(), table.size(), count, out);
    }
  }
#endif
  for (int64_t i = 0; i < count; ++i) {
    out[i] = static_cast<T>(table[static_cast<size_t>(places[i])]);
  }
}

template <typename T, typename Table>
arrow::Result<std::shared_ptr<arrow::Array>> LookedUp(
    const std::shared_ptr<arrow::DataType>& type, ColumnMemory<int32_t> places,
    const Table& table, int64_t length, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<T>::Make(length, pool));
  LookUp(places.data(), table, length, memory.data());
  memory.validity() = places.validity();
  return std::move(memory).Finish(type);
}

arrow::Result<std::shared_ptr<arrow::Array>> Booleans(ColumnMemory<int32_t> places,
                                                      const std::vector<int64_t>& table,
                                                      int64_t length,
                                                      arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> bits,
                        arrow::AllocateEmptyBitmap(length, pool));
  const int32_t* place = places.data();
  for (int64_t i = 0; i < length; ++i) {
    arrow::bit_util::SetBitTo(bits->mutable_data(), i,
                              table[static_cast<size_t>(place[i])] != 0);
  }
  return std::make_shared<arrow::BooleanArray>(
      length, std::move(bits), places.validity().bits(), places.validity().null_count());
}

}  // namespace

ColumnShape ChoiceValues::shape() const {
  ColumnShape shape;
  if (dictionary_ != nullptr) {
    shape.kind = ShapeKind::kCategory;
    shape.num_categories = size_;
  } else if (!doubles_.empty()) {
    shape.kind = ShapeKind::kReal;
  } else if (type_->id() == arrow::Type::BOOL) {
    shape.kind = ShapeKind::kBoolean;
  } else {
    const auto [min, max] = std::minmax_element(numbers_.begin(), numbers_.end());
    shape.kind = *min == *max ? ShapeKind::kConstant : ShapeKind::kBounded;
    shape.min = *min;
    shape.max = *max;
  }
  return shape;
}

int32_t ChoiceValues::FirstAlike(int32_t place) const {
  const auto first = [&](const auto& values) {
    const auto bits = std::bit_cast<uint64_t>(values[static_cast<size_t>(place)]);
    const auto alike = [&](auto value) { return std::bit_cast<uint64_t>(value) == bits; };
    return static_cast<int32_t>(std::find_if(values.begin(), values.end(), alike) -
                                values.begin());
  };
  if (dictionary_ != nullptr) return place;  // Of texts there are no two alike.
  return doubles_.empty() ? first(numbers_) : first(doubles_);
}

void ChoiceValues::Look(const int32_t* places, int64_t count, void* out) const {
  if (dictionary_ != nullptr) {
    std::copy_n(places, count, static_cast<int32_t*>(out));
  } else if (!doubles_.empty()) {
    LookUp(places, doubles_, count, static_cast<double*>(out));
  } else if (type_->byte_width() == 4) {
    LookUp(places, numbers_, count, static_cast<int32_t*>(out));
  } else {
    LookUp(places, numbers_, count, static_cast<int64_t*>(out));
  }
}

arrow::Result<std::shared_ptr<arrow::Array>> ChoiceValues::Finish(
    ColumnMemory<int32_t> places, int64_t length, arrow::MemoryPool* pool) const {
  switch (type_->id()) {
    case arrow::Type::DICTIONARY:
      return std::move(places).FinishCodes(type_, dictionary_);
    case arrow::Type::DOUBLE:
      return LookedUp<double>(type_, std::move(places), doubles_, length, pool);
    case arrow::Type::BOOL:
      return Booleans(std::move(places), numbers_, length, pool);
    case arrow::Type::DATE32:
      return LookedUp<int32_t>(type_, std::move(places), numbers_, length, pool);
    default:
      return LookedUp<int64_t>(type_, std::move(places), numbers_, length, pool);
  }
}

int32_t ChoiceValuesBuilder::Add(const SpecNode& node) {
  Literal literal = LiteralOf(node);
  for (size_t i = 0; i < literals_.size(); ++i) {
    if (literals_[i].text != literal.text) continue;
    // '1' in quotes beside a bare 1: then it is a text.
    if (literal.kind == Literal::Kind::kText) literals_[i] = std::move(literal);
    return static_cast<int32_t>(i);
  }
  literals_.push_back(std::move(literal));
  return static_cast<int32_t>(literals_.size()) - 1;
}

arrow::Result<ChoiceValues> ChoiceValuesBuilder::Finish(
    const Params& params, const std::shared_ptr<arrow::DataType>& stated) const {
  ChoiceValues values;
  values.size_ = static_cast<int32_t>(literals_.size());
  values.type_ =
      stated != nullptr ? IntegerTypeFor(NarrowDecimal(stated)) : CommonType(literals_);
  const arrow::Type::type id = values.type_->id();
  if (id == arrow::Type::STRING || id == arrow::Type::DICTIONARY) {
    arrow::StringBuilder texts;
    for (const Literal& literal : literals_) {
      ARROW_RETURN_NOT_OK(texts.Append(literal.text));
    }
    values.type_ = CategoryType();
    ARROW_ASSIGN_OR_RAISE(values.dictionary_, texts.Finish());
    return values;
  }
  for (const Literal& literal : literals_) {
    const bool number = literal.kind == Literal::Kind::kInteger ||
                        literal.kind == Literal::Kind::kDecimal;
    if (id == arrow::Type::DOUBLE && number) {
      values.doubles_.push_back(literal.ToDouble());
      continue;
    }
    const arrow::Result<int64_t> value = NumberAs(literal, *values.type_);
    if (!value.ok()) return params.Error("", value.status().message(), literal.text);
    values.numbers_.push_back(*value);
  }
  return values;
}

}  // namespace lakeseed
