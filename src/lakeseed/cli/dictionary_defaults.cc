#include "lakeseed/cli/dictionary_defaults.h"

#include "lakeseed/base/status.h"
#include "lakeseed/plan/path_format.h"
#include "lakeseed/spec/load.h"

namespace lakeseed {
namespace {

/// Options that say the same thing: who states one has stated the other.
constexpr std::string_view kSame[][2] = {{"path-format", "path-pattern"},
                                         {"memory-fraction", "memory-limit"}};

bool IsStated(const Arguments& arguments, std::string_view option) {
  for (const auto& [one, other] : kSame) {
    if (option == one && arguments.Has(other)) return true;
    if (option == other && arguments.Has(one)) return true;
  }
  return arguments.Has(option) || arguments.Has("no-" + std::string(option));
}

/// Layouts by day are for the commands that make days.
bool IsLayoutOfDays(const Arguments& arguments, const DictionarySetting& setting) {
  if (!setting.option.starts_with("path-") || !arguments.Text("path-format").empty()) {
    return false;
  }
  for (const PathFormatDef& format : PathFormats()) {
    if (format.name == setting.value) return true;
  }
  return false;
}

}  // namespace

arrow::Status TakeDictionary(Arguments* arguments) {
  const std::string custom = arguments->Text("custom-schema");
  // What is checked was made already, by options that its manifest knows.
  if (custom.empty() || arguments->command().name == "validate") {
    return arrow::Status::OK();
  }
  const bool takes_id = arguments->command().positional == "DATASET_ID";
  std::string id = takes_id ? arguments->positional() : "";
  if (id.empty()) id = arguments->Text("dataset-id");
  ARROW_ASSIGN_OR_RAISE(const auto facts, ReadDictionary(custom, id));
  if (!facts) return arrow::Status::OK();
  std::vector<Diagnostic> errors;
  std::vector<const DictionarySetting*> taken;
  for (const DictionarySetting& one : facts->settings) {
    if (!IsStated(*arguments, one.option)) taken.push_back(&one);
  }
  for (const DictionarySetting* one : taken) {
    if (arguments->command().name == "generate" && IsLayoutOfDays(*arguments, *one)) {
      errors.push_back({one->place, one->path,
                        "files that hold the whole window belong to no day", one->value,
                        "`lakeseed generate-series` makes files by day"});
      continue;
    }
    const std::string hint = arguments->TakeDefault(one->option, one->value);
    if (hint.empty()) continue;
    errors.push_back({one->place, one->path, "unknown " + one->option, one->value, hint});
  }
  if (!errors.empty()) return SpecErrors(std::move(errors));
  return arrow::Status::OK();
}

}  // namespace lakeseed
