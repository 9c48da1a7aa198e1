// `validate`: checks what is in a directory, by its rules and cell by cell.

#include <filesystem>
#include <nlohmann/json.hpp>

#include "lakeseed/cli/check_output.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/terminal.h"

namespace lakeseed {
namespace {

constexpr OptionDef kOwnOptions[] = {
    {.name = "dataset-id",
     .letter = 'd',
     .value = "ID",
     .help = "the dataset that is to be there (the manifest's latest)",
     .group = "what to check"},
    {.name = "custom-schema",
     .value = "FILE",
     .help = "the file of a dataset that is not built in",
     .group = "what to check"},
    {.name = "tables",
     .value = "LIST",
     .help = "only these tables, separated by commas",
     .group = "what to check",
     .repeats = true},
    {.name = "recompute",
     .help = "make every cell again and compare, which is the default",
     .group = "what to check",
     .has_negative = true},
    {.name = "target-rows",
     .letter = 'r',
     .value = "N",
     .help = "where the manifest does not say it",
     .group = "what the manifest lacks"},
    {.name = "scale-factor",
     .value = "X",
     .help = "where the manifest does not say it",
     .group = "what the manifest lacks"},
    {.name = "seed",
     .letter = 's',
     .value = "N",
     .help = "where the manifest does not say it",
     .group = "what the manifest lacks"},
    {.name = "report",
     .value = "FILE",
     .help = "write a page in HTML there",
     .group = "result"},
    {.name = "all-rules",
     .help = "show each rule, not only what is broken",
     .group = "result"},
    {.name = "parallel-workers",
     .value = "N",
     .help = "threads (as many as CPU cores)",
     .group = "speed and memory (never change a value)"},
};

arrow::Result<CheckRequest> RequestOf(const Arguments& arguments) {
  CheckRequest request;
  request.root = arguments.positional();
  request.dataset_id = PlainId(arguments.Text("dataset-id"));
  request.custom = arguments.Text("custom-schema");
  request.tables = arguments.List("tables");
  request.recompute = arguments.Switch("recompute", true);
  request.quiet = arguments.Switch("quiet");
  request.all_rules = arguments.Switch("all-rules");
  request.report_html = arguments.Text("report");
  ARROW_ASSIGN_OR_RAISE(request.overrides.target_rows,
                        arguments.Integer("target-rows", 1, 10'000'000'000'000));
  ARROW_ASSIGN_OR_RAISE(const auto scale, arguments.Real("scale-factor"));
  request.has_scale = scale.has_value();
  request.overrides.scale_factor = scale.value_or(1.0);
  ARROW_RETURN_NOT_OK(CheckOverrides(request.overrides));
  ARROW_ASSIGN_OR_RAISE(request.seed, arguments.Integer("seed", INT64_MIN, INT64_MAX));
  ARROW_ASSIGN_OR_RAISE(const auto threads,
                        arguments.Integer("parallel-workers", 1, 1024));
  request.threads = static_cast<int>(threads.value_or(0));
  if (!request.report_html.empty()) {
    const std::filesystem::path page(request.report_html);
    ARROW_RETURN_NOT_OK(
        CheckWritable(page.has_parent_path() ? page.parent_path().string() : "."));
  }
  return request;
}

arrow::Result<ExitCode> RunValidate(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(CheckRequest request, RequestOf(arguments));
  request.cancel = CatchInterrupts();
  ARROW_ASSIGN_OR_RAISE(const CheckResult result, CheckOutput(request));
  if (arguments.Switch("json")) {
    PrintJson(result.json);
  } else {
    Print(result.text);
  }
  return result.is_clean ? ExitCode::kDone : ExitCode::kViolations;
}

}  // namespace

extern const CommandDef kValidateCommand;
const CommandDef kValidateCommand{
    .name = "validate",
    .summary =
        "check what is there: counts, keys, references, totals, times, laws, cells",
    .positional = "PATH",
    .positional_required = true,
    .options = {kOwnOptions, kResultOptions},
    .examples =
        "lakeseed validate ./data --dataset-id retail_oltp_small\n"
        "lakeseed validate ./data --no-recompute --report report.html\n"
        "lakeseed validate ./shop --custom-schema shop.yaml --json",
    .run = RunValidate,
};

}  // namespace lakeseed
