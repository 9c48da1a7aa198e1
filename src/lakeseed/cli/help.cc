// Help, printed from the tables of commands.

#include <fmt/format.h>

#include "lakeseed/cli/command.h"

namespace lakeseed {
namespace {

constexpr size_t kTextColumn = 32;
constexpr size_t kWidth = 100;

/// Text in lines of at most kWidth, each but the first indented.
std::string Wrap(std::string_view text) {
  std::string out;
  size_t at = kTextColumn;
  for (const std::string_view word : Words(text)) {
    if (at + 1 + word.size() > kWidth && at > kTextColumn) {
      out += "\n" + std::string(kTextColumn, ' ');
      at = kTextColumn;
    }
    if (at > kTextColumn) {
      out += ' ';
      ++at;
    }
    out += word;
    at += word.size();
  }
  return out;
}

std::string Entry(const std::string& left, std::string_view text) {
  if (left.size() + 2 > kTextColumn) {
    return fmt::format("{}\n{}{}\n", left, std::string(kTextColumn, ' '), Wrap(text));
  }
  return fmt::format("{:<{}}{}\n", left, kTextColumn, Wrap(text));
}

std::string OptionLine(const OptionDef& option) {
  std::string left =
      option.letter == 0 ? "      " : fmt::format("  -{}, ", option.letter);
  left += fmt::format("--{}", option.name);
  if (option.has_negative) left += fmt::format(", --no-{}", option.name);
  if (!option.value.empty()) left += fmt::format(" {}", option.value);
  std::string text(option.help);
  if (!option.choices.empty()) {
    std::string list;
    for (const std::string_view word : Words(option.choices)) {
      list += (list.empty() ? "" : ", ") + std::string(word);
    }
    text += ": " + list;
  }
  if (!option.fallback.empty()) text += fmt::format(" [{}]", option.fallback);
  return Entry(left, text);
}

}  // namespace

std::string ProgramHelp() {
  std::string text =
      "lakeseed makes synthetic datasets: relational, any size, reproducible to the "
      "byte.\n\n"
      "usage: lakeseed COMMAND [ARGUMENT] [OPTIONS]\n\ncommands:\n";
  for (const CommandDef* command : BuiltinCommands()) {
    std::string name = fmt::format("  {}", command->name);
    if (!command->alias.empty()) name += fmt::format(" ({})", command->alias);
    text += Entry(name, command->summary);
  }
  text +=
      "\noptions:\n"
      "  -h, --help                    this text, or that of a command\n"
      "      --version                 the version\n\n"
      "examples:\n"
      "  lakeseed list-datasets\n"
      "  lakeseed preview retail_oltp_small --table orders\n"
      "  lakeseed generate retail_oltp_small --target-rows 100000 --output-mode parquet\n"
      "  lakeseed validate ./data --dataset-id retail_oltp_small\n\n"
      "Every option can come from the environment: --target-rows is "
      "LAKESEED_TARGET_ROWS.\n"
      "Exit codes: 0 done; 1 the run failed; 2 the request was wrong; 3 commit "
      "conflict;\n"
      "4 validation found violations; 130 interrupted.\n";
  return text;
}

std::string CommandHelp(const CommandDef& command) {
  std::string usage = fmt::format("usage: lakeseed {}", command.name);
  if (!command.positional.empty()) {
    usage += command.positional_required ? fmt::format(" {}", command.positional)
                                         : fmt::format(" [{}]", command.positional);
  }
  const std::vector<const OptionDef*> options = OptionsOf(command);
  if (!options.empty()) usage += " [OPTIONS]";
  std::string text = fmt::format("{}\n\n{}\n", command.summary, usage);
  if (!command.choices.empty()) {
    text += fmt::format("\n{}: {}\n", command.positional, command.choices);
  }
  std::vector<std::string_view> groups;
  for (const OptionDef* option : options) {
    if (std::find(groups.begin(), groups.end(), option->group) == groups.end()) {
      groups.push_back(option->group);
    }
  }
  for (const std::string_view group : groups) {
    text += fmt::format("\n{}:\n", group);
    for (const OptionDef* option : options) {
      if (option->group == group) text += OptionLine(*option);
    }
  }
  if (command.takes_parameters) {
    text +=
        "\nParameters of the dataset are options too: --customers 500 is --set "
        "customers=500.\n";
  }
  if (!command.examples.empty()) {
    text += "\nexamples:\n";
    for (size_t begin = 0; begin < command.examples.size();) {
      const size_t end =
          std::min(command.examples.find('\n', begin), command.examples.size());
      text += fmt::format("  {}\n", command.examples.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  return text;
}

}  // namespace lakeseed
