// TextWriter: appends the texts of a column end to end.
//
// The result needs no further copy to become a utf8 array.
//
// Thread safety: none; one kernel call uses one.

#pragma once

#include <cstring>
#include <string_view>
#include <type_traits>
#include <vector>

#include "lakeseed/evaluate/kernel.h"

namespace lakeseed {

/// Copy a text and return the end: short ones by loads that overlap, without a call.
inline char* CopyText(std::string_view text, char* out) {
  const char* from = text.data();
  const size_t size = text.size();
  const auto ends = [&]<size_t n>(std::integral_constant<size_t, n>) {
    char first[n], last[n];
    std::memcpy(first, from, n);
    std::memcpy(last, from + size - n, n);
    std::memcpy(out, first, n);
    std::memcpy(out + size - n, last, n);
  };
  if (size > 32) {
    std::memcpy(out, from, size);
  } else if (size >= 16) {
    ends(std::integral_constant<size_t, 16>());
  } else if (size >= 8) {
    ends(std::integral_constant<size_t, 8>());
  } else if (size >= 4) {
    ends(std::integral_constant<size_t, 4>());
  } else if (size >= 2) {
    ends(std::integral_constant<size_t, 2>());
  } else if (size == 1) {
    *out = *from;
  }
  return out + size;
}

class TextWriter {
 public:
  TextWriter(int64_t length, arrow::MemoryPool* pool) : pool_(pool) {
    ends_.reserve(static_cast<size_t>(length));
  }

  /// Make room for so many bytes. All appends need room.
  arrow::Status Reserve(int64_t size) {
    if (size_ + size <= capacity_) return arrow::Status::OK();
    capacity_ = std::max(size_ + size, 2 * capacity_);
    if (buffer_ == nullptr) {
      ARROW_ASSIGN_OR_RAISE(buffer_, arrow::AllocateResizableBuffer(capacity_, pool_));
    } else {
      ARROW_RETURN_NOT_OK(buffer_->Resize(capacity_, /*shrink_to_fit=*/false));
    }
    data_ = reinterpret_cast<char*>(buffer_->mutable_data());
    return arrow::Status::OK();
  }

  void Put(char c) { data_[size_++] = c; }
  void Put(std::string_view text) { size_ = CopyText(text, data_ + size_) - data_; }
  arrow::Status Append(std::string_view text) {
    ARROW_RETURN_NOT_OK(Reserve(static_cast<int64_t>(text.size())));
    Put(text);
    return arrow::Status::OK();
  }

  /// End the text of this row.
  void EndRow() { ends_.push_back(size_); }

  /// One view for each row.
  arrow::Status Finish(Vector* out) {
    const auto length = static_cast<int64_t>(ends_.size());
    ARROW_ASSIGN_OR_RAISE(auto* views, NewValues<std::string_view>(out, length, pool_));
    int64_t begin = 0;
    for (int64_t i = 0; i < length; ++i) {
      const int64_t end = ends_[static_cast<size_t>(i)];
      new (&views[i]) std::string_view(data_ + begin, static_cast<size_t>(end - begin));
      begin = end;
    }
    if (buffer_ != nullptr) {
      out->chars = arrow::SliceBuffer(buffer_, 0, size_);
      out->owners.push_back(buffer_);
    }
    return arrow::Status::OK();
  }

 private:
  arrow::MemoryPool* const pool_;
  std::shared_ptr<arrow::ResizableBuffer> buffer_;
  std::vector<int64_t> ends_;
  char* data_ = nullptr;
  int64_t size_ = 0;
  int64_t capacity_ = 0;
};

/// Write one text for each row: write(&writer, row) appends it. Rows with a null
/// argument are left empty.
template <class Write>
arrow::Result<Vector> WriteTexts(const KernelCall& call, Write write) {
  Vector out;
  ARROW_RETURN_NOT_OK(SpreadValidity(call, &out));
  TextWriter writer(call.length, call.pool());
  for (int64_t i = 0; i < call.length; ++i) {
    if (out.valid == nullptr || out.valid[i] != 0) {
      ARROW_RETURN_NOT_OK(write(&writer, i));
    }
    writer.EndRow();
  }
  ARROW_RETURN_NOT_OK(writer.Finish(&out));
  return out;
}

/// The text of argument `arg` in row `row`.
inline std::string_view TextAt(const KernelCall& call, size_t arg, int64_t row) {
  const Vector& vector = call.args[arg];
  return vector.as<std::string_view>()[vector.index(row)];
}
inline int64_t IntegerAt(const KernelCall& call, size_t arg, int64_t row) {
  const Vector& vector = call.args[arg];
  return vector.as<int64_t>()[vector.index(row)];
}

}  // namespace lakeseed
