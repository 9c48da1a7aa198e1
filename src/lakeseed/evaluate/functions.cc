#include "lakeseed/evaluate/functions.h"

#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/evaluate/convert.h"

namespace lakeseed {
namespace {

constexpr Function kSpecial[] = {
    {{"avg", "avg(table.column)", "mean over the rows of a child table"},
     "a",
     1,
     1,
     nullptr},
    {{"count", "count(table)", "number of rows of a child table"}, "a", 1, 1, nullptr},
    {{"lookup", "lookup(table.column, key)",
      "value of a vocabulary table, by its first column; null if there is none"},
     "aa",
     2,
     2,
     nullptr},
    {{"round", "round(x, n)",
      "n digits after the point, half away from zero; exact also with doubles and /"},
     "ai",
     1,
     2,
     nullptr},
    {{"sum", "sum(table.column)", "sum over the rows of a child table"},
     "a",
     1,
     1,
     nullptr},
};

const std::vector<Function>& Sorted() {
  static const std::vector<Function> functions = [] {
    std::vector<Function> all;
    for (auto family : {NumberFunctions(), TextFunctions(), LetterFunctions(),
                        FormatFunctions(), CheckDigitFunctions(), DateFunctions(),
                        DurationFunctions(), ChoiceFunctions(), SpecialFunctions()}) {
      all.insert(all.end(), family.begin(), family.end());
    }
    std::sort(all.begin(), all.end(), [](const Function& a, const Function& b) {
      return a.def.name < b.def.name;
    });
    return all;
  }();
  return functions;
}

struct Kinds {
  std::string_view name;
  ValueKind null_as;  ///< Type of a literal null there.
  bool (*takes)(const ValueType& type);
};

Kinds KindsOf(char code) {
  using T = const ValueType&;
  switch (code) {
    case 't':
      return {"text", ValueKind::kText, [](T t) { return t.is(ValueKind::kText); }};
    case 'T':
      return {"a constant text", ValueKind::kText,
              [](T t) { return t.is(ValueKind::kText); }};
    case 'i':
      return {"an integer", ValueKind::kInteger,
              [](T t) { return t.is(ValueKind::kInteger); }};
    case 'I':
      return {"a constant integer", ValueKind::kInteger,
              [](T t) { return t.is(ValueKind::kInteger); }};
    case 'n':
      return {"a number", ValueKind::kInteger, [](T t) { return t.is_number(); }};
    case 'r':
      return {"a double", ValueKind::kDouble,
              [](T t) { return t.is(ValueKind::kDouble) || t.is(ValueKind::kInteger); }};
    case 'd':
      return {"a date", ValueKind::kDate, [](T t) { return t.is(ValueKind::kDate); }};
    case 's':
      return {"a timestamp", ValueKind::kTimestamp,
              [](T t) { return t.is(ValueKind::kTimestamp); }};
    case 'D':
      return {"a date or a timestamp", ValueKind::kDate,
              [](T t) { return t.is(ValueKind::kDate) || t.is(ValueKind::kTimestamp); }};
    case 'b':
      return {"a condition", ValueKind::kBoolean,
              [](T t) { return t.is(ValueKind::kBoolean); }};
    case 'o':
      return {"a value with an order", ValueKind::kNull,
              [](T t) { return !t.is(ValueKind::kBoolean); }};
    default:
      return {"a value", ValueKind::kNull, [](T) { return true; }};
  }
}

std::string HintFor(char code, const ValueType& type) {
  if (code == 'r' && type.is(ValueKind::kDecimal)) return "write double(x)";
  if (code == 't' && !type.is(ValueKind::kDouble)) return "text(x) prints other values";
  if (code == 'i' && type.is_number())
    return "round(x), floor(x) or ceil(x) give integers";
  if ((code == 'd' || code == 'D') && type.is(ValueKind::kText)) {
    return "a date is written date '2024-01-31'";
  }
  if (code == 'd' && type.is(ValueKind::kTimestamp))
    return "date(x) is the day of a time";
  return "";
}

}  // namespace

std::span<const Function> SpecialFunctions() { return kSpecial; }

const Function* FindFunction(std::string_view name) {
  const auto& all = Sorted();
  const auto at = std::lower_bound(
      all.begin(), all.end(), name,
      [](const Function& f, std::string_view wanted) { return f.def.name < wanted; });
  return at == all.end() || at->def.name != name ? nullptr : &*at;
}

std::span<const FunctionDef> BuiltinFunctions() {
  static const std::vector<FunctionDef> defs = [] {
    std::vector<FunctionDef> made;
    for (const Function& function : Sorted()) made.push_back(function.def);
    return made;
  }();
  return defs;
}

bool CheckArguments(Binder& binder, const Expr& call, const Function& function,
                    std::vector<NodePtr>* args) {
  bool fine = true;
  for (size_t i = 0; i < args->size(); ++i) {
    const char code = function.parameters[std::min(i, function.parameters.size() - 1)];
    const Kinds kinds = KindsOf(code);
    NodePtr& arg = (*args)[i];
    const ValueType& type = arg->type();
    const bool needs_constant = code == 'T' || code == 'I';
    if (type.is(ValueKind::kNull) && !needs_constant) {
      ValueType typed;
      typed.kind = kinds.null_as;
      if (!typed.is(ValueKind::kNull)) arg = binder.Null(arg->place(), typed);
      continue;
    }
    if (!kinds.takes(type) || (needs_constant && arg->constant() == nullptr)) {
      binder.Fail(
          arg->place(),
          fmt::format("argument {} of {} must be {}", i + 1, call.text, kinds.name),
          needs_constant && kinds.takes(type) ? "not constant" : Describe(type),
          HintFor(code, type));
      fine = false;
    } else if (code == 'r') {
      arg = ToDouble(binder, arg);
      fine &= arg != nullptr;
    }
  }
  return fine;
}

}  // namespace lakeseed
