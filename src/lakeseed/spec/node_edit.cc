#include "lakeseed/spec/node_edit.h"

#include <utility>

namespace lakeseed {

SpecNode* FindMutable(SpecNode* mapping, std::string_view key) {
  for (auto& [name, value] : mapping->entries) {
    if (name.text == key) return &value;
  }
  return nullptr;
}

SpecNode MakeScalar(std::string text, const Place& place) {
  SpecNode node;
  node.kind = SpecNode::Kind::kScalar;
  node.text = std::move(text);
  node.place = place;
  return node;
}

SpecNode MakeMapping(const Place& place) {
  SpecNode node;
  node.kind = SpecNode::Kind::kMapping;
  node.place = place;
  return node;
}

SpecNode* SetEntry(SpecNode* mapping, std::string_view key, SpecNode value) {
  if (SpecNode* old = FindMutable(mapping, key)) {
    *old = std::move(value);
    return old;
  }
  SpecNode name = MakeScalar(std::string(key), value.place);
  mapping->entries.emplace_back(std::move(name), std::move(value));
  return &mapping->entries.back().second;
}

SpecNode* MappingAt(SpecNode* mapping, std::string_view key, const Place& place) {
  SpecNode* node = FindMutable(mapping, key);
  if (node != nullptr && node->is_mapping()) return node;
  return SetEntry(mapping, key, MakeMapping(place));
}

void RemoveEntry(SpecNode* mapping, std::string_view key) {
  std::erase_if(mapping->entries,
                [&](const auto& entry) { return entry.first.text == key; });
}

}  // namespace lakeseed
