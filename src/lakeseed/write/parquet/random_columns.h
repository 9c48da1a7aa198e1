// Random columns for the tests that hold one Parquet writer against the other:
// every type, every pattern of values and nulls, at a fixed seed.
//
// Law: a column is a function of its number alone.

#pragma once

#include <arrow/array.h>

#include <cstdint>
#include <memory>

#include "lakeseed/write/file_format.h"

namespace lakeseed::sample {

struct RandomColumn {
  ColumnLayout layout;
  std::shared_ptr<arrow::Array> values;
};

/// How many kinds of columns there are; column numbers go through them in turn.
int NumColumnKinds();

RandomColumn MakeRandomColumn(uint64_t number, int64_t num_rows);

}  // namespace lakeseed::sample
