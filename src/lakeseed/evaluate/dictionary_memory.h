// DictionaryMemory: what was made of a dictionary, while batches keep coming with it.
//
// Law: with it or without it the values are the same.
//
// Thread safety: any number of threads.

#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "lakeseed/evaluate/vector.h"

namespace lakeseed {

/// Remembers what was made of the last dictionary.
class DictionaryMemory {
 public:
  /// What stays the same object, or a part of one: copies of an array's data
  /// share their buffers.
  struct Source {
    template <typename T>
    Source(std::shared_ptr<T> all) : of(std::move(all)) {}  // NOLINT: a source is one
    explicit Source(const arrow::ArrayData& texts);
    bool operator==(const Source&) const = default;
    std::shared_ptr<const void> of;
    int64_t offset = 0, length = 0;
  };
  using Sources = std::vector<Source>;
  std::optional<Vector> Find(const Sources& sources);
  /// Return what is kept now: `made`, or what another thread kept before.
  Vector Keep(Sources sources, const Vector& made);

 private:
  std::mutex mutex_;
  Sources sources_;
  Vector made_;
};

/// The dictionary whose texts these are, if an expression has it already: expressions
/// that share a dictionary read it once, and know it for the same.
TextDictionaryPtr FindDictionary(const arrow::ArrayData& texts);

/// Let others find the dictionary for as long as somebody holds it.
void ShareDictionary(const TextDictionaryPtr& dictionary);

}  // namespace lakeseed
