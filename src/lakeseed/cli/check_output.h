// Validation of an output as `validate` and `generate --validate` run it: the
// rules over the files, then each cell made again.
//
// What made the files stands in their manifest; a request only fills what the
// manifest lacks, and one that contradicts it is refused.
//
// Thread safety: calls are independent.

#pragma once

#include <arrow/result.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lakeseed/cli/arguments.h"
#include "lakeseed/plan/plan.h"
#include "lakeseed/run/runner.h"
#include "lakeseed/spec/load.h"

namespace lakeseed {

struct CheckRequest {
  std::string root;
  std::string dataset_id;   ///< Empty: as the manifest says.
  std::string custom;       ///< File or inline JSON of a dataset that is not built in.
  SpecOverrides overrides;  ///< What the request says about sizes.
  bool has_scale = false;   ///< Whether it says a scale factor.
  std::optional<int64_t> seed;
  std::vector<std::string> tables;  ///< Empty: all of the dataset that are there.
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

/// Check what a run has just made, for its --validate: printed, or added to `json`.
arrow::Result<ExitCode> CheckMade(const Arguments& arguments, std::span<const Plan> plans,
                                  const RunOptions& options,
                                  nlohmann::ordered_json* json);

/// Check the tables of one dataset below a root.
/// \retval Invalid (exit code 2)  no output of lakeseed is there, or another one.
/// \retval Cancelled (exit 130)
arrow::Result<CheckResult> CheckOutput(const CheckRequest& request);

}  // namespace lakeseed
