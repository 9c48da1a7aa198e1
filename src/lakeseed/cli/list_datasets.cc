// `list-datasets`: the built-in datasets.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "lakeseed/cli/dataset_listing.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/terminal.h"
#include "lakeseed/cli/text_table.h"
#include "lakeseed/plan/explain.h"

namespace lakeseed {
namespace {

nlohmann::ordered_json ToJson(const DatasetSpec& spec) {
  const TableGroups groups = GroupsOf(spec);
  nlohmann::ordered_json json = HeadJson(spec);
  json["tables"] = nlohmann::ordered_json::array();
  for (const TableSpec& table : spec.tables) {
    if (table.is_hidden) continue;
    json["tables"].push_back(table.name);
  }
  json["fact_tables"] = groups.facts;
  json["dimensions"] = groups.dimensions;
  json["main"] = spec.main;
  json["target_rows"] = nullptr;
  if (spec.target_rows) json["target_rows"] = *spec.target_rows;
  return json;
}

std::string TablesOf(const DatasetSpec& spec) {
  const TableGroups groups = GroupsOf(spec);
  const auto line = [](std::string_view name, const std::vector<std::string>& tables) {
    return ListingLine(name, fmt::format("{}", fmt::join(tables, ", ")));
  };
  return line("fact tables", groups.facts) + line("dimensions", groups.dimensions) +
         line("tables", groups.tables);
}

arrow::Result<ExitCode> RunListDatasets(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<DatasetSpec> specs, ListedDatasets(arguments));
  if (arguments.Switch("json")) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const DatasetSpec& spec : specs) list.push_back(ToJson(spec));
    PrintJson({{"datasets", list}});
    return ExitCode::kDone;
  }
  TextTable table({"dataset", "name", "type", "domain", ">rows"});
  for (const DatasetSpec& spec : specs) {
    std::string type(TypeOf(spec));
    if (!spec.pattern.empty()) type += fmt::format(" ({})", spec.pattern);
    table.Add({spec.id(), TitleOf(spec), type, spec.domain,
               spec.target_rows
                   ? fmt::format("{} {}", FormatCount(*spec.target_rows), spec.main)
                   : "by day"});
  }
  std::string text = table.ToText();
  // Variants differ in sizes; what they are and hold is said once. Those of a
  // dataset that hold other tables than its others are named.
  std::vector<std::pair<std::string, std::vector<const DatasetSpec*>>> pages;
  std::map<std::string, int, std::less<>> pages_of;
  for (const DatasetSpec& spec : specs) {
    const std::string page = fmt::format("  {}\n{}", spec.doc, TablesOf(spec));
    auto same = std::find_if(pages.begin(), pages.end(),
                             [&](const auto& other) { return other.first == page; });
    if (same == pages.end()) {
      same = pages.insert(pages.end(), {page, {}});
      ++pages_of[spec.name];
    }
    same->second.push_back(&spec);
  }
  for (const auto& [page, variants] : pages) {
    std::vector<std::string> ids;
    for (const DatasetSpec* spec : variants) ids.push_back(spec->id());
    const std::string& name = variants.front()->name;
    text += fmt::format(
        "\n{}\n{}", pages_of[name] == 1 ? name : fmt::format("{}", fmt::join(ids, ", ")),
        page);
  }
  Print(text);
  return ExitCode::kDone;
}

}  // namespace

extern const CommandDef kListDatasetsCommand;
const CommandDef kListDatasetsCommand{
    .name = "list-datasets",
    .summary = "the built-in datasets",
    .options = {kListingOptions, kJsonOption},
    .examples =
        "lakeseed list-datasets\n"
        "lakeseed list-datasets --domain retail\n"
        "lakeseed list-datasets --type star_schema --json",
    .run = RunListDatasets,
};

}  // namespace lakeseed
