// ParsedTexts: what texts say that a commit reads again and again, such as a manifest.
//
// Law: the value is that of the text, whatever was parsed before.
//
// Thread safety: any number of threads.

#pragma once

#include <arrow/result.h>

#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace lakeseed {

template <typename Value>
class ParsedTexts {
 public:
  /// What `parse(text)` gives; parsed once while the text of `name` stays the same.
  template <typename Parse>
  arrow::Result<Value> Get(const std::string& name, const std::string& text,
                           const Parse& parse) {
    constexpr size_t kMostBytes = size_t{1} << 20;
    const std::lock_guard<std::mutex> guard(mutex_);
    const auto at = parsed_.find(name);
    if (at != parsed_.end() && at->second.first == text) return at->second.second;
    ARROW_ASSIGN_OR_RAISE(Value value, parse(text));
    if (at != parsed_.end()) {
      num_bytes_ -= at->second.first.size();
      parsed_.erase(at);
    }
    if (num_bytes_ + text.size() > kMostBytes) {
      parsed_.clear();
      num_bytes_ = 0;
    }
    if (text.size() <= kMostBytes) {
      parsed_.emplace(name, std::pair(text, value));
      num_bytes_ += text.size();
    }
    return value;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::pair<std::string, Value>> parsed_;
  size_t num_bytes_ = 0;  // Of the texts.
};

}  // namespace lakeseed
