#include "lakeseed/spec/dictionary_text.h"

#include <algorithm>
#include <utility>

#include "lakeseed/spec/dictionary_keys.h"
#include "lakeseed/spec/yaml_pass.h"

namespace lakeseed {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";

// Where the first thing stands that is no comment.
size_t FirstToken(std::string_view text) {
  size_t at = text.find_first_not_of(kSpaces);
  while (at != std::string_view::npos && text[at] == '#') {
    at = text.find('\n', at);
    if (at != std::string_view::npos) at = text.find_first_not_of(kSpaces, at);
  }
  return at;
}

bool IsNameCharacter(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9');
}

// The place of `{` in `name = {`, or npos.
size_t AssignedBrace(std::string_view text, size_t begin) {
  size_t at = begin;
  while (at < text.size() && IsNameCharacter(text[at])) ++at;
  if (at == begin) return std::string_view::npos;
  at = text.find_first_not_of(" \t", at);
  if (at == std::string_view::npos || text[at] != '=') return std::string_view::npos;
  at = text.find_first_not_of(kSpaces, at + 1);
  return at != std::string_view::npos && text[at] == '{' ? at : std::string_view::npos;
}

// Whether `"table_configs": …` begins here: an entry of a dictionary in quotes.
bool IsEntry(std::string_view text, size_t begin) {
  const char quote = text[begin];
  if (quote != '"' && quote != '\'') return false;
  const size_t end = text.find(quote, begin + 1);
  if (end == std::string_view::npos) return false;
  const std::string_view name = text.substr(begin + 1, end - begin - 1);
  const Names keys = DictionaryKeys("");
  return std::find(keys.begin(), keys.end(), name) != keys.end();
}

PartialYaml ParseFlow(const std::string& text, const std::string& file, int line_offset) {
  YamlPass pass = ParseYamlOnce(text, file, line_offset);
  PartialYaml partial{std::move(pass.root), std::move(pass.errors)};
  if (pass.syntax_error) {
    partial.root.broken = true;
    partial.errors.push_back(std::move(*pass.syntax_error));
  }
  return partial;
}

}  // namespace

PartialYaml ParseDatasetText(std::string_view text, const std::string& file) {
  const size_t first = FirstToken(text);
  if (first == std::string_view::npos) return ParseYamlPartly(text, file);
  if (const size_t brace = AssignedBrace(text, first); brace != std::string_view::npos) {
    std::string rest(text);
    for (size_t i = first; i < brace; ++i) {
      if (rest[i] != '\n') rest[i] = ' ';
    }
    return ParseFlow(rest, file, 0);
  }
  if (IsEntry(text, first)) {
    PartialYaml entries = ParseFlow("{\n" + std::string(text) + "\n}", file, -1);
    if (entries.errors.empty()) return entries;
    PartialYaml block = ParseYamlPartly(text, file);
    return block.errors.empty() ? block : entries;
  }
  return ParseYamlPartly(text, file);
}

void RemoveNone(SpecNode* node) {
  std::erase_if(node->entries, [](const auto& entry) {
    const SpecNode& value = entry.second;
    return value.is_scalar() && !value.quoted && value.text == "None";
  });
  for (auto& [key, value] : node->entries) RemoveNone(&value);
  for (SpecNode& item : node->items) RemoveNone(&item);
}

}  // namespace lakeseed
