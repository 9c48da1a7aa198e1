#include "lakeseed/cli/planned_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/cli/run_result.h"
#include "lakeseed/cli/terminal.h"
#include "lakeseed/plan/explain.h"
#include "lakeseed/write/file_format.h"

namespace lakeseed {

arrow::Result<ExitCode> PrintPlanned(const Arguments& arguments,
                                     std::span<const Plan> plans,
                                     const RunOptions& options) {
  if (arguments.Switch("validate")) {
    return RequestError("--dry-run makes nothing that --validate could check",
                        "leave one of them out");
  }
  const Plan& plan = plans.front();
  const int threads =
      options.threads > 0
          ? options.threads
          : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  ARROW_ASSIGN_OR_RAISE(const FileFormatDef* format, FindFileFormat(plan.files.format));
  if (!arguments.Switch("json")) {
    Print(Explain(plan, FormWord(plan), format->cost, threads));
    for (const Plan& other : plans.subspan(1)) {
      Print(fmt::format("also {} to {}\n", FormWord(other), other.output));
    }
    return ExitCode::kDone;
  }
  nlohmann::ordered_json json = {{"dataset", plan.dataset_id},
                                 {"seed", plan.seed},
                                 {"output", plan.output},
                                 {"start_date", FormatDate(plan.days.from)},
                                 {"end_date", FormatDate(plan.days.to)},
                                 {"dry_run", true}};
  json.update(ToJson(Estimate(plan, format->cost, threads)));
  for (const Plan& other : plans.subspan(1)) {
    json["also"].push_back({{"output", other.output}, {"form", FormWord(other)}});
  }
  PrintJson(json);
  return ExitCode::kDone;
}

}  // namespace lakeseed
