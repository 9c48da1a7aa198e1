// The table of functions: one entry for each name, sorted, in families.
//
// To add a function: one entry in its family's file. `parameters` gives the kind
// of each argument: t text, i integer, n number, r double (integers become
// doubles), d date, s timestamp, D date or timestamp, o anything with an order,
// b bool, a anything; upper case T and I: constants. The last one repeats.
//
// Thread safety: constant tables.

#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "lakeseed/evaluate/bind.h"

namespace lakeseed {

struct Function {
  FunctionDef def;
  std::string_view parameters;
  int min_args;
  int max_args;  ///< -1: any number.
  /// Null for the functions with a syntax of their own (lookup, round, sum…).
  NodePtr (*bind)(Binder& binder, const Expr& call, std::vector<NodePtr> args);
};

/// What a function makes.
inline ValueType TypeOf(ValueKind kind) { return {.kind = kind}; }
inline ValueType TextType() { return TypeOf(ValueKind::kText); }

std::span<const Function> NumberFunctions();
std::span<const Function> TextFunctions();
std::span<const Function> LetterFunctions();
std::span<const Function> FormatFunctions();
std::span<const Function> CheckDigitFunctions();
std::span<const Function> DateFunctions();
std::span<const Function> DurationFunctions();
std::span<const Function> ChoiceFunctions();
std::span<const Function> SpecialFunctions();

/// \retval nullptr  no such function
const Function* FindFunction(std::string_view name);

/// Check number and kinds of arguments; converts typed nulls and doubles in place.
bool CheckArguments(Binder& binder, const Expr& call, const Function& function,
                    std::vector<NodePtr>* args);

}  // namespace lakeseed
