// `list-formats`: the file formats and what they can do.

#include <nlohmann/json.hpp>

#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/terminal.h"
#include "lakeseed/cli/text_table.h"
#include "lakeseed/write/file_format.h"

namespace lakeseed {
namespace {

std::vector<std::string> CodecsOf(const FileFormatDef& format) {
  std::vector<std::string> names;
  for (const auto codec : format.codecs)
    names.push_back(Compression{codec, {}}.ToString());
  return names;
}

arrow::Result<ExitCode> RunListFormats(const Arguments& arguments) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  TextTable table({"format", "extension", "types", "compression", "what it is"});
  for (const FileFormatDef& format : BuiltinFileFormats()) {
    const std::vector<std::string> codecs = CodecsOf(format);
    list.push_back({{"name", format.name},
                    {"extension", format.extension},
                    {"summary", format.summary},
                    {"has_types", format.has_types},
                    {"compression", codecs}});
    std::string words;
    for (const std::string& codec : codecs) words += (words.empty() ? "" : ", ") + codec;
    table.Add({std::string(format.name), "." + std::string(format.extension),
               format.has_types ? "kept" : "text", words, std::string(format.summary)});
  }
  if (arguments.Switch("json")) {
    PrintJson({{"formats", list}});
  } else {
    Print(table.ToText() + "\nthe first compression is the default\n");
  }
  return ExitCode::kDone;
}

}  // namespace

extern const CommandDef kListFormatsCommand;
const CommandDef kListFormatsCommand{
    .name = "list-formats",
    .summary = "the formats of files",
    .options = {kJsonOption},
    .examples = "lakeseed list-formats",
    .run = RunListFormats,
};

}  // namespace lakeseed
