// Functions that print values: concat and ||, format_id, text.

#include <arrow/array.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "lakeseed/base/date.h"
#include "lakeseed/evaluate/convert.h"
#include "lakeseed/evaluate/functions.h"
#include "lakeseed/evaluate/text_writer.h"

namespace lakeseed {
namespace {

std::string PrintTime(const ValueType& type, int64_t value) {
  return type.is(ValueKind::kDate) ? FormatDate(static_cast<int32_t>(value))
                                   : FormatTimestamp(value);
}

// Truth bytes carry their own nulls, so this is a choice and no strict kernel.
NodePtr TruthText(Binder& binder, const Place& place, NodePtr arg) {
  Expr choice;
  choice.place = place;
  NodePtr is_false = BindNot(binder, place, arg);
  if (is_false == nullptr) return nullptr;
  return BindCase(binder, choice,
                  {arg, TextConstant(place, "true"), is_false,
                   TextConstant(place, "false"), binder.Null(place, TextType())});
}

// Any value as text; text as it is.
NodePtr ToText(Binder& binder, const Place& place, NodePtr arg) {
  const ValueType type = arg->type();
  if (type.is(ValueKind::kText)) return arg;
  if (type.is(ValueKind::kNull)) return binder.Null(place, TextType());
  if (type.is(ValueKind::kBoolean)) return TruthText(binder, place, arg);
  if (type.is(ValueKind::kDouble) || type.is(ValueKind::kDuration)) {
    return binder.Fail(
        place, fmt::format("no text of a {}", KindName(type.kind)), std::nullopt,
        type.is(ValueKind::kDouble) ? "round it first: text(round(x, 2))" : "");
  }
  if ((arg = Narrow(binder, arg)) == nullptr) return nullptr;
  return binder.Function(place, TextType(), "text", {arg}, [type](const KernelCall& c) {
    return WriteTexts(c, [&](TextWriter* writer, int64_t row) {
      const int64_t value = IntegerAt(c, 0, row);
      if (type.is(ValueKind::kInteger)) {
        const fmt::format_int digits(value);
        return writer->Append({digits.data(), digits.size()});
      }
      return writer->Append(type.is(ValueKind::kDecimal) ? FormatExact(value, type.scale)
                                                         : PrintTime(type, value));
    });
  });
}

NodePtr BindText(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return ToText(binder, call.place, args[0]);
}

/// The texts of an argument: one by one, by code, or one for all rows.
class ConcatPart {
 public:
  explicit ConcatPart(const Vector& arg)
      : texts_(arg.as<std::string_view>()), step_(arg.constant ? 0 : 1) {
    if (arg.dictionary == nullptr) {
      if (arg.chars != nullptr) SetEnd(*arg.chars);
    } else if (arg.dictionary->values.empty()) {  // Then every row is null.
      texts_ = &kEmpty;
      step_ = 0;
    } else {
      // Not its views: offsets are a quarter as large, and all in a near cache.
      const auto& all = static_cast<const arrow::StringArray&>(*arg.dictionary->array);
      codes_ = arg.as<int32_t>();
      offsets_ = all.raw_value_offsets();
      bytes_ = reinterpret_cast<const char*>(all.value_data()->data());
      SetEnd(*all.value_data());
    }
  }

  std::string_view operator[](int64_t row) const {
    if (codes_ == nullptr) return texts_[step_ * row];
    const int32_t* const begin = offsets_ + codes_[step_ * row];
    return {bytes_ + begin[0], static_cast<size_t>(begin[1] - begin[0])};
  }

  int64_t Bytes(int64_t length) const {
    if (step_ == 0) return length * static_cast<int64_t>((*this)[0].size());
    int64_t total = 0;
    for (int64_t i = 0; i < length; ++i) total += static_cast<int64_t>((*this)[i].size());
    return total;
  }

  /// Bring the text of a row near: dictionaries are read here and there.
  void Fetch(int64_t row) const {
    if (codes_ == nullptr) return;
    const char* const text = bytes_ + offsets_[codes_[step_ * row]];
    __builtin_prefetch(text);
    __builtin_prefetch(text + kSlack - 1);
  }

  /// Writes up to kSlack bytes more: nobody can guess how long the next text is, and a
  /// copy of known width asks nobody.
  char* Copy(int64_t row, char* out) const {
    const std::string_view text = (*this)[row];
    if (step_ != 0 && text.size() <= kSlack &&
        reinterpret_cast<uintptr_t>(text.data()) + kSlack <= end_) {
      std::memcpy(out, text.data(), kSlack);
      return out + text.size();
    }
    return CopyText(text, out);
  }

  static constexpr size_t kSlack = 32;

 private:
  static constexpr std::string_view kEmpty{};

  /// What may be read behind a text ends with the memory that all texts lie in; whoever
  /// sets Vector::chars has put them there.
  void SetEnd(const arrow::Buffer& memory) {
    end_ = memory.address() + static_cast<uintptr_t>(memory.size());
  }

  const std::string_view* texts_;
  const int32_t* codes_ = nullptr;  ///< nullptr: no codes, but `texts_`.
  const int32_t* offsets_ = nullptr;
  const char* bytes_ = nullptr;
  int64_t step_;
  uintptr_t end_ = 0;  ///< 0: unknown.
};

constexpr int64_t kTextsAhead = 16;

arrow::Result<Vector> ConcatKernel(const KernelCall& call) {
  Vector out;
  ARROW_RETURN_NOT_OK(SpreadValidity(call, &out));
  const std::vector<ConcatPart> parts(call.args.begin(), call.args.end());
  // The size first, so that the bytes are written once into one buffer.
  int64_t total = 0;
  for (const ConcatPart& part : parts) total += part.Bytes(call.length);
  ARROW_ASSIGN_OR_RAISE(
      std::shared_ptr<arrow::Buffer> chars,
      arrow::AllocateBuffer(total + static_cast<int64_t>(ConcatPart::kSlack),
                            call.pool()));
  ARROW_ASSIGN_OR_RAISE(auto* views,
                        NewValues<std::string_view>(&out, call.length, call.pool()));
  auto* const begin = reinterpret_cast<char*>(chars->mutable_data());
  char* end = begin;
  for (int64_t i = 0; i < call.length; ++i) {
    if (i + kTextsAhead < call.length) {
      for (const ConcatPart& part : parts) part.Fetch(i + kTextsAhead);
    }
    char* const text = end;
    if (out.valid == nullptr || out.valid[i] != 0) {
      for (const ConcatPart& part : parts) end = part.Copy(i, end);
    }
    new (&views[i]) std::string_view(text, static_cast<size_t>(end - text));
  }
  out.chars = arrow::SliceBuffer(chars, 0, end - begin);
  out.owners.push_back(std::move(chars));
  return out;
}

NodePtr BindConcatCall(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return BindConcat(binder, call, std::move(args));
}

// One stretch of a format: its literal text, then an argument or nothing.
struct Piece {
  std::string literal;
  int argument = -1;
  size_t width = 0;
};

// %d, %5d, %05d, %s, %%; an error text in `wrong`.
std::vector<Piece> ParseFormat(std::string_view format, std::string* wrong) {
  std::vector<Piece> pieces(1);
  int argument = 1;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      pieces.back().literal += format[i];
      continue;
    }
    const size_t start = i++;
    if (i < format.size() && format[i] == '%') {
      pieces.back().literal += '%';
      continue;
    }
    size_t width = 0;
    const bool zeros = i < format.size() && format[i] == '0';
    while (i < format.size() && format[i] >= '0' && format[i] <= '9' && width < 100) {
      width = 10 * width + static_cast<size_t>(format[i++] - '0');
    }
    const char kind = i < format.size() ? format[i] : ' ';
    if ((kind != 'd' && kind != 's') || (width > 0 && (!zeros || kind == 's')) ||
        width > 60) {
      *wrong = format.substr(start, i - start + 1);
      return {};
    }
    pieces.back().argument = argument++;
    pieces.back().width = width;
    pieces.emplace_back();
  }
  return pieces;
}

arrow::Result<Vector> FormatKernel(const KernelCall& call,
                                   const std::vector<Piece>& pieces) {
  return WriteTexts(call, [&](TextWriter* writer, int64_t row) -> arrow::Status {
    for (const Piece& piece : pieces) {
      ARROW_RETURN_NOT_OK(writer->Append(piece.literal));
      if (piece.argument < 0) continue;
      const auto arg = static_cast<size_t>(piece.argument);
      if (call.type(arg).is(ValueKind::kText)) {
        ARROW_RETURN_NOT_OK(writer->Append(TextAt(call, arg, row)));
        continue;
      }
      const fmt::format_int printed(IntegerAt(call, arg, row));
      std::string_view digits(printed.data(), printed.size());
      ARROW_RETURN_NOT_OK(
          writer->Reserve(static_cast<int64_t>(std::max(digits.size(), piece.width))));
      size_t size = digits.size();
      if (digits[0] == '-' && size < piece.width) {
        writer->Put('-');
        digits.remove_prefix(1);
      }
      for (; size < piece.width; ++size) writer->Put('0');
      writer->Put(digits);
    }
    return arrow::Status::OK();
  });
}

NodePtr BindFormatId(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  const auto format = ConstantText(*args[0]);
  std::string wrong;
  std::vector<Piece> pieces = ParseFormat(format.value_or(""), &wrong);
  const char hint[] =
      "%d prints an integer, %06d with zeros to 6 digits, %s a text, %% a %";
  if (!wrong.empty()) {
    return binder.Fail(args[0]->place(), "format is not known", wrong, hint);
  }
  if (pieces.size() != args.size()) {
    return binder.Fail(call.place, "format and arguments differ in number",
                       fmt::format("{} and {}", pieces.size() - 1, args.size() - 1),
                       hint);
  }
  for (const Piece& piece : pieces) {
    if (piece.argument < 0) continue;
    NodePtr& arg = args[static_cast<size_t>(piece.argument)];
    const bool integer = arg->type().is(ValueKind::kInteger);
    if (piece.width > 0 && !integer) {
      return binder.Fail(arg->place(), "%0d takes an integer", Describe(arg->type()),
                         hint);
    }
    arg = integer ? Narrow(binder, arg) : ToText(binder, arg->place(), arg);
    if (arg == nullptr) return nullptr;
  }
  return binder.Function(
      call.place, TextType(), "format_id", std::move(args),
      [pieces](const KernelCall& c) { return FormatKernel(c, pieces); });
}

constexpr Function kFunctions[] = {
    {{"concat", "concat(a, b, …)", "texts end to end; null if one is; also a || b"},
     "a",
     1,
     -1,
     BindConcatCall},
    {{"format_id", "format_id('SKU%06d', n, …)", "numbers and texts put into a pattern"},
     "Ta",
     2,
     -1,
     BindFormatId},
    {{"text", "text(x)", "an int, decimal, date, time or condition as text"},
     "a",
     1,
     1,
     BindText},
};

}  // namespace

NodePtr BindConcat(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  for (NodePtr& arg : args) {
    const bool printable = arg->type().is(ValueKind::kText) ||
                           arg->type().is(ValueKind::kNull) ||
                           arg->type().is(ValueKind::kInteger);
    if (!printable) {
      return binder.Fail(arg->place(), "|| and concat take texts and integers",
                         Describe(arg->type()), "text(x) prints other values");
    }
    if ((arg = ToText(binder, arg->place(), arg)) == nullptr) return nullptr;
  }
  return binder.Function(call.place, TextType(),
                         call.kind == Expr::Kind::kBinary ? "||" : "concat",
                         std::move(args), ConcatKernel, /*reads_codes=*/true);
}

std::span<const Function> FormatFunctions() { return kFunctions; }

}  // namespace lakeseed
