#include "lakeseed/evaluate/dictionary_memory.h"

#include <arrow/array.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace lakeseed {
namespace {

/// Dictionaries by where their texts lie. One that somebody holds keeps its texts, so
/// nothing else can lie there.
struct Shelf {
  using Place = std::tuple<const void*, int64_t, int64_t>;

  static Place PlaceOf(const arrow::ArrayData& texts) {
    return {texts.buffers.back().get(), texts.offset, texts.length};
  }

  std::mutex mutex;
  std::map<Place, std::weak_ptr<const TextDictionary>> dictionaries;
  size_t next_sweep = 64;
};

Shelf& TheShelf() {
  static Shelf shelf;
  return shelf;
}

}  // namespace

DictionaryMemory::Source::Source(const arrow::ArrayData& texts)
    : of(texts.buffers.back()), offset(texts.offset), length(texts.length) {}

std::optional<Vector> DictionaryMemory::Find(const Sources& sources) {
  const std::lock_guard lock(mutex_);
  if (sources_.empty() || sources_ != sources) return std::nullopt;
  return made_;
}

Vector DictionaryMemory::Keep(Sources sources, const Vector& made) {
  const std::lock_guard lock(mutex_);
  if (!sources_.empty() && sources_ == sources) return made_;
  sources_ = std::move(sources);
  made_ = made;
  return made;
}

TextDictionaryPtr FindDictionary(const arrow::ArrayData& texts) {
  Shelf& shelf = TheShelf();
  const std::lock_guard lock(shelf.mutex);
  const auto found = shelf.dictionaries.find(Shelf::PlaceOf(texts));
  return found == shelf.dictionaries.end() ? nullptr : found->second.lock();
}

void ShareDictionary(const TextDictionaryPtr& dictionary) {
  Shelf& shelf = TheShelf();
  const std::lock_guard lock(shelf.mutex);
  shelf.dictionaries[Shelf::PlaceOf(*dictionary->array->data())] = dictionary;
  if (shelf.dictionaries.size() < shelf.next_sweep) return;
  std::erase_if(shelf.dictionaries, [](const auto& one) { return one.second.expired(); });
  shelf.next_sweep = std::max<size_t>(64, 2 * shelf.dictionaries.size());
}

}  // namespace lakeseed
