// Structs and lists as the checks read them: what is inside has the types that columns
// have, and says nothing of nulls.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <vector>

namespace lakeseed {

/// A struct or list with `of` for each type inside, all of them nullable; any other type
/// as it is.
std::shared_ptr<arrow::DataType> WithInside(
    const std::shared_ptr<arrow::DataType>& type,
    std::shared_ptr<arrow::DataType> (*of)(const std::shared_ptr<arrow::DataType>&));

/// How JSON readers take a type: decimals as decimal128, and inside a struct or list
/// dates and instants as texts.
std::shared_ptr<arrow::DataType> SpelledType(
    const std::shared_ptr<arrow::DataType>& type);

/// The array with what is inside as ToPlain() makes it.
arrow::Result<std::shared_ptr<arrow::Array>> NestedToPlain(
    const arrow::Array& array, const std::shared_ptr<arrow::DataType>& plain);

/// A struct or list that was read as SpelledType(type), as `type`.
arrow::Result<std::shared_ptr<arrow::Array>> FromSpelled(
    const std::shared_ptr<arrow::Array>& array,
    const std::shared_ptr<arrow::DataType>& type);

/// Texts of JSON as arrays of a struct or list.
arrow::Result<std::shared_ptr<arrow::Array>> FromJsonTexts(
    const arrow::Array& texts, const std::shared_ptr<arrow::DataType>& type);

}  // namespace lakeseed
