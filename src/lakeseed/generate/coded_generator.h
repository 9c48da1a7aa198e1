// CodedGenerator: a generator of few values, each of which has a number.
//
// Law: two codes are equal where the values are, and only there; also those of the same
// generator bound with other keys.
// Law: Generate() is ValuesOf() of CodesOf().
//
// Thread safety: as of any generator.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>

#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/rows.h"

namespace lakeseed {

class CodedGenerator {
 public:
  virtual ~CodedGenerator() = default;

  /// codes[i]: that of the value of row rows[i].
  virtual void CodesOf(const Rows& rows, int32_t* codes) const = 0;

  /// The column of `length` codes.
  virtual arrow::Result<std::shared_ptr<arrow::Array>> ValuesOf(
      ColumnMemory<int32_t> codes, int64_t length, arrow::MemoryPool* pool) const = 0;
};

}  // namespace lakeseed
