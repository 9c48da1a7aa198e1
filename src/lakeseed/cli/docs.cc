// `docs`: the reference documentation, printed from the tables in the code.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/reference.h"
#include "lakeseed/cli/terminal.h"
#include "lakeseed/plan/schema.h"

namespace lakeseed {
namespace {

arrow::Result<std::string> PageOf(std::string_view topic) {
  if (topic == "generators") return GeneratorsPage();
  if (topic == "functions") return FunctionsPage();
  if (topic == "formats") return FormatsPage();
  if (topic == "commands") return CommandsPage();
  if (topic == "datasets") return DatasetsPage();
  if (topic == "spec") return SpecPage();
  if (topic == "dictionaries") return DictionariesPage();
  return DatasetFileSchema().dump(2) + "\n";
}

arrow::Result<ExitCode> RunDocs(const Arguments& arguments) {
  const std::string& topic = arguments.positional();
  if (arguments.Switch("json") && topic == "schema") {
    PrintJson(DatasetFileSchema());
    return ExitCode::kDone;
  }
  ARROW_ASSIGN_OR_RAISE(const std::string page, PageOf(topic));
  if (arguments.Switch("json")) {
    PrintJson({{"topic", topic}, {"markdown", page}});
  } else {
    Print(page);
  }
  return ExitCode::kDone;
}

}  // namespace

extern const CommandDef kDocsCommand;
const CommandDef kDocsCommand{
    .name = "docs",
    .summary = "print the reference documentation as Markdown, or the JSON Schema",
    .positional = "TOPIC",
    .choices = "generators functions formats commands datasets spec dictionaries schema",
    .positional_required = true,
    .options = {kJsonOption},
    .examples = "lakeseed docs generators\nlakeseed docs schema > lakeseed.schema.json",
    .run = RunDocs,
};

}  // namespace lakeseed
