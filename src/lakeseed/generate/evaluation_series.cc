// Evaluation: facts of the steps of a series.

#include <arrow/api.h>

#include "lakeseed/generate/evaluation.h"
#include "lakeseed/generate/series_rows.h"

namespace lakeseed {

arrow::Result<std::shared_ptr<arrow::Array>> Evaluation::SeriesFact(
    const GraphNode& node) {
  const SeriesRows& series = *table_.rows->series();
  const int64_t n = num_rows();
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer,
                        arrow::AllocateBuffer(n * 8, pool_));
  auto* values = buffer->mutable_data_as<int64_t>();
  constexpr int64_t kBlock = 1024;
  SeriesRows::Place places[kBlock];
  for (int64_t first = 0; first < n; first += kBlock) {
    const int64_t count = std::min(kBlock, n - first);
    series.PlacesOf(rows_.Slice(first, first + count), places);
    for (int64_t i = 0; i < count; ++i) {
      values[first + i] =
          node.fact == Fact::kStep
              ? places[i].step
              : series.PartOf(places[i].member, static_cast<size_t>(node.field)) + 1;
    }
  }
  return std::make_shared<arrow::Int64Array>(n, std::move(buffer));
}

}  // namespace lakeseed
