#include "lakeseed/base/deferred_text.h"

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/util/bitmap_ops.h>

#include <utility>
#include <vector>

namespace lakeseed {

DeferredTextType::DeferredTextType(std::shared_ptr<const TextSource> source)
    : ExtensionType(arrow::int64()), source_(std::move(source)) {}

bool DeferredTextType::ExtensionEquals(const arrow::ExtensionType& other) const {
  const TextSource* source = SourceOf(other);
  return source != nullptr && source->meaning() == source_->meaning();
}

std::shared_ptr<arrow::Array> DeferredTextType::MakeArray(
    std::shared_ptr<arrow::ArrayData> data) const {
  return std::make_shared<arrow::ExtensionArray>(std::move(data));
}

arrow::Result<std::shared_ptr<arrow::DataType>> DeferredTextType::Deserialize(
    std::shared_ptr<arrow::DataType>, const std::string&) const {
  return arrow::Status::NotImplemented(extension_name(), " is not written as it is");
}

std::shared_ptr<arrow::Array> DeferredText(const arrow::Int64Array& numbers,
                                           std::shared_ptr<const TextSource> source) {
  std::shared_ptr<arrow::ArrayData> data = numbers.data()->Copy();
  data->type = std::make_shared<DeferredTextType>(std::move(source));
  return arrow::MakeArray(std::move(data));
}

const TextSource* SourceOf(const arrow::DataType& type) {
  const auto* deferred = dynamic_cast<const DeferredTextType*>(&type);
  return deferred == nullptr ? nullptr : &deferred->source();
}

arrow::Result<std::shared_ptr<arrow::Array>> MadeTexts(const arrow::Array& deferred,
                                                       arrow::MemoryPool* pool) {
  const int64_t n = deferred.length(), begin = deferred.offset();
  std::vector<int64_t> places;
  places.reserve(static_cast<size_t>(n));
  for (int64_t i = 0; i < n; ++i) {
    if (deferred.IsValid(i)) places.push_back(begin + i);
  }
  ARROW_ASSIGN_OR_RAISE(const auto texts,
                        SourceOf(*deferred.type())->TextsAt(places, pool));
  if (texts->length() == n) return texts;
  // Nulls lie between the texts: only where texts begin and end is another.
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> offsets,
                        arrow::AllocateBuffer((n + 1) * 4, pool));
  auto* offset = offsets->mutable_data_as<int32_t>();
  int64_t next = 0;
  for (int64_t i = 0; i < n; ++i) {
    offset[i] = texts->value_offset(next);
    next += deferred.IsValid(i) ? 1 : 0;
  }
  offset[n] = texts->value_offset(next);
  ARROW_ASSIGN_OR_RAISE(
      std::shared_ptr<arrow::Buffer> valid,
      arrow::internal::CopyBitmap(pool, deferred.null_bitmap_data(), begin, n));
  return std::make_shared<arrow::StringArray>(n, std::move(offsets), texts->value_data(),
                                              std::move(valid), deferred.null_count());
}

}  // namespace lakeseed
