#include "lakeseed/cli/table_upkeep.h"

#include <fmt/format.h>

#include <filesystem>

#include "lakeseed/cli/terminal.h"
#include "lakeseed/commit/catalog_uri.h"

namespace lakeseed {
namespace {

constexpr OptionDef kUpkeepDefs[] = {
    {.name = "tables",
     .value = "LIST",
     .help = "only these tables, separated by commas",
     .group = "which tables",
     .repeats = true},
    {.name = "dry-run", .help = "say what would be done, and do nothing", .group = "how"},
};

}  // namespace

constinit const std::span<const OptionDef> kUpkeepOptions = kUpkeepDefs;

arrow::Result<std::unique_ptr<Storage>> OpenTables(const Arguments& arguments,
                                                   const TableFormatDef& format,
                                                   const std::string& catalog) {
  const std::string root = arguments.positional();
  std::error_code error;
  if (root.find("://") == std::string::npos &&
      !std::filesystem::is_directory(root, error)) {
    return RequestError("no such directory: " + root);
  }
  if (catalog.empty()) return Storage::Open(root);
  const auto takes = [&](const TableFormatDef& one) {
    return TakesCatalog(one, catalog);
  };
  const auto formats = BuiltinTableFormats();
  // It is that of another format's tables; or a mistake, which the format says.
  const bool is_known = std::any_of(formats.begin(), formats.end(), takes);
  if (format.catalogs.empty() || (is_known && !takes(format))) return nullptr;
  ARROW_ASSIGN_OR_RAISE(std::string uri, ParseCatalogUri(format, catalog));
  return Storage::Open(root, {.catalog = std::move(uri)});
}

void PrintUpkeep(const Arguments& arguments, nlohmann::ordered_json json,
                 const TextTable& text, std::string_view done) {
  const bool is_dry = arguments.Switch("dry-run");
  if (arguments.Switch("json")) {
    PrintJson({{"dry_run", is_dry}, {"tables", std::move(json)}});
  } else if (json.empty()) {
    Print("no tables with a log are there\n");
  } else {
    Print(text.ToText());
    if (is_dry) Print(fmt::format("\nnothing was {} (--dry-run)\n", done));
  }
}

}  // namespace lakeseed
