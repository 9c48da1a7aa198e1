// `describe`: the data dictionary of a dataset.

#include <nlohmann/json.hpp>

#include "lakeseed/cli/dataset_page.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/terminal.h"

namespace lakeseed {
namespace {

constexpr OptionDef kOwnOptions[] = {
    {.name = "format",
     .value = "F",
     .help = "how to print it",
     .group = "result",
     .fallback = "text",
     .choices = "text markdown json-schema ddl html mermaid"},
};

arrow::Result<ExitCode> RunDescribe(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const DatasetSource source, SourceOf(arguments));
  ARROW_ASSIGN_OR_RAISE(const auto dataset, BindRequested(arguments, source));
  const std::string format = arguments.Text("format");
  if (arguments.Switch("json") || format == "json-schema") {
    PrintJson(DescribeJson(*dataset));
  } else if (format == "markdown") {
    Print(DescribeMarkdown(*dataset));
  } else if (format == "ddl") {
    Print(DescribeDdl(*dataset));
  } else if (format == "html") {
    Print(DescribeHtml(*dataset));
  } else if (format == "mermaid") {
    Print(DescribeMermaid(*dataset));
  } else {
    Print(DescribeText(*dataset));
  }
  return ExitCode::kDone;
}

}  // namespace

extern const CommandDef kDescribeCommand;
const CommandDef kDescribeCommand{
    .name = "describe",
    .alias = "info",
    .summary = "print a dataset's tables, columns, types, rules, relationships and sizes",
    .positional = "DATASET_ID",
    .takes_parameters = true,
    .options = {kOwnOptions, kDatasetOptions, kJsonOption},
    .examples =
        "lakeseed describe retail_oltp_small\n"
        "lakeseed describe retail_oltp --target-rows 1000000 --format markdown\n"
        "lakeseed describe retail_oltp_small --format ddl",
    .run = RunDescribe,
};

}  // namespace lakeseed
