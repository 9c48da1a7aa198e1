// TextBlock: one utf8 array written front to back; PaddedTexts: what is copied into it.
//
// The block is allocated once, for the longest texts that can come, so the loop
// that writes never asks for room.
//
// Thread safety: TextBlock none; PaddedTexts immutable.

#pragma once

#include <arrow/api.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lakeseed {

/// Bytes that a copy may write beyond the end of its text.
inline constexpr int64_t kTextSlack = 16;

/// Short texts in one piece of memory, copied 16 bytes at a time.
class PaddedTexts {
 public:
  PaddedTexts() : bytes_(kTextSlack, '\0') {}
  /// Of texts that are, or become, views.
  template <typename Texts>
  explicit PaddedTexts(const Texts& texts) : PaddedTexts() {
    size_t bytes = 0;
    for (const std::string_view text : texts) bytes += text.size();
    Reserve(texts.size(), bytes);
    for (const std::string_view text : texts) Add(text);
  }

  /// Make room for so many texts, and their bytes.
  void Reserve(size_t count, size_t bytes) {
    starts_.reserve(count + 1);
    bytes_.reserve(bytes + kTextSlack);
  }
  void Add(std::string_view text) {
    const uint32_t start = starts_.back();
    bytes_.resize(bytes_.size() + text.size());
    std::copy(text.begin(), text.end(), bytes_.begin() + start);
    starts_.push_back(start + static_cast<uint32_t>(text.size()));
    max_size_ = std::max(max_size_, static_cast<int64_t>(text.size()));
  }

  /// Longest text, in bytes.
  int64_t max_size() const { return max_size_; }

  /// Copy text `i`, or its first `most` bytes, to `out`, return the end; writes up to
  /// kTextSlack bytes more.
  char* Copy(int64_t i, char* out, uint32_t most = UINT32_MAX) const {
    const uint32_t start = starts_[static_cast<size_t>(i)];
    const uint32_t size = std::min(starts_[static_cast<size_t>(i) + 1] - start, most);
    const char* from = bytes_.data() + start;
    std::memcpy(out, from, 16);
    for (uint32_t done = 16; done < size; done += 16) {
      std::memcpy(out + done, from + done, 16);
    }
    return out + size;
  }

 private:
  std::string bytes_;  ///< Those of the texts, and kTextSlack more.
  std::vector<uint32_t> starts_{0};
  int64_t max_size_ = 0;
};

class TextBlock {
 public:
  /// Room for `length` texts of at most `max_size` bytes.
  /// \retval CapacityError  they might need more than 2^31 - 1 bytes.
  static arrow::Result<TextBlock> Make(int64_t length, int64_t max_size, bool nullable,
                                       arrow::MemoryPool* pool) {
    TextBlock block;
    block.length_ = length;
    const int64_t room = length * max_size + kTextSlack;
    if (room > std::numeric_limits<int32_t>::max()) {
      return arrow::Status::CapacityError("texts of one block exceed 2^31 - 1 bytes");
    }
    ARROW_ASSIGN_OR_RAISE(block.data_, arrow::AllocateResizableBuffer(room, pool));
    ARROW_ASSIGN_OR_RAISE(
        block.offsets_, arrow::AllocateBuffer(
                            (length + 1) * static_cast<int64_t>(sizeof(int32_t)), pool));
    if (nullable) {
      ARROW_ASSIGN_OR_RAISE(block.valid_, arrow::AllocateEmptyBitmap(length, pool));
    }
    block.next_offset_ = block.offsets_->mutable_data_as<int32_t>();
    *block.next_offset_++ = 0;
    block.begin_ = block.cursor_ = block.data_->mutable_data_as<char>();
    return block;
  }

  /// Where the next text is to be written.
  char* cursor() const { return cursor_; }

  /// The next text ends at `end`.
  void End(char* end) {
    cursor_ = end;
    if (valid_ != nullptr) {
      const int64_t i = next_offset_ - offsets_->data_as<int32_t>() - 1;
      uint8_t& byte = valid_->mutable_data()[i >> 3];
      byte = static_cast<uint8_t>(byte | (1 << (i & 7)));
    }
    *next_offset_++ = static_cast<int32_t>(end - begin_);
  }

  /// The next value is null. REQUIRES: made as nullable.
  void Null() {
    ++nulls_;
    *next_offset_++ = static_cast<int32_t>(cursor_ - begin_);
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Finish() {
    ARROW_RETURN_NOT_OK(data_->Resize(cursor_ - begin_, /*shrink_to_fit=*/false));
    return std::make_shared<arrow::StringArray>(
        length_, std::move(offsets_), std::move(data_), std::move(valid_), nulls_);
  }

 private:
  TextBlock() = default;

  int64_t length_ = 0, nulls_ = 0;
  std::shared_ptr<arrow::ResizableBuffer> data_;
  std::shared_ptr<arrow::Buffer> offsets_, valid_;
  char* begin_ = nullptr;
  char* cursor_ = nullptr;
  int32_t* next_offset_ = nullptr;
};

/// Write a text, return the end.
inline char* WriteText(std::string_view text, char* out) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

}  // namespace lakeseed
