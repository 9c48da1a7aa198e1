#include "lakeseed/spec/node.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "lakeseed/spec/yaml_pass.h"

namespace lakeseed {
namespace {

// Aliases may double a tree at every level; beyond this it is an attack, not a spec.
constexpr int64_t kMaxNodes = 1'000'000;
constexpr char kUnknownAnchor[] = "the referenced anchor is not defined";

int64_t CountNodes(const SpecNode& node) {
  int64_t count = 1;
  for (const SpecNode& item : node.items) count += CountNodes(item);
  for (const auto& [key, value] : node.entries) {
    count += CountNodes(key) + CountNodes(value);
  }
  return count;
}

// The name under which two keys are the same key.
std::string KeyText(const SpecNode& key) {
  return key.is_scalar() ? key.text : std::string();
}

// Builds the tree from the parser's events.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, const std::string& file, int line_offset,
              std::vector<Diagnostic>* errors)
      : text_(text), file_(file), line_offset_(line_offset), errors_(errors) {}

  SpecNode TakeRoot() { return std::move(root_); }
  int documents() const { return documents_; }
  const Place& last_document() const { return document_place_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    ++documents_;
    document_place_ = PlaceOf(mark);
    anchors_.clear();
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    SpecNode node;
    node.place = PlaceOf(mark);
    node.text = NullText(mark);
    // An absent value has no place of its own: the parser names the next token.
    if (node.text.empty() && !stack_.empty() && stack_.back().key) {
      node.place = stack_.back().key->place;
    }
    Finish(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    SpecNode node;
    node.place = PlaceOf(mark);
    if (found == anchors_.end()) {
      node.broken = true;
      AddError(node.place, "an alias inside of the value that it names");
    } else if ((num_nodes_ += CountNodes(found->second)) > kMaxNodes) {
      node.broken = true;
      if (!too_large_) AddError(node.place, "aliases expand to too many values");
      too_large_ = true;
    } else {
      node = found->second;
    }
    Finish(std::move(node), 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    SpecNode node;
    node.kind = SpecNode::Kind::kScalar;
    node.text = value;
    node.place = PlaceOf(mark);
    // Quotes and block scalars share the tag "!"; only quotes mean text.
    const char first = CharAt(mark);
    node.quoted = tag != "?" && !tag.empty() && first != '|' && first != '>';
    // The library takes the end of the text for the closing quote.
    if ((first == '\'' || first == '"') && !IsClosed(mark, first)) {
      throw YAML::ParserException(mark, "quoted text is not closed");
    }
    Finish(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(SpecNode::Kind::kSequence, mark, anchor);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(SpecNode::Kind::kMapping, mark, anchor);
  }
  void OnMapEnd() override { Close(); }

 private:
  struct Frame {
    SpecNode node;
    YAML::anchor_t anchor = 0;
    std::optional<SpecNode> key;
    std::map<std::string, int> lines;  // Where each key stood first.
    std::set<std::string> merged;      // Keys that came from `<<`.
  };

  Place PlaceOf(const YAML::Mark& mark) const {
    return Place{file_, mark.line + 1 + line_offset_, mark.column + 1};
  }

  char CharAt(const YAML::Mark& mark) const {
    if (mark.pos < 0 || static_cast<size_t>(mark.pos) >= text_.size()) return '\0';
    return text_[static_cast<size_t>(mark.pos)];
  }

  bool IsClosed(const YAML::Mark& mark, char quote) const {
    for (size_t i = static_cast<size_t>(mark.pos) + 1; i < text_.size(); ++i) {
      if (quote == '"' && text_[i] == '\\') {
        ++i;
      } else if (text_[i] == quote) {
        if (quote == '"' || i + 1 >= text_.size() || text_[i + 1] != quote) return true;
        ++i;
      }
    }
    return false;
  }

  std::string NullText(const YAML::Mark& mark) const {
    if (CharAt(mark) == '\0') return "";
    const std::string_view rest = text_.substr(static_cast<size_t>(mark.pos));
    for (const char* word : {"null", "Null", "NULL", "~"}) {
      const std::string_view name = word;
      if (!rest.starts_with(name)) continue;
      const std::string_view after = rest.substr(name.size(), 1);
      if (after.empty() ||
          std::string_view(" \t\r\n,:]}#").find(after) != std::string_view::npos) {
        return word;
      }
    }
    return "";
  }

  void AddError(const Place& place, std::string reason,
                std::optional<std::string> value = std::nullopt, std::string hint = "") {
    errors_->push_back({place, "", std::move(reason), std::move(value), std::move(hint)});
  }

  void Open(SpecNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    Frame frame;
    frame.node.kind = kind;
    frame.node.place = PlaceOf(mark);
    frame.anchor = anchor;
    stack_.push_back(std::move(frame));
  }

  void Close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    Finish(std::move(frame.node), frame.anchor);
  }

  void Finish(SpecNode node, YAML::anchor_t anchor) {
    ++num_nodes_;
    if (anchor != 0) anchors_[anchor] = node;
    if (stack_.empty()) {
      if (documents_ <= 1) root_ = std::move(node);
      return;
    }
    Frame& frame = stack_.back();
    if (frame.node.is_sequence()) {
      frame.node.items.push_back(std::move(node));
    } else if (!frame.key) {
      frame.key = AsKey(std::move(node));
    } else {
      SpecNode key = std::move(*frame.key);
      frame.key.reset();
      AddEntry(&frame, std::move(key), std::move(node));
    }
  }

  // `null: 0.3` means the text null: a key is a name, never a value.
  SpecNode AsKey(SpecNode node) {
    if (node.is_null() && !node.broken) {
      node.kind = SpecNode::Kind::kScalar;
    } else if (!node.is_scalar()) {
      AddError(node.place, "a key must be a plain name");
    }
    return node;
  }

  void AddEntry(Frame* frame, SpecNode key, SpecNode value) {
    if (!key.is_scalar()) return;  // Reported as a key.
    if (key.text == "<<" && !key.quoted) return Merge(frame, std::move(value));
    const std::string name = KeyText(key);
    if (frame->merged.erase(name) > 0) {  // An own key wins over a merged one.
      for (auto& [old_key, old_value] : frame->node.entries) {
        if (KeyText(old_key) != name) continue;
        old_key = std::move(key);
        old_value = std::move(value);
        break;
      }
      frame->lines[name] = frame->node.place.line;
      return;
    }
    const auto [first, added] = frame->lines.emplace(name, key.place.line);
    if (!added) {
      AddError(key.place, "duplicate key", name,
               fmt::format("it stands first in line {}", first->second));
      return;
    }
    frame->node.entries.emplace_back(std::move(key), std::move(value));
  }

  void Merge(Frame* frame, SpecNode value) {
    if (value.broken) return;
    std::vector<SpecNode> sources;
    if (value.is_sequence()) {
      sources = std::move(value.items);
    } else {
      sources.push_back(std::move(value));
    }
    for (SpecNode& source : sources) {
      if (!source.is_mapping()) {
        AddError(source.place, "`<<` needs a mapping or a list of mappings");
        continue;
      }
      for (auto& [key, item] : source.entries) {
        const std::string name = KeyText(key);
        if (!frame->lines.emplace(name, key.place.line).second) continue;
        frame->merged.insert(name);
        frame->node.entries.emplace_back(std::move(key), std::move(item));
      }
    }
  }

  const std::string_view text_;
  const std::string& file_;
  const int line_offset_;
  std::vector<Diagnostic>* const errors_;
  std::map<YAML::anchor_t, SpecNode> anchors_;
  std::vector<Frame> stack_;
  SpecNode root_;
  Place document_place_;
  int documents_ = 0;
  int64_t num_nodes_ = 0;
  bool too_large_ = false;
};

// A tab in the indentation is the likeliest cause of an error near it, and the
// library's message never says so.
std::optional<Place> TabInIndent(std::string_view text, const std::string& file,
                                 int line_offset) {
  int line = 1 + line_offset;
  for (size_t begin = 0; begin < text.size(); ++line) {
    size_t end = text.find('\n', begin);
    if (end == std::string_view::npos) end = text.size();
    const std::string_view row = text.substr(begin, end - begin);
    const size_t indent = std::min(row.find_first_not_of(" \t"), row.size());
    const size_t tab = row.substr(0, indent).find('\t');
    if (tab != std::string_view::npos && indent < row.size() && row[indent] != '#') {
      return Place{file, line, static_cast<int>(tab) + 1};
    }
    begin = end + 1;
  }
  return std::nullopt;
}

}  // namespace

const SpecNode* SpecNode::Find(std::string_view key) const {
  for (const auto& [name, value] : entries) {
    if (name.text == key) return &value;
  }
  return nullptr;
}

YamlPass ParseYamlOnce(std::string_view text, const std::string& file, int line_offset) {
  YamlPass pass;
  TreeBuilder builder(text, file, line_offset, &pass.errors);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (builder.documents() < 2 && parser.HandleNextDocument(builder)) {
    }
    if (builder.documents() > 1) {
      pass.errors.push_back({builder.last_document(), "", "more than one document",
                             std::nullopt, "a file holds one dataset"});
    }
    pass.root = builder.TakeRoot();
  } catch (const YAML::Exception& error) {
    Diagnostic one;
    one.place = Place{file, error.mark.line + 1 + line_offset, error.mark.column + 1};
    one.reason = "malformed YAML";
    one.value = error.msg;
    pass.unknown_anchor = error.msg.starts_with(kUnknownAnchor);
    if (!pass.unknown_anchor) {
      if (const auto tab = TabInIndent(text, file, line_offset)) {
        one.place = *tab;
        one.value = "a tab in the indentation";
        one.hint = "indent with spaces";
      }
    }
    pass.syntax_error = std::move(one);
  } catch (const std::exception& error) {
    pass.syntax_error = Diagnostic{
        {file, 1 + line_offset, 1}, "", "malformed YAML", std::string(error.what()), ""};
  }
  return pass;
}

}  // namespace lakeseed
