// The table of commands, sorted by name. Adding one adds its line here.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "lakeseed/base/status.h"
#include "lakeseed/cli/arguments.h"
#include "lakeseed/cli/command.h"
#include "lakeseed/cli/refused.h"

namespace lakeseed {

extern const CommandDef kChangesCommand;
extern const CommandDef kCheckCommand;
extern const CommandDef kCommitCommand;
extern const CommandDef kCompletionCommand;
extern const CommandDef kDeployDdlCommand;
extern const CommandDef kDescribeCommand;
extern const CommandDef kDocsCommand;
extern const CommandDef kGenerateCommand;
extern const CommandDef kGenerateIncrementalCommand;
extern const CommandDef kGenerateSeriesCommand;
extern const CommandDef kListDatasetsCommand;
extern const CommandDef kListEnhancedCommand;
extern const CommandDef kListFormatsCommand;
extern const CommandDef kListGeneratorsCommand;
extern const CommandDef kListGenericTemplatesCommand;
extern const CommandDef kListIncrementalDatasetsCommand;
extern const CommandDef kLogCommand;
extern const CommandDef kNewCommand;
extern const CommandDef kOptimizeCommand;
extern const CommandDef kPlanCommand;
extern const CommandDef kPreviewCommand;
extern const CommandDef kSampleDataCommand;
extern const CommandDef kStatusCommand;
extern const CommandDef kVacuumCommand;
extern const CommandDef kValidateCommand;
extern const CommandDef kWorkCommand;

namespace {

constexpr std::array kBuiltin = {
    &kChangesCommand,
    &kCheckCommand,
    &kCommitCommand,
    &kCompletionCommand,
    &kDeployDdlCommand,
    &kDescribeCommand,
    &kDocsCommand,
    &kGenerateCommand,
    &kGenerateIncrementalCommand,
    &kGenerateSeriesCommand,
    &kListDatasetsCommand,
    &kListEnhancedCommand,
    &kListFormatsCommand,
    &kListGeneratorsCommand,
    &kListGenericTemplatesCommand,
    &kListIncrementalDatasetsCommand,
    &kLogCommand,
    &kNewCommand,
    &kOptimizeCommand,
    &kPlanCommand,
    &kPreviewCommand,
    &kSampleDataCommand,
    &kStatusCommand,
    &kVacuumCommand,
    &kValidateCommand,
    &kWorkCommand,
};

}  // namespace

std::span<const CommandDef* const> BuiltinCommands() { return kBuiltin; }

arrow::Result<const CommandDef*> FindCommand(std::string_view name) {
  std::vector<std::string> names;
  for (const CommandDef* command : kBuiltin) {
    if (command->name == name) return command;
    if (!command->alias.empty() && command->alias == name) return command;
    names.emplace_back(command->name);
    if (!command->alias.empty()) names.emplace_back(command->alias);
  }
  if (const RefusedCommand* refused = FindRefusedCommand(name)) {
    return RequestError(
        fmt::format("{} are not available yet: {}", refused->subject, name),
        std::string(refused->instead));
  }
  return UnknownWord("command", name, names);
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    if (end > begin) words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

std::vector<const OptionDef*> OptionsOf(const CommandDef& command) {
  std::vector<const OptionDef*> options;
  for (const auto& table : command.options) {
    for (const OptionDef& option : table) options.push_back(&option);
  }
  return options;
}

std::string EnvironmentName(std::string_view option) {
  std::string name = "LAKESEED_";
  for (const char c : option) {
    const bool is_small = c >= 'a' && c <= 'z';
    name += c == '-' ? '_' : is_small ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return name;
}

}  // namespace lakeseed
