// `list-enhanced`: configuration templates: which dataset each configures, and which
// of its settings a run may change.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "lakeseed/cli/dataset_listing.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/parameter_list.h"
#include "lakeseed/cli/terminal.h"
#include "lakeseed/evaluate/bound_expression.h"
#include "lakeseed/plan/path_format.h"

namespace lakeseed {
namespace {

using nlohmann::ordered_json;

/// A template, and the built-in datasets that it configures: the first that is there.
struct TemplateDef {
  std::string_view id, name, datasets;
};

constexpr TemplateDef kTemplates[] = {
    {"ecommerce_full_stack", "E-commerce Full Stack",
     "ecommerce_star ecommerce_star_incremental"},
    {"retail_oltp_enhanced", "Enhanced Retail OLTP", "retail_oltp"},
    {"retail_star_enhanced", "Enhanced Retail Star Schema", "retail_star"},
};

/// Keys of a runtime configuration that are the same for every dataset.
constexpr std::string_view kSettings[] = {
    "target_rows", "scale_factor", "seed_value", "output_settings", "generation_settings",
};

/// Variants of the template's dataset, by id.
std::vector<const DatasetSpec*> Configured(const TemplateDef& def,
                                           const std::vector<DatasetSpec>& specs) {
  std::vector<const DatasetSpec*> found;
  for (const std::string_view name : Words(def.datasets)) {
    for (const DatasetSpec& spec : specs) {
      if (spec.name == name) found.push_back(&spec);
    }
    if (!found.empty()) break;
  }
  return found;
}

ordered_json ToJson(const TemplateDef& def,
                    const std::vector<const DatasetSpec*>& specs) {
  ordered_json json = HeadJson(*specs[0]);
  json["id"] = def.id;
  json["name"] = def.name;
  json.erase("variant");
  ordered_json ids = ordered_json::array(), parameters = ordered_json::array();
  for (const DatasetSpec* spec : specs) ids.push_back(spec->id());
  for (const ShownParameter& one : ParametersOf(*specs[0])) {
    parameters.push_back(
        {{"name", one.name}, {"value", one.value}, {"description", one.doc}});
  }
  json["datasets"] = std::move(ids);
  json["runtime_parameters"] = kSettings;
  json["parameters"] = std::move(parameters);
  return json;
}

std::string ToText(const ordered_json& json) {
  std::vector<std::string> parameters;
  for (const ordered_json& one : json["parameters"]) {
    parameters.push_back(one["name"].get<std::string>());
  }
  const auto text = [&](const char* key) { return json[key].get<std::string>(); };
  return fmt::format("{}: {}\n", text("id"), text("name")) +
         ListingLine("type", fmt::format("{} ({})", text("type"), text("pattern"))) +
         ListingLine("domain", text("domain")) +
         ListingLine("description", text("description")) +
         ListingLine(
             "datasets",
             fmt::format("{}", fmt::join(json["datasets"].get<std::vector<std::string>>(),
                                         ", "))) +
         ListingLine("runtime parameters",
                     fmt::format("{}", fmt::join(kSettings, ", "))) +
         ListingLine("parameters", fmt::format("{}", fmt::join(parameters, ", ")));
}

arrow::Result<ExitCode> RunListEnhanced(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<DatasetSpec> specs, ListedDatasets(arguments));
  ordered_json templates = ordered_json::array();
  for (const TemplateDef& def : kTemplates) {
    const std::vector<const DatasetSpec*> configured = Configured(def, specs);
    if (!configured.empty()) templates.push_back(ToJson(def, configured));
  }
  std::vector<std::string_view> patterns;
  for (const PathFormatDef& format : PathFormats()) patterns.push_back(format.name);
  if (arguments.Switch("json")) {
    PrintJson({{"templates", templates}, {"path_patterns", patterns}});
    return ExitCode::kDone;
  }
  std::string text;
  for (const ordered_json& one : templates) text += ToText(one) + "\n";
  text += fmt::format("path patterns: {}\n", fmt::join(patterns, ", "));
  for (const DatasetSpec& spec : specs) {
    if (!spec.target_rows) continue;
    text += fmt::format(
        "\nA runtime configuration names a dataset and changes its parameters:\n  "
        "lakeseed "
        "generate --custom-schema '{{\"dataset_id\": \"{}\", \"target_rows\": 50000, "
        "\"seed_value\": 7}}'\n",
        spec.id());
    break;
  }
  Print(text);
  return ExitCode::kDone;
}

}  // namespace

extern const CommandDef kListEnhancedCommand;
const CommandDef kListEnhancedCommand{
    .name = "list-enhanced",
    .summary = "templates of runtime configurations, and what they may change",
    .options = {kListingOptions, kJsonOption},
    .examples = "lakeseed list-enhanced\nlakeseed list-enhanced --domain retail --json",
    .run = RunListEnhanced,
};

}  // namespace lakeseed
