#include "lakeseed/evaluate/dictionary_memory.h"

#include <arrow/array/data.h>

namespace lakeseed {

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

}  // namespace lakeseed
