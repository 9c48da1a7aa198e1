#include "lakeseed/cli/planned_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "lakeseed/base/date.h"
#include "lakeseed/cli/terminal.h"
#include "lakeseed/plan/explain.h"

namespace lakeseed {

ExitCode PrintPlanned(const Arguments& arguments, const Plan& plan,
                      const RunOptions& options) {
  const int threads =
      options.threads > 0
          ? options.threads
          : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  if (!arguments.Switch("json")) {
    Print(Explain(plan, threads));
    return ExitCode::kDone;
  }
  nlohmann::ordered_json json = {{"dataset", plan.dataset_id},
                                 {"seed", plan.seed},
                                 {"output", plan.output},
                                 {"start_date", FormatDate(plan.days.from)},
                                 {"end_date", FormatDate(plan.days.to)},
                                 {"dry_run", true}};
  json.update(ToJson(Estimate(plan, threads)));
  PrintJson(json);
  return ExitCode::kDone;
}

}  // namespace lakeseed
