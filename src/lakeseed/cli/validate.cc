// `validate`: checks what is in a directory.

#include <nlohmann/json.hpp>

#include "lakeseed/cli/check_output.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/terminal.h"

namespace lakeseed {
namespace {

arrow::Result<ExitCode> RunValidate(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const DatasetSource source, SourceOf(arguments));
  ARROW_ASSIGN_OR_RAISE(const auto dataset, BindRequested(arguments, source));
  ARROW_ASSIGN_OR_RAISE(const auto storage, Storage::Open(arguments.positional()));
  ARROW_ASSIGN_OR_RAISE(const CheckResult result, CheckOutput(dataset, *storage, {}));
  return result.is_clean ? ExitCode::kDone : ExitCode::kViolations;
}

}  // namespace

extern const CommandDef kValidateCommand;
const CommandDef kValidateCommand{
    .name = "validate",
    .summary = "check what is there",
    .positional = "PATH",
    .positional_required = true,
    .options = {kDatasetOptions, kJsonOption},
    .run = RunValidate,
};

}  // namespace lakeseed
