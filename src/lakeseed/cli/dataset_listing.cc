#include "lakeseed/cli/dataset_listing.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

namespace lakeseed {
namespace {

constexpr OptionDef kListingDefs[] = {
    {.name = "domain", .value = "NAME", .help = "only of this domain", .group = "result"},
    {.name = "type",
     .value = "TYPE",
     .help = "only of this type (transactional, analytical, custom) or pattern (oltp, "
             "star, …)",
     .group = "result"},
};

/// Words that are written otherwise than with one capital.
constexpr std::pair<std::string_view, std::string_view> kSpellings[] = {
    {"dw", "DW"},     {"ecommerce", "E-commerce"}, {"ohlcv", "OHLCV"},
    {"oltp", "OLTP"}, {"star", "Star Schema"},
};

/// Words of an id that say which of several it is.
constexpr std::string_view kSizes[] = {"small", "medium", "large", "incremental"};

std::vector<std::string> WordsOf(const std::string& id) {
  std::vector<std::string> words;
  for (size_t begin = 0; begin <= id.size();) {
    const size_t end = std::min(id.find('_', begin), id.size());
    if (end > begin) words.push_back(id.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

std::string Spelled(const std::string& word) {
  for (const auto& [plain, spelled] : kSpellings) {
    if (plain == word) return std::string(spelled);
  }
  std::string text = word;
  if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

using Names = std::function<std::vector<std::string>(const DatasetSpec&)>;

/// Keep the datasets of which `names` gives the option's value.
arrow::Status Keep(const Arguments& arguments, std::string_view option,
                   const Names& names, std::vector<DatasetSpec>* specs) {
  const std::string wanted = arguments.Text(option);
  if (wanted.empty()) return arrow::Status::OK();
  std::vector<std::string> known;
  std::vector<DatasetSpec> kept;
  for (DatasetSpec& spec : *specs) {
    bool fits = false;
    for (const std::string& name : names(spec)) {
      fits |= name == wanted;
      if (!name.empty() && std::find(known.begin(), known.end(), name) == known.end()) {
        known.push_back(name);
      }
    }
    if (fits) kept.push_back(std::move(spec));
  }
  if (kept.empty()) return UnknownWord(option, wanted, known);
  *specs = std::move(kept);
  return arrow::Status::OK();
}

}  // namespace

const std::span<const OptionDef> kListingOptions = kListingDefs;

std::string TitleOf(const DatasetSpec& spec) {
  std::vector<std::string> own, sizes;
  const std::vector<std::string> variant = WordsOf(spec.variant);
  // Words of one name, such as every_day, stay together.
  bool goes_on = false;
  for (const std::string& word : WordsOf(spec.id())) {
    const bool is_size =
        std::find(std::begin(kSizes), std::end(kSizes), word) != std::end(kSizes);
    const bool is_variant =
        is_size || std::find(variant.begin(), variant.end(), word) != variant.end();
    if (goes_on && is_variant && !is_size) {
      sizes.back() += " " + Spelled(word);
    } else {
      (is_variant && !own.empty() ? sizes : own).push_back(Spelled(word));
    }
    goes_on = !sizes.empty() && is_variant && !is_size;
  }
  std::string title = fmt::format("{}", fmt::join(own, " "));
  if (!sizes.empty()) title += fmt::format(" - {}", fmt::join(sizes, ", "));
  return title;
}

std::string_view TypeOf(const DatasetSpec& spec) {
  if (spec.pattern == "oltp") return "transactional";
  return spec.pattern.starts_with("star") ? "analytical" : "custom";
}

TableGroups GroupsOf(const DatasetSpec& spec) {
  TableGroups groups;
  for (const TableSpec& table : spec.tables) {
    if (table.is_hidden) continue;
    const bool is_fact = table.name.starts_with("fact_");
    const bool is_dimension = table.name.starts_with("dim_");
    (is_fact        ? groups.facts
     : is_dimension ? groups.dimensions
                    : groups.tables)
        .push_back(table.name);
  }
  return groups;
}

arrow::Result<std::vector<DatasetSpec>> ListedDatasets(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(std::vector<DatasetSpec> specs, LoadAllDatasets());
  ARROW_RETURN_NOT_OK(Keep(
      arguments, "domain",
      [](const DatasetSpec& spec) { return std::vector<std::string>{spec.domain}; },
      &specs));
  ARROW_RETURN_NOT_OK(Keep(
      arguments, "type",
      [](const DatasetSpec& spec) {
        std::vector<std::string> words{std::string(TypeOf(spec)), spec.pattern};
        if (spec.pattern == "star_schema") words.emplace_back("star");
        return words;
      },
      &specs));
  return specs;
}

nlohmann::ordered_json HeadJson(const DatasetSpec& spec) {
  return {{"id", spec.id()},         {"name", TitleOf(spec)},  {"type", TypeOf(spec)},
          {"pattern", spec.pattern}, {"domain", spec.domain},  {"description", spec.doc},
          {"dataset", spec.name},    {"variant", spec.variant}};
}

std::string ListingLine(std::string_view name, std::string_view value) {
  return value.empty() ? "" : fmt::format("  {:<19} {}\n", name, value);
}

}  // namespace lakeseed
