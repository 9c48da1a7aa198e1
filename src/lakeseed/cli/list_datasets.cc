// `list-datasets`: the built-in datasets.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/terminal.h"
#include "lakeseed/cli/text_table.h"
#include "lakeseed/plan/explain.h"

namespace lakeseed {
namespace {

nlohmann::ordered_json ToJson(const DatasetListing& one) {
  nlohmann::ordered_json json = {{"id", one.id},           {"dataset", one.name},
                                 {"variant", one.variant}, {"description", one.doc},
                                 {"domain", one.domain},   {"pattern", one.pattern},
                                 {"tables", one.tables},   {"main", one.main}};
  json["target_rows"] = nullptr;
  if (one.target_rows) json["target_rows"] = *one.target_rows;
  return json;
}

arrow::Result<ExitCode> RunListDatasets(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<DatasetListing> datasets, ListDatasets());
  if (arguments.Switch("json")) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const DatasetListing& one : datasets) list.push_back(ToJson(one));
    PrintJson({{"datasets", list}});
    return ExitCode::kDone;
  }
  TextTable table({"dataset", "type", "domain", ">rows", "tables"});
  for (const DatasetListing& one : datasets) {
    table.Add({one.id, one.pattern, one.domain,
               one.target_rows
                   ? fmt::format("{} {}", FormatCount(*one.target_rows), one.main)
                   : "-",
               fmt::format("{}", fmt::join(one.tables, ", "))});
  }
  std::string text = table.ToText();
  std::string name;
  for (const DatasetListing& one : datasets) {
    if (one.name != name) text += fmt::format("\n{}: {}\n", one.name, one.doc);
    name = one.name;
  }
  Print(text);
  return ExitCode::kDone;
}

}  // namespace

extern const CommandDef kListDatasetsCommand;
const CommandDef kListDatasetsCommand{
    .name = "list-datasets",
    .summary = "the built-in datasets",
    .options = {kJsonOption},
    .examples = "lakeseed list-datasets\nlakeseed list-datasets --json",
    .run = RunListDatasets,
};

}  // namespace lakeseed
