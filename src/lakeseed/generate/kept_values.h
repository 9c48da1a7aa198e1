// KeptValues: values of one type in room that does not move, so that some threads read
// what is there while one adds to it.
//
// Thread safety: Add() one thread at a time; what was added before may be read by all.

#pragma once

#include <arrow/api.h>

#include <cstdint>
#include <memory>

#include "lakeseed/base/text_index.h"

namespace lakeseed {

class KeptValues {
 public:
  /// Whether values of a type can be kept: texts, and what has 1, 2, 4 or 8 bytes.
  static bool CanKeep(const arrow::DataType& type);

  /// Bytes that `capacity` values take that measure as those of `sample` do.
  static int64_t BytesFor(int64_t capacity, const arrow::Array& sample);
  /// The same before there is any value: fewer than this they never are, unless they are
  /// codes of few texts.
  static int64_t LeastBytesFor(int64_t capacity, const arrow::DataType& type);

  /// Room for `capacity` values, texts of the mean length of the sample's.
  /// \param nullable  whether any may be null.
  static arrow::Result<KeptValues> Make(int64_t capacity, bool nullable,
                                        const arrow::Array& sample);

  /// Add behind those that are there; false where there is no room.
  bool Add(const arrow::Array& values);

  /// The values at places, null at a place that is null.
  arrow::Result<std::shared_ptr<arrow::Array>> At(const arrow::Int32Array& places,
                                                  arrow::MemoryPool* pool) const;

  /// Whether AsDictionary() may be asked for: texts, none of which is null.
  bool is_dictionary() const { return is_text() && !nullable_; }
  /// A dictionary of `num_texts`, or more, of the texts, by places.
  arrow::Result<std::shared_ptr<arrow::Array>> AsDictionary(
      int64_t num_texts, const arrow::Int32Array& places, arrow::MemoryPool* pool) const;
  /// Distinct texts so far.
  int64_t num_texts() const { return index_.size(); }

 private:
  bool is_text() const { return type_->id() == arrow::Type::STRING; }
  /// False where there is no room.
  bool AddTexts(const arrow::StringArray& texts);
  /// Whether codes, of so few texts that a byte says them, are kept as bytes.
  bool has_bytes() const;
  template <typename T>
  arrow::Result<std::shared_ptr<arrow::Array>> NumbersAt(const arrow::Int32Array& places,
                                                         arrow::MemoryPool* pool) const;
  arrow::Result<std::shared_ptr<arrow::Array>> TextsAt(const arrow::Int32Array& places,
                                                       arrow::MemoryPool* pool) const;
  /// Bitmap of the places that have a value, nullptr if all have.
  arrow::Result<std::shared_ptr<arrow::Buffer>> ValidAt(const arrow::Int32Array& places,
                                                        arrow::MemoryPool* pool) const;

  std::shared_ptr<arrow::DataType> type_;
  std::shared_ptr<arrow::ArrayData> dictionary_;
  int64_t capacity_ = 0, size_ = 0;
  std::shared_ptr<arrow::Buffer> values_;   ///< Of texts their numbers.
  std::shared_ptr<arrow::Buffer> is_null_;  ///< A byte for each value.
  /// Each distinct text once.
  TextIndex index_;
  std::shared_ptr<arrow::Buffer> offsets_, bytes_;
  bool nullable_ = false;
};

}  // namespace lakeseed
