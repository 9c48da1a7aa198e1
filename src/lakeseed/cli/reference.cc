#include "lakeseed/cli/reference.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "lakeseed/cli/command.h"
#include "lakeseed/cli/parameter_list.h"
#include "lakeseed/cli/text_table.h"
#include "lakeseed/evaluate/bound_expression.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/plan/explain.h"
#include "lakeseed/spec/load.h"
#include "lakeseed/write/file_format.h"

namespace lakeseed {
namespace {

std::string Printed(std::string_view title, std::string_view topic) {
  return fmt::format("# {}\n\nPrinted by `lakeseed docs {}`; do not edit.\n", title,
                     topic);
}

/// "name: meaning (default)" lines as a table.
std::string ParameterTable(std::string_view lines) {
  TextTable table({"parameter", "meaning"});
  for (size_t begin = 0; begin < lines.size();) {
    const size_t end = std::min(lines.find('\n', begin), lines.size());
    const std::string_view line = lines.substr(begin, end - begin);
    begin = end + 1;
    const size_t colon = line.find(": ");
    if (colon == std::string_view::npos) {
      table.Add({"", std::string(line)});
    } else {
      table.Add({fmt::format("`{}`", line.substr(0, colon)),
                 std::string(line.substr(colon + 2))});
    }
  }
  return table.ToMarkdown();
}

std::string OptionTable(const CommandDef& command) {
  TextTable table({"option", "default", "meaning"});
  for (const OptionDef* option : OptionsOf(command)) {
    std::string name = fmt::format("`--{}{}{}`", option->name,
                                   option->value.empty() ? "" : " ", option->value);
    if (option->has_negative) name += fmt::format(", `--no-{}`", option->name);
    if (option->letter != 0) name += fmt::format(", `-{}`", option->letter);
    std::string meaning(option->help);
    if (!option->choices.empty()) {
      meaning += fmt::format(": {}", fmt::join(Words(option->choices), " / "));
    }
    table.Add({name, std::string(option->fallback), meaning});
  }
  return table.ToMarkdown();
}

}  // namespace

std::string GeneratorsPage() {
  std::string text = Printed("Generators", "generators");
  text +=
      "\nA column that is a mapping names one generator. Keys that every column may have "
      "beside "
      "it:\n`type`, `null_fraction`, `unique`, `when`, `doc`, `since`, `until`, "
      "`drift`.\n\n";
  TextTable table({"generator", "makes"});
  for (const GeneratorDef* def : BuiltinGenerators()) {
    table.Add({fmt::format("[{0}](#{0})", def->name), std::string(def->summary)});
  }
  text += table.ToMarkdown();
  for (const GeneratorDef* def : BuiltinGenerators()) {
    text += fmt::format("\n## {}\n\n{}.\n\n", def->name, def->summary);
    if (!def->params.empty()) text += ParameterTable(def->params) + "\n";
    text += fmt::format("```yaml\n{}\n```\n", def->example);
  }
  return text;
}

std::string FunctionsPage() {
  std::string text = Printed("Functions of expressions", "functions");
  TextTable table({"function", "what it gives"});
  for (const FunctionDef& def : BuiltinFunctions()) {
    table.Add({fmt::format("`{}`", def.signature), std::string(def.summary)});
  }
  return text + "\n" + table.ToMarkdown();
}

std::string FormatsPage() {
  std::string text = Printed("File formats", "formats");
  TextTable table(
      {"`--output-mode`", "extension", "types", "`--compression`", "what it is"});
  for (const FileFormatDef& format : BuiltinFileFormats()) {
    std::string codecs;
    for (const auto codec : format.codecs) {
      codecs += (codecs.empty() ? "" : ", ") + Compression{codec, {}}.ToString();
    }
    table.Add({std::string(format.name), fmt::format("`.{}`", format.extension),
               format.has_types ? "kept" : "as text", codecs,
               std::string(format.summary)});
  }
  return text + "\n" + table.ToMarkdown() + "\nThe first compression is the default.\n";
}

std::string CommandsPage() {
  std::string text = Printed("Commands", "commands");
  text +=
      "\nResults go to stdout, all else to stderr. The words `package synthetic-data` "
      "and "
      "`synthetic-data` before a\ncommand are ignored. Every option can come from the "
      "environment: `--target-rows` is `LAKESEED_TARGET_ROWS`.\n\n"
      "| exit code | meaning |\n|---:|---|\n| 0 | done |\n| 1 | the run failed |\n"
      "| 2 | the request was wrong |\n| 3 | a commit conflict that retries did not "
      "settle |\n"
      "| 4 | validation found violations |\n| 130 | interrupted |\n\n";
  TextTable table({"command", "what it does"});
  for (const CommandDef* command : BuiltinCommands()) {
    table.Add({fmt::format("[{0}](#{0})", command->name), std::string(command->summary)});
  }
  text += table.ToMarkdown();
  for (const CommandDef* command : BuiltinCommands()) {
    text += fmt::format("\n## {}\n\n", command->name);
    text += fmt::format("`lakeseed {}", command->name);
    if (!command->positional.empty()) {
      text += command->positional_required ? fmt::format(" {}", command->positional)
                                           : fmt::format(" [{}]", command->positional);
    }
    text += fmt::format("`: {}.", command->summary);
    if (!command->alias.empty()) text += fmt::format(" Also `{}`.", command->alias);
    if (!command->choices.empty()) {
      text += fmt::format(" {}: {}.", command->positional,
                          fmt::join(Words(command->choices), ", "));
    }
    text += "\n\n" + OptionTable(*command);
    if (command->takes_parameters) {
      text += "\nParameters of the dataset are options too: `--customers 500`.\n";
    }
    text += fmt::format("\n```\n{}\n```\n", command->examples);
  }
  return text;
}

arrow::Result<std::string> DatasetsPage() {
  ARROW_ASSIGN_OR_RAISE(const std::vector<DatasetListing> datasets, ListDatasets());
  std::string text = Printed("Datasets", "datasets");
  TextTable table({"dataset", "type", "domain", "main table", ">rows", "tables"});
  for (const DatasetListing& one : datasets) {
    table.Add({fmt::format("`{}`", one.id), one.pattern, one.domain, one.main,
               one.target_rows ? FormatCount(*one.target_rows) : "",
               fmt::format("{}", fmt::join(one.tables, ", "))});
  }
  text += "\n" + table.ToMarkdown();
  std::string name;
  for (const DatasetListing& one : datasets) {
    if (one.name == name) continue;
    name = one.name;
    ARROW_ASSIGN_OR_RAISE(const DatasetSpec spec, LoadDataset(one.id, {}));
    text += fmt::format("\n## {}\n\n{}.\n\n", one.name, one.doc);
    TextTable tables({"table", "what it is"});
    for (const TableSpec& each : spec.tables) {
      if (!each.is_hidden) tables.Add({each.name, each.doc});
    }
    text += tables.ToMarkdown();
    const std::vector<ShownParameter> shown = ParametersOf(spec);
    if (shown.empty()) continue;
    TextTable parameters({"parameter", "default", "what it sets"});
    for (const ShownParameter& each : shown) {
      parameters.Add(
          {fmt::format("`--{}`", each.name), fmt::format("`{}`", each.value), each.doc});
    }
    text += "\n" + parameters.ToMarkdown();
  }
  return text;
}

}  // namespace lakeseed
