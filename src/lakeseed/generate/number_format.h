// NumberFormat: a whole number inside fixed text: "SKU%08d", "ORD-%d", "%06d-X".
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace lakeseed {

class NumberFormat {
 public:
  /// Read a format with exactly one %d or %0<width>d; "%%" is a percent sign.
  /// \retval Invalid  any other use of %; the message is a reason
  static arrow::Result<NumberFormat> Parse(std::string_view text);

  /// prefix, then digits with zeros up to `width`.
  NumberFormat(std::string prefix, int width, std::string suffix)
      : prefix_(std::move(prefix)), suffix_(std::move(suffix)), width_(width) {}

  int width() const { return width_; }
  /// Of a text of numbers that are no longer than the width, in bytes.
  int64_t size() const {
    return static_cast<int64_t>(prefix_.size() + suffix_.size()) + width_;
  }
  const std::string& prefix() const { return prefix_; }

  /// Append the text of `number` to `out`.
  void Append(int64_t number, std::string* out) const {
    char digits[24];
    const char* end = std::to_chars(digits, digits + sizeof(digits), number).ptr;
    const char* begin = digits;
    *out += prefix_;
    if (number < 0) out->push_back(*begin++);
    for (int64_t i = end - digits; i < width_; ++i) out->push_back('0');
    out->append(begin, end);
    *out += suffix_;
  }

 private:
  std::string prefix_, suffix_;
  int width_ = 0;
};

}  // namespace lakeseed
