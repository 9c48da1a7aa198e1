// pattern: texts of one form with random characters: "SKU-{######}".
//
// Inside braces every character stands for a random one:
//   #  digit 0-9          %  digit 1-9
//   @  letter A-Z         &  letter a-z
//   ?  A-Z or 0-9         *  a-z or 0-9        x  0-9 or a-f
// Outside braces text is literal; {{ and }} are single braces.
//
// Method  A cell is used up from the top: each character takes the high part of
//         cell * size and leaves the low part, eight characters per cell, so the
//         bias stays below 2^-22.

#include <arrow/api.h>

#include <algorithm>

#include "lakeseed/base/cell.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr size_t kCharactersPerCell = 8;

/// A random character at a place of the text.
struct Slot {
  int64_t place;
  std::string_view alphabet;
};

struct Form {
  std::string text;  ///< Literals in place, anything in the slots.
  std::vector<Slot> slots;
};

std::string_view AlphabetOf(char placeholder) {
  constexpr std::string_view kAll = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view kLower = "0123456789abcdefghijklmnopqrstuvwxyz";
  switch (placeholder) {
    case '#':
      return kAll.substr(0, 10);
    case '%':
      return kAll.substr(1, 9);
    case '@':
      return kAll.substr(10);
    case '&':
      return kLower.substr(10);
    case '?':
      return kAll;
    case '*':
      return kLower;
    case 'x':
      return kLower.substr(0, 16);
    default:
      return {};
  }
}

arrow::Result<Form> ParseForm(std::string_view text) {
  Form form;
  bool inside = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!inside && (c == '{' || c == '}')) {
      if (i + 1 < text.size() && text[i + 1] == c) {
        form.text.push_back(c);
        ++i;
      } else if (c == '{') {
        inside = true;
      } else {
        return arrow::Status::Invalid("} without {; write }} for a brace");
      }
    } else if (inside && c == '}') {
      inside = false;
    } else if (inside) {
      const std::string_view alphabet = AlphabetOf(c);
      if (alphabet.empty()) {
        return arrow::Status::Invalid("unknown placeholder `", std::string(1, c),
                                      "` inside braces; they are # % @ & ? * x");
      }
      form.slots.push_back({static_cast<int64_t>(form.text.size()), alphabet});
      form.text.push_back('0');
    } else {
      form.text.push_back(c);
    }
  }
  if (inside) return arrow::Status::Invalid("{ without }");
  return form;
}

class Pattern final : public ColumnGenerator {
 public:
  Pattern(const Key& key, Form form) : key_(key), form_(std::move(form)) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override {
    return {.kind = form_.slots.empty() ? ShapeKind::kConstant : ShapeKind::kText};
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const auto width = static_cast<int64_t>(form_.text.size());
    ARROW_ASSIGN_OR_RAISE(
        FixedTextMemory memory,
        FixedTextMemory::Make(request.rows.length(), width, request.pool));
    char* out = memory.data();
    for (int64_t i = 0; i < request.rows.length(); ++i) {
      std::copy(form_.text.begin(), form_.text.end(), out + i * width);
    }
    int64_t draw = 0;
    for (size_t slot = 0; slot < form_.slots.size(); slot += kCharactersPerCell) {
      FillSlots(request.rows, slot, draw++, out);
    }
    return std::move(memory).Finish();
  }

 private:
  void FillSlots(const Rows& rows, size_t slot, int64_t draw, char* out) const {
    const auto width = static_cast<int64_t>(form_.text.size());
    const size_t end = std::min(slot + kCharactersPerCell, form_.slots.size());
    ForEachCellBlock(key_, rows, draw,
                     [&](int64_t first, int64_t count, const uint64_t* cells) {
                       for (int64_t i = 0; i < count; ++i) {
                         char* text = out + (first + i) * width;
                         uint64_t u = cells[i];
                         for (size_t s = slot; s < end; ++s) {
                           const Slot& at = form_.slots[s];
                           text[at.place] = at.alphabet[MulHi(u, at.alphabet.size())];
                           u *= at.alphabet.size();
                         }
                       }
                     });
  }

  const std::shared_ptr<arrow::DataType> type_ = arrow::utf8();
  const Key key_;
  const Form form_;
};

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  const std::string_view key = params.is_mapping() ? "format" : "";
  ARROW_ASSIGN_OR_RAISE(const std::string text, params.GetText(key));
  ARROW_RETURN_NOT_OK(params.Finish());
  arrow::Result<Form> form = ParseForm(text);
  if (!form.ok()) return params.Error(key, form.status().message(), text);
  return std::make_unique<Pattern>(context.key("value"), *std::move(form));
}

}  // namespace

extern const GeneratorDef kPattern{
    .name = "pattern",
    .summary = "draw texts of one form with random digits and letters",
    .params =
        "format: text; in braces # is a digit, % a digit 1-9, @ A-Z, & a-z, "
        "? A-Z or digit, * a-z or digit, x hexadecimal",
    .example = "{pattern: \"SKU-{@@######}\"}",
    .bind = Bind,
};

}  // namespace lakeseed
