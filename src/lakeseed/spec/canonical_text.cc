#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/base/date.h"
#include "lakeseed/spec/dataset_reader.h"
#include "lakeseed/spec/dirt_spec.h"
#include "lakeseed/spec/drift_spec.h"
#include "lakeseed/spec/ledger_spec.h"
#include "lakeseed/spec/match_spec.h"
#include "lakeseed/spec/series_spec.h"

namespace lakeseed {
namespace {

// Text that cannot run into its surroundings.
std::string Quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (c == '\n') {
      quoted += "\\n";
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

// Parameters keep their order: that of a choice's values is part of its draw.
std::string Text(const SpecNode& node) {
  std::string text;
  switch (node.kind) {
    case SpecNode::Kind::kNull:
      return "null";
    case SpecNode::Kind::kScalar:
      return (node.quoted ? "!" : "") + Quote(node.text);
    case SpecNode::Kind::kSequence:
      for (const SpecNode& item : node.items) {
        text += (text.empty() ? "" : ",") + Text(item);
      }
      return "[" + text + "]";
    case SpecNode::Kind::kMapping:
      for (const auto& [key, value] : node.entries) {
        text += (text.empty() ? "" : ",") + Text(key) + ":" + Text(value);
      }
      return "{" + text + "}";
  }
  return text;
}

std::string Text(const ExprPtr& expression) {
  return expression == nullptr ? "none" : FormatExpression(*expression);
}

class Writer {
 public:
  std::string Take() { return std::move(text_); }

  void Dataset(const DatasetSpec& spec) {
    Line(0, "dataset", Quote(spec.name));
    Line(0, "domain", Quote(spec.domain));
    Line(0, "law_version", fmt::format("{}", spec.law_version));
    Line(0, "epoch", FormatDate(spec.epoch));
    Line(0, "window", FormatDate(spec.window.from) + " " + FormatDate(spec.window.to));
    Line(0, "main", Quote(spec.main));
    Line(0, "target_rows",
         spec.target_rows ? fmt::format("{}", *spec.target_rows) : std::string("none"));
    Line(0, "scale_factor", fmt::format("{}", spec.scale_factor));
    std::vector<const ParameterSpec*> parameters;
    for (const ParameterSpec& one : spec.parameters) parameters.push_back(&one);
    std::sort(parameters.begin(), parameters.end(),
              [](const auto* a, const auto* b) { return a->name < b->name; });
    for (const auto* one : parameters)
      Line(0, "parameter " + one->name, Text(one->value));
    for (const TableSpec& table : spec.tables) Table(table);
  }

 private:
  void Line(int depth, std::string_view key, std::string_view value) {
    text_ += fmt::format("{:{}}{}: {}\n", "", 2 * depth, key, value);
  }

  void Factors(std::string_view key, const std::vector<double>& factors) {
    if (!factors.empty()) Line(2, key, fmt::format("{}", fmt::join(factors, " ")));
  }

  void Seasons(const SeasonsSpec& seasons) {
    Factors("weekday", seasons.weekday);
    if (seasons.weekend != 1) Line(2, "weekend", fmt::format("{}", seasons.weekend));
    Factors("month", seasons.month);
    for (const auto& [name, factor] : seasons.holidays) {
      Line(2, "holiday " + name, fmt::format("{}", factor));
    }
    if (seasons.holiday != 1) Line(2, "any_holiday", fmt::format("{}", seasons.holiday));
    Factors("hours", seasons.hours);
    Line(2, "level_growth", fmt::format("{}", seasons.growth_per_day));
  }

  void Days(std::string_view name, const DateRange& days) {
    Line(3, name, FormatDate(days.from) + " " + FormatDate(days.to));
  }

  void Returned(const LedgerStreamSpec& stream) {
    const GeneratorCall& after = stream.returned->after;
    Line(3, "returned",
         fmt::format("{} share {}", Quote(stream.returned->as), stream.share));
    Line(3, "after", after.name + " " + Text(after.params));
    if (const auto& part = stream.returned->part) {
      Line(3, "part", part->name + " " + Text(part->params));
    }
    if (!stream.burst) return;
    const auto& [length, tries, within] = *stream.burst;
    Line(3, "burst",
         fmt::format("{} {} within {}", length.name, Text(length.params), within));
    if (tries) Line(3, "tries", tries->name + " " + Text(tries->params));
  }

  void Ledger(const LedgerSpec& one) {
    Line(1, "ledger", Quote(one.of));
    Line(2, "zone", Quote(one.zone));
    Line(2, "block", fmt::format("{}", one.block));
    if (one.levels) Line(2, "levels", one.levels->name + " " + Text(one.levels->params));
    Seasons(one.seasons);
    for (const LedgerGroupSpec& group : one.groups) {
      Line(2, "group " + Quote(group.name), fmt::format("{}", group.share));
      if (group.opens) Days("opens", *group.opens);
      if (group.closes) Days("closes", *group.closes);
      if (!group.brings) continue;
      Line(3, "brings", group.brings->name + " " + Text(group.brings->params));
    }
    for (const LedgerStreamSpec& stream : one.streams) {
      Line(2, "stream " + Quote(stream.name),
           fmt::format("kind {} every {} of {} scaled {} balancing {}",
                       static_cast<int>(stream.kind), stream.every_days,
                       fmt::join(stream.of, " "), stream.is_scaled, stream.is_balancing));
      Line(2, "amount", stream.amount.name + " " + Text(stream.amount.params));
      Line(2, "per_day", stream.is_rest ? "rest" : Text(stream.per_day));
      if (stream.block != one.block) Line(3, "block", fmt::format("{}", stream.block));
      if (stream.returned) Returned(stream);
      Seasons(stream.seasons);
    }
  }

  void Series(const SeriesSpec& one) {
    Line(1, "series", fmt::format("{}", fmt::join(one.of, " ")));
    Line(2, "every",
         fmt::format("{} unit {}", Text(one.every), static_cast<int>(one.unit)));
    Line(2, "between", fmt::format("{} {}", one.open, one.close));
    for (const auto& [name, days] : kOpenDays) {
      if (days == one.on) Line(2, "on", name);
    }
    Line(2, "zone", Quote(one.zone));
    if (one.spread) Line(2, "spread", "true");
  }

  void Kind(const TableSpec& table) {
    if (table.rows) {
      Line(1, table.rows->is_fixed ? "fixed_rows" : "rows", Text(table.rows->count));
    }
    if (table.population) {
      const PopulationSpec& one = *table.population;
      Line(1, "population", Text(one.size));
      if (one.total != nullptr) Line(2, "total", Text(one.total));
      if (one.at_least != 0) Line(2, "at_least", fmt::format("{}", one.at_least));
      Line(2, "growth", fmt::format("{}", one.growth_per_day));
      Line(2, "churn", fmt::format("{}", one.churn_per_day));
      Line(2, "founders", fmt::format("{}", one.founders_since_days));
      if (one.changes) {
        std::vector<std::string> tracks = one.changes->tracks;
        std::sort(tracks.begin(), tracks.end());
        Line(2, "changes",
             fmt::format("{} {}", one.changes->per_year, fmt::join(tracks, " ")));
      }
    }
    if (table.events) {
      const EventsSpec& one = *table.events;
      Line(1, "events", one.is_main ? "main rows" : Text(one.per_day));
      if (one.total != nullptr) Line(2, "total", Text(one.total));
      Line(2, "noise", fmt::format("{}", one.noise));
      Line(2, "zone", Quote(one.zone));
      Seasons(one.seasons);
      for (const LateShare& late : table.late) {
        Line(2, fmt::format("late {}d", late.days), fmt::format("{}", late.share));
      }
    }
    if (table.match != nullptr) {
      Line(1, "match", Quote(table.match->with) + " where " + Quote(table.match->where));
      for (const auto& [stage, share] : table.match->stages) {
        Line(2, "stage " + Quote(stage), fmt::format("{}", share));
      }
      if (table.match->is_within) Line(2, "within", "true");
    }
    if (table.history) Line(1, "history_of", Quote(table.history->of));
    if (table.series != nullptr) Series(*table.series);
    if (table.ledger != nullptr) Ledger(*table.ledger);
    if (table.children) {
      const ChildrenSpec& one = *table.children;
      Line(1, one.is_fact ? "rows_of" : "per", Quote(one.parent));
      Line(2, "count", one.count.name + " " + Text(one.count.params));
      Line(2, "rows", Text(one.rows));
      if (const int64_t more = one.per_stage; more != 0) {
        Line(2, "per_stage", fmt::format("{}", more));
      }
    }
  }

  void Drift(const DriftSpec& drift) {
    if (drift.rate) {
      Line(2, "drift", fmt::format("{} in {} days", Text(*drift.rate), drift.unit_days));
    }
    if (drift.from) Line(2, "drift from", FormatDate(*drift.from));
    for (const DriftStep& step : drift.steps) {
      Line(2, "drift by " + FormatDate(step.by),
           (step.share ? Text(*step.share) + " of " : std::string()) + Text(step.to));
    }
  }

  // The elements of a list are a table, which comes on its own.
  static std::string Rule(const ColumnSpec& column) {
    if (column.list != nullptr) return "list";
    if (!column.fields.empty()) return "struct";
    if (!column.generator) return Text(column.expression);
    return "draw " + column.generator->name + " " + Text(column.generator->params);
  }

  void Column(std::string_view kind, const ColumnSpec& column) {
    Line(1, fmt::format("{} {}", kind, column.name), Rule(column));
    if (!column.type.empty()) Line(2, "type", Quote(column.type));
    if (column.null_fraction != 0) {
      Line(2, "null_fraction", fmt::format("{}", column.null_fraction));
    }
    if (column.when != nullptr) Line(2, "when", Text(column.when));
    if (column.unique) Line(2, "unique", "true");
    if (column.drift != nullptr) Drift(*column.drift);
    if (const auto& since = column.span.since) Line(2, "since", FormatDate(*since));
    if (const auto& until = column.span.until) Line(2, "until", FormatDate(*until));
    for (const ColumnSpec& field : column.fields) Column("field", field);
  }

  void Table(const TableSpec& table) {
    Line(0, "table", Quote(table.name));
    if (!table.domain.empty()) Line(1, "domain", Quote(table.domain));
    Kind(table);
    std::vector<const ColumnSpec*> lets;
    for (const ColumnSpec& one : table.lets) lets.push_back(&one);
    std::sort(lets.begin(), lets.end(),
              [](const auto* a, const auto* b) { return a->name < b->name; });
    for (const ColumnSpec* one : lets) Column("let", *one);
    for (const ColumnSpec& one : table.columns) Column("column", one);
    if (table.dirt == nullptr) return;
    for (const CellDirt& cell : table.dirt->cells) {
      Line(1, "dirt " + Quote(cell.column),
           fmt::format("{} {} times {}", DirtName(cell.kind), cell.share, cell.factor));
    }
  }

  std::string text_;
};

}  // namespace

std::string CanonicalText(const DatasetSpec& spec) {
  Writer writer;
  writer.Dataset(spec);
  return writer.Take();
}

}  // namespace lakeseed
