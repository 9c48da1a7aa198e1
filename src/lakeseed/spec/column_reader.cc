#include "lakeseed/spec/column_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/base/suggest.h"
#include "lakeseed/spec/drift_reader.h"
#include "lakeseed/spec/history_reader.h"
#include "lakeseed/spec/literal.h"
#include "lakeseed/spec/nested_reader.h"

namespace lakeseed {
namespace {

const Names& CommonKeys() {
  static const Names names = {"type", "null_fraction", "unique", "doc",
                              "when", "since",         "until",  "drift"};
  return names;
}

bool IsCommonKey(const std::string& key) {
  return std::find(CommonKeys().begin(), CommonKeys().end(), key) != CommonKeys().end();
}

std::string DecimalType(const Field& field, const SpecNode& precision,
                        const SpecNode& scale) {
  const auto digits = ReadInt64(Field{precision, field.path, field.errors}, 1, 38);
  const auto places = ReadInt64(Field{scale, field.path, field.errors}, 0, 38);
  if (!digits || !places) return "";
  if (*places > *digits) {
    field.errors->Add(field.node.place, field.path, "scale is larger than the precision",
                      fmt::format("{} > {}", *places, *digits));
    return "";
  }
  return fmt::format("decimal({},{})", *digits, *places);
}

// Type as text: "int32", "decimal(12,2)", {decimal: [12, 2]}.
std::string ReadType(const Field& field) {
  constexpr char kHint[] = "write {decimal: [12, 2]} or \"decimal(12,2)\" in quotes";
  if (field.node.is_scalar()) {
    std::string text;
    for (const char c : field.node.text) {
      if (c != ' ') text += c;
    }
    // YAML cuts {type: decimal(12,2)} at the comma.
    const auto open = std::count(text.begin(), text.end(), '(');
    const auto close = std::count(text.begin(), text.end(), ')');
    if (text.empty() || open != close || text.find(':') != std::string::npos) {
      field.Error("not a type", kHint);
      return "";
    }
    return text;
  }
  if (!field.node.is_mapping() || field.node.entries.size() != 1) {
    if (!field.node.broken) field.Error("must be a type", kHint);
    return "";
  }
  const auto& [name, value] = field.node.entries.front();
  if (name.text == "decimal") {
    if (value.is_sequence() && value.items.size() == 2) {
      return DecimalType(field, value.items[0], value.items[1]);
    }
    const SpecNode* precision = value.Find("precision");
    const SpecNode* scale = value.Find("scale");
    if (precision != nullptr && scale != nullptr) {
      return DecimalType(field, *precision, *scale);
    }
  }
  field.Error("not a type", kHint);
  return "";
}

void ReadCommonKeys(const Field& field, ColumnSpec* column) {
  if (const auto type = Child(field, "type")) column->type = ReadType(*type);
  if (const auto share = Child(field, "null_fraction")) {
    column->null_fraction = ReadDouble(*share, 0, 1).value_or(0);
  }
  if (const auto unique = Child(field, "unique")) {
    column->unique = ReadBool(*unique).value_or(false);
  }
  if (const auto doc = Child(field, "doc")) column->doc = ReadText(*doc);
  if (const auto when = Child(field, "when")) column->when = ReadExpression(*when);
  if (const auto drift = Child(field, "drift")) column->drift = ReadDrift(*drift);
  if (const auto since = Child(field, "since")) column->span.since = ReadDate(*since);
  if (const auto until = Child(field, "until")) column->span.until = ReadDate(*until);
}

void ReadColumnMapping(const Field& field, ColumnSpec* column) {
  ReadCommonKeys(field, column);
  std::vector<const std::pair<SpecNode, SpecNode>*> generators;
  Names names;
  for (const auto& entry : field.node.entries) {
    if (IsCommonKey(entry.first.text)) continue;
    generators.push_back(&entry);
    names.push_back(entry.first.text);
  }
  if (generators.empty()) {
    field.errors->Add(
        field.node.place, field.path, "column names no generator", std::nullopt,
        "write one, as in {uniform: [1, 5]}, or an expression: {expr: a * b}");
    return;
  }
  if (generators.size() > 1) {
    std::string hint;
    for (const std::string& name : names) {
      if (hint.empty()) hint = DidYouMean(name, CommonKeys());
    }
    if (hint.empty()) {
      hint = fmt::format("one of them; keys for all generators are {}",
                         fmt::join(CommonKeys(), ", "));
    }
    // A type that the comma cut in two has a report of its own.
    const bool cut_type = column->type.empty() && field.node.Find("type") != nullptr;
    if (!cut_type) {
      field.errors->Add(generators[1]->first.place, field.path,
                        "column names more than one generator",
                        fmt::format("{}", fmt::join(names, ", ")), hint);
    }
    return;
  }
  const auto& [name, value] = *generators.front();
  if (value.broken) return;
  const Field child{value, field.path + "." + name.text, field.errors};
  if (name.text == "expr") {
    column->expression = ReadExpression(child);
  } else if (IsNested(name.text)) {
    ReadNested(name.text, child, column);
  } else {
    column->generator = GeneratorCall{name.text, value, name.place};
  }
}

std::optional<Field> Required(const Field& rule, std::string_view key) {
  if (rule.node.Find(key) == nullptr) {
    rule.errors->Add(rule.node.place, rule.path, "missing key", std::string(key));
  }
  return Child(rule, key);
}

std::shared_ptr<const RunningRule> ReadRunning(const Field& rule, const Field& column) {
  auto running = std::make_shared<RunningRule>();
  running->column = ReadText(column);
  if (const auto per = Required(rule, "per")) running->per = ReadText(*per);
  if (const auto adds = Required(rule, "adds")) running->adds = ReadExpression(*adds);
  if (const auto from = Required(rule, "from")) running->from = ReadExpression(*from);
  if (running->adds == nullptr || running->from == nullptr) return nullptr;
  return running;
}

std::shared_ptr<const TotalRule> ReadTotal(const Field& rule, const Field& column) {
  auto total = std::make_shared<TotalRule>();
  total->column = ReadText(column);
  if (const auto of = Required(rule, "of")) total->of = ReadText(*of);
  if (const auto sum = Required(rule, "sum")) total->sum = ReadExpression(*sum);
  const auto match = Required(rule, "match");
  if (!match || !IsMapping(*match)) return nullptr;
  for (const auto& [own, other] : match->node.entries) {
    ExprPtr mine = ReadExpression({own, match->path, match->errors});
    ExprPtr theirs = ReadExpression({other, match->path, match->errors});
    if (mine == nullptr || theirs == nullptr) return nullptr;
    total->match.emplace_back(std::move(mine), std::move(theirs));
  }
  if (total->match.empty()) match->Error("names no keys");
  return total->sum == nullptr ? nullptr : total;
}

RuleSpec ReadRule(const SpecNode& key, const Field& field) {
  RuleSpec rule;
  rule.name = key.text;
  rule.place = key.place;
  if (!field.node.is_mapping()) {
    rule.condition = ReadExpression(field);
    return rule;
  }
  CheckKeys(field, {"expr", "unique", "doc", "running", "per", "adds", "from", "total",
                    "of", "sum", "match"});
  if (const auto doc = Child(field, "doc")) rule.doc = ReadText(*doc);
  const auto expr = Child(field, "expr");
  const auto unique = Child(field, "unique");
  const auto running = Child(field, "running");
  const auto total = Child(field, "total");
  if (expr.has_value() + unique.has_value() + running.has_value() + total.has_value() !=
      1) {
    field.errors->Add(field.node.place, field.path,
                      "rule needs either `expr`, `unique`, `running` or `total`");
    return rule;
  }
  if (running) rule.running = ReadRunning(field, *running);
  if (total) rule.total = ReadTotal(field, *total);
  if (expr) rule.condition = ReadExpression(*expr);
  if (unique) {
    for (const SpecNode& name : ReadNames(*unique)) rule.unique.push_back(name.text);
    if (rule.unique.empty()) unique->Error("names no columns");
  }
  return rule;
}

}  // namespace

std::optional<GeneratorCall> ReadGenerator(const Field& field) {
  if (field.node.broken) return std::nullopt;
  if (field.node.is_scalar() && ParseDoubleLiteral(field.node.text)) {
    return GeneratorCall{"const", field.node, field.node.place};
  }
  if (!field.node.is_mapping() || field.node.entries.size() != 1) {
    field.Error("must be one law with its parameters",
                "for example {poisson: {mean: 2}}, or a number");
    return std::nullopt;
  }
  const auto& [name, value] = field.node.entries.front();
  return GeneratorCall{name.text, value, name.place};
}

ColumnSpec ReadColumn(std::string name, const Place& place, const Field& field) {
  ColumnSpec column;
  column.name = std::move(name);
  column.place = place;
  if (field.node.is_mapping()) {
    ReadColumnMapping(field, &column);
  } else if (field.node.is_scalar()) {
    column.expression = ReadExpression(field);
  } else if (!field.node.broken) {
    field.Error("must be an expression or a generator",
                "for example `quantity * unit_price` or {uniform: [1, 5]}");
  }
  return column;
}

std::vector<ColumnSpec> ReadColumns(const Field& field, const Groups* groups) {
  std::vector<ColumnSpec> columns;
  if (!IsMapping(field)) return columns;
  for (const auto& [key, value] : field.node.entries) {
    const Field child{value, field.path + "." + key.text, field.errors};
    if (key.text == "include" && groups != nullptr) {
      for (ColumnSpec& one : ReadInclude(child, *groups))
        columns.push_back(std::move(one));
      continue;
    }
    if (key.text == kAllColumns && groups != nullptr) {
      columns.push_back({.name = key.text,
                         .generator = GeneratorCall{key.text, value, key.place},
                         .place = key.place});
      continue;
    }
    CheckName(key, child.path, "column", field.errors);
    columns.push_back(ReadColumn(key.text, key.place, child));
  }
  return columns;
}

std::vector<ColumnSpec> ReadInclude(const Field& field, const Groups& groups) {
  Names names;
  for (const auto& [name, columns] : groups) names.push_back(name);
  std::vector<ColumnSpec> columns;
  for (const SpecNode& name : ReadNames(field)) {
    const auto group = groups.find(name.text);
    if (group == groups.end()) {
      field.errors->Add(name.place, field.path, "unknown group", name.text,
                        DidYouMean(name.text, names));
      continue;
    }
    columns.insert(columns.end(), group->second.begin(), group->second.end());
  }
  return columns;
}

Groups ReadGroups(const Field& field) {
  Groups groups;
  if (!IsMapping(field)) return groups;
  for (const auto& [key, value] : field.node.entries) {
    const Field group{value, field.path + "." + key.text, field.errors};
    CheckName(key, group.path, "group", field.errors);
    // The long form has a doc; a group is else its columns.
    const SpecNode* columns = value.Find("columns");
    if (columns != nullptr && columns->is_mapping()) {
      CheckKeys(group, {"doc", "columns"});
      groups[key.text] = ReadColumns(*Child(group, "columns"), nullptr);
    } else {
      groups[key.text] = ReadColumns(group, nullptr);
    }
  }
  return groups;
}

std::vector<RuleSpec> ReadRules(const Field& field) {
  std::vector<RuleSpec> rules;
  if (!IsMapping(field)) return rules;
  for (const auto& [key, value] : field.node.entries) {
    const Field child{value, field.path + "." + key.text, field.errors};
    if (value.broken) continue;
    CheckName(key, child.path, "rule", field.errors);
    rules.push_back(ReadRule(key, child));
  }
  return rules;
}

}  // namespace lakeseed
