// Evaluation: columns that come and go.

#include <arrow/api.h>
#include <arrow/util/bit_util.h>

#include <algorithm>

#include "lakeseed/generate/evaluation.h"
#include "lakeseed/generate/gather.h"

namespace lakeseed {

arrow::Result<std::shared_ptr<arrow::Array>> Evaluation::Span(const GraphNode& node) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Array> value, Get(node.inputs[0]));
  const int64_t n = num_rows();
  std::shared_ptr<arrow::Int32Array> seen;
  if (!program_.dataset().table(table_.root).spec->has_own_days()) {
    ARROW_ASSIGN_OR_RAISE(seen, ViewDays());
  } else {
    // In the file of the day on which it arrives.
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer,
                          arrow::AllocateBuffer(n * 4, pool_));
    table_.rows->ArrivalDaysOf(rows_, buffer->mutable_data_as<int32_t>());
    seen = std::make_shared<arrow::Int32Array>(n, std::move(buffer));
  }
  const int32_t epoch = program_.dataset().spec().epoch;
  const int32_t* const days = seen->raw_values();
  const auto belongs = [&](int32_t day) {
    return node.span.Touches(day + epoch, day + epoch);
  };
  if (std::all_of(days, days + n, belongs)) return value;
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> keep,
                        arrow::AllocateEmptyBitmap(n, pool_));
  uint8_t* const bits = keep->mutable_data();
  for (int64_t i = 0; i < n; ++i) {
    if (belongs(days[i])) arrow::bit_util::SetBit(bits, i);
  }
  return KeepWhere(value, keep, pool_);
}

}  // namespace lakeseed
