// `sample-data`: the five tables of a web shop as files in one directory, by the options
// of the script that such projects have. It is `generate ecommerce_dw` in other words.

#include <string>
#include <vector>

#include "lakeseed/cli/arguments.h"
#include "lakeseed/cli/option_tables.h"

namespace lakeseed {

extern const CommandDef kGenerateCommand;

namespace {

constexpr std::string_view kGroup = "dataset";
constexpr std::string_view kFiles = "files";

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

arrow::Result<ExitCode> RunSampleData(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const Arguments words,
                        Arguments::Parse(kGenerateCommand, GenerateWords(arguments)));
  return kGenerateCommand.run(words);
}

}  // namespace

extern const CommandDef kSampleDataCommand;
const CommandDef kSampleDataCommand{
    .name = "sample-data",
    .summary = "make the five tables of a web shop as files: generate ecommerce_dw",
    .options = {kOwnOptions, kMachineOptions, kResultOptions},
    .examples =
        "lakeseed sample-data --environment dev\n"
        "lakeseed sample-data --environment dev --seed 12345\n"
        "lakeseed sample-data --customers 5000 --products 2000 --orders 25000 "
        "--output-dir data/custom_data",
    .run = RunSampleData,
};

}  // namespace lakeseed
