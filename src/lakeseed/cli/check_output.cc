#include "lakeseed/cli/check_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "lakeseed/base/status.h"
#include "lakeseed/cli/text_table.h"
#include "lakeseed/commit/files/manifest.h"
#include "lakeseed/plan/explain.h"
#include "lakeseed/run/recompute.h"

namespace lakeseed {
namespace {

/// Options of the second pass, as the manifest's identity says.
RecomputeOptions OptionsOf(const BoundDataset& dataset, const CheckRequest& request) {
  RecomputeOptions options;
  options.as_of = dataset.default_as_of();
  options.threads =
      request.threads > 0
          ? request.threads
          : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  options.cancel = request.cancel;
  return options;
}

}  // namespace

arrow::Result<CheckResult> CheckOutput(const std::shared_ptr<const BoundDataset>& dataset,
                                       const Storage& storage, CheckRequest request) {
  ARROW_ASSIGN_OR_RAISE(const auto manifest, ReadManifest(storage));
  CheckResult result;
  std::vector<DataFile> files;
  for (const auto& [name, table] : manifest->tables) {
    files.insert(files.end(), table.files.begin(), table.files.end());
  }
  ARROW_ASSIGN_OR_RAISE(
      const RecomputeReport cells,
      RecomputeCells(*dataset, storage, files, OptionsOf(*dataset, request)));
  result.is_clean = cells.violations == 0;
  return result;
}

}  // namespace lakeseed
