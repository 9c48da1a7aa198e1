#include "lakeseed/evaluate/concat.h"

#include <arrow/api.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/evaluate/text_writer.h"

namespace lakeseed {
namespace {

/// Rows whose texts are found before the first is copied.
constexpr int64_t kTextsTogether = 128;
/// Offsets are fetched so many rows before their turn.
constexpr int64_t kAhead = 24;
/// Copied at once where so much may be read and written.
constexpr size_t kCopied = 32;

/// Where the texts of some rows stand.
struct FoundTexts {
  const char* begins[kTextsTogether];
  uint32_t sizes[kTextsTogether];
};

/// The texts of an argument that has one for each row: one by one, or by code.
class ConcatPart {
 public:
  explicit ConcatPart(const Vector& arg) : texts_(arg.as<std::string_view>()) {
    if (arg.dictionary == nullptr) {
      if (arg.chars != nullptr) SetEnd(*arg.chars);
    } else if (arg.dictionary->values.empty()) {  // Then every row is null.
      texts_ = nullptr;
    } else {
      // Not its views: offsets are a quarter as large, and all in a near cache.
      const auto& all = static_cast<const arrow::StringArray&>(*arg.dictionary->array);
      codes_ = arg.as<int32_t>();
      offsets_ = all.raw_value_offsets();
      bytes_ = reinterpret_cast<const char*>(all.value_data()->data());
      SetEnd(*all.value_data());
    }
  }

  /// Find the texts of rows and bring them near: dictionaries are read here and there.
  /// Returns their bytes.
  int64_t Find(int64_t first, int64_t count, FoundTexts* found) const {
    int64_t bytes = 0;
    for (int64_t i = 0; i < count; ++i) {
      std::string_view text;
      if (codes_ != nullptr) {
        if (i + kAhead < count) __builtin_prefetch(offsets_ + codes_[first + i + kAhead]);
        const int32_t* const begin = offsets_ + codes_[first + i];
        text = {bytes_ + begin[0], static_cast<size_t>(begin[1] - begin[0])};
        __builtin_prefetch(text.data());
        __builtin_prefetch(text.data() + kCopied - 1);
      } else if (texts_ != nullptr) {
        text = texts_[first + i];
      }
      found->begins[i] = text.data();
      found->sizes[i] = static_cast<uint32_t>(text.size());
      bytes += static_cast<int64_t>(text.size());
    }
    return bytes;
  }

  /// Writes up to kCopied bytes more: nobody can guess how long the next text is, and a
  /// copy of known width asks nobody.
  char* Copy(const char* text, size_t size, char* out) const {
    if (size <= kCopied && reinterpret_cast<uintptr_t>(text) + kCopied <= end_) {
      std::memcpy(out, text, kCopied);
      return out + size;
    }
    return CopyText({text, size}, out);
  }

 private:
  /// What may be read behind a text ends with the memory that all texts lie in; whoever
  /// sets Vector::chars has put them there.
  void SetEnd(const arrow::Buffer& memory) {
    end_ = memory.address() + static_cast<uintptr_t>(memory.size());
  }

  const std::string_view* texts_;   ///< nullptr: codes, or all are null.
  const int32_t* codes_ = nullptr;  ///< nullptr: no codes, but `texts_`.
  const int32_t* offsets_ = nullptr;
  const char* bytes_ = nullptr;
  uintptr_t end_ = 0;  ///< 0: unknown.
};

/// A text that is the same in all rows.
class ConcatLiteral {
 public:
  void Append(std::string_view text) {
    text_ += text;
    std::copy_n(text_.data(), std::min(text_.size(), kWord), word_);
  }
  int64_t size() const { return std::ssize(text_); }
  char* Copy(char* out) const {
    if (text_.size() > kWord) return CopyText(text_, out);
    std::memcpy(out, word_, kWord);
    return out + text_.size();
  }

 private:
  static constexpr size_t kWord = sizeof(uint64_t);

  std::string text_;
  char word_[kWord] = {};  ///< Its begin: most are no longer.
};

/// The bytes of texts that stand one behind the other: room for all of them as far as the
/// first ones tell.
class ConcatBytes {
 public:
  ConcatBytes(int64_t rows, arrow::MemoryPool* pool) : rows_left_(rows), pool_(pool) {}

  /// Room for the next rows, with what copies write behind them.
  arrow::Status Reserve(int64_t rows, int64_t bytes) {
    const int64_t need = size_ + bytes + static_cast<int64_t>(kCopied);
    if (need > capacity_) {
      const int64_t mean = bytes / rows + 1;
      const int64_t more = rows_left_ * mean;
      // Where the first ones are very long, the others may not be.
      capacity_ = need + std::min(more + more / kMargin, std::max(size_, kMostAhead));
      if (buffer_ == nullptr) {
        ARROW_ASSIGN_OR_RAISE(buffer_, arrow::AllocateResizableBuffer(capacity_, pool_));
      } else {
        ARROW_RETURN_NOT_OK(buffer_->Resize(capacity_, /*shrink_to_fit=*/false));
        has_moved_ = true;
      }
    }
    rows_left_ -= rows;
    return arrow::Status::OK();
  }
  char* end() { return reinterpret_cast<char*>(buffer_->mutable_data()) + size_; }
  void SetEnd(const char* end) { size_ += end - this->end(); }

  /// Make them those of the views, each of which begins where the one before it ends.
  void Finish(std::span<std::string_view> views, Vector* out) {
    if (buffer_ == nullptr) return;
    const auto* begin = reinterpret_cast<const char*>(buffer_->data());
    if (has_moved_) {
      for (std::string_view& view : views) {
        view = {begin, view.size()};
        begin += view.size();
      }
    }
    out->chars = arrow::SliceBuffer(buffer_, 0, size_);
    out->owners.push_back(buffer_);
  }

 private:
  /// Texts may be longer than the first by one in so many bytes before they move.
  static constexpr int64_t kMargin = 16;
  /// Bytes that are asked for ahead before there are as many.
  static constexpr int64_t kMostAhead = int64_t{16} << 20;

  int64_t rows_left_, size_ = 0, capacity_ = 0;
  arrow::MemoryPool* const pool_;
  std::shared_ptr<arrow::ResizableBuffer> buffer_;
  bool has_moved_ = false;
};

std::string_view ConstantTextOf(const Vector& arg) {
  if (arg.dictionary == nullptr) return *arg.as<std::string_view>();
  if (arg.dictionary->values.empty()) return {};  // Then it is null.
  return arg.dictionary->values[static_cast<size_t>(*arg.as<int32_t>())];
}

}  // namespace

arrow::Result<Vector> ConcatKernel(const KernelCall& call) {
  Vector out;
  ARROW_RETURN_NOT_OK(SpreadValidity(call, &out));
  std::vector<ConcatPart> parts;
  ConcatLiteral before;
  std::vector<ConcatLiteral> behind;  // Each part.
  for (const Vector& arg : call.args) {
    if (arg.constant) {
      (parts.empty() ? before : behind.back()).Append(ConstantTextOf(arg));
    } else {
      parts.emplace_back(arg);
      behind.emplace_back();
    }
  }
  int64_t literal_bytes = before.size();
  for (const ConcatLiteral& literal : behind) literal_bytes += literal.size();

  ARROW_ASSIGN_OR_RAISE(auto* views,
                        NewValues<std::string_view>(&out, call.length, call.pool()));
  std::vector<FoundTexts> found(parts.size());
  ConcatBytes bytes(call.length, call.pool());
  for (int64_t first = 0; first < call.length; first += kTextsTogether) {
    const int64_t count = std::min(kTextsTogether, call.length - first);
    int64_t most = count * literal_bytes;
    for (size_t p = 0; p < parts.size(); ++p) {
      most += parts[p].Find(first, count, &found[p]);
    }
    ARROW_RETURN_NOT_OK(bytes.Reserve(count, most));
    char* end = bytes.end();
    for (int64_t i = 0; i < count; ++i) {
      char* const text = end;
      if (out.valid == nullptr || out.valid[first + i] != 0) {
        end = before.Copy(end);
        for (size_t p = 0; p < parts.size(); ++p) {
          end = parts[p].Copy(found[p].begins[i], found[p].sizes[i], end);
          end = behind[p].Copy(end);
        }
      }
      new (&views[first + i]) std::string_view(text, static_cast<size_t>(end - text));
    }
    bytes.SetEnd(end);
  }
  bytes.Finish({views, static_cast<size_t>(call.length)}, &out);
  return out;
}

}  // namespace lakeseed
