// Memo: answers of a pure function that are kept for a while, within a budget of bytes.
//
// Law: values do not depend on what is kept: it is only not computed again.
//
// Thread safety: any number of threads; two may compute the same answer at once.

#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <type_traits>
#include <unordered_map>
#include <utility>

namespace lakeseed {

/// `K` has an order, or else a `Hash`. What was asked for longest ago goes first.
template <typename K, typename V, typename Hash = void>
class Memo {
 public:
  using ValuePtr = std::shared_ptr<const V>;

  /// `least`: answers that are kept even if they take more.
  explicit Memo(int64_t budget_bytes, size_t least = 1)
      : budget_(budget_bytes), least_(least) {}

  /// The answer for `key` if it is here, else nullptr.
  ValuePtr Find(const K& key) {
    std::lock_guard lock(mutex_);
    const auto at = places_.find(key);
    return at == places_.end() ? nullptr : at->second->value;
  }

  /// Forget the answer for `key`, which nobody will ask for again.
  void Drop(const K& key) {
    std::lock_guard lock(mutex_);
    const auto at = places_.find(key);
    if (at == places_.end()) return;
    used_ -= at->second->bytes;
    kept_.erase(at->second);
    places_.erase(at);
  }

  /// The answer for `key`, made by `make()` unless it is here; it takes `bytes`.
  template <typename Make>
  ValuePtr Get(const K& key, int64_t bytes, Make&& make) {
    {
      std::lock_guard lock(mutex_);
      if (const auto at = places_.find(key); at != places_.end()) {
        kept_.splice(kept_.begin(), kept_, at->second);
        return at->second->value;
      }
    }
    ValuePtr value = std::make_shared<const V>(make());
    std::lock_guard lock(mutex_);
    const auto [at, is_new] = places_.try_emplace(key);
    if (!is_new) return at->second->value;
    kept_.push_front({key, value, bytes});
    at->second = kept_.begin();
    used_ += bytes;
    while (used_ > budget_ && kept_.size() > least_) {
      used_ -= kept_.back().bytes;
      places_.erase(kept_.back().key);
      kept_.pop_back();
    }
    return value;
  }

 private:
  struct Entry {
    K key;
    ValuePtr value;
    int64_t bytes;
  };

  using Place = typename std::list<Entry>::iterator;

  const int64_t budget_;
  const size_t least_;
  std::mutex mutex_;
  int64_t used_ = 0;
  std::list<Entry> kept_;  ///< The one asked for last is the first.
  /// Only looked up, so their order reaches no value.
  std::conditional_t<std::is_void_v<Hash>, std::map<K, Place>,
                     std::unordered_map<K, Place, Hash>>
      places_;
};

}  // namespace lakeseed
