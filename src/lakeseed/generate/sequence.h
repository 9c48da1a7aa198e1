// Sequences: numbers that go up with the row, plain or inside a text.
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <optional>

#include "lakeseed/generate/generator.h"
#include "lakeseed/generate/number_format.h"

namespace lakeseed {

/// start + step * row. Plain numbers are int64; overflow is an error of Generate().
std::unique_ptr<ColumnGenerator> MakeSequence(int64_t start, int64_t step,
                                              std::optional<NumberFormat> format);

}  // namespace lakeseed
