#include "lakeseed/evaluate/vector.h"

#include <arrow/array.h>
#include <arrow/array/builder_binary.h>
#include <fmt/format.h>

#include <cstring>

#include "lakeseed/base/date.h"
#include "lakeseed/evaluate/blend.h"
#include "lakeseed/evaluate/dictionary_memory.h"

namespace lakeseed {

arrow::Result<uint8_t*> NewValidity(Vector* out, int64_t length,
                                    arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer,
                        arrow::AllocateBuffer(length + 1, pool));
  uint8_t* valid = buffer->mutable_data();
  valid[length] = 0;
  out->valid = valid;
  out->valid_owner = std::move(buffer);
  return valid;
}

arrow::Status IntersectValidity(const Vector& a, const Vector& b, int64_t length,
                                arrow::MemoryPool* pool, Vector* out) {
  const bool a_spread = a.valid != nullptr && a.constant;
  const bool b_spread = b.valid != nullptr && b.constant;
  if ((a_spread && a.valid[0] == 0) || (b_spread && b.valid[0] == 0)) {
    ARROW_ASSIGN_OR_RAISE(uint8_t * valid, NewValidity(out, length, pool));
    std::memset(valid, 0, static_cast<size_t>(length));
    return arrow::Status::OK();
  }
  const Vector* with_nulls = nullptr;
  if (a.valid != nullptr && !a_spread) with_nulls = &a;
  if (b.valid != nullptr && !b_spread) {
    if (with_nulls != nullptr) {
      ARROW_ASSIGN_OR_RAISE(uint8_t * valid, NewValidity(out, length, pool));
      IntersectBytes(a.valid, b.valid, length, valid);
      return arrow::Status::OK();
    }
    with_nulls = &b;
  }
  if (with_nulls != nullptr) out->ShareValidity(*with_nulls);
  return arrow::Status::OK();
}

arrow::Result<TextDictionaryPtr> MakeDictionary(
    const std::vector<std::string_view>& texts) {
  arrow::StringBuilder builder;
  for (std::string_view text : texts) ARROW_RETURN_NOT_OK(builder.Append(text));
  auto made = std::make_shared<TextDictionary>();
  ARROW_ASSIGN_OR_RAISE(made->array, builder.Finish());
  const auto& array = static_cast<const arrow::StringArray&>(*made->array);
  made->values.reserve(texts.size());
  for (int64_t i = 0; i < array.length(); ++i) made->values.push_back(array.GetView(i));
  ShareDictionary(made);
  return TextDictionaryPtr(std::move(made));
}

std::string FormatValue(const Vector& vector, const ValueType& type, int64_t row) {
  if (type.is(ValueKind::kNull) || !vector.IsValid(row)) return "null";
  const int64_t i = vector.index(row);
  if (type.is_exact()) {
    const Int128 value = type.wide() ? vector.as<Int128>()[i] : vector.as<int64_t>()[i];
    return FormatExact(value, type.scale);
  }
  switch (type.kind) {
    case ValueKind::kBoolean: {
      const uint8_t truth = vector.as<uint8_t>()[i];
      return truth == kTrue ? "true" : truth == kFalse ? "false" : "null";
    }
    case ValueKind::kDouble:
      return fmt::format("{}", vector.as<double>()[i]);
    case ValueKind::kText:
      return fmt::format("'{}'", vector.dictionary != nullptr
                                     ? vector.dictionary->values[vector.as<int32_t>()[i]]
                                     : vector.as<std::string_view>()[i]);
    case ValueKind::kDate:
      return FormatDate(static_cast<int32_t>(vector.as<int64_t>()[i]));
    default:
      return fmt::format("{} us", vector.as<int64_t>()[i]);
  }
}

}  // namespace lakeseed
