// HeldPools: what is read once for all who hold it at the same time, when one of them
// needs it first.
//
// A pool is read from the vocabulary, and equal for equal keys as long as the directory
// of the vocabulary is the same. A column that nobody asks for reads none.
//
// Thread safety: any number of threads; pools are immutable.

#pragma once

#include <arrow/result.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "lakeseed/base/column_shape.h"
#include "lakeseed/base/late_value.h"
#include "lakeseed/base/vocabulary.h"

namespace lakeseed {

template <typename Pool>
class HeldPool {
 public:
  explicit HeldPool(std::function<arrow::Result<Pool>()> read) : read_(std::move(read)) {}

  /// The pool, which lives as long as this, or what is wrong with the vocabulary.
  arrow::Result<const Pool*> Get() const { return pool_.Get(read_); }

 private:
  const std::function<arrow::Result<Pool>()> read_;
  LateValue<Pool> pool_;
};

template <typename Pool>
using HeldPoolPtr = std::shared_ptr<const HeldPool<Pool>>;

template <typename Pool>
class HeldPools {
 public:
  /// The pool of that key that somebody holds, or one that read() will give.
  HeldPoolPtr<Pool> Hold(const std::string& key,
                         std::function<arrow::Result<Pool>()> read) {
    const std::lock_guard lock(mutex_);
    std::weak_ptr<const HeldPool<Pool>>& slot = pools_[{VocabularyDirectory(), key}];
    if (auto known = slot.lock()) return known;
    auto pool = std::make_shared<const HeldPool<Pool>>(std::move(read));
    slot = pool;
    return pool;
  }

 private:
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::weak_ptr<const HeldPool<Pool>>>
      pools_;
};

/// Shape of texts of a pool that is not read for it: `count_in` gives their number in a
/// pool. Who makes the texts says what is wrong with them.
template <typename Pool, typename CountIn>
ColumnShape ShapeOfHeld(const HeldPoolPtr<Pool>& held, CountIn count_in) {
  return {.kind = ShapeKind::kCategory,
          .num_categories = CategoryCount([held, count_in]() -> int64_t {
            const arrow::Result<const Pool*> pool = held->Get();
            return pool.ok() ? count_in(**pool) : 0;
          })};
}

}  // namespace lakeseed
