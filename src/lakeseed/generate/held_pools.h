// HeldPools: what is read once for all who hold it at the same time.
//
// A pool is read from the vocabulary, and equal for equal keys as long as the directory
// of the vocabulary is the same.
//
// Thread safety: any number of threads; pools are immutable.

#pragma once

#include <arrow/result.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "lakeseed/base/vocabulary.h"

namespace lakeseed {

template <typename Pool>
class HeldPools {
 public:
  /// The pool of that key that somebody holds, or read().
  template <typename Read>
  arrow::Result<std::shared_ptr<const Pool>> Get(const std::string& key,
                                                 const Read& read) {
    const std::lock_guard lock(mutex_);
    std::weak_ptr<const Pool>& slot = pools_[{VocabularyDirectory(), key}];
    if (auto known = slot.lock()) return known;
    ARROW_ASSIGN_OR_RAISE(Pool made, read());
    auto pool = std::make_shared<const Pool>(std::move(made));
    slot = pool;
    return pool;
  }

 private:
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::weak_ptr<const Pool>> pools_;
};

}  // namespace lakeseed
