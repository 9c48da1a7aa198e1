// Functions of numbers that carry check digits, as texts: is_luhn (ISO/IEC 7812-1), of
// cards, accounts and NPIs; mod97 (ISO 7064), of IBANs. Rules ask them of written data.

#include <algorithm>

#include "lakeseed/base/luhn.h"
#include "lakeseed/evaluate/functions.h"
#include "lakeseed/evaluate/kernel.h"

namespace lakeseed {
namespace {

bool IsDigit(char c) { return '0' <= c && c <= '9'; }

bool IsLuhn(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit) &&
         LuhnSum(text, false) % 10 == 0;
}

// Letters are two digits each, A 10 to Z 35; what is neither letter nor digit is passed.
int64_t RestBy97(std::string_view text) {
  int64_t rest = 0;
  for (const char c : text) {
    if (IsDigit(c)) rest = (rest * 10 + (c - '0')) % 97;
    if ('A' <= c && c <= 'Z') rest = (rest * 100 + (c - 'A' + 10)) % 97;
  }
  return rest;
}

NodePtr BindIsLuhn(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return binder.Function(
      call.place, TypeOf(ValueKind::kBoolean), call.text, std::move(args),
      [](const KernelCall& c) { return TruthMap1<std::string_view>(c, IsLuhn); });
}

NodePtr BindMod97(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  ValueType type = TypeOf(ValueKind::kInteger);
  type.limit = 96;
  return binder.Function(
      call.place, type, call.text, std::move(args),
      [](const KernelCall& c) { return Map1<std::string_view, int64_t>(c, RestBy97); });
}

constexpr Function kFunctions[] = {
    {{"is_luhn", "is_luhn(text)",
      "whether the text is digits of which the last is the check digit of Luhn"},
     "t",
     1,
     1,
     BindIsLuhn},
    {{"mod97", "mod97(text)",
      "rest by 97 of its digits and letters, A as 10 to Z as 35; an IBAN whose first "
      "four "
      "stand at its end has 1"},
     "t",
     1,
     1,
     BindMod97},
};

}  // namespace

std::span<const Function> CheckDigitFunctions() { return kFunctions; }

}  // namespace lakeseed
