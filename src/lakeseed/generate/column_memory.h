// Memory of one column while a kernel fills it: values and, if any is null, the
// validity bitmap.
//
// Thread safety: none; belongs to one call of Generate().

#pragma once

#include <arrow/api.h>
#include <arrow/util/bit_util.h>

#include <cstdint>
#include <memory>
#include <utility>

namespace lakeseed {

/// Which values are null; allocates nothing until the first one is.
class Validity {
 public:
  Validity(int64_t length, arrow::MemoryPool* pool) : length_(length), pool_(pool) {}

  arrow::Status SetNull(int64_t i) {
    if (bits_ == nullptr) {
      ARROW_ASSIGN_OR_RAISE(bits_, arrow::AllocateBitmap(length_, pool_));
      arrow::bit_util::SetBitsTo(bits_->mutable_data(), 0, length_, true);
    }
    null_count_ += arrow::bit_util::GetBit(bits_->data(), i) ? 1 : 0;
    arrow::bit_util::ClearBit(bits_->mutable_data(), i);
    return arrow::Status::OK();
  }
  const std::shared_ptr<arrow::Buffer>& bits() const { return bits_; }
  int64_t null_count() const { return null_count_; }

 private:
  int64_t length_;
  arrow::MemoryPool* pool_;
  std::shared_ptr<arrow::Buffer> bits_;
  int64_t null_count_ = 0;
};

/// Values of T, one for each row.
template <typename T>
class ColumnMemory {
 public:
  static arrow::Result<ColumnMemory> Make(int64_t length, arrow::MemoryPool* pool) {
    ColumnMemory memory(length, pool);
    ARROW_ASSIGN_OR_RAISE(
        memory.values_,
        arrow::AllocateBuffer(length * static_cast<int64_t>(sizeof(T)), pool));
    return memory;
  }

  T* data() { return reinterpret_cast<T*>(values_->mutable_data()); }
  Validity& validity() { return validity_; }

  std::shared_ptr<arrow::Array> Finish(const std::shared_ptr<arrow::DataType>& type) && {
    return arrow::MakeArray(arrow::ArrayData::Make(
        type, length_, {validity_.bits(), std::move(values_)}, validity_.null_count()));
  }

  /// The values are codes into `dictionary`.
  std::shared_ptr<arrow::Array> FinishCodes(
      const std::shared_ptr<arrow::DataType>& type,
      const std::shared_ptr<arrow::Array>& dictionary) && {
    auto data = arrow::ArrayData::Make(
        type, length_, {validity_.bits(), std::move(values_)}, validity_.null_count());
    data->dictionary = dictionary->data();
    return arrow::MakeArray(std::move(data));
  }

 private:
  ColumnMemory(int64_t length, arrow::MemoryPool* pool)
      : length_(length), validity_(length, pool) {}

  int64_t length_;
  std::shared_ptr<arrow::Buffer> values_;
  Validity validity_;
};

/// Text of one width for every row, without nulls: offsets need no scan.
class FixedTextMemory {
 public:
  /// \retval CapacityError  more than 2^31-1 bytes in all.
  static arrow::Result<FixedTextMemory> Make(int64_t length, int64_t width,
                                             arrow::MemoryPool* pool) {
    if (length * width > INT32_MAX) {
      return arrow::Status::CapacityError("text of more than 2^31-1 bytes");
    }
    FixedTextMemory memory;
    memory.length_ = length;
    ARROW_ASSIGN_OR_RAISE(memory.offsets_, arrow::AllocateBuffer((length + 1) * 4, pool));
    ARROW_ASSIGN_OR_RAISE(memory.text_, arrow::AllocateBuffer(length * width, pool));
    auto* offsets = reinterpret_cast<int32_t*>(memory.offsets_->mutable_data());
    for (int64_t i = 0; i <= length; ++i) offsets[i] = static_cast<int32_t>(i * width);
    return memory;
  }

  char* data() { return reinterpret_cast<char*>(text_->mutable_data()); }

  std::shared_ptr<arrow::Array> Finish() && {
    return std::make_shared<arrow::StringArray>(length_, std::move(offsets_),
                                                std::move(text_));
  }

 private:
  int64_t length_ = 0;
  std::shared_ptr<arrow::Buffer> offsets_, text_;
};

}  // namespace lakeseed
