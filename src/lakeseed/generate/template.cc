// template: text with values of the row in braces: "{first}.{last}@example.com".
//
// {expression} is the value as text; {expression:06} pads a whole number with
// zeros to six places. {{ and }} are single braces. If a value is null, so is
// the text.

#include <arrow/api.h>

#include <algorithm>

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/generate/input_text.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr int kLargestWidth = 18;

/// Literal text, and the value that follows it (none after the last).
struct Piece {
  std::string literal;
  std::string expression;
  int width = 0;
};

/// Split "expression:06" at a last colon that only digits follow.
void SplitWidth(Piece* piece) {
  const size_t colon = piece->expression.rfind(':');
  if (colon == std::string::npos) return;
  const std::string digits = piece->expression.substr(colon + 1);
  if (digits.empty() || digits.size() > 3 || digits[0] != '0') return;
  if (!std::all_of(digits.begin(), digits.end(),
                   [](char c) { return c >= '0' && c <= '9'; })) {
    return;
  }
  for (const char c : digits) piece->width = piece->width * 10 + (c - '0');
  piece->expression.resize(colon);
}

arrow::Result<std::vector<Piece>> ParsePieces(std::string_view text) {
  std::vector<Piece> pieces(1);
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c == '{' || c == '}') && i + 1 < text.size() && text[i + 1] == c) {
      pieces.back().literal.push_back(c);
      ++i;
    } else if (c == '{') {
      const size_t end = text.find('}', i);
      if (end == std::string_view::npos) return arrow::Status::Invalid("{ without }");
      pieces.back().expression = std::string(text.substr(i + 1, end - i - 1));
      SplitWidth(&pieces.back());
      if (pieces.back().expression.empty()) {
        return arrow::Status::Invalid("needs an expression between the braces");
      }
      if (pieces.back().width > kLargestWidth) {
        return arrow::Status::Invalid("must pad to at most 18 places");
      }
      pieces.emplace_back();
      i = end;
    } else if (c == '}') {
      return arrow::Status::Invalid("} without {; write }} for a brace");
    } else {
      pieces.back().literal.push_back(c);
    }
  }
  return pieces;
}

class Template final : public ColumnGenerator {
 public:
  Template(std::vector<Piece> pieces, std::vector<int> inputs)
      : pieces_(std::move(pieces)), inputs_(std::move(inputs)) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override {
    return {.kind = ShapeKind::kText, .nullable = !inputs_.empty()};
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const int64_t length = request.rows.length();
    arrow::StringBuilder builder(request.pool);
    ARROW_RETURN_NOT_OK(builder.Reserve(length));
    std::string text;
    for (int64_t i = 0; i < length; ++i) {
      text.clear();
      bool null = false;
      for (size_t p = 0; p < pieces_.size() && !null; ++p) {
        text += pieces_[p].literal;
        if (p == inputs_.size()) break;
        const arrow::Array& input = *request.inputs[static_cast<size_t>(inputs_[p])];
        null = input.IsNull(i);
        if (!null) ARROW_RETURN_NOT_OK(AppendText(input, i, pieces_[p].width, &text));
      }
      ARROW_RETURN_NOT_OK(null ? builder.AppendNull() : builder.Append(text));
    }
    return builder.Finish();
  }

 private:
  const std::shared_ptr<arrow::DataType> type_ = arrow::utf8();
  const std::vector<Piece> pieces_;
  const std::vector<int> inputs_;  ///< One for each piece but the last.
};

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  const std::string_view key = params.is_mapping() ? "format" : "";
  ARROW_ASSIGN_OR_RAISE(const std::string text, params.GetText(key));
  ARROW_RETURN_NOT_OK(params.Finish());
  arrow::Result<std::vector<Piece>> pieces = ParsePieces(text);
  if (!pieces.ok()) return params.Error(key, pieces.status().message(), text);
  std::vector<int> inputs;
  for (size_t p = 0; p + 1 < pieces->size(); ++p) {
    const std::string& expression = (*pieces)[p].expression;
    ARROW_ASSIGN_OR_RAISE(const BoundInput input, context.Input(expression));
    if (!CanAppendText(*input.type)) {
      return params.Error(key, "cannot write this type as text",
                          expression + " of type " + input.type->ToString());
    }
    inputs.push_back(input.index);
  }
  return std::make_unique<Template>(*std::move(pieces), std::move(inputs));
}

}  // namespace

extern const GeneratorDef kTemplate{
    .name = "template",
    .summary = "put values of the row into a text",
    .params = "format: text with {expression} or, padded with zeros, {expression:06}",
    .example = "{template: \"{first}.{last}-{$row:06}@example.com\"}",
    .bind = Bind,
};

}  // namespace lakeseed
