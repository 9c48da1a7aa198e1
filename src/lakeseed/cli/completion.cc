// `completion`: shell completion, printed from the table of commands.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/terminal.h"
#include "lakeseed/spec/load.h"

namespace lakeseed {
namespace {

std::string CommandNames() {
  std::string names;
  for (const CommandDef* command : BuiltinCommands()) {
    names += (names.empty() ? "" : " ") + std::string(command->name);
  }
  return names;
}

std::string OptionNames(const CommandDef& command) {
  std::string names = "--help";
  for (const OptionDef* option : OptionsOf(command)) {
    names += fmt::format(" --{}", option->name);
    if (option->has_negative) names += fmt::format(" --no-{}", option->name);
  }
  return names;
}

/// The ids of all datasets; none if one of them cannot be read.
std::string DatasetIds() {
  std::string ids;
  const auto datasets = ListDatasets();
  if (!datasets.ok()) return ids;
  for (const DatasetListing& one : *datasets) ids += (ids.empty() ? "" : " ") + one.id;
  return ids;
}

/// Words that the argument of a command can be.
std::string ArgumentWords(const CommandDef& command, const std::string& dataset_ids) {
  if (!command.choices.empty()) return std::string(command.choices);
  return command.positional == "DATASET_ID" ? dataset_ids : "";
}

/// A function for bash; zsh runs it through bashcompinit.
std::string BashScript(const std::string& dataset_ids) {
  std::string text =
      "_lakeseed() {\n"
      "  local word=\"${COMP_WORDS[COMP_CWORD]}\" "
      "before=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
      "  COMPREPLY=()\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n";
  text +=
      fmt::format("    COMPREPLY=($(compgen -W \"{} --help --version\" -- \"$word\"))\n",
                  CommandNames());
  text += "    return\n  fi\n  case \"${COMP_WORDS[1]} $before\" in\n";
  for (const CommandDef* command : BuiltinCommands()) {
    for (const OptionDef* option : OptionsOf(*command)) {
      if (option->choices.empty()) continue;
      text += fmt::format(
          "    \"{} --{}\") COMPREPLY=($(compgen -W \"{}\" -- \"$word\")); return ;;\n",
          command->name, option->name, option->choices);
    }
  }
  text += "  esac\n  case \"${COMP_WORDS[1]}\" in\n";
  for (const CommandDef* command : BuiltinCommands()) {
    const std::string alias =
        command->alias.empty() ? "" : fmt::format("|{}", command->alias);
    text += fmt::format("    {}{}) COMPREPLY=($(compgen -W \"{} {}\" -- \"$word\")) ;;\n",
                        command->name, alias, ArgumentWords(*command, dataset_ids),
                        OptionNames(*command));
  }
  return text +
         "  esac\n"
         "  [ ${#COMPREPLY[@]} -eq 0 ] && COMPREPLY=($(compgen -f -- \"$word\"))\n"
         "}\n"
         "complete -F _lakeseed lakeseed\n";
}

std::string FishQuoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string FishScript(const std::string& dataset_ids) {
  std::string text;
  for (const CommandDef* command : BuiltinCommands()) {
    text += fmt::format("complete -c lakeseed -f -n __fish_use_subcommand -a {} -d {}\n",
                        command->name, FishQuoted(command->summary));
  }
  for (const CommandDef* command : BuiltinCommands()) {
    const std::string seen = fmt::format(
        "complete -c lakeseed -n '__fish_seen_subcommand_from {}'", command->name);
    const std::string words = ArgumentWords(*command, dataset_ids);
    if (!words.empty()) text += fmt::format("{} -f -a {}\n", seen, FishQuoted(words));
    for (const OptionDef* option : OptionsOf(*command)) {
      text += fmt::format("{} -l {}", seen, option->name);
      if (option->letter != 0) text += fmt::format(" -s {}", option->letter);
      if (!option->value.empty()) text += " -r";
      if (!option->choices.empty())
        text += fmt::format(" -f -a {}", FishQuoted(option->choices));
      text += fmt::format(" -d {}\n", FishQuoted(option->help));
    }
  }
  return text;
}

arrow::Result<ExitCode> RunCompletion(const Arguments& arguments) {
  const std::string& shell = arguments.positional();
  const std::string dataset_ids = DatasetIds();
  std::string script =
      shell == "fish" ? FishScript(dataset_ids) : BashScript(dataset_ids);
  if (shell == "zsh") {
    script = "#compdef lakeseed\nautoload -U +X bashcompinit && bashcompinit\n" + script;
  }
  if (arguments.Switch("json")) {
    PrintJson({{"shell", shell}, {"script", script}});
  } else {
    Print(script);
  }
  return ExitCode::kDone;
}

}  // namespace

extern const CommandDef kCompletionCommand;
const CommandDef kCompletionCommand{
    .name = "completion",
    .summary = "print a script for the completion of a shell",
    .positional = "SHELL",
    .choices = "bash zsh fish",
    .positional_required = true,
    .options = {kJsonOption},
    .examples =
        "source <(lakeseed completion bash)\n"
        "lakeseed completion fish > ~/.config/fish/completions/lakeseed.fish",
    .run = RunCompletion,
};

}  // namespace lakeseed
