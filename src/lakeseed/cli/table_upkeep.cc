#include "lakeseed/cli/table_upkeep.h"

#include <fmt/format.h>

#include <filesystem>

#include "lakeseed/cli/terminal.h"

namespace lakeseed {

arrow::Result<std::unique_ptr<Storage>> OpenOutput(const Arguments& arguments) {
  const std::string root = arguments.positional();
  std::error_code error;
  if (root.find("://") == std::string::npos &&
      !std::filesystem::is_directory(root, error)) {
    return RequestError("no such directory: " + root);
  }
  return Storage::Open(root);
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
