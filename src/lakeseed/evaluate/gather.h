// Codes and dictionaries: reading, making and gathering them.
//
// Law: a code of a valid row is inside its dictionary; a code under a null is 0.
//
// Thread safety: pure functions.

#pragma once

#include "lakeseed/evaluate/vector.h"

namespace lakeseed {

/// The entries of a dictionary as codes into one of distinct valid texts; where
/// the entries are that already, their dictionary and no codes.
arrow::Result<Vector> ReadDictionary(const std::shared_ptr<arrow::Array>& entries,
                                     arrow::MemoryPool* pool);

/// The indices of a dictionary array as int32 codes, without a dictionary.
arrow::Result<Vector> ReadIndices(const arrow::DictionaryArray& array,
                                  arrow::MemoryPool* pool);

/// Texts -> codes into the dictionary of their distinct values, in order of appearance.
arrow::Result<Vector> Encode(const Vector& texts, int64_t length,
                             arrow::MemoryPool* pool);

/// Codes -> texts.
arrow::Result<Vector> Expand(const Vector& codes, int64_t length,
                             arrow::MemoryPool* pool);

/// made[codes[i]]; null where the code or the entry is. REQUIRES: !made.constant.
arrow::Result<Vector> Gather(const Vector& made, const ValueType& type,
                             const Vector& codes, int64_t length,
                             arrow::MemoryPool* pool);

}  // namespace lakeseed
