#include "lakeseed/cli/first_rows.h"

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/generate/evaluation.h"

namespace lakeseed {

arrow::Result<std::shared_ptr<arrow::RecordBatch>> FirstRows(const BoundDataset& dataset,
                                                             const BoundTable& table,
                                                             int64_t count,
                                                             const AsOfRequest& when) {
  AsOf as_of = dataset.default_as_of();
  if (when.day) as_of.day = *when.day - dataset.spec().epoch;
  if (as_of.day < 0) {
    return RequestError(
        "as-of day is before the epoch: " + FormatDate(*when.day),
        fmt::format("the first day is {}", FormatDate(dataset.spec().epoch)));
  }
  as_of.own_day = when.own_day;
  const RowRange all = table.rows->Extent(dataset.window());
  const RowRange rows{all.begin, std::min(all.end, all.begin + count)};
  std::vector<int> columns(table.columns.size());
  std::iota(columns.begin(), columns.end(), 0);
  std::vector<Program::Target> wanted;
  for (const BoundColumn& column : table.columns) {
    wanted.push_back({table.index, column.node});
  }
  const Program program(dataset, wanted);
  Evaluation evaluation(program, table.index, Rows(rows), nullptr, as_of,
                        arrow::default_memory_pool());
  return evaluation.Batch(columns);
}

}  // namespace lakeseed
