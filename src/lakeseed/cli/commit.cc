// `commit`: the last of the three stages: publishes the files of a plan.

#include <nlohmann/json.hpp>

#include "lakeseed/cli/catalog_option.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/plan_file.h"
#include "lakeseed/cli/run_result.h"
#include "lakeseed/cli/terminal.h"

namespace lakeseed {
namespace {

arrow::Result<ExitCode> RunCommit(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const Plan plan, ReadPlanFile(arguments.positional()));
  ARROW_ASSIGN_OR_RAISE(std::string catalog, CatalogOf(arguments, plan));
  RunOptions options;
  ARROW_ASSIGN_OR_RAISE(options.if_exists, ParseIfExists(arguments.Text("if-exists")));
  ARROW_ASSIGN_OR_RAISE(const auto storage, OpenOutput(plan, std::move(catalog)));
  ARROW_ASSIGN_OR_RAISE(const RunReport report, CommitPlan(plan, storage.get(), options));
  if (arguments.Switch("json")) {
    PrintJson(ReportJson({&plan, 1}, report));
  } else {
    Print(ReportTable({&plan, 1}, report));
  }
  return ExitCode::kDone;
}

}  // namespace

extern const CommandDef kCommitCommand;
const CommandDef kCommitCommand{
    .name = "commit",
    .summary = "publish a plan whose tasks have run",
    .positional = "PLAN",
    .positional_required = true,
    .options = {kCatalogOption, kExistsOption, kResultOptions},
    .examples = "lakeseed commit plan.json",
    .run = RunCommit,
};

}  // namespace lakeseed
