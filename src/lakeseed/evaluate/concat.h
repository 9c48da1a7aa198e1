// ConcatKernel: texts end to end.
//
// Law: a row of which one is null is null.
//
// Thread safety: a pure function.

#pragma once

#include <arrow/result.h>

#include "lakeseed/evaluate/kernel.h"

namespace lakeseed {

/// REQUIRES: all arguments are texts; dictionaries are read as they are.
arrow::Result<Vector> ConcatKernel(const KernelCall& call);

}  // namespace lakeseed
