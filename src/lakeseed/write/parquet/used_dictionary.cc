#include "lakeseed/write/parquet/used_dictionary.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>

#include <cstdint>
#include <vector>

namespace lakeseed {

arrow::Result<std::shared_ptr<arrow::Array>> UsedDictionary(
    const std::shared_ptr<arrow::Array>& codes) {
  const auto& old = static_cast<const arrow::DictionaryArray&>(*codes);
  std::vector<int32_t> place(static_cast<size_t>(old.dictionary()->length()), -1);
  for (int64_t i = 0; i < old.length(); ++i) {
    if (old.IsValid(i)) place[static_cast<size_t>(old.GetValueIndex(i))] = 0;
  }
  arrow::Int32Builder used;
  for (size_t value = 0; value < place.size(); ++value) {
    if (place[value] < 0) continue;
    place[value] = static_cast<int32_t>(used.length());
    ARROW_RETURN_NOT_OK(used.Append(static_cast<int32_t>(value)));
  }
  arrow::Int32Builder indices;
  ARROW_RETURN_NOT_OK(indices.Reserve(old.length()));
  for (int64_t i = 0; i < old.length(); ++i) {
    if (old.IsValid(i)) {
      indices.UnsafeAppend(place[static_cast<size_t>(old.GetValueIndex(i))]);
    } else {
      indices.UnsafeAppendNull();
    }
  }
  ARROW_ASSIGN_OR_RAISE(const auto values, used.Finish());
  ARROW_ASSIGN_OR_RAISE(const auto narrowed, indices.Finish());
  ARROW_ASSIGN_OR_RAISE(const arrow::Datum dictionary,
                        arrow::compute::Take(old.dictionary(), values));
  return arrow::DictionaryArray::FromArrays(narrowed, dictionary.make_array());
}

}  // namespace lakeseed
