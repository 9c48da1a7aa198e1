#include "lakeseed/generate/category_pool.h"

namespace lakeseed {

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
  const auto found = codes_.find(text);
  if (found != codes_.end()) return last_ = found->second;
  const int32_t code = size();
  texts_.emplace_back(text);
  codes_.emplace(texts_.back(), code);
  return last_ = code;
}

arrow::Status CategoryPool::Freeze() {
  arrow::StringBuilder builder;
  ARROW_RETURN_NOT_OK(builder.AppendValues(texts_));
  ARROW_ASSIGN_OR_RAISE(dictionary_, builder.Finish());
  type_ = arrow::dictionary(arrow::int32(), arrow::utf8());
  codes_.clear();
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
