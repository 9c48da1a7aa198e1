// unique_code: codes that look random and never collide.
//
// Method  A keyed bijection (base/bijection.h) of the row number over all
//         numbers of `digits` digits from `offset` up; with `luhn` a check digit
//         is appended (ISO/IEC 7812-1): of the digits before the number too, which
//         stand in its prefix or, like the 80840 of an NPI, are not printed.

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lakeseed/base/bijection.h"
#include "lakeseed/base/decimal.h"
#include "lakeseed/base/luhn.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/generate/number_format.h"
#include "lakeseed/generate/rows.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

/// Digit that makes the number with it appended pass the test; `before` is the part
/// of the digits before the number.
int64_t LuhnDigit(int64_t number, int64_t before) {
  // Two digits at once: what a number from 0 to 99 adds.
  static constexpr auto kParts = [] {
    std::array<int8_t, 100> parts{};
    for (int64_t two = 0; two < 100; ++two) {
      parts[static_cast<size_t>(two)] =
          static_cast<int8_t>(LuhnPart(two % 10, true) + LuhnPart(two / 10, false));
    }
    return parts;
  }();
  int64_t sum = before;
  for (; number > 0; number /= 100) sum += kParts[static_cast<size_t>(number % 100)];
  return (10 - sum % 10) % 10;
}

std::string DigitsOf(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

class UniqueCode final : public ColumnGenerator {
 public:
  /// `luhn`: what the digits before the number add to the sum of the test; nullopt: no
  /// check digit.
  UniqueCode(const Bijection& order, int64_t offset, std::optional<int64_t> luhn,
             NumberFormat format)
      : order_(order), offset_(offset), luhn_(luhn), format_(std::move(format)) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override { return {.kind = ShapeKind::kText}; }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const int64_t length = request.rows.length();
    std::vector<int64_t> codes(static_cast<size_t>(length));
    for (int64_t i = 0; i < length; ++i) {
      const int64_t row = request.rows[i];
      if (row < 0 || row >= order_.n()) {
        return arrow::Status::Invalid("unique_code: only ", order_.n(),
                                      " codes, none for row ", row);
      }
      codes[static_cast<size_t>(i)] = row;
    }
    order_.ForwardOf(codes.data(), length, codes.data());
    arrow::StringBuilder builder(request.pool);
    ARROW_RETURN_NOT_OK(builder.Reserve(length));
    ARROW_RETURN_NOT_OK(builder.ReserveData(length * format_.size()));
    std::string text;
    for (const int64_t code : codes) {
      const int64_t number = code + offset_;
      text.clear();
      format_.Append(luhn_ ? number * 10 + LuhnDigit(number, *luhn_) : number, &text);
      builder.UnsafeAppend(text);
    }
    return builder.Finish();
  }

 private:
  const std::shared_ptr<arrow::DataType> type_ = arrow::utf8();
  const Bijection order_;
  const int64_t offset_;
  const std::optional<int64_t> luhn_;
  const NumberFormat format_;
};

arrow::Result<NumberFormat> ReadFormat(Params& params) {
  const std::string_view key = params.is_mapping() ? "format" : "";
  if (params.is_mapping() && params.Find("format") == nullptr) {
    ARROW_ASSIGN_OR_RAISE(const std::string prefix, params.GetTextOr("prefix", ""));
    ARROW_ASSIGN_OR_RAISE(const int64_t digits, params.GetInt64Or("digits", 10));
    if (digits < 1 || digits > 18) {
      return params.Error("digits", "must be between 1 and 18",
                          fmt::format("{}", digits));
    }
    return NumberFormat(prefix, static_cast<int>(digits), "");
  }
  ARROW_ASSIGN_OR_RAISE(const std::string text, params.GetText(key));
  for (const std::string_view other : {"prefix", "digits"}) {
    if (params.Has(other))
      return params.Error(other, "stands beside format, which says it");
  }
  arrow::Result<NumberFormat> format = NumberFormat::Parse(text);
  if (!format.ok()) return params.Error(key, format.status().message(), text);
  if (format->width() == 0) {
    return params.Error(key, "needs a number of digits", text, "for example SKU%08d");
  }
  return format;
}

// luhn: true, false, or digits that stand before the code and are not printed.
arrow::Result<std::optional<int64_t>> ReadLuhn(Params& params,
                                               const NumberFormat& format) {
  const SpecNode* node = params.is_mapping() ? params.Find("luhn") : nullptr;
  if (node == nullptr) return std::nullopt;
  std::string hidden = DigitsOf(node->text);
  if (hidden.empty() || hidden != node->text) {
    hidden.clear();
    ARROW_ASSIGN_OR_RAISE(const bool luhn, params.GetBool("luhn"));
    if (!luhn) return std::nullopt;
  }
  const std::string before = hidden + DigitsOf(format.prefix());
  // One of the digits is the check digit itself.
  return LuhnSum(before, (format.width() - 1) % 2 == 0);
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  ARROW_ASSIGN_OR_RAISE(NumberFormat format, ReadFormat(params));
  ARROW_ASSIGN_OR_RAISE(const int64_t offset,
                        params.is_mapping() ? params.GetInt64Or("offset", 0) : 0);
  ARROW_ASSIGN_OR_RAISE(const std::optional<int64_t> luhn, ReadLuhn(params, format));
  ARROW_RETURN_NOT_OK(params.Finish());
  // The check digit is one of the digits.
  const int64_t numbers = PowerOfTen(format.width() - (luhn ? 1 : 0));
  if (offset < 0 || offset >= numbers) {
    return params.Error("offset", "must leave numbers of that many digits",
                        fmt::format("{}", offset));
  }
  const int64_t codes = numbers - offset;
  // All rows of the window; a request beyond it is checked when it is made.
  const int32_t last_day = context.window().to - context.epoch();
  const int64_t rows = context.rows().Extent({0, last_day}).end;
  if (rows > codes) {
    return params.Error("", fmt::format("has only {} codes for {} rows", codes, rows),
                        std::nullopt,
                        "ask for fewer rows (--target-rows, --scale-factor, or a "
                        "parameter), or use more digits in the dataset");
  }
  return std::make_unique<UniqueCode>(Bijection(context.key("value"), codes), offset,
                                      luhn, std::move(format));
}

}  // namespace

extern const GeneratorDef kUniqueCode{
    .name = "unique_code",
    .summary = "give every row a code that looks random and never repeats",
    .params =
        "format: text with %0<digits>d, instead of prefix and digits (none)\n"
        "prefix: text before the digits (none)\n"
        "digits: number of digits, 1 to 18 (10)\n"
        "offset: smallest number (0)\n"
        "luhn: whether the last digit is a Luhn check digit, also of the prefix's "
        "digits; "
        "or digits before the code that are checked but not printed (false)",
    .example = "{unique_code: {prefix: SKU, digits: 15, luhn: true}}",
    .bind = Bind,
};

}  // namespace lakeseed
