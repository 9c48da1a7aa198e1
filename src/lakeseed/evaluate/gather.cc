#include "lakeseed/evaluate/gather.h"

#include <arrow/array.h>

#include <unordered_map>

#include "lakeseed/evaluate/bits.h"
#include "lakeseed/evaluate/blend.h"
#include "lakeseed/evaluate/dictionary_memory.h"

namespace lakeseed {
namespace {

// Code 0 may be read of an empty `made`: NewValues gives one zero value more.
template <class T>
arrow::Status GatherValues(const Vector& made, const int32_t* codes, int64_t length,
                           arrow::MemoryPool* pool, Vector* out) {
  ARROW_ASSIGN_OR_RAISE(T * to, NewValues<T>(out, length, pool));
  const T* from = made.as<T>();
  for (int64_t i = 0; i < length; ++i) to[i] = from[codes[i]];
  return arrow::Status::OK();
}

/// Truths of so many codes lie in one word.
constexpr size_t kFewTruths = 16;

arrow::Status GatherTruths(const Vector& made, const Vector& codes, int64_t length,
                           arrow::MemoryPool* pool, Vector* out) {
  const int32_t* code = codes.as<int32_t>();
  if (codes.dictionary == nullptr || codes.dictionary->values.size() > kFewTruths) {
    return GatherValues<uint8_t>(made, code, length, pool, out);
  }
  uint32_t truths = 0;
  for (size_t i = 0; i < codes.dictionary->values.size(); ++i) {
    truths |= static_cast<uint32_t>(made.as<uint8_t>()[i]) << (2 * i);
  }
  ARROW_ASSIGN_OR_RAISE(uint8_t * to, NewValues<uint8_t>(out, length, pool));
  TakeTruths(truths, code, length, to);
  return arrow::Status::OK();
}

arrow::Status GatherValidity(const Vector& made, const Vector& codes, int64_t length,
                             arrow::MemoryPool* pool, Vector* out) {
  if (made.valid == nullptr) {
    out->ShareValidity(codes);
    return arrow::Status::OK();
  }
  ARROW_ASSIGN_OR_RAISE(uint8_t * valid, NewValidity(out, length, pool));
  const int32_t* code = codes.as<int32_t>();
  const uint8_t* from = made.valid;
  for (int64_t i = 0; i < length; ++i) valid[i] = from[code[i]];
  if (codes.valid != nullptr) IntersectBytes(valid, codes.valid, length, valid);
  return arrow::Status::OK();
}

template <class Index>
void CopyCodes(const arrow::Array& indices, const uint8_t* valid, int32_t* codes) {
  const Index* from = indices.data()->GetValues<Index>(1);
  for (int64_t i = 0; i < indices.length(); ++i) {
    codes[i] = valid == nullptr || valid[i] != 0 ? static_cast<int32_t>(from[i]) : 0;
  }
}

}  // namespace

arrow::Result<Vector> ReadDictionary(const std::shared_ptr<arrow::Array>& entries,
                                     arrow::MemoryPool* pool) {
  if (TextDictionaryPtr known = FindDictionary(*entries->data())) {
    Vector same;
    same.dictionary = std::move(known);
    return same;
  }
  ValueType text;
  text.kind = ValueKind::kText;
  ARROW_ASSIGN_OR_RAISE(Vector texts, ReadArray(entries, text, pool));
  ARROW_ASSIGN_OR_RAISE(Vector made, Encode(texts, entries->length(), pool));
  const bool distinct =
      made.valid == nullptr &&
      static_cast<int64_t>(made.dictionary->values.size()) == entries->length();
  if (distinct && entries->type_id() == arrow::Type::STRING) {
    auto same = std::make_shared<TextDictionary>();
    same->array = entries;
    same->values.assign(texts.as<std::string_view>(),
                        texts.as<std::string_view>() + entries->length());
    ShareDictionary(same);
    made = {};
    made.dictionary = std::move(same);
  }
  return made;
}

arrow::Result<Vector> ReadIndices(const arrow::DictionaryArray& array,
                                  arrow::MemoryPool* pool) {
  Vector out;
  const std::shared_ptr<arrow::Array> indices = array.indices();
  if (indices->null_count() > 0) {
    ARROW_ASSIGN_OR_RAISE(uint8_t * valid, NewValidity(&out, array.length(), pool));
    SpreadBits(indices->null_bitmap_data(), indices->offset(), array.length(), 1, valid);
  } else if (indices->type_id() == arrow::Type::INT32) {
    out.values = indices->data()->GetValues<int32_t>(1);
    out.owners.push_back(indices);
    return out;
  }
  ARROW_ASSIGN_OR_RAISE(int32_t * codes, NewValues<int32_t>(&out, array.length(), pool));
  switch (indices->type_id()) {
    case arrow::Type::INT8:
      CopyCodes<int8_t>(*indices, out.valid, codes);
      break;
    case arrow::Type::UINT8:
      CopyCodes<uint8_t>(*indices, out.valid, codes);
      break;
    case arrow::Type::INT16:
      CopyCodes<int16_t>(*indices, out.valid, codes);
      break;
    case arrow::Type::UINT16:
      CopyCodes<uint16_t>(*indices, out.valid, codes);
      break;
    case arrow::Type::INT64:
    case arrow::Type::UINT64:
      CopyCodes<int64_t>(*indices, out.valid, codes);
      break;
    case arrow::Type::INT32:
      // Those without nulls were shared.
      KeepCodes(indices->data()->GetValues<int32_t>(1), out.valid, array.length(), codes);
      break;
    default:
      CopyCodes<uint32_t>(*indices, out.valid, codes);
      break;
  }
  return out;
}

arrow::Result<Vector> Encode(const Vector& texts, int64_t length,
                             arrow::MemoryPool* pool) {
  Vector out;
  ARROW_ASSIGN_OR_RAISE(int32_t * codes, NewValues<int32_t>(&out, length, pool));
  // Codes count first uses, so the hash reaches no value.
  std::unordered_map<std::string_view, int32_t> known;
  known.reserve(static_cast<size_t>(length));
  std::vector<std::string_view> distinct;
  for (int64_t i = 0; i < length; ++i) {
    if (!texts.IsValid(i)) {
      codes[i] = 0;
      continue;
    }
    const std::string_view text = texts.as<std::string_view>()[texts.index(i)];
    const auto [entry, is_new] =
        known.emplace(text, static_cast<int32_t>(distinct.size()));
    if (is_new) distinct.push_back(text);
    codes[i] = entry->second;
  }
  ARROW_ASSIGN_OR_RAISE(out.dictionary, MakeDictionary(distinct));
  if (texts.valid != nullptr) {
    ARROW_ASSIGN_OR_RAISE(uint8_t * valid, NewValidity(&out, length, pool));
    for (int64_t i = 0; i < length; ++i) valid[i] = texts.IsValid(i) ? 1 : 0;
  }
  return out;
}

arrow::Result<Vector> Expand(const Vector& codes, int64_t length,
                             arrow::MemoryPool* pool) {
  Vector out;
  out.constant = codes.constant;
  out.ShareValidity(codes);
  out.owners.push_back(codes.dictionary);
  ARROW_ASSIGN_OR_RAISE(auto* views, NewValues<std::string_view>(&out, length, pool));
  const auto& texts = codes.dictionary->values;
  const int32_t* code = codes.as<int32_t>();
  const bool empty = texts.empty();  // Then every row is null.
  for (int64_t i = 0; i < length; ++i) {
    new (&views[i]) std::string_view(empty ? std::string_view() : texts[code[i]]);
  }
  return out;
}

arrow::Result<Vector> Gather(const Vector& made, const ValueType& type,
                             const Vector& codes, int64_t length,
                             arrow::MemoryPool* pool) {
  Vector out;
  out.dictionary = made.dictionary;
  out.owners = made.owners;
  const int32_t* code = codes.as<int32_t>();
  if (type.is(ValueKind::kBoolean)) {
    ARROW_RETURN_NOT_OK(GatherTruths(made, codes, length, pool, &out));
    if (codes.valid != nullptr) {
      MarkUnknown(codes.valid, length, const_cast<uint8_t*>(out.as<uint8_t>()));
    }
    return out;
  }
  ARROW_RETURN_NOT_OK(GatherValidity(made, codes, length, pool, &out));
  if (type.is(ValueKind::kText) && made.dictionary == nullptr) {
    ARROW_RETURN_NOT_OK(GatherValues<std::string_view>(made, code, length, pool, &out));
  } else if (type.dictionary) {
    ARROW_RETURN_NOT_OK(GatherValues<int32_t>(made, code, length, pool, &out));
  } else if (type.wide()) {
    ARROW_RETURN_NOT_OK(GatherValues<Int128>(made, code, length, pool, &out));
  } else {
    ARROW_RETURN_NOT_OK(GatherValues<int64_t>(made, code, length, pool, &out));
  }
  return out;
}

}  // namespace lakeseed
