// Explain: a plan as people read it, for `--dry-run` and `plan`.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/base/file_cost.h"
#include "lakeseed/plan/plan.h"

namespace lakeseed {

/// Estimates for one table; from declared widths and measured mean speeds.
struct TableEstimate {
  std::string table;
  int64_t rows = 0;
  int64_t files = 0;
  int64_t bytes = 0;
  double seconds = 0;        ///< On the given threads.
  int64_t memory_bytes = 0;  ///< While its files are open.
};

struct PlanEstimate {
  std::vector<TableEstimate> tables;
  int64_t tasks = 0;
  int64_t rows = 0, files = 0, bytes = 0;
  double seconds = 0;
  int64_t memory_bytes = 0;  ///< Peak, all threads at work.
};

/// `cost`: of the files of the plan.
PlanEstimate Estimate(const Plan& plan, const FileCost& cost, int threads);
nlohmann::ordered_json ToJson(const PlanEstimate& estimate);

/// A table of tables with totals, then where the files go. `form`: "csv", or "delta" of
/// a table format.
std::string Explain(const Plan& plan, std::string_view form, const FileCost& cost,
                    int threads);

/// "12.3 MB": powers of 1000, as disks are sold.
std::string FormatBytes(int64_t bytes);
/// "1,234,567"
std::string FormatCount(int64_t count);
/// "0.4 s", "3 min 20 s", "2 h 5 min"
std::string FormatSeconds(double seconds);

}  // namespace lakeseed
