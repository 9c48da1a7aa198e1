// `list-generators`: what a column can be made by.

#include <nlohmann/json.hpp>

#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/terminal.h"
#include "lakeseed/cli/text_table.h"
#include "lakeseed/generate/generator.h"

namespace lakeseed {
namespace {

arrow::Result<ExitCode> RunListGenerators(const Arguments& arguments) {
  if (arguments.Switch("json")) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const GeneratorDef* def : BuiltinGenerators()) {
      list.push_back({{"name", def->name},
                      {"summary", def->summary},
                      {"parameters", def->params},
                      {"example", def->example}});
    }
    PrintJson({{"generators", list}});
    return ExitCode::kDone;
  }
  TextTable table({"generator", "makes", "example"});
  for (const GeneratorDef* def : BuiltinGenerators()) {
    std::string example(def->example.substr(0, def->example.find('\n')));
    if (example.size() != def->example.size()) example += " …";
    table.Add({std::string(def->name), std::string(def->summary), example});
  }
  Print(table.ToText() + "\n`lakeseed docs generators` prints the parameters\n");
  return ExitCode::kDone;
}

}  // namespace

extern const CommandDef kListGeneratorsCommand;
const CommandDef kListGeneratorsCommand{
    .name = "list-generators",
    .summary = "the generators of columns (`list generators` too)",
    .options = {kJsonOption},
    .examples = "lakeseed list generators",
    .run = RunListGenerators,
};

}  // namespace lakeseed
