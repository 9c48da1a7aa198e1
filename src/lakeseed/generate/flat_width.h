// FlatWidth: how wide the values of an array lie in memory, one behind the other.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/type.h>
#include <arrow/type_traits.h>

namespace lakeseed {

/// Bytes of one value, of a dictionary's codes; 0: values do not lie so.
inline int FlatWidth(const arrow::DataType& type) {
  if (type.id() == arrow::Type::DICTIONARY) {
    return FlatWidth(*static_cast<const arrow::DictionaryType&>(type).index_type());
  }
  const bool flat = type.id() != arrow::Type::BOOL && arrow::is_fixed_width(type.id());
  return flat ? type.byte_width() : 0;
}

/// The same where a value is a word: 4 or 8, else 0.
inline int WordWidth(const arrow::DataType& type) {
  const int width = FlatWidth(type);
  return width == 4 || width == 8 ? width : 0;
}

}  // namespace lakeseed
