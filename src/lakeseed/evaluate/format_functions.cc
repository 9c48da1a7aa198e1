// Functions that print values: concat and ||, format_id, text.

#include <arrow/array.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "lakeseed/base/date.h"
#include "lakeseed/evaluate/concat.h"
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
