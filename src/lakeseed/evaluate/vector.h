// Vector: the values of one expression node for a batch of rows.
//
// Contiguous values of one of five layouts (see ValueType): int64 (integers,
// decimals, dates, times, durations), Int128 (the same, wide), double, truth
// bytes, std::string_view; or int32 codes into a dictionary of texts. A constant
// holds one value that stands for all rows. Validity is one byte for each row.
//
// Law: truth bytes are 0 false, 1 null, 2 true, so that three-valued `and` is
// min, `or` is max and `not x` is 2 - x; they never have a validity buffer.
// Law: a value under a null is some value of its layout, never read as a result.
//
// Thread safety: immutable once made.

#pragma once

#include <arrow/buffer.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "lakeseed/evaluate/value_type.h"

namespace lakeseed {

enum Truth : uint8_t { kFalse = 0, kUnknown = 1, kTrue = 2 };

/// Distinct texts, shared by all batches where possible.
struct TextDictionary {
  std::shared_ptr<arrow::Array> array;   ///< utf8, no nulls.
  std::vector<std::string_view> values;  ///< Views into it.
};
using TextDictionaryPtr = std::shared_ptr<const TextDictionary>;

struct Vector {
  const void* values = nullptr;
  const uint8_t* valid = nullptr;  ///< 1 = value, 0 = null; nullptr: no nulls.
  TextDictionaryPtr dictionary;    ///< Set: values are int32 codes.
  bool constant = false;
  std::shared_ptr<arrow::Buffer> chars;  ///< Texts may lie here end to end, without gaps.
  /// Keep the memory of the values alive.
  std::vector<std::shared_ptr<const void>> owners;
  std::shared_ptr<const void> valid_owner;  ///< Keeps that of `valid` alive.

  template <class T>
  const T* as() const {
    return static_cast<const T*>(values);
  }
  int64_t index(int64_t row) const { return constant ? 0 : row; }
  bool IsValid(int64_t row) const { return valid == nullptr || valid[index(row)] != 0; }
  /// Have the validity of `other`, and nothing else of it.
  void ShareValidity(const Vector& other) {
    valid = other.valid;
    valid_owner = other.valid_owner;
  }
};

/// Read an array as a vector. Copies nothing where the layouts agree.
arrow::Result<Vector> ReadArray(const std::shared_ptr<arrow::Array>& array,
                                const ValueType& type, arrow::MemoryPool* pool);

/// Where and why a value does not fit; row -1: no fault.
struct Misfit {
  int64_t row = -1;
  std::string reason;
  std::string value;
};

/// Write a vector as an array of exactly `target`, which ArrowTypeOf(type) must
/// be able to become: narrower integers and decimals of the same scale are
/// checked, and the first value that does not fit is told in `misfit`.
arrow::Result<std::shared_ptr<arrow::Array>> WriteArray(
    const Vector& vector, const ValueType& type,
    const std::shared_ptr<arrow::DataType>& target, int64_t length,
    arrow::MemoryPool* pool, Misfit* misfit);

/// A dictionary of these texts, in this order.
arrow::Result<TextDictionaryPtr> MakeDictionary(
    const std::vector<std::string_view>& texts);

/// Memory for `length` values of T, and one zero value more, owned by `out`.
template <class T>
arrow::Result<T*> NewValues(Vector* out, int64_t length, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer,
                        arrow::AllocateBuffer((length + 1) * sizeof(T), pool));
  T* data = reinterpret_cast<T*>(buffer->mutable_data());
  new (data + length) T{};
  out->values = data;
  out->owners.push_back(std::move(buffer));
  return data;
}

/// Memory for a validity byte for each row, owned by `out`.
arrow::Result<uint8_t*> NewValidity(Vector* out, int64_t length, arrow::MemoryPool* pool);

/// Give `out` the rows' validity of both: null where either is null.
arrow::Status IntersectValidity(const Vector& a, const Vector& b, int64_t length,
                                arrow::MemoryPool* pool, Vector* out);

/// Print row `row` for an error message.
std::string FormatValue(const Vector& vector, const ValueType& type, int64_t row);

}  // namespace lakeseed
