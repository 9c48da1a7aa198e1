#include "lakeseed/generate/category_pool.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <limits>

#include "lakeseed/evaluate/dictionary_memory.h"

namespace lakeseed {
namespace {

size_t HashOf(std::string_view text) { return std::hash<std::string_view>()(text); }

}  // namespace

const std::shared_ptr<arrow::DataType>& CategoryPool::Type() {
  static const auto type = arrow::dictionary(arrow::int32(), arrow::utf8());
  return type;
}

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
  if (size_ > 0 && Unfrozen(last_) == text) return last_;
  if (slots_.empty()) {
    // A text after all others is a new one.
    if (size_ == 0 || Unfrozen(size_ - 1) < text) return Append(text);
    hashes_.reserve(ends_.capacity());
    for (int32_t code = 0; code < size_; ++code) {
      hashes_.push_back(HashOf(Unfrozen(code)));
    }
    Grow(std::bit_ceil(
        std::max<size_t>(16, 2 * std::max(ends_.capacity(), ends_.size()))));
  } else if (2 * ends_.size() > slots_.size()) {
    Grow(2 * slots_.size());
  }
  const size_t hash = HashOf(text), mask = slots_.size() - 1;
  size_t at = hash & mask;
  for (; slots_[at] >= 0; at = (at + 1) & mask) {
    const int32_t code = slots_[at];
    if (hashes_[static_cast<size_t>(code)] == hash && Unfrozen(code) == text) {
      return last_ = code;
    }
  }
  slots_[at] = size_;
  hashes_.push_back(hash);
  return Append(text);
}

int32_t CategoryPool::Append(std::string_view text) {
  bytes_ += text;
  ends_.push_back(static_cast<int32_t>(bytes_.size()));
  return last_ = size_++;
}

void CategoryPool::Reserve(size_t size) { ends_.reserve(size + 1); }

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
  if (bytes_.size() > std::numeric_limits<int32_t>::max()) {
    return arrow::Status::CapacityError("categories of more than 2^31 - 1 bytes");
  }
  const auto texts = std::make_shared<arrow::StringArray>(
      size_, arrow::Buffer::FromVector(std::move(ends_)),
      arrow::Buffer::FromString(std::move(bytes_)));
  dictionary_ = texts;
  // Expressions need not find out that the texts are distinct.
  auto known = std::make_shared<TextDictionary>();
  known->array = dictionary_;
  known->values.reserve(static_cast<size_t>(size_));
  for (int64_t i = 0; i < size_; ++i) known->values.push_back(texts->GetView(i));
  ShareDictionary(known);
  known_ = std::move(known);
  slots_ = {};
  hashes_ = {};
  return arrow::Status::OK();
}

std::shared_ptr<arrow::Array> CategoryPool::Array(int64_t length,
                                                  std::shared_ptr<arrow::Buffer> codes,
                                                  std::shared_ptr<arrow::Buffer> valid,
                                                  int64_t nulls) const {
  auto data =
      arrow::ArrayData::Make(Type(), length, {std::move(valid), std::move(codes)}, nulls);
  data->dictionary = dictionary_->data();
  return std::make_shared<arrow::DictionaryArray>(std::move(data));
}

}  // namespace lakeseed
