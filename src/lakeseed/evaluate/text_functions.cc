// Functions that cut and search text: parts are views, nothing is copied.
//
// Positions and lengths count code points; the first position is 1.

#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/evaluate/functions.h"
#include "lakeseed/evaluate/letters.h"
#include "lakeseed/evaluate/text_writer.h"

namespace lakeseed {
namespace {

// A function whose result is a part of its first argument.
template <class Part>
NodePtr BindPart(Binder& binder, const Expr& call, std::vector<NodePtr> args, Part part) {
  return binder.Function(
      call.place, TextType(), call.text, std::move(args),
      [part](const KernelCall& c) -> arrow::Result<Vector> {
        Vector out;
        ARROW_RETURN_NOT_OK(SpreadValidity(c, &out));
        ARROW_ASSIGN_OR_RAISE(auto* views,
                              NewValues<std::string_view>(&out, c.length, c.pool()));
        for (int64_t i = 0; i < c.length; ++i) {
          new (&views[i]) std::string_view(part(c, TextAt(c, 0, i), i));
        }
        ShareOwners(c, &out);
        return out;
      });
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

NodePtr BindTrim(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return BindPart(binder, call, std::move(args),
                  [](const KernelCall&, std::string_view text, int64_t) {
                    while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
                    while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
                    return text;
                  });
}

NodePtr BindLeft(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return BindPart(binder, call, std::move(args),
                  [](const KernelCall& c, std::string_view text, int64_t row) {
                    return text.substr(0, PositionOf(text, IntegerAt(c, 1, row)));
                  });
}

NodePtr BindRight(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return BindPart(binder, call, std::move(args),
                  [](const KernelCall& c, std::string_view text, int64_t row) {
                    const int64_t n = std::max<int64_t>(IntegerAt(c, 1, row), 0);
                    const int64_t size = CountLetters(text);
                    return text.substr(PositionOf(text, n >= size ? 0 : size - n));
                  });
}

NodePtr BindSubstring(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return BindPart(binder, call, std::move(args),
                  [](const KernelCall& c, std::string_view text, int64_t row) {
                    int64_t start = IntegerAt(c, 1, row);
                    int64_t n = c.args.size() > 2 ? IntegerAt(c, 2, row) : INT64_MAX;
                    if (start < 1) {
                      // Positions before the text use up the length, as in SQL.
                      if (n < INT64_MAX) n = n > 0 ? n + std::max(start, -n) - 1 : 0;
                      start = 1;
                    }
                    text = text.substr(PositionOf(text, start - 1));
                    return text.substr(0, n <= 0 ? 0 : PositionOf(text, n));
                  });
}

NodePtr BindSplitPart(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return BindPart(binder, call, std::move(args),
                  [](const KernelCall& c, std::string_view text, int64_t row) {
                    const std::string_view by = TextAt(c, 1, row);
                    int64_t n = IntegerAt(c, 2, row);
                    if (by.empty()) return n == 1 ? text : std::string_view();
                    for (; n > 1; --n) {
                      const size_t at = text.find(by);
                      if (at == std::string_view::npos) return std::string_view();
                      text.remove_prefix(at + by.size());
                    }
                    return n < 1 ? std::string_view() : text.substr(0, text.find(by));
                  });
}

NodePtr BindLength(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  ValueType type = TypeOf(ValueKind::kInteger);
  type.limit = INT32_MAX;
  return binder.Function(call.place, type, "length", args, [](const KernelCall& c) {
    return Map1<std::string_view, int64_t>(c, CountLetters);
  });
}

NodePtr BindContains(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  using Text = std::string_view;
  return binder.Function(call.place, TypeOf(ValueKind::kBoolean), call.text, args,
                         [](const KernelCall& c) {
                           return TruthMap2<Text, Text>(
                               c, [](Text a, Text b) { return a.find(b) != Text::npos; });
                         });
}

NodePtr BindStartsWith(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  using Text = std::string_view;
  return binder.Function(
      call.place, TypeOf(ValueKind::kBoolean), call.text, args, [](const KernelCall& c) {
        return TruthMap2<Text, Text>(c, [](Text a, Text b) { return a.starts_with(b); });
      });
}

NodePtr BindEndsWith(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  using Text = std::string_view;
  return binder.Function(
      call.place, TypeOf(ValueKind::kBoolean), call.text, args, [](const KernelCall& c) {
        return TruthMap2<Text, Text>(c, [](Text a, Text b) { return a.ends_with(b); });
      });
}

// % stands for any text, _ for one code point. Goes back only to the last %, so
// the time is at most length times length.
bool Matches(std::string_view text, std::string_view pattern) {
  size_t t = 0, p = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '%') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == '_') {
      NextLetter(text, &t);
      ++p;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++t;
      ++p;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      NextLetter(text, &resume);
      t = resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

constexpr Function kFunctions[] = {
    {{"contains", "contains(text, part)", "whether the part is in the text"},
     "tt",
     2,
     2,
     BindContains},
    {{"ends_with", "ends_with(text, part)", "whether the text ends so"},
     "tt",
     2,
     2,
     BindEndsWith},
    {{"left", "left(text, n)", "the first n characters"}, "ti", 2, 2, BindLeft},
    {{"length", "length(text)", "number of characters"}, "t", 1, 1, BindLength},
    {{"right", "right(text, n)", "the last n characters"}, "ti", 2, 2, BindRight},
    {{"split_part", "split_part(text, by, n)",
      "the n-th part between separators, from 1"},
     "tti",
     3,
     3,
     BindSplitPart},
    {{"starts_with", "starts_with(text, part)", "whether the text begins so"},
     "tt",
     2,
     2,
     BindStartsWith},
    {{"substring", "substring(text, start, n)",
      "n characters from position start, from 1"},
     "tii",
     2,
     3,
     BindSubstring},
    {{"trim", "trim(text)", "without blanks at both ends"}, "t", 1, 1, BindTrim},
};

}  // namespace

NodePtr BindLike(Binder& binder, const Expr& call, NodePtr a, NodePtr b) {
  for (NodePtr* side : {&a, &b}) {
    if ((*side)->type().is(ValueKind::kNull))
      *side = binder.Null((*side)->place(), TextType());
    if (!(*side)->type().is(ValueKind::kText)) {
      return binder.Fail((*side)->place(), "like takes text", Describe((*side)->type()));
    }
  }
  const bool negated = call.text == "not like";
  return binder.Function(
      call.place, TypeOf(ValueKind::kBoolean), "like", {a, b},
      [negated](const KernelCall& c) {
        return TruthMap2<std::string_view, std::string_view>(
            c, [negated](std::string_view text, std::string_view pattern) {
              return Matches(text, pattern) != negated;
            });
      });
}

std::span<const Function> TextFunctions() { return kFunctions; }

}  // namespace lakeseed
