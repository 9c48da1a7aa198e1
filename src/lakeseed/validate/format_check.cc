// format: texts of a declared form: unique codes, patterns, constants, UUIDs.

#include <arrow/api.h>

#include <cctype>
#include <optional>

#include "lakeseed/spec/params.h"
#include "lakeseed/validate/cells.h"
#include "lakeseed/validate/table_check.h"

namespace lakeseed {
namespace {

// A form is one class of characters for each place; literals are classes of one.
struct Form {
  struct Place {
    char kind;  ///< 'l': the literal; else as in `pattern`.
    char literal;
  };
  std::string text;  ///< As declared, for people.
  std::vector<Place> places;

  void Add(std::string_view literal) {
    for (const char c : literal) places.push_back({'l', c});
  }
  bool Fits(std::string_view value) const;
};

bool IsOf(char kind, char c) {
  const bool digit = c >= '0' && c <= '9', upper = c >= 'A' && c <= 'Z',
             lower = c >= 'a' && c <= 'z';
  switch (kind) {
    case '#':
      return digit;
    case '%':
      return digit && c != '0';
    case '@':
      return upper;
    case '&':
      return lower;
    case '?':
      return digit || upper;
    case '*':
      return digit || lower;
    case 'x':
      return digit || (c >= 'a' && c <= 'f');
    default:
      return false;
  }
}

bool Form::Fits(std::string_view value) const {
  if (value.size() != places.size()) return false;
  for (size_t i = 0; i < value.size(); ++i) {
    const Place& place = places[i];
    if (place.kind == 'l' ? value[i] != place.literal : !IsOf(place.kind, value[i])) {
      return false;
    }
  }
  return true;
}

std::optional<Form> CodeForm(Params& params) {
  Form form;
  const SpecNode* format = params.is_mapping() ? params.Find("format") : &params.value();
  if (format == nullptr) {
    const auto prefix = params.GetTextOr("prefix", "");
    const auto digits = params.GetInt64Or("digits", 10);
    if (!prefix.ok() || !digits.ok()) return std::nullopt;
    form.text = *prefix + "%0" + std::to_string(*digits) + "d";
  } else {
    form.text = format->text;
  }
  const size_t percent = form.text.find("%0");
  if (percent == std::string::npos || form.text.find("%%") != std::string::npos) {
    return std::nullopt;
  }
  size_t end = percent + 2;
  int width = 0;
  for (; end < form.text.size() && IsOf('#', form.text[end]); ++end) {
    width = width * 10 + (form.text[end] - '0');
  }
  if (end == form.text.size() || form.text[end] != 'd' || width < 1 || width > 18) {
    return std::nullopt;
  }
  form.Add(std::string_view(form.text).substr(0, percent));
  for (int i = 0; i < width; ++i) form.places.push_back({'#', 0});
  form.Add(std::string_view(form.text).substr(end + 1));
  return form;
}

std::optional<Form> PatternForm(const std::string& text) {
  Form form{.text = text};
  bool inside = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool twice = i + 1 < text.size() && text[i + 1] == c;
    if (!inside && (c == '{' || c == '}') && twice) {
      form.places.push_back({'l', c});
      ++i;
    } else if (c == '{' || c == '}') {
      inside = c == '{';
    } else {
      form.places.push_back({inside ? c : 'l', c});
    }
  }
  return form;
}

std::optional<Form> FormOf(const GeneratorCall& call) {
  Params params(call, "form");
  if (call.name == "unique_code") return CodeForm(params);
  const SpecNode* node = &call.params;
  if (call.params.is_mapping()) {
    node = call.params.Find(call.name == "const" ? "value" : "format");
  }
  if (call.name == "uuid")
    return PatternForm("{xxxxxxxx}-{xxxx}-4{xxx}-{xxxx}-{xxxxxxxxxxxx}");
  if (node == nullptr || !node->is_scalar()) return std::nullopt;
  if (call.name == "pattern") return PatternForm(node->text);
  if (call.name != "const") return std::nullopt;
  Form form{.text = node->text};
  form.Add(node->text);
  return form;
}

class FormatCheck final : public TableCheck {
 public:
  FormatCheck(Check check, int64_t max_examples, std::string column, int slot, Form form)
      : TableCheck(std::move(check), max_examples),
        column_(std::move(column)),
        slot_(slot),
        form_(std::move(form)) {}

  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    const auto& cells = *block.slots[static_cast<size_t>(slot_)];
    for (int64_t i = 0; i < block.length; ++i) {
      if (cells.IsNull(i) || block.IsDirty(i) || form_.Fits(TextAt(cells, i))) continue;
      Found(block, i, column_, form_.text, CellText(cells, i));
    }
    return arrow::Status::OK();
  }

 private:
  const std::string column_;
  const int slot_;
  const Form form_;
};

}  // namespace

void MakeFormatChecks(CheckBuilder& builder) {
  for (const ColumnSpec& column : builder.table().columns) {
    if (!column.generator) continue;
    const std::optional<Form> form = FormOf(*column.generator);
    if (!form) continue;
    const auto slot = builder.scope().Column(column.name);
    if (!slot.ok()) {
      builder.Skip("format", column.name, slot.status());
      continue;
    }
    if (!IsTextLike(*slot->type)) continue;
    builder.Add(std::make_unique<FormatCheck>(builder.Start("format", column.name),
                                              builder.max_examples(), column.name,
                                              slot->index, *form));
  }
}

}  // namespace lakeseed
