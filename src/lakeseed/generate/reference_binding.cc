// TableBinder: which columns refer to which table, and to which version of a row.

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/base/date.h"
#include "lakeseed/generate/dataset_binder.h"
#include "lakeseed/generate/table_binder.h"
#include "lakeseed/spec/calendar_spec.h"
#include "lakeseed/spec/frequency.h"
#include "lakeseed/spec/series_spec.h"

namespace lakeseed {
namespace {

constexpr std::string_view kForeignKeyName = "foreign_key";
constexpr std::string_view kMatchedName = "matched";
constexpr std::string_view kLinkName = "link";
constexpr std::string_view kKeyName = "key";
constexpr std::string_view kSecondOfMinute =
    "mod(seconds_between(timestamp(date '1970-01-01'), $time), 60)";

/// The expression, or null on days that the calendar does not have.
std::string OnDaysOf(const CalendarSpec& calendar, const std::string& expression) {
  return fmt::format(
      "case when $day between date '{}' and date '{}' then {} else null end",
      FormatDate(calendar.days.from), FormatDate(calendar.days.to), expression);
}

/// Key, from 1, of the calendar's row for the day, or the time, of a row.
std::string RowOfOwnDay(const CalendarSpec& calendar, const std::string& zone) {
  if (calendar.of == CalendarSpec::Of::kDays) {
    return OnDaysOf(calendar, fmt::format("date_diff_days(date '{}', $day) + 1",
                                          FormatDate(calendar.days.from)));
  }
  const std::string minute =
      fmt::format("hour($time, '{0}') * 60 + minute($time, '{0}')", zone);
  if (calendar.of == CalendarSpec::Of::kMinutes) return minute + " + 1";
  return fmt::format("({}) * 60 + {} + 1", minute, kSecondOfMinute);
}

/// The value of the calendar's key column in that row.
std::string KeyOfOwnDay(const CalendarSpec& calendar, const std::string& zone,
                        const DatasetSpec& dataset) {
  if (calendar.of == CalendarSpec::Of::kDays) {
    const bool has_all =
        calendar.days.from <= dataset.epoch && calendar.days.to >= dataset.window.to;
    return has_all ? "date_key($day)" : OnDaysOf(calendar, "date_key($day)");
  }
  const std::string minute = fmt::format("time_key($time, '{}')", zone);
  if (calendar.of == CalendarSpec::Of::kMinutes) return minute;
  return fmt::format("{} * 100 + {}", minute, kSecondOfMinute);
}

}  // namespace

int TableBinder::ReferencedTable(const ColumnSpec& column) const {
  if (column.generator &&
      (column.generator->name == kForeignKeyName || column.generator->name == kLinkName ||
       column.generator->name == kMatchedName)) {
    const SpecNode& params = column.generator->params;
    const SpecNode* to = params.is_scalar() ? &params : params.Find("to");
    return to == nullptr ? -1 : dataset_->dataset().FindTable(to->text);
  }
  if (!column.expression || column.expression->kind != Expr::Kind::kPath ||
      column.expression->path.size() != 2) {
    return -1;
  }
  // A column that holds the key of a parent, of a member, or of a version.
  const std::string& head = column.expression->path[0];
  const int named =
      head == "parent" ? table_->parent : dataset_->dataset().FindTable(head);
  if (named < 0 || named == table_->index) return -1;
  const BoundTable& other = dataset_->dataset().table(named);
  if (const auto& calendar = other.spec->calendar) {
    return column.expression->path[1] == calendar->key() ? named : -1;
  }
  const bool is_base = named == table_->base;
  if (named != table_->parent && !is_base && other.base < 0 && !IsPart(named)) return -1;
  for (const ColumnSpec& one : other.spec->columns) {
    if (one.name != column.expression->path[1]) continue;
    if (one.generator && one.generator->name == kKeyName) return named;
    return is_base ? dataset_->table(named).ReferencedTable(one) : -1;
  }
  return -1;
}

std::vector<const ColumnSpec*> TableBinder::LinksTo(int other) const {
  std::vector<const ColumnSpec*> links;
  const auto add = [&](const auto& self, const std::vector<ColumnSpec>& columns) -> void {
    for (const ColumnSpec& one : columns) {
      if (ReferencedTable(one) == other) links.push_back(&one);
      self(self, one.fields);
    }
  };
  add(add, table_->spec->columns);
  return links;
}

arrow::Result<int> TableBinder::VersionKeyNode(const BoundTable& history,
                                               const Expr& expression) {
  const std::vector<const ColumnSpec*> links = LinksTo(history.base);
  const std::string& base = dataset_->dataset().table(history.base).name;
  if (links.size() != 1) {
    return SpecErrors(
        {{expression.place, table_->name,
          links.empty() ? "does not refer to the members of history"
                        : "refers more than once to the members of history",
          history.name, "add one column with {foreign_key: {to: " + base + "}}"}});
  }
  ARROW_ASSIGN_OR_RAISE(const int member, ValueNode(*links[0]));
  for (size_t i = 0; i < table_->graph.size(); ++i) {
    const GraphNode& n = table_->graph[i];
    if (n.kind == GraphNode::Kind::kVersionKey && n.other_table == history.index &&
        n.inputs[0] == member) {
      return static_cast<int>(i);
    }
  }
  GraphNode node{.kind = GraphNode::Kind::kVersionKey,
                 .name = table_->name + "." + FormatExpression(expression),
                 .inputs = {member},
                 .type = arrow::int64()};
  node.shape.kind = ShapeKind::kBounded;
  node.shape.nullable = this->node(member).shape.nullable;
  node.other_table = history.index;
  node.as_of_dependent = !table_->rows->sees_own_day();
  return Add(std::move(node));
}

arrow::Result<int> TableBinder::HistoryPathNode(const BoundTable& history,
                                                std::span<const std::string> rest,
                                                const Expr& expression) {
  ARROW_ASSIGN_OR_RAISE(const int key, VersionKeyNode(history, expression));
  const ColumnSpec* column = dataset_->table(history.index).FindColumnOrLet(rest[0]);
  const bool is_key = column != nullptr && column->generator && column->type.empty() &&
                      column->generator->name == kKeyName && rest.size() == 1;
  if (is_key) return key;  // The number that it finds its row by.
  return JoinedNode(history.index, key, rest, expression);
}

arrow::Result<int> TableBinder::CalendarPathNode(const BoundTable& calendar,
                                                 std::span<const std::string> rest,
                                                 const Expr& expression) {
  const CalendarSpec& spec = *calendar.spec->calendar;
  if (!table_->rows->has_times()) {
    return SpecErrors({{expression.place, table_->name, "has no day or time of its own",
                        FormatExpression(expression),
                        "write date_key(some_date) or time_key(some_time)"}});
  }
  const std::string& zone = ZoneOf(RootOf(dataset_->spec(), *table_->spec));
  const bool is_key = rest.size() == 1 && rest[0] == spec.key();
  const std::string text =
      is_key ? KeyOfOwnDay(spec, zone, dataset_->spec()) : RowOfOwnDay(spec, zone);
  ARROW_ASSIGN_OR_RAISE(const ExprPtr key, ParseExpression(text, expression.place));
  ARROW_ASSIGN_OR_RAISE(const int node, ExpressionNode(*key, table_->name));
  if (is_key) return node;
  return JoinedNode(calendar.index, node, rest, expression);
}

bool TableBinder::IsPart(int other) const {
  if (other < 0 || table_->spec->series == nullptr) return false;
  const std::vector<std::string>& parts = table_->spec->series->of;
  const std::string& name = dataset_->dataset().table(other).name;
  return std::find(parts.begin(), parts.end(), name) != parts.end();
}

int TableBinder::PartNode(int other) {
  for (size_t i = 0; i < table_->graph.size(); ++i) {
    const GraphNode& n = table_->graph[i];
    if (n.kind == GraphNode::Kind::kFact && n.fact == Fact::kPart &&
        n.other_table == other) {
      return static_cast<int>(i);
    }
  }
  const std::vector<std::string>& parts = table_->spec->series->of;
  const BoundTable& table = dataset_->dataset().table(other);
  const auto part = std::find(parts.begin(), parts.end(), table.name);
  GraphNode node{.kind = GraphNode::Kind::kFact,
                 .name = table_->name + "." + table.name,
                 .type = arrow::int64()};
  node.shape.kind = ShapeKind::kBounded;
  node.shape.min = 1;
  node.shape.max = std::max<int64_t>(1, dataset_->dataset().referable_rows(other));
  node.fact = Fact::kPart;
  node.field = static_cast<int>(part - parts.begin());
  node.other_table = other;
  return Add(std::move(node));
}

arrow::Result<int> TableBinder::PartPathNode(int other, std::span<const std::string> rest,
                                             const Expr& expression) {
  const int key = PartNode(other);
  const ColumnSpec* column = dataset_->table(other).FindColumnOrLet(rest[0]);
  const bool is_key = column != nullptr && column->generator && column->type.empty() &&
                      column->generator->name == kKeyName && rest.size() == 1;
  if (is_key) return key;  // The number that it finds its row by.
  return JoinedNode(other, key, rest, expression);
}

}  // namespace lakeseed
