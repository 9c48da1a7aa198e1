// Functions that change letters: upper, lower, initcap, slug, replace, lpad, rpad.

#include <algorithm>
#include <string>

#include "lakeseed/evaluate/functions.h"
#include "lakeseed/evaluate/letters.h"
#include "lakeseed/evaluate/text_writer.h"

namespace lakeseed {
namespace {

constexpr int64_t kMaxWidth = 10'000;

// change(text, &out) writes the changed text of one row.
template <class Change>
NodePtr BindChange(Binder& binder, const Expr& call, std::vector<NodePtr> args,
                   Change change) {
  return binder.Function(call.place, TextType(), call.text, std::move(args),
                         [change](const KernelCall& c) {
                           std::string changed;
                           return WriteTexts(c, [&](TextWriter* writer, int64_t row) {
                             changed.clear();
                             change(TextAt(c, 0, row), &changed);
                             return writer->Append(changed);
                           });
                         });
}

bool IsAscii(std::string_view text) {
  uint8_t all = 0;
  for (char c : text) all |= static_cast<uint8_t>(c);
  return all < 0x80;
}

// Letter by letter; ASCII texts, most of all, byte by byte.
template <uint32_t (*kChange)(uint32_t), char kFirst>
NodePtr BindCaseChange(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return BindChange(binder, call, std::move(args),
                    [](std::string_view text, std::string* out) {
                      if (IsAscii(text)) {
                        out->assign(text);
                        for (char& c : *out) {
                          const bool letter = static_cast<uint8_t>(c - kFirst) < 26;
                          c = static_cast<char>(c ^ (letter ? 32 : 0));
                        }
                        return;
                      }
                      for (size_t at = 0; at < text.size();) {
                        AppendLetter(kChange(NextLetter(text, &at)), out);
                      }
                    });
}

NodePtr BindInitcap(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return BindChange(binder, call, std::move(args),
                    [](std::string_view text, std::string* out) {
                      bool inside = false;
                      for (size_t at = 0; at < text.size();) {
                        const uint32_t letter = NextLetter(text, &at);
                        AppendLetter(inside ? LowerOf(letter) : UpperOf(letter), out);
                        inside = !PlainOf(letter).empty() || letter == '\'';
                      }
                    });
}

NodePtr BindSlug(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return BindChange(binder, call, std::move(args),
                    [](std::string_view text, std::string* out) {
                      bool hyphen = false;
                      for (size_t at = 0; at < text.size();) {
                        const uint32_t letter = NextLetter(text, &at);
                        const std::string_view plain = PlainOf(letter);
                        // An apostrophe joins: o'neil is oneil.
                        if (letter == '\'') continue;
                        if (!plain.empty() && hyphen && !out->empty()) *out += '-';
                        hyphen = plain.empty();
                        *out += plain;
                      }
                    });
}

NodePtr BindReplace(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return binder.Function(
      call.place, TextType(), call.text, std::move(args), [](const KernelCall& c) {
        return WriteTexts(c, [&](TextWriter* writer, int64_t row) {
          std::string_view text = TextAt(c, 0, row);
          const std::string_view from = TextAt(c, 1, row), to = TextAt(c, 2, row);
          while (!from.empty()) {
            const size_t at = text.find(from);
            if (at == std::string_view::npos) break;
            ARROW_RETURN_NOT_OK(writer->Append(text.substr(0, at)));
            ARROW_RETURN_NOT_OK(writer->Append(to));
            text.remove_prefix(at + from.size());
          }
          return writer->Append(text);
        });
      });
}

// Fill up to a width on the left or right; longer text is cut, as in SQL.
template <bool kLeft>
NodePtr BindPad(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return binder.Function(
      call.place, TextType(), call.text, std::move(args), [](const KernelCall& c) {
        return WriteTexts(c, [&](TextWriter* writer, int64_t row) -> arrow::Status {
          const std::string_view text = TextAt(c, 0, row);
          const int64_t width = IntegerAt(c, 1, row);
          const std::string_view fill = c.args.size() > 2 ? TextAt(c, 2, row) : " ";
          if (width > kMaxWidth) return c.Fail(row, "width is above 10000");
          const int64_t size = CountLetters(text);
          if (size >= width) {
            return writer->Append(text.substr(0, PositionOf(text, width)));
          }
          if (!kLeft) ARROW_RETURN_NOT_OK(writer->Append(text));
          int64_t missing = width - size;
          const int64_t step = CountLetters(fill);
          for (; step > 0 && missing > 0; missing -= step) {
            ARROW_RETURN_NOT_OK(writer->Append(fill.substr(
                0, missing < step ? PositionOf(fill, missing) : fill.size())));
          }
          return kLeft ? writer->Append(text) : arrow::Status::OK();
        });
      });
}

constexpr Function kFunctions[] = {
    {{"initcap", "initcap(text)", "each word with a capital letter"},
     "t",
     1,
     1,
     BindInitcap},
    {{"lower", "lower(text)", "in small letters"},
     "t",
     1,
     1,
     BindCaseChange<LowerOf, 'A'>},
    {{"lpad", "lpad(text, width, fill)", "filled or cut to a width, on the left"},
     "tit",
     2,
     3,
     BindPad<true>},
    {{"replace", "replace(text, from, to)", "every `from` replaced"},
     "ttt",
     3,
     3,
     BindReplace},
    {{"rpad", "rpad(text, width, fill)", "filled or cut to a width, on the right"},
     "tit",
     2,
     3,
     BindPad<false>},
    {{"slug", "slug(text)", "lower-case ASCII letters and digits joined by hyphens"},
     "t",
     1,
     1,
     BindSlug},
    {{"upper", "upper(text)", "in capital letters"},
     "t",
     1,
     1,
     BindCaseChange<UpperOf, 'a'>},
};

}  // namespace

std::span<const Function> LetterFunctions() { return kFunctions; }

}  // namespace lakeseed
