// Arguments: what a command line and the environment say, checked in form.
//
// The command line goes before the environment; the environment before a dictionary
// (dictionary_defaults.h), and that before defaults.
//
// Thread safety: immutable after parsing and TakeDefault().

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeseed/cli/command.h"

namespace lakeseed {

class Arguments {
 public:
  /// Parse the words after the command's name.
  /// \retval Invalid (exit code 2)  unknown option (with the nearest name), missing
  ///                                or bad value, too many arguments.
  static arrow::Result<Arguments> Parse(const CommandDef& command,
                                        const std::vector<std::string>& words);

  const CommandDef& command() const { return *command_; }

  /// Set an option that nobody stated; of a switch "true" or "false". Options that
  /// the command does not have stay unset. Returns the valid words if `value` is
  /// none of them, else nothing.
  std::string TakeDefault(const std::string& option, const std::string& value);

  /// Whether the option was given, also by the environment.
  bool Has(std::string_view option) const;
  /// Value of an option: given, or its default; empty without either.
  std::string Text(std::string_view option) const;
  /// All values of an option that repeats.
  std::vector<std::string> All(std::string_view option) const;
  /// Values of a list: separated by commas, or given several times.
  std::vector<std::string> List(std::string_view option) const;
  /// A switch; `otherwise` when neither form was given.
  bool Switch(std::string_view option, bool otherwise = false) const;
  /// \retval Invalid (exit code 2)  not a whole number in [least, most].
  arrow::Result<std::optional<int64_t>> Integer(std::string_view option, int64_t least,
                                                int64_t most) const;
  arrow::Result<std::optional<double>> Real(std::string_view option) const;
  /// "128MB", "1.5 GiB", "4096": bytes. \retval Invalid (exit code 2)
  arrow::Result<std::optional<int64_t>> Bytes(std::string_view option) const;
  /// "YYYY-MM-DD" as days since 1970-01-01.
  arrow::Result<std::optional<int32_t>> Date(std::string_view option) const;

  /// The argument without dashes; empty if not given.
  const std::string& positional() const { return positional_; }
  /// Options that may be parameters of the dataset, in order.
  const std::vector<std::pair<std::string, std::string>>& parameters() const {
    return parameters_;
  }

 private:
  arrow::Status TakeParameters(const std::vector<std::string>& words,
                               std::vector<std::string>* rest);
  arrow::Status ParseWords(const std::vector<std::string>& words);
  arrow::Status TakeEnvironment();
  arrow::Status CheckChoices() const;

  const CommandDef* command_ = nullptr;
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
  std::string positional_;
  std::vector<std::pair<std::string, std::string>> parameters_;
};

/// The error for an option that no table has. `more`: names that would do as well.
arrow::Status UnknownOption(const CommandDef& command, std::string_view word,
                            const std::vector<std::string>& more = {});

/// "unknown <what>: <name>", the nearest name and the valid ones.
arrow::Status UnknownWord(std::string_view what, std::string_view name,
                          const std::vector<std::string>& names);

}  // namespace lakeseed
