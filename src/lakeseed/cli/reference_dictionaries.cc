// The page on configuration dictionaries, from the table of their keys.

#include <fmt/format.h>

#include "lakeseed/cli/reference.h"
#include "lakeseed/cli/text_table.h"
#include "lakeseed/spec/dictionary_keys.h"

namespace lakeseed {
namespace {

constexpr std::string_view kIntroduction =
    R"(# Keys of configuration dictionaries

Printed by `lakeseed docs dictionaries`; do not edit. [How dictionaries work](../dictionaries.md).
)";

// What becomes of a key, with the option that it sets.
std::string BecomesOf(const DictionaryKeyDef& def) {
  std::string text = MarkdownCell(def.becomes);
  if (!def.option.empty()) text += fmt::format(" (`--{}`)", def.option);
  return text;
}

}  // namespace

std::string DictionariesPage() {
  std::string text(kIntroduction);
  std::string_view section = "-";
  TextTable table({"key", "what becomes of it"});
  const auto finish = [&] {
    if (section != "-") text += table.ToMarkdown();
    table = TextTable({"key", "what becomes of it"});
  };
  for (const DictionaryKeyDef& def : AllDictionaryKeys()) {
    if (def.section != section) {
      finish();
      section = def.section;
      const std::string head = section.empty() ? "At the top"
                               : section == "table_configs"
                                   ? "`table_configs`, each table"
                                   : fmt::format("`{}`", section);
      text += fmt::format("\n## {}\n\n", head);
    }
    table.Add({fmt::format("`{}`", def.key), BecomesOf(def)});
  }
  finish();
  return text;
}

}  // namespace lakeseed
