// CategoryPool: the distinct texts of a categorical field, and arrays of codes.
//
// Law: all arrays of one pool share one dictionary, in the order in which the
// texts were first added; so a code means the same in every block.
//
// Thread safety: immutable once Freeze() was called; then any number of threads.

#pragma once

#include <arrow/api.h>
#include <arrow/util/bit_util.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeseed/base/column_shape.h"
#include "lakeseed/evaluate/vector.h"

namespace lakeseed {

class CategoryPool {
 public:
  CategoryPool() = default;

  /// A frozen pool of texts, which must be distinct.
  static arrow::Result<CategoryPool> Of(const std::vector<std::string>& texts);

  /// Make room for so many texts in all.
  void Reserve(size_t size);

  /// Code of `text`; a new one if it was not there yet.
  int32_t Add(std::string_view text);

  /// Make the dictionary; no Add() afterwards.
  arrow::Status Freeze();

  int32_t size() const { return size_; }
  /// Until the next Add(), or as long as anyone holds the frozen pool's dictionary.
  std::string_view text(int32_t code) const {
    return known_ == nullptr ? Unfrozen(code) : texts()[static_cast<size_t>(code)];
  }
  /// REQUIRES: the pool is frozen.
  const std::vector<std::string_view>& texts() const { return known_->values; }
  /// That of all pools.
  static const std::shared_ptr<arrow::DataType>& Type();
  const std::shared_ptr<arrow::DataType>& type() const { return Type(); }
  ColumnShape shape(bool nullable = false) const {
    return {
        .kind = size() == 1 && !nullable ? ShapeKind::kConstant : ShapeKind::kCategory,
        .nullable = nullable,
        .num_categories = size()};
  }

  /// `length` values, code_of(i) each; a negative code is a null.
  template <bool kNullable = false, typename CodeOf>
  arrow::Result<std::shared_ptr<arrow::Array>> Codes(int64_t length,
                                                     arrow::MemoryPool* pool,
                                                     CodeOf code_of) const {
    ARROW_ASSIGN_OR_RAISE(
        std::shared_ptr<arrow::Buffer> codes,
        arrow::AllocateBuffer(length * static_cast<int64_t>(sizeof(int32_t)), pool));
    auto* out = codes->template mutable_data_as<int32_t>();
    if constexpr (!kNullable) {
      for (int64_t i = 0; i < length; ++i) out[i] = code_of(i);
      return Array(length, std::move(codes), nullptr, 0);
    } else {
      ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> valid,
                            arrow::AllocateEmptyBitmap(length, pool));
      uint8_t* bits = valid->mutable_data();
      int64_t nulls = 0;
      for (int64_t i = 0; i < length; ++i) {
        const int32_t code = code_of(i);
        const bool there = code >= 0;
        out[i] = there ? code : 0;
        nulls += !there;
        bits[i >> 3] = static_cast<uint8_t>(bits[i >> 3] | (there << (i & 7)));
      }
      return Array(length, std::move(codes), std::move(valid), nulls);
    }
  }

 private:
  std::shared_ptr<arrow::Array> Array(int64_t length,
                                      std::shared_ptr<arrow::Buffer> codes,
                                      std::shared_ptr<arrow::Buffer> valid,
                                      int64_t nulls) const;

  int32_t Append(std::string_view text);
  void Grow(size_t num_slots);

  /// Text of a code before there is a dictionary.
  std::string_view Unfrozen(int32_t code) const {
    const auto i = static_cast<size_t>(code);
    return std::string_view(bytes_).substr(static_cast<size_t>(ends_[i]),
                                           static_cast<size_t>(ends_[i + 1] - ends_[i]));
  }

  /// The dictionary's memory, which it gets when the pool is frozen.
  std::string bytes_;
  std::vector<int32_t> ends_{0};  ///< Of the texts before each code.
  int32_t size_ = 0;
  /// By hash the codes of the texts, -1 where none is: open addressing, half full at
  /// most; empty as long as every text came after all before it in the order of texts.
  /// Finding only: its order is never seen, so the hash reaches no value.
  std::vector<int32_t> slots_;
  std::vector<size_t> hashes_;  ///< Of each text, once there are slots.
  int32_t last_ = 0;            ///< Code of the text added last.
  std::shared_ptr<arrow::Array> dictionary_;
  TextDictionaryPtr known_;  ///< The same, to expressions.
};

}  // namespace lakeseed
