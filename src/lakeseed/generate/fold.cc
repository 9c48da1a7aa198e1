#include "lakeseed/generate/fold.h"

#include <arrow/api.h>
#include <arrow/util/bit_util.h>

#include <algorithm>
#include <vector>

#include "lakeseed/base/simd_level.h"

namespace lakeseed {
namespace {

constexpr char kTooLarge[] = "a sum over children leaves its type";

/// Fold one segment; returns whether there is a value.
template <typename T>
bool FoldSegment(FoldKind kind, const T* values, const arrow::Array& array, int32_t begin,
                 int32_t end, T* out, bool* overflow) {
  const bool has_nulls = array.null_count() != 0;
  bool found = false;
  T total{};
  for (int32_t i = begin; i < end; ++i) {
    if (has_nulls && array.IsNull(i)) continue;
    if (kind == FoldKind::kSum) {
      if constexpr (std::is_floating_point_v<T>) {
        total += values[i];
      } else {
        *overflow |= __builtin_add_overflow(total, values[i], &total);
      }
    } else if (!found) {
      total = values[i];
    } else {
      total = kind == FoldKind::kMin ? std::min(total, values[i])
                                     : std::max(total, values[i]);
    }
    found = true;
  }
  *out = total;
  return found || kind == FoldKind::kSum;
}

/// Whether all are so small that no sum of an array of them leaves its type.
LAKESEED_KERNEL(bool, AreSmall, (const int64_t* values, int64_t length),
                (values, length)) {
  int64_t bits = 0;
  for (int64_t i = 0; i < length; ++i) bits |= values[i] ^ (values[i] >> 63);
  return bits < int64_t{1} << 31;
}

/// Parents whose children's running total stays in the first cache.
constexpr size_t kParents = 512;

/// Differences of the running total: nobody can guess how many children each has.
void AddSmall(const int64_t* values, std::span<const int32_t> offsets, int64_t* out) {
  std::vector<int64_t> until;
  const size_t n = offsets.size() - 1;
  for (size_t begin = 0; begin < n; begin += kParents) {
    const size_t end = std::min(n, begin + kParents);
    const int32_t first = offsets[begin];
    const auto children = static_cast<size_t>(offsets[end] - first);
    if (until.size() <= children) until.resize(2 * children + 1);
    int64_t total = 0;
    for (size_t c = 0; c < children; ++c) {
      total += values[static_cast<size_t>(first) + c];
      until[c + 1] = total;
    }
    int64_t before = 0;
    for (size_t i = begin; i < end; ++i) {
      const int64_t after = until[static_cast<size_t>(offsets[i + 1] - first)];
      out[i] = after - before;
      before = after;
    }
  }
}

/// Sums of whole numbers without nulls, the most common fold: a sum is never null.
arrow::Result<std::shared_ptr<arrow::Array>> Sums(
    const int64_t* values, std::span<const int32_t> offsets,
    const std::shared_ptr<arrow::DataType>& type, arrow::MemoryPool* pool) {
  const int64_t n = static_cast<int64_t>(offsets.size()) - 1;
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer,
                        arrow::AllocateBuffer(n * 8, pool));
  auto* out = buffer->mutable_data_as<int64_t>();
  bool overflow = false;
  if (AreSmall(values + offsets.front(), offsets.back() - offsets.front())) {
    AddSmall(values, offsets, out);
  } else {
    for (int64_t i = 0; i < n; ++i) {
      out[i] = 0;
      for (int32_t c = offsets[i]; c < offsets[i + 1]; ++c) {
        overflow |= __builtin_add_overflow(out[i], values[c], out + i);
      }
    }
  }
  if (overflow) return arrow::Status::Invalid(kTooLarge);
  return arrow::MakeArray(
      arrow::ArrayData::Make(type, n, {nullptr, std::move(buffer)}, 0));
}

template <typename T>
arrow::Result<std::shared_ptr<arrow::Array>> FoldValues(
    FoldKind kind, const arrow::Array& array, std::span<const int32_t> offsets,
    const std::shared_ptr<arrow::DataType>& type, arrow::MemoryPool* pool) {
  const int64_t n = static_cast<int64_t>(offsets.size()) - 1;
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer,
                        arrow::AllocateBuffer(n * sizeof(T), pool));
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> valid,
                        arrow::AllocateEmptyBitmap(n, pool));
  T* out = buffer->mutable_data_as<T>();
  const T* values = array.data()->GetValues<T>(1);
  int64_t nulls = 0;
  bool overflow = false;
  for (int64_t i = 0; i < n; ++i) {
    const bool found = FoldSegment<T>(kind, values, array, offsets[i], offsets[i + 1],
                                      out + i, &overflow);
    if (found) {
      arrow::bit_util::SetBit(valid->mutable_data(), i);
    } else {
      ++nulls;
    }
  }
  if (overflow) return arrow::Status::Invalid(kTooLarge);
  return arrow::MakeArray(arrow::ArrayData::Make(
      type, n, {nulls == 0 ? nullptr : std::move(valid), std::move(buffer)}, nulls));
}

arrow::Result<std::shared_ptr<arrow::Array>> Count(const arrow::Array* values,
                                                   std::span<const int32_t> offsets,
                                                   arrow::MemoryPool* pool) {
  const int64_t n = static_cast<int64_t>(offsets.size()) - 1;
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer,
                        arrow::AllocateBuffer(n * 8, pool));
  int64_t* out = buffer->mutable_data_as<int64_t>();
  for (int64_t i = 0; i < n; ++i) {
    out[i] = offsets[i + 1] - offsets[i];
    if (values == nullptr || values->null_count() == 0) continue;
    for (int32_t c = offsets[i]; c < offsets[i + 1]; ++c) out[i] -= values->IsNull(c);
  }
  return std::make_shared<arrow::Int64Array>(n, std::move(buffer));
}

}  // namespace

std::shared_ptr<arrow::DataType> FoldType(FoldKind kind,
                                          const std::shared_ptr<arrow::DataType>& type) {
  if (kind == FoldKind::kCount) return arrow::int64();
  const bool extreme = kind != FoldKind::kSum;
  switch (type->id()) {
    case arrow::Type::INT64:
    case arrow::Type::DOUBLE:
      return type;
    case arrow::Type::DECIMAL64:
      return extreme ? type
                     : arrow::decimal64(
                           18, static_cast<const arrow::DecimalType&>(*type).scale());
    case arrow::Type::DATE32:
    case arrow::Type::TIMESTAMP:
      return extreme ? type : nullptr;
    default:
      return nullptr;
  }
}

arrow::Result<std::shared_ptr<arrow::Array>> FoldChildren(
    FoldKind kind, const arrow::Array* values, std::span<const int32_t> offsets,
    const std::shared_ptr<arrow::DataType>& type, arrow::MemoryPool* pool) {
  if (kind == FoldKind::kCount) return Count(values, offsets, pool);
  switch (values->type_id()) {
    case arrow::Type::DOUBLE:
      return FoldValues<double>(kind, *values, offsets, type, pool);
    case arrow::Type::DATE32:
      return FoldValues<int32_t>(kind, *values, offsets, type, pool);
    case arrow::Type::INT64:
    case arrow::Type::DECIMAL64:
    case arrow::Type::TIMESTAMP:
      if (kind == FoldKind::kSum && values->null_count() == 0) {
        return Sums(values->data()->GetValues<int64_t>(1), offsets, type, pool);
      }
      return FoldValues<int64_t>(kind, *values, offsets, type, pool);
    default:
      return arrow::Status::TypeError("no fold over ", values->type()->ToString());
  }
}

}  // namespace lakeseed
