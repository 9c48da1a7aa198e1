#include "lakeseed/generate/category_pool.h"

#include <algorithm>
#include <bit>
#include <functional>

#include "lakeseed/evaluate/dictionary_memory.h"

namespace lakeseed {
namespace {

size_t HashOf(std::string_view text) { return std::hash<std::string_view>()(text); }

}  // namespace

arrow::Result<CategoryPool> CategoryPool::Of(const std::vector<std::string>& texts) {
  CategoryPool pool;
  for (const std::string& text : texts) {
    if (pool.Add(text) + 1 != pool.size()) {
      return arrow::Status::Invalid("twice in one list of categories: ", text);
    }
  }
  ARROW_RETURN_NOT_OK(pool.Freeze());
  return pool;
}

int32_t CategoryPool::Add(std::string_view text) {
  // Tables in order repeat a text in neighbouring rows.
  if (!texts_.empty() && texts_[static_cast<size_t>(last_)] == text) return last_;
  if (slots_.empty()) {
    // A text after all others is a new one.
    if (texts_.empty() || texts_.back() < text) return Append(text);
    hashes_.reserve(texts_.capacity());
    for (const std::string& one : texts_) hashes_.push_back(HashOf(one));
    Grow(std::bit_ceil(
        std::max<size_t>(16, 2 * std::max(texts_.capacity(), texts_.size() + 1))));
  } else if (2 * (texts_.size() + 1) > slots_.size()) {
    Grow(2 * slots_.size());
  }
  const size_t hash = HashOf(text), mask = slots_.size() - 1;
  size_t at = hash & mask;
  for (; slots_[at] >= 0; at = (at + 1) & mask) {
    const auto code = static_cast<size_t>(slots_[at]);
    if (hashes_[code] == hash && texts_[code] == text) return last_ = slots_[at];
  }
  slots_[at] = size();
  hashes_.push_back(hash);
  return Append(text);
}

int32_t CategoryPool::Append(std::string_view text) {
  last_ = size();
  texts_.emplace_back(text);
  return last_;
}

void CategoryPool::Reserve(size_t size) { texts_.reserve(size); }

void CategoryPool::Grow(size_t num_slots) {
  slots_.assign(num_slots, -1);
  const size_t mask = slots_.size() - 1;
  for (size_t code = 0; code < hashes_.size(); ++code) {
    size_t at = hashes_[code] & mask;
    while (slots_[at] >= 0) at = (at + 1) & mask;
    slots_[at] = static_cast<int32_t>(code);
  }
}

arrow::Status CategoryPool::Freeze() {
  arrow::StringBuilder builder;
  ARROW_RETURN_NOT_OK(builder.AppendValues(texts_));
  ARROW_ASSIGN_OR_RAISE(dictionary_, builder.Finish());
  // Expressions need not find out that the texts are distinct.
  auto known = std::make_shared<TextDictionary>();
  known->array = dictionary_;
  const auto& texts = static_cast<const arrow::StringArray&>(*dictionary_);
  known->values.reserve(texts_.size());
  for (int64_t i = 0; i < texts.length(); ++i) known->values.push_back(texts.GetView(i));
  ShareDictionary(known);
  known_ = std::move(known);
  type_ = arrow::dictionary(arrow::int32(), arrow::utf8());
  slots_ = {};
  hashes_ = {};
  return arrow::Status::OK();
}

std::shared_ptr<arrow::Array> CategoryPool::Array(int64_t length,
                                                  std::shared_ptr<arrow::Buffer> codes,
                                                  std::shared_ptr<arrow::Buffer> valid,
                                                  int64_t nulls) const {
  auto data =
      arrow::ArrayData::Make(type_, length, {std::move(valid), std::move(codes)}, nulls);
  data->dictionary = dictionary_->data();
  return std::make_shared<arrow::DictionaryArray>(std::move(data));
}

}  // namespace lakeseed
