// SomeRows: a request for some of the rows of another.
//
// Thread safety: none; belongs to one call.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <vector>

#include "lakeseed/generate/generator.h"
#include "lakeseed/generate/rows.h"

namespace lakeseed {

struct SomeRows {
  /// The rows of `request` at `places`, with their inputs.
  static arrow::Result<SomeRows> At(const GenerateRequest& request,
                                    std::vector<int64_t> places);

  /// A request for them, which lives as long as they do.
  GenerateRequest Request(const GenerateRequest& whole) const {
    return {rows, inputs, whole.fields, whole.pool};
  }

  Rows rows;
  arrow::ArrayVector inputs;
};

}  // namespace lakeseed
