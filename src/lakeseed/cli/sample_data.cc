// `sample-data`: the five tables of a web shop as files in one directory, by the options
// of the script that such projects have. It is `generate ecommerce_dw` in other words,
// with samples to look at beside it: customers_sample.json and so on.

#include <arrow/api.h>

#include <string>
#include <vector>

#include "lakeseed/cli/arguments.h"
#include "lakeseed/cli/first_rows.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/write/json_text.h"
#include "lakeseed/write/row_text.h"
#include "lakeseed/write/storage.h"

namespace lakeseed {

extern const CommandDef kGenerateCommand;

namespace {

constexpr std::string_view kGroup = "dataset";
constexpr std::string_view kFiles = "files";
constexpr const char* kSampled[] = {"customers", "products", "orders"};
constexpr int64_t kSampleRows = 100;

constexpr OptionDef kOwnOptions[] = {
    {.name = "environment",
     .letter = 'e',
     .value = "NAME",
     .help = "how much: 5,000, 50,000 or 500,000 orders",
     .group = kGroup,
     .fallback = "dev",
     .choices = "dev staging prod"},
    {.name = "customers",
     .letter = 'c',
     .value = "N",
     .help = "customers (as the environment says)",
     .group = kGroup},
    {.name = "products",
     .letter = 'p',
     .value = "N",
     .help = "products (as the environment says)",
     .group = kGroup},
    {.name = "orders",
     .letter = 'o',
     .value = "N",
     .help = "orders, three lines and ten web events for each (as the environment says)",
     .group = kGroup},
    {.name = "seed",
     .letter = 's',
     .value = "N",
     .help = "another seed, other values",
     .group = kGroup,
     .fallback = "42"},
    {.name = "output-dir",
     .letter = 'd',
     .value = "DIR",
     .help = "directory of the files; those that are there are replaced",
     .group = kFiles,
     .fallback = "data/sample_data"},
    {.name = "format",
     .letter = 'f',
     .value = "NAME",
     .help = "csv, json (a row in each line), or both: JSON in a directory of its own",
     .group = kFiles,
     .fallback = "csv",
     .choices = "csv json both"},
};

/// The words of `generate` that say the same.
std::vector<std::string> GenerateWords(const Arguments& arguments) {
  const std::string format = arguments.Text("format");
  const std::string mode = format == "both" ? "csv" : format;
  const std::string output = arguments.Text("output-dir");
  std::vector<std::string> words = {"ecommerce_dw",
                                    "--tables",
                                    "customers,products,orders,order_items,web_events",
                                    "--output-mode",
                                    mode,
                                    "--path-format",
                                    "{table}." + mode,
                                    "--if-exists",
                                    "overwrite",
                                    "--output",
                                    output};
  const auto pass = [&](std::string_view option) {
    if (!arguments.Has(option) && arguments.Text(option).empty()) return;
    words.push_back("--" + std::string(option));
    words.push_back(arguments.Text(option));
  };
  for (const char* option : {"environment", "customers", "products", "orders", "seed"}) {
    pass(option);
  }
  if (format == "both") {
    words.push_back("--also");
    words.push_back("json:" + output + "/json");
  }
  for (const OptionDef& option : kMachineOptions) {
    if (!arguments.Has(option.name)) continue;
    if (option.value.empty()) {
      words.push_back("--" + std::string(option.name));
    } else {
      pass(option.name);
    }
  }
  for (const char* option : {"quiet", "json"}) {
    if (arguments.Switch(option)) words.push_back("--" + std::string(option));
  }
  return words;
}

/// The rows as one indented JSON array; times as "2024-01-31 12:00:00".
arrow::Result<std::string> IndentedJson(const arrow::RecordBatch& batch) {
  TextDialect dialect = JsonDialect(true);
  dialect.time_separator = ' ';
  std::vector<ColumnText> texts(static_cast<size_t>(batch.num_columns()));
  std::vector<std::string> names(texts.size());
  for (size_t c = 0; c < texts.size(); ++c) {
    const auto& column = batch.column(static_cast<int>(c));
    ARROW_ASSIGN_OR_RAISE(const auto formatter,
                          ColumnFormatter::Make(column->type(), dialect));
    ARROW_RETURN_NOT_OK(formatter->Format(*column, &texts[c]));
    AppendJsonText(batch.column_name(static_cast<int>(c)), &names[c]);
  }
  std::string json = "[";
  for (int64_t row = 0; row < batch.num_rows(); ++row) {
    json += row == 0 ? "\n  {" : ",\n  {";
    for (size_t c = 0; c < texts.size(); ++c) {
      json += (c == 0 ? "\n    " : ",\n    ") + names[c] + ": ";
      json += texts[c].at(row);
    }
    json += "\n  }";
  }
  return json + "\n]\n";
}

/// The first rows of the tables that one looks at, beside the files.
arrow::Status WriteSamples(const Arguments& words, const std::string& output) {
  ARROW_ASSIGN_OR_RAISE(const DatasetSource source, SourceOf(words));
  ARROW_ASSIGN_OR_RAISE(const auto dataset, BindRequested(words, source));
  ARROW_ASSIGN_OR_RAISE(const auto storage, Storage::Open(output));
  for (const char* name : kSampled) {
    const BoundTable& table = dataset->table(dataset->FindTable(name));
    ARROW_ASSIGN_OR_RAISE(const auto rows, FirstRows(*dataset, table, kSampleRows, {}));
    ARROW_ASSIGN_OR_RAISE(const std::string json, IndentedJson(*rows));
    ARROW_RETURN_NOT_OK(
        storage->WriteAll(std::string(name) + "_sample.json", json, Replace::kReplace));
  }
  return arrow::Status::OK();
}

arrow::Result<ExitCode> RunSampleData(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const Arguments words,
                        Arguments::Parse(kGenerateCommand, GenerateWords(arguments)));
  ARROW_ASSIGN_OR_RAISE(const ExitCode code, kGenerateCommand.run(words));
  if (code == ExitCode::kDone) {
    ARROW_RETURN_NOT_OK(WriteSamples(words, arguments.Text("output-dir")));
  }
  return code;
}

}  // namespace

extern const CommandDef kSampleDataCommand;
const CommandDef kSampleDataCommand{
    .name = "sample-data",
    .summary =
        "make the five tables of a web shop as files, with samples of three as indented "
        "JSON: generate ecommerce_dw",
    .options = {kOwnOptions, kMachineOptions, kResultOptions},
    .examples =
        "lakeseed sample-data --environment dev\n"
        "lakeseed sample-data --environment dev --seed 12345\n"
        "lakeseed sample-data --customers 5000 --products 2000 --orders 25000 "
        "--output-dir data/custom_data",
    .run = RunSampleData,
};

}  // namespace lakeseed
