#include "lakeseed/cli/arguments.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "lakeseed/base/date.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/cli/refused.h"

namespace lakeseed {
namespace {

/// "start" of --start-date, and "end" of --end-date.
bool IsDate(const OptionDef& option, std::string_view name) {
  return option.name.ends_with("-date") &&
         option.name.substr(0, option.name.size() - 5) == name;
}

const OptionDef* FindOption(const CommandDef& command, std::string_view name) {
  for (const OptionDef* option : OptionsOf(command)) {
    if (option->name == name) return option;
    if (IsDate(*option, name)) return option;
    if (option->has_negative && name.starts_with("no-") && name.substr(3) == option->name)
      return option;
  }
  return nullptr;
}

/// "--name" or "--name=value" without the dashes and the value.
std::string_view LongName(std::string_view word) {
  word.remove_prefix(2);
  return word.substr(0, word.find('='));
}

/// "-- text" is no option: a value may begin so, as comments in SQL do.
bool IsLong(std::string_view word) {
  return word.size() > 2 && word.starts_with("--") && word[2] != ' ';
}

arrow::Status BadValue(std::string_view option, std::string_view wanted,
                       std::string_view value) {
  return RequestError(fmt::format("--{} must be {}: {}", option, wanted, value));
}

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number number{};
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

arrow::Status NeedsValue(const OptionDef& option) {
  return RequestError(fmt::format("option needs a value: --{}", option.name),
                      fmt::format("--{} {}: {}", option.name, option.value, option.help));
}

std::string CommandLine(const CommandDef& command) {
  return fmt::format("`lakeseed {} --help` prints the options", command.name);
}

}  // namespace

arrow::Status UnknownWord(std::string_view what, std::string_view name,
                          const std::vector<std::string>& names) {
  std::string hint = DidYouMean(name, names);
  if (!hint.empty()) hint += " ";
  return RequestError(fmt::format("unknown {}: {}", what, name),
                      hint + fmt::format("valid: {}", fmt::join(names, ", ")));
}

arrow::Status UnknownOption(const CommandDef& command, std::string_view word,
                            const std::vector<std::string>& more) {
  const std::string shown =
      IsLong(word) ? fmt::format("--{}", LongName(word)) : std::string(word);
  if (const std::string reason = RefusedOption(shown); !reason.empty()) {
    return RequestError(fmt::format("option cannot be used here: {}", shown), reason);
  }
  std::vector<std::string> names;
  for (const OptionDef* option : OptionsOf(command)) {
    names.push_back(fmt::format("--{}", option->name));
    if (option->has_negative) names.push_back(fmt::format("--no-{}", option->name));
  }
  for (const std::string& name : more) names.push_back("--" + name);
  names.emplace_back("--help");
  std::string hint = DidYouMean(shown, names);
  if (!hint.empty()) hint += " ";
  return RequestError(fmt::format("unknown option of {}: {}", command.name, shown),
                      fmt::format("{}valid: {}", hint, fmt::join(names, ", ")));
}

// Takes out what the parser must not see: options that are not in the tables.
arrow::Status Arguments::TakeParameters(const std::vector<std::string>& words,
                                        std::vector<std::string>* rest) {
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!IsLong(word)) {
      rest->push_back(word);
      continue;
    }
    if (const OptionDef* option = FindOption(*command_, LongName(word))) {
      rest->push_back(word);
      if (const auto name = LongName(word); IsDate(*option, name)) {
        rest->back().insert(2 + name.size(), "-date");
      }
      // A value may look like anything, so it is bound to its option here.
      const bool is_switch = option->value.empty();
      if (is_switch && word.find('=') != std::string::npos) {
        return RequestError(fmt::format("option takes no value: {}", word),
                            fmt::format("--{}: {}", option->name, option->help));
      }
      if (!is_switch && word.find('=') == std::string::npos && i + 1 < words.size() &&
          !IsLong(words[i + 1])) {
        rest->back() += "=" + words[++i];
      }
      // The parser would take the next word instead of nothing.
      if (!is_switch && rest->back().ends_with('=') &&
          rest->back().find('=') + 1 == rest->back().size()) {
        return NeedsValue(*option);
      }
      continue;
    }
    if (!command_->takes_parameters) return UnknownOption(*command_, word);
    const size_t equals = word.find('=');
    if (equals != std::string::npos) {
      parameters_.emplace_back(LongName(word), word.substr(equals + 1));
    } else if (i + 1 < words.size() && !IsLong(words[i + 1])) {
      parameters_.emplace_back(LongName(word), words[++i]);
    } else {
      parameters_.emplace_back(LongName(word), "");
    }
  }
  return arrow::Status::OK();
}

arrow::Status Arguments::ParseWords(const std::vector<std::string>& words) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::map<std::string, CLI::Option*> options;
  const auto take_all = CLI::MultiOptionPolicy::TakeAll;
  for (const OptionDef* def : OptionsOf(*command_)) {
    const std::string name(def->name);
    const std::string names =
        def->letter == 0 ? "--" + name : fmt::format("-{},--{}", def->letter, name);
    if (def->value.empty()) {
      options[name] = app.add_flag(names)->multi_option_policy(take_all);
      if (def->has_negative) {
        options["no-" + name] =
            app.add_flag("--no-" + name)->multi_option_policy(take_all);
      }
    } else {
      options[name] = app.add_option(names)
                          ->expected(1)
                          ->allow_extra_args(false)
                          ->multi_option_policy(take_all);
    }
  }
  // The parser takes words from the back.
  std::vector<std::string> reversed(words.rbegin(), words.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::ArgumentMismatch&) {
    // Only one kind is left: an option at the end, or before another one.
    for (size_t i = 0; i < words.size(); ++i) {
      const bool last = i + 1 == words.size() || words[i + 1].starts_with("-");
      const std::string_view word = words[i];
      for (const OptionDef* def : OptionsOf(*command_)) {
        const bool is_it = word == fmt::format("--{}", def->name) ||
                           (def->letter != 0 && word == fmt::format("-{}", def->letter));
        if (is_it && last && !def->value.empty()) return NeedsValue(*def);
      }
    }
    return RequestError("an option has too few or too many values",
                        CommandLine(*command_));
  } catch (const CLI::ParseError& error) {
    return RequestError(fmt::format("cannot read the options: {}", error.what()),
                        CommandLine(*command_));
  }
  for (const auto& [name, option] : options) {
    if (option->count() > 0) values_[name] = option->results();
  }
  for (const std::string& word : app.remaining()) {
    if (word.size() > 1 && word[0] == '-') return UnknownOption(*command_, word);
    if (command_->positional.empty() || !positional_.empty()) {
      return RequestError(
          fmt::format("unexpected argument of {}: {}", command_->name, word),
          CommandLine(*command_));
    }
    positional_ = word;
  }
  return arrow::Status::OK();
}

arrow::Status Arguments::TakeEnvironment() {
  for (const OptionDef* option : OptionsOf(*command_)) {
    const std::string name(option->name);
    if (values_.contains(name) || values_.contains("no-" + name)) continue;
    const std::string variable = EnvironmentName(name);
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr || *value == '\0') continue;
    const std::string_view text = value;
    if (!option->value.empty()) {
      values_[name] = {value};
    } else if (text == "1" || text == "true") {
      values_[name] = {"true"};
    } else if (text == "0" || text == "false") {
      if (option->has_negative) values_["no-" + name] = {"true"};
    } else {
      return RequestError(fmt::format("{} must be 1 or 0: {}", variable, text));
    }
  }
  return arrow::Status::OK();
}

arrow::Status Arguments::CheckChoices() const {
  for (const OptionDef* option : OptionsOf(*command_)) {
    if (option->choices.empty() || !Has(option->name)) continue;
    const std::vector<std::string_view> words = Words(option->choices);
    const std::string text = Text(option->name);
    if (std::find(words.begin(), words.end(), text) != words.end()) continue;
    return UnknownWord(option->name, text, {words.begin(), words.end()});
  }
  if (positional_.empty()) {
    if (!command_->positional_required) return arrow::Status::OK();
    return RequestError(fmt::format("argument is missing: {}", command_->positional),
                        CommandLine(*command_));
  }
  const std::vector<std::string_view> words = Words(command_->choices);
  if (words.empty() ||
      std::find(words.begin(), words.end(), positional_) != words.end()) {
    return arrow::Status::OK();
  }
  return UnknownWord(fmt::format("argument of {}", command_->name), positional_,
                     {words.begin(), words.end()});
}

arrow::Result<Arguments> Arguments::Parse(const CommandDef& command,
                                          const std::vector<std::string>& words) {
  Arguments arguments;
  arguments.command_ = &command;
  std::vector<std::string> rest;
  ARROW_RETURN_NOT_OK(arguments.TakeParameters(words, &rest));
  ARROW_RETURN_NOT_OK(arguments.ParseWords(rest));
  ARROW_RETURN_NOT_OK(arguments.TakeEnvironment());
  ARROW_RETURN_NOT_OK(arguments.CheckChoices());
  return arguments;
}

std::string Arguments::TakeDefault(const std::string& option, const std::string& value) {
  const OptionDef* def = FindOption(*command_, option);
  if (def == nullptr) return "";
  const std::vector<std::string_view> words = Words(def->choices);
  if (!words.empty() && std::find(words.begin(), words.end(), value) == words.end()) {
    return fmt::format("valid: {}", fmt::join(words, ", "));
  }
  const bool is_off = def->value.empty() && value == "false";
  if (!is_off) {
    values_[option] = {value};
  } else if (def->has_negative) {
    values_["no-" + option] = {"true"};
  }
  return "";
}

bool Arguments::Has(std::string_view option) const { return values_.contains(option); }

std::string Arguments::Text(std::string_view option) const {
  const auto at = values_.find(option);
  if (at != values_.end()) return at->second.back();
  const OptionDef* def = FindOption(*command_, option);
  return def == nullptr ? std::string() : std::string(def->fallback);
}

std::vector<std::string> Arguments::All(std::string_view option) const {
  const auto at = values_.find(option);
  return at == values_.end() ? std::vector<std::string>() : at->second;
}

std::vector<std::string> Arguments::List(std::string_view option) const {
  std::vector<std::string> list;
  for (const std::string& text : All(option)) {
    for (size_t begin = 0; begin <= text.size();) {
      const size_t end = std::min(text.find(',', begin), text.size());
      std::string_view part = std::string_view(text).substr(begin, end - begin);
      while (part.starts_with(' ')) part.remove_prefix(1);
      while (part.ends_with(' ')) part.remove_suffix(1);
      if (!part.empty()) list.emplace_back(part);
      begin = end + 1;
    }
  }
  return list;
}

bool Arguments::Switch(std::string_view option, bool otherwise) const {
  if (Has(option)) return true;
  if (Has("no-" + std::string(option))) return false;
  return otherwise;
}

arrow::Result<std::optional<int64_t>> Arguments::Integer(std::string_view option,
                                                         int64_t least,
                                                         int64_t most) const {
  const std::string text = Text(option);
  if (text.empty() && !Has(option)) return std::nullopt;
  const auto number = ParseNumber<int64_t>(text);
  const size_t digits = text.starts_with('-') ? 1 : 0;
  // More digits than any number of the range has.
  const bool is_whole = text.size() > digits &&
                        text.find_first_not_of("0123456789", digits) == std::string::npos;
  if (!number && !is_whole) return BadValue(option, "a whole number", text);
  if (!number || *number < least || *number > most) {
    return BadValue(option, fmt::format("between {} and {}", least, most), text);
  }
  return number;
}

arrow::Result<std::optional<double>> Arguments::Real(std::string_view option) const {
  const std::string text = Text(option);
  if (text.empty() && !Has(option)) return std::nullopt;
  const auto number = ParseNumber<double>(text);
  if (!number || !std::isfinite(*number)) return BadValue(option, "a number", text);
  return number;
}

arrow::Result<std::optional<int64_t>> Arguments::Bytes(std::string_view option) const {
  const std::string text = Text(option);
  if (text.empty() && !Has(option)) return std::nullopt;
  const size_t digits = text.find_first_not_of("0123456789.");
  const auto number = ParseNumber<double>(std::string_view(text).substr(0, digits));
  std::string unit = digits == std::string::npos ? "B" : text.substr(digits);
  while (unit.starts_with(' ')) unit.erase(0, 1);
  static constexpr std::pair<std::string_view, double> kUnits[] = {
      {"B", 1},    {"kB", 1e3},     {"KB", 1e3},        {"MB", 1e6},
      {"GB", 1e9}, {"TB", 1e12},    {"k", 1e3},         {"M", 1e6},
      {"G", 1e9},  {"KiB", 1024.0}, {"MiB", 1048576.0}, {"GiB", 1073741824.0},
  };
  for (const auto& [name, factor] : kUnits) {
    if (!number || name != unit) continue;
    const double bytes = *number * factor;
    if (bytes >= 1 && bytes <= 1e18) return static_cast<int64_t>(bytes);
  }
  return BadValue(option, "a size such as 512MB or 2GiB", text);
}

arrow::Result<std::optional<int32_t>> Arguments::Date(std::string_view option) const {
  const std::string text = Text(option);
  if (text.empty() && !Has(option)) return std::nullopt;
  const auto day = ParseDate(text);
  if (!day.ok()) return BadValue(option, "a date YYYY-MM-DD", text);
  return *day;
}

}  // namespace lakeseed
