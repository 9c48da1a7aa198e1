#include "lakeseed/cli/sound_part.h"

#include <algorithm>
#include <string_view>

#include "lakeseed/spec/node.h"

namespace lakeseed {
namespace {

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::vector<std::string> PartsOf(const std::string& path) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= path.size();) {
    const size_t end = std::min(path.find('.', begin), path.size());
    parts.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

const std::pair<SpecNode, SpecNode>* EntryOf(const SpecNode* mapping,
                                             const std::string& key) {
  if (mapping == nullptr) return nullptr;
  for (const auto& entry : mapping->entries) {
    if (entry.first.text == key) return &entry;
  }
  return nullptr;
}

/// The column, value or rule that a path leads into, else its table.
const SpecNode* KeyOf(const SpecNode& root, const std::string& path) {
  const std::vector<std::string> parts = PartsOf(path);
  const auto* table = EntryOf(root.Find("tables"), parts[0]);
  if (table == nullptr) return nullptr;
  if (parts.size() > 2) {
    for (const char* list : {"columns", "let", "rules"}) {
      if (parts[1] != list) continue;
      const auto* entry = EntryOf(table->second.Find(list), parts[2]);
      if (entry != nullptr) return &entry->first;
    }
  }
  return &table->first;
}

/// Empty the lines of the entry of a key; false if it shares its line with others.
bool Blank(const SpecNode& key, std::vector<std::string>* lines) {
  const auto first = static_cast<size_t>(key.place.line) - 1;
  const auto indent = static_cast<size_t>(key.place.column) - 1;
  if (first >= lines->size()) return false;
  // Emptied already, with the table that holds it.
  if ((*lines)[first].empty()) return true;
  if ((*lines)[first].find_first_not_of(' ') != indent) return false;
  (*lines)[first].clear();
  for (size_t at = first + 1; at < lines->size(); ++at) {
    const size_t begin = (*lines)[at].find_first_not_of(' ');
    if (begin != std::string::npos && begin <= indent) break;
    (*lines)[at].clear();
  }
  return true;
}

bool HasWord(std::string_view text, std::string_view word) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_';
  };
  for (size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    const bool begins = at == 0 || !is_letter(text[at - 1]);
    if (begins && (end == text.size() || !is_letter(text[end]))) return true;
  }
  return false;
}

}  // namespace

bool SoundPart::Explains(const Diagnostic& error) const {
  const std::string text =
      error.path + " " + error.reason + " " + error.value.value_or("");
  return std::any_of(left_out.begin(), left_out.end(),
                     [&](const std::string& name) { return HasWord(text, name); });
}

std::optional<SoundPart> SoundPartOf(const std::string& text, const std::string& file,
                                     const std::vector<Diagnostic>& errors) {
  const PartialYaml tree = ParseYamlPartly(text, file);
  if (!tree.errors.empty()) return std::nullopt;
  std::vector<std::string> lines = LinesOf(text);
  SoundPart part;
  for (const Diagnostic& error : errors) {
    const SpecNode* key = KeyOf(tree.root, error.path);
    if (key == nullptr || !Blank(*key, &lines)) return std::nullopt;
    part.left_out.push_back(key->text);
  }
  for (const std::string& line : lines) part.text += line + "\n";
  return part;
}

}  // namespace lakeseed
