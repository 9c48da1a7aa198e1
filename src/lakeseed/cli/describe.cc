// `describe`: the data dictionary of a dataset.

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "lakeseed/cli/dataset_page.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/sql_ddl.h"
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
    {.name = "dialect",
     .value = "SQL",
     .help = "of `--format ddl`",
     .group = "result",
     .fallback = "duckdb",
     .choices = kSqlDialects},
    {.name = "write",
     .value = "PATH",
     .help = "a file to write instead of stdout; of `--format json-schema` a directory "
             "for one file per table",
     .group = "result"},
};

arrow::Status WriteFile(const std::filesystem::path& path, std::string_view text) {
  std::error_code error;
  if (path.has_parent_path()) {
    std::filesystem::create_directories(path.parent_path(), error);
  }
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) return RequestError("file cannot be written: " + path.string());
  return arrow::Status::OK();
}

std::string TextOf(const BoundDataset& dataset, const std::string& format,
                   SqlDialect dialect) {
  if (format == "json-schema") return DescribeJson(dataset).dump(2) + "\n";
  if (format == "markdown") return DescribeMarkdown(dataset);
  if (format == "ddl") return DescribeDdl(dataset, dialect);
  if (format == "html") return DescribeHtml(dataset);
  if (format == "mermaid") return DescribeMermaid(dataset);
  return DescribeText(dataset);
}

arrow::Result<ExitCode> RunDescribe(const Arguments& arguments) {
  ARROW_RETURN_NOT_OK(CheckOneForm(arguments, "json-schema"));
  ARROW_ASSIGN_OR_RAISE(const DatasetSource source, SourceOf(arguments));
  const std::string format =
      arguments.Switch("json") ? "json-schema" : arguments.Text("format");
  if (arguments.Has("dialect") && format != "ddl") {
    return RequestError("--dialect is for --format ddl: --format " + format);
  }
  ARROW_ASSIGN_OR_RAISE(const auto dataset, BindRequested(arguments, source));
  const std::string output = arguments.Text("write");
  if (format == "json-schema" && !output.empty()) {
    for (const auto& table : TableSchemas(*dataset)) {
      const auto name = table["table_name"].get<std::string>() + ".json";
      ARROW_RETURN_NOT_OK(
          WriteFile(std::filesystem::path(output) / name, table.dump(2) + "\n"));
    }
    return ExitCode::kDone;
  }
  const std::string text =
      TextOf(*dataset, format, SqlDialectOf(arguments.Text("dialect")));
  if (output.empty()) {
    Print(text);
    return ExitCode::kDone;
  }
  ARROW_RETURN_NOT_OK(WriteFile(output, text));
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
        "lakeseed describe retail_oltp_large --target-rows 1000000 --format markdown\n"
        "lakeseed describe retail_oltp_small --format html --write retail.html\n"
        "lakeseed describe retail_oltp_small --format ddl --dialect postgresql\n"
        "lakeseed describe retail_oltp_small --format json-schema --write schemas",
    .run = RunDescribe,
};

}  // namespace lakeseed
