#include "lakeseed/cli/parameter_list.h"

#include <fmt/format.h>

namespace lakeseed {
namespace {

std::string DocOf(const std::string& doc, const std::string& range) {
  return doc.empty() || range.empty() ? doc + range : doc + "; " + range;
}

std::string RangeOf(const ParameterSpec& parameter) {
  std::string range = parameter.range.ToString();
  if (!parameter.takes_names) return range;
  if (!range.empty()) range += ", ";
  if (parameter.one_of.empty()) return range + "or a list of names";
  return fmt::format("{}or names of {}", range, fmt::join(parameter.one_of, ", "));
}

}  // namespace

std::vector<ShownParameter> ParametersOf(const DatasetSpec& spec) {
  std::vector<ShownParameter> shown;
  for (const ParameterSpec& one : spec.parameters) {
    shown.push_back({one.name, one.value == nullptr ? "" : FormatExpression(*one.value),
                     DocOf(one.doc, RangeOf(one))});
  }
  for (const SettingSpec& one : spec.settings) {
    std::string range;
    if (!one.one_of.empty())
      range = fmt::format("one of {}", fmt::join(one.one_of, ", "));
    if (!one.stands_for.empty()) {
      range = fmt::format("stands for {}", fmt::join(one.stands_for, " and "));
    }
    shown.push_back({one.name, one.text, DocOf(one.doc, range)});
  }
  return shown;
}

}  // namespace lakeseed
