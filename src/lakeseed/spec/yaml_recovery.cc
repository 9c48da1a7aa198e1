#include <algorithm>
#include <set>
#include <span>

#include "lakeseed/spec/yaml_pass.h"

namespace lakeseed {
namespace {

struct Line {
  std::string_view text;  // With its line end.
  int number;             // From 0.
  size_t indent = 0;
  bool blank = false;  // Nothing but spaces or a comment.
};

std::vector<Line> SplitLines(std::string_view text) {
  std::vector<Line> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t newline = text.find('\n', begin);
    const size_t end = newline == std::string_view::npos ? text.size() : newline + 1;
    Line line{text.substr(begin, end - begin), static_cast<int>(lines.size())};
    line.indent = std::min(line.text.find_first_not_of(" \r\n"), line.text.size());
    line.blank = line.indent == line.text.size() || line.text[line.indent] == '#';
    lines.push_back(line);
    begin = end;
  }
  return lines;
}

// Reads block mappings key by key after the whole text did not parse.
class Recovery {
 public:
  Recovery(const std::string& file, std::vector<Diagnostic>* errors)
      : file_(file), errors_(errors) {}

  int num_syntax_errors() const { return num_syntax_errors_; }

  SpecNode ReadMapping(std::span<const Line> lines) {
    SpecNode mapping;
    mapping.kind = SpecNode::Kind::kMapping;
    size_t indent = std::string_view::npos;
    for (const Line& line : lines) {
      if (!line.blank) indent = std::min(indent, line.indent);
    }
    std::set<std::string> names;
    for (size_t begin = 0; begin < lines.size();) {
      size_t end = begin + 1;
      while (end < lines.size() && (lines[end].blank || lines[end].indent > indent))
        ++end;
      SpecNode part = ReadEntry(lines.subspan(begin, end - begin), indent);
      if (mapping.place.line == 0) mapping.place = part.place;
      for (auto& [key, value] : part.entries) {
        if (names.insert(key.text).second) {
          mapping.entries.emplace_back(std::move(key), std::move(value));
        } else {
          errors_->push_back({key.place, "", "duplicate key", key.text, ""});
        }
      }
      begin = end;
    }
    return mapping;
  }

 private:
  // `key: value` with all lines below it, as a mapping of one entry.
  SpecNode ReadEntry(std::span<const Line> lines, size_t indent) {
    const char* begin = lines.front().text.data();
    const char* end = lines.back().text.data() + lines.back().text.size();
    YamlPass pass =
        ParseYamlOnce(std::string_view(begin, static_cast<size_t>(end - begin)), file_,
                      lines.front().number);
    if (!pass.syntax_error && pass.root.is_mapping()) {
      errors_->insert(errors_->end(), pass.errors.begin(), pass.errors.end());
      return std::move(pass.root);
    }
    if (!pass.syntax_error && pass.root.is_null()) return {};  // Comments only.

    SpecNode entry;
    entry.kind = SpecNode::Kind::kMapping;
    const auto head = std::find_if(lines.begin(), lines.end(),
                                   [](const Line& line) { return !line.blank; });
    const Place place{file_, head->number + 1, static_cast<int>(indent) + 1};
    entry.place = place;
    bool opens_block = false;
    if (const auto name = KeyOf(head->text.substr(indent), &opens_block)) {
      SpecNode key, value;
      key.kind = SpecNode::Kind::kScalar;
      key.text = *name;
      key.place = value.place = place;
      value.broken = true;
      const auto rest = lines.subspan(static_cast<size_t>(head - lines.begin()) + 1);
      const auto child = std::find_if(rest.begin(), rest.end(),
                                      [](const Line& line) { return !line.blank; });
      if (opens_block && child != rest.end() && child->indent > indent &&
          !child->text.substr(child->indent).starts_with("-")) {
        value = ReadMapping(rest);
        entry.entries.emplace_back(std::move(key), std::move(value));
        return entry;
      }
      entry.entries.emplace_back(std::move(key), std::move(value));
    }
    Report(std::move(pass), place);
    return entry;
  }

  // The name before the first `:`; `opens_block` if nothing follows on the line.
  static std::optional<std::string> KeyOf(std::string_view line, bool* opens_block) {
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    std::string_view name = line.substr(0, colon);
    if (name.size() >= 2 && (name.front() == '"' || name.front() == '\'') &&
        name.back() == name.front()) {
      name = name.substr(1, name.size() - 2);
    }
    if (name.find_first_of(" \t{}[],\"'#&*!|>%@`") != std::string_view::npos) {
      return std::nullopt;
    }
    const size_t next = line.find_first_not_of(" \r\n", colon + 1);
    *opens_block = next == std::string_view::npos || line[next] == '#';
    return std::string(name);
  }

  void Report(YamlPass pass, const Place& place) {
    // The anchor may stand in another section; the first pass knows.
    if (pass.unknown_anchor) return;
    if (pass.syntax_error) {
      errors_->push_back(std::move(*pass.syntax_error));
    } else {
      errors_->push_back(
          {place, "", "malformed YAML", "not a key with a value", "write `name: value`"});
    }
    ++num_syntax_errors_;
  }

  const std::string& file_;
  std::vector<Diagnostic>* const errors_;
  int num_syntax_errors_ = 0;
};

}  // namespace

PartialYaml ParseYamlPartly(std::string_view text, const std::string& file) {
  YamlPass pass = ParseYamlOnce(text, file, 0);
  PartialYaml partial;
  if (!pass.syntax_error) {
    partial.root = std::move(pass.root);
    partial.errors = std::move(pass.errors);
    return partial;
  }
  const std::vector<Line> lines = SplitLines(text);
  const auto first = std::find_if(lines.begin(), lines.end(),
                                  [](const Line& line) { return !line.blank; });
  const bool is_block = first != lines.end() && first->text[first->indent] != '{' &&
                        first->text[first->indent] != '[' &&
                        first->text[first->indent] != '-';
  Recovery recovery(file, &partial.errors);
  if (is_block) partial.root = recovery.ReadMapping(lines);
  if (recovery.num_syntax_errors() == 0) {
    partial.errors.insert(partial.errors.begin(), std::move(*pass.syntax_error));
  }
  partial.root.broken = !is_block || partial.root.entries.empty();
  return partial;
}

arrow::Result<SpecNode> ParseYaml(std::string_view text, const std::string& file) {
  PartialYaml partial = ParseYamlPartly(text, file);
  if (!partial.errors.empty()) return SpecErrors(std::move(partial.errors));
  return std::move(partial.root);
}

}  // namespace lakeseed
