// TaskShare: which tasks of a plan one process takes.
//
// Thread safety: plain values.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <string_view>

namespace lakeseed {

/// Share `index` of `count`: every task whose id leaves `index - 1` modulo `count`.
struct TaskShare {
  int64_t index = 1;
  int64_t count = 1;
};

/// Parse "i/n" with 1 <= i <= n. \retval Invalid (exit code 2)
arrow::Result<TaskShare> ParseTaskShare(std::string_view text);

}  // namespace lakeseed
