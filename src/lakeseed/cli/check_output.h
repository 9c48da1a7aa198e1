// Validation of an output as `validate` and `generate --validate` run it: the
// rules over the files, then each cell made again.
//
// Thread safety: calls are independent.

#pragma once

#include <arrow/result.h>

#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/write/storage.h"

namespace lakeseed {

struct CheckRequest {
  std::vector<std::string> tables;  ///< Empty: all that are there.
  int threads = 0;                  ///< 0: one per core.
  bool recompute = true;            ///< Make every cell again and compare.
  bool quiet = false;
  bool all_rules = false;   ///< Show each rule in the text.
  std::string report_html;  ///< File to write, or empty.
  const std::atomic<bool>* cancel = nullptr;
};

struct CheckResult {
  bool is_clean = false;
  std::string text;
  nlohmann::ordered_json json;
};

/// Check the tables of a dataset's output.
/// \retval Invalid (exit code 2)  no output of lakeseed is there.
/// \retval Cancelled (exit 130)
arrow::Result<CheckResult> CheckOutput(const std::shared_ptr<const BoundDataset>& dataset,
                                       const Storage& storage, CheckRequest request);

}  // namespace lakeseed
