// Vectors -> Arrow arrays: the one place where results are checked to fit.

#include <arrow/array.h>
#include <arrow/array/util.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_ops.h>
#include <fmt/format.h>

#include <cstring>
#include <limits>

#include "lakeseed/evaluate/bits.h"
#include "lakeseed/evaluate/blend.h"
#include "lakeseed/evaluate/bound_expression.h"
#include "lakeseed/evaluate/vector.h"

namespace lakeseed {
namespace {

struct Validity {
  std::shared_ptr<arrow::Buffer> bits;
  int64_t null_count = 0;
};

arrow::Result<std::shared_ptr<arrow::Buffer>> NewBits(int64_t length,
                                                      arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> bits,
                        arrow::AllocateBuffer((length + 7) / 8, pool));
  std::memset(bits->mutable_data(), 0, static_cast<size_t>(bits->size()));
  return bits;
}

arrow::Result<Validity> PackValidity(const Vector& vector, int64_t length,
                                     arrow::MemoryPool* pool) {
  Validity out;
  if (vector.valid == nullptr) return out;
  ARROW_ASSIGN_OR_RAISE(out.bits, NewBits(length, pool));
  uint8_t* bits = out.bits->mutable_data();
  if (!vector.constant) {
    out.null_count = length - PackBits(vector.valid, length, 0, bits);
  } else if (vector.valid[0] == 0) {
    out.null_count = length;
  }
  if (out.null_count == 0) out.bits = nullptr;
  return out;
}

struct Bounds {
  Int128 low;
  Int128 high;
};

// Copy with a check: one pass that only notes whether anything is outside (the
// values under nulls may be), and a second one only if so.
template <class From, class To>
arrow::Result<std::shared_ptr<arrow::Buffer>> CopyWithin(const Vector& vector,
                                                         Bounds bounds, int64_t length,
                                                         arrow::MemoryPool* pool,
                                                         int64_t* bad_row) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer,
                        arrow::AllocateBuffer(length * sizeof(To), pool));
  To* to = reinterpret_cast<To*>(buffer->mutable_data());
  const From* from = vector.as<From>();
  const auto low = static_cast<From>(bounds.low);
  const auto high = static_cast<From>(bounds.high);
  if (vector.constant) {
    for (int64_t i = 0; i < length; ++i) to[i] = static_cast<To>(from[0]);
    const bool outside = from[0] < low || from[0] > high;
    if (outside && length > 0 && vector.IsValid(0)) *bad_row = 0;
    return buffer;
  }
  uint64_t outside = 0;
  for (int64_t i = 0; i < length; ++i) {
    const From value = from[i];
    outside |= static_cast<uint64_t>((value < low) | (value > high));
    to[i] = static_cast<To>(value);
  }
  for (int64_t i = 0; outside != 0 && i < length; ++i) {
    if (vector.IsValid(i) && (from[i] < low || from[i] > high)) {
      *bad_row = i;
      break;
    }
  }
  return buffer;
}

/// The values of a vector as a buffer: kept alive by it, not copied.
class SharedValues final : public arrow::Buffer {
 public:
  SharedValues(const Vector& vector, int64_t size)
      : Buffer(vector.as<uint8_t>(), size), owners_(vector.owners) {}

 private:
  const std::vector<std::shared_ptr<const void>> owners_;
};

// Nothing is copied where the layouts agree, and nothing looked at where the limit of
// the type says enough.
arrow::Result<std::shared_ptr<arrow::Buffer>> ShareWithin(const Vector& vector,
                                                          const ValueType& type,
                                                          Bounds bounds, int64_t length,
                                                          arrow::MemoryPool* pool,
                                                          int64_t* bad_row) {
  const bool fits = type.limit <= bounds.high && -type.limit >= bounds.low;
  if (vector.constant ||
      (!fits && AnyOutside(vector.as<int64_t>(), length, static_cast<int64_t>(bounds.low),
                           static_cast<int64_t>(bounds.high)))) {
    return CopyWithin<int64_t, int64_t>(vector, bounds, length, pool, bad_row);
  }
  return std::make_shared<SharedValues>(vector, length * 8);
}

template <class To>
arrow::Result<std::shared_ptr<arrow::Buffer>> WriteExact(const Vector& vector,
                                                         const ValueType& type,
                                                         Bounds bounds, int64_t length,
                                                         arrow::MemoryPool* pool,
                                                         int64_t* bad_row) {
  if (type.wide()) {
    return CopyWithin<Int128, To>(vector, bounds, length, pool, bad_row);
  }
  if constexpr (std::is_same_v<To, int64_t>) {
    return ShareWithin(vector, type, bounds, length, pool, bad_row);
  } else {
    return CopyWithin<int64_t, To>(vector, bounds, length, pool, bad_row);
  }
}

template <class T>
Bounds RangeOf() {
  return {std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
}

arrow::Result<std::shared_ptr<arrow::Buffer>> WriteNumbers(
    const Vector& vector, const ValueType& type, const arrow::DataType& target,
    int64_t length, arrow::MemoryPool* pool, int64_t* bad_row) {
  using arrow::Type;
  switch (target.id()) {
    case Type::INT8:
      return WriteExact<int8_t>(vector, type, RangeOf<int8_t>(), length, pool, bad_row);
    case Type::INT16:
      return WriteExact<int16_t>(vector, type, RangeOf<int16_t>(), length, pool, bad_row);
    case Type::INT32:
    case Type::DATE32:
      return WriteExact<int32_t>(vector, type, RangeOf<int32_t>(), length, pool, bad_row);
    case Type::DECIMAL64: {
      const auto& decimal = static_cast<const arrow::DecimalType&>(target);
      const Int128 limit = WidePowerOfTen(decimal.precision()) - 1;
      return WriteExact<int64_t>(vector, type, {-limit, limit}, length, pool, bad_row);
    }
    case Type::DOUBLE: {
      // Bits, so that no NaN is touched.
      return CopyWithin<int64_t, int64_t>(vector, RangeOf<int64_t>(), length, pool,
                                          bad_row);
    }
    default:
      return WriteExact<int64_t>(vector, type, RangeOf<int64_t>(), length, pool, bad_row);
  }
}

// The one buffer that holds all texts end to end, if there is one.
std::shared_ptr<arrow::Buffer> WholeBuffer(const Vector& vector, int64_t length,
                                           int64_t total) {
  if (vector.constant || length == 0) return nullptr;
  const auto* views = vector.as<std::string_view>();
  const char* next = views[0].data();
  for (int64_t i = 0; i < length; ++i) {
    if (!vector.IsValid(i)) continue;
    if (views[i].data() != next) return nullptr;
    next += views[i].size();
  }
  if (vector.chars == nullptr || vector.chars->size() < total) return nullptr;
  const char* begin = reinterpret_cast<const char*>(vector.chars->data());
  return views[0].data() == begin ? vector.chars : nullptr;
}

arrow::Result<std::shared_ptr<arrow::Array>> WriteText(const Vector& vector,
                                                       int64_t length,
                                                       arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(Validity validity, PackValidity(vector, length, pool));
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> offsets,
                        arrow::AllocateBuffer((length + 1) * 4, pool));
  auto* offset = reinterpret_cast<int32_t*>(offsets->mutable_data());
  const auto* views = vector.as<std::string_view>();
  int64_t total = 0;
  for (int64_t i = 0; i < length; ++i) {
    offset[i] = static_cast<int32_t>(total);
    if (vector.IsValid(i)) total += static_cast<int64_t>(views[vector.index(i)].size());
  }
  if (total > INT32_MAX) {
    return arrow::Status::CapacityError("more than 2 GiB of text in one batch");
  }
  offset[length] = static_cast<int32_t>(total);
  std::shared_ptr<arrow::Buffer> chars = WholeBuffer(vector, length, total);
  if (chars == nullptr) {
    ARROW_ASSIGN_OR_RAISE(chars, arrow::AllocateBuffer(total, pool));
    char* to = reinterpret_cast<char*>(chars->mutable_data());
    for (int64_t i = 0; i < length; ++i) {
      if (!vector.IsValid(i)) continue;
      const std::string_view text = views[vector.index(i)];
      if (!text.empty()) std::memcpy(to + offset[i], text.data(), text.size());
    }
  }
  return arrow::MakeArray(arrow::ArrayData::Make(
      arrow::utf8(), length, {validity.bits, offsets, chars}, validity.null_count));
}

arrow::Result<std::shared_ptr<arrow::Array>> WriteCodes(const Vector& vector,
                                                        int64_t length,
                                                        arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(Validity validity, PackValidity(vector, length, pool));
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> codes,
                        arrow::AllocateBuffer(length * 4, pool));
  auto* to = reinterpret_cast<int32_t*>(codes->mutable_data());
  const auto* from = vector.as<int32_t>();
  if (vector.constant) {
    for (int64_t i = 0; i < length; ++i) to[i] = from[0];
  } else if (length > 0) {
    std::memcpy(to, from, static_cast<size_t>(length) * 4);
  }
  auto data = arrow::ArrayData::Make(arrow::dictionary(arrow::int32(), arrow::utf8()),
                                     length, {validity.bits, codes}, validity.null_count);
  data->dictionary = vector.dictionary->array->data();
  return arrow::MakeArray(data);
}

arrow::Result<std::shared_ptr<arrow::Array>> WriteBoolean(const Vector& vector,
                                                          int64_t length,
                                                          arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(auto values, NewBits(length, pool));
  ARROW_ASSIGN_OR_RAISE(auto valid, NewBits(length, pool));
  const uint8_t* truth = vector.as<uint8_t>();
  int64_t null_count = 0;
  // kUnknown is the lower bit of a truth, kTrue the upper one.
  if (!vector.constant) {
    PackBits(truth, length, 1, values->mutable_data());
    null_count = PackBits(truth, length, 0, valid->mutable_data());
    arrow::internal::InvertBitmap(valid->data(), 0, length, valid->mutable_data(), 0);
  } else {
    arrow::bit_util::SetBitsTo(values->mutable_data(), 0, length, truth[0] == kTrue);
    if (truth[0] == kUnknown) null_count = length;
  }
  if (null_count == 0) valid = nullptr;
  return arrow::MakeArray(
      arrow::ArrayData::Make(arrow::boolean(), length, {valid, values}, null_count));
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::Array>> WriteArray(
    const Vector& vector, const ValueType& type,
    const std::shared_ptr<arrow::DataType>& target, int64_t length,
    arrow::MemoryPool* pool, Misfit* misfit) {
  if (type.is(ValueKind::kNull)) return arrow::MakeArrayOfNull(target, length, pool);
  if (type.is(ValueKind::kBoolean)) return WriteBoolean(vector, length, pool);
  if (vector.dictionary != nullptr) return WriteCodes(vector, length, pool);
  if (type.is(ValueKind::kText)) return WriteText(vector, length, pool);
  ARROW_ASSIGN_OR_RAISE(Validity validity, PackValidity(vector, length, pool));
  int64_t bad_row = -1;
  ARROW_ASSIGN_OR_RAISE(auto values,
                        WriteNumbers(vector, type, *target, length, pool, &bad_row));
  if (bad_row >= 0) {
    misfit->row = bad_row;
    misfit->reason = fmt::format("does not fit {}", TypeName(*target));
    misfit->value = FormatValue(vector, type, bad_row);
    return nullptr;
  }
  return arrow::MakeArray(arrow::ArrayData::Make(target, length, {validity.bits, values},
                                                 validity.null_count));
}

}  // namespace lakeseed
