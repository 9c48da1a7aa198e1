// ByteBuffer: bytes that grow without being cleared, kept when emptied, so that a
// writer asks for memory once and not for every page.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/buffer.h>
#include <arrow/memory_pool.h>
#include <arrow/result.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>

namespace lakeseed {

class ByteBuffer {
 public:
  /// Bytes after the reserved ones that a kernel may write over.
  static constexpr int64_t kSlack = 64;

  uint8_t* data() { return data_; }
  const uint8_t* data() const { return data_; }
  int64_t size() const { return size_; }
  uint8_t* end() { return data_ + size_; }

  /// Make room for `more` bytes after end(). Pointers into the buffer change.
  arrow::Status Reserve(int64_t more) {
    const int64_t need = size_ + more + kSlack;
    return need <= capacity_ ? arrow::Status::OK() : GrowTo(need);
  }
  /// Take bytes into the buffer. REQUIRES: reserved.
  void Advance(int64_t bytes) { size_ += bytes; }
  void Append(const void* bytes, int64_t n) {
    if (n > 0) std::memcpy(end(), bytes, static_cast<size_t>(n));
    size_ += n;
  }
  /// Empty it and keep the memory.
  void Clear() { size_ = 0; }
  /// Empty it and give the memory back.
  void Release() { *this = ByteBuffer(); }

 private:
  arrow::Status GrowTo(int64_t need) {
    const int64_t capacity = std::max(need, capacity_ + capacity_ / 2);
    if (buffer_ == nullptr) {
      ARROW_ASSIGN_OR_RAISE(buffer_, arrow::AllocateResizableBuffer(capacity));
    } else {
      ARROW_RETURN_NOT_OK(buffer_->Resize(capacity, /*shrink_to_fit=*/false));
    }
    data_ = buffer_->mutable_data();
    capacity_ = buffer_->size();
    return arrow::Status::OK();
  }

  std::unique_ptr<arrow::ResizableBuffer> buffer_;
  uint8_t* data_ = nullptr;
  int64_t size_ = 0, capacity_ = 0;
};

/// Append a number as unsigned LEB128; returns the end.
inline uint8_t* WriteVarint(uint64_t value, uint8_t* out) {
  for (; value >= 0x80; value >>= 7) *out++ = static_cast<uint8_t>(value | 0x80);
  *out++ = static_cast<uint8_t>(value);
  return out;
}
inline uint8_t* WriteZigZag(int64_t value, uint8_t* out) {
  return WriteVarint(
      (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63), out);
}

}  // namespace lakeseed
