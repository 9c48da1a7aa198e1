#include "lakeseed/write/kept_files.h"

#include <iterator>

namespace lakeseed {
namespace {

constexpr size_t kMostBytes = size_t{8} << 20;

}  // namespace

KeptFiles::Bytes KeptFiles::Find(const std::string& path) const {
  const std::lock_guard<std::mutex> guard(mutex_);
  const auto at = files_.find(path);
  return at == files_.end() ? nullptr : at->second;
}

std::pair<std::string, KeptFiles::Bytes> KeptFiles::Last(
    const std::string& prefix) const {
  const std::lock_guard<std::mutex> guard(mutex_);
  std::string end = prefix;
  ++end.back();
  const auto at = files_.lower_bound(end);
  if (at == files_.begin() || !std::prev(at)->first.starts_with(prefix)) return {};
  return *std::prev(at);
}

void KeptFiles::Keep(const std::string& path, Bytes bytes) {
  if (bytes->size() > kLargest) return;
  const std::lock_guard<std::mutex> guard(mutex_);
  if (num_bytes_ + bytes->size() > kMostBytes) {
    files_.clear();
    num_bytes_ = 0;
  }
  num_bytes_ += bytes->size();
  Bytes& place = files_[path];
  if (place != nullptr) num_bytes_ -= place->size();
  place = std::move(bytes);
}

void KeptFiles::Forget(const std::string& prefix) {
  const std::lock_guard<std::mutex> guard(mutex_);
  auto at = files_.lower_bound(prefix);
  while (at != files_.end() && at->first.starts_with(prefix)) {
    num_bytes_ -= at->second->size();
    at = files_.erase(at);
  }
}

}  // namespace lakeseed
