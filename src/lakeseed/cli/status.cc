// `status`: what of a dataset is there, day by day.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lakeseed/base/date.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/state_options.h"
#include "lakeseed/cli/terminal.h"
#include "lakeseed/cli/text_table.h"
#include "lakeseed/plan/explain.h"

namespace lakeseed {
namespace {

using Json = nlohmann::ordered_json;

/// Days in a row, both ends included.
struct DayRange {
  int32_t from = 0, to = 0;
};

std::vector<DayRange> RangesOf(const std::vector<int32_t>& days) {
  std::vector<DayRange> ranges;
  for (const int32_t day : days) {
    if (ranges.empty() || day != ranges.back().to + 1) ranges.push_back({day, day});
    ranges.back().to = day;
  }
  return ranges;
}

std::vector<int32_t> DaysOf(const std::vector<DayOwner>& owners) {
  std::vector<int32_t> days;
  for (const DayOwner& owner : owners) days.push_back(owner.day);
  return days;
}

/// Days between the first and the last that nobody has begun.
std::vector<int32_t> MissingDays(const SeriesState& series) {
  std::vector<int32_t> known = series.completed;
  for (const auto* owners : {&series.running, &series.interrupted}) {
    const std::vector<int32_t> days = DaysOf(*owners);
    known.insert(known.end(), days.begin(), days.end());
  }
  for (const auto& [day, message] : series.failed) known.push_back(day);
  std::sort(known.begin(), known.end());
  std::vector<int32_t> missing;
  for (size_t i = 1; i < known.size(); ++i) {
    for (int32_t day = known[i - 1] + 1; day < known[i]; ++day) missing.push_back(day);
  }
  return missing;
}

std::string RangeText(const DayRange& range) {
  if (range.from == range.to) return FormatDate(range.from);
  return fmt::format("{} to {} ({} days)", FormatDate(range.from), FormatDate(range.to),
                     FormatCount(range.to - range.from + 1));
}

void AppendLine(std::string_view word, std::string_view text, std::string* out) {
  *out += fmt::format("{:<11}  {}\n", word, text);
}

void AppendRanges(std::string_view word, const std::vector<int32_t>& days,
                  std::string* out) {
  for (const DayRange& range : RangesOf(days)) AppendLine(word, RangeText(range), out);
}

void AppendOwners(std::string_view word, const std::vector<DayOwner>& owners,
                  std::string* out) {
  for (const DayOwner& owner : owners) {
    AppendLine(word,
               fmt::format("{} by process {} on {} since {} UTC", FormatDate(owner.day),
                           owner.pid, owner.host, owner.since),
               out);
  }
}

std::string SeriesText(const SeriesState& series) {
  std::string text = fmt::format("output       {}\n", series.location);
  if (!series.command_line.empty()) AppendLine("made by", series.command_line, &text);
  AppendRanges("completed", series.completed, &text);
  AppendOwners("running", series.running, &text);
  AppendOwners("interrupted", series.interrupted, &text);
  for (const auto& [day, message] : series.failed) {
    AppendLine("failed", fmt::format("{}: {}", FormatDate(day), message), &text);
  }
  AppendRanges("missing", MissingDays(series), &text);
  if (series.tables.empty()) return text;
  TextTable table({"table", "kind", "last day", ">times", ">rows now", ">bytes"});
  for (const TableState& one : series.tables) {
    table.Add({one.table, one.kind, one.last_generated, FormatCount(one.generation_count),
               FormatCount(one.current_size), FormatBytes(one.bytes)});
  }
  return text + "\n" + table.ToText();
}

Json RangesJson(const std::vector<int32_t>& days) {
  Json list = Json::array();
  for (const DayRange& range : RangesOf(days)) {
    list.push_back({{"from", FormatDate(range.from)}, {"to", FormatDate(range.to)}});
  }
  return list;
}

Json OwnersJson(const std::vector<DayOwner>& owners) {
  Json list = Json::array();
  for (const DayOwner& owner : owners) {
    list.push_back({{"date", FormatDate(owner.day)},
                    {"host", owner.host},
                    {"pid", owner.pid},
                    {"since", owner.since}});
  }
  return list;
}

Json SeriesJson(const SeriesState& series) {
  Json tables = Json::object(), failed = Json::array();
  for (const TableState& one : series.tables) {
    tables[one.table] = {{"kind", one.kind},
                         {"last_generated", one.last_generated},
                         {"generation_count", one.generation_count},
                         {"current_size", one.current_size},
                         {"bytes", one.bytes}};
  }
  for (const auto& [day, message] : series.failed) {
    failed.push_back({{"date", FormatDate(day)}, {"message", message}});
  }
  return {{"layout", series.layout},
          {"output", series.location},
          {"command_line", series.command_line},
          {"num_completed", series.completed.size()},
          {"completed", RangesJson(series.completed)},
          {"running", OwnersJson(series.running)},
          {"interrupted", OwnersJson(series.interrupted)},
          {"failed", failed},
          {"missing", RangesJson(MissingDays(series))},
          {"tables", tables}};
}

arrow::Result<ExitCode> RunStatus(const Arguments& arguments) {
  const std::string dataset = PlainId(arguments.positional());
  ARROW_ASSIGN_OR_RAISE(const auto reader, OpenState(arguments));
  ARROW_ASSIGN_OR_RAISE(const auto known, reader->Datasets());
  if (std::find(known.begin(), known.end(), dataset) == known.end()) {
    return UnknownWord("dataset of the state", dataset, known);
  }
  ARROW_ASSIGN_OR_RAISE(const auto all, reader->Status(dataset));
  if (arguments.Switch("json")) {
    Json targets = Json::array();
    for (const SeriesState& series : all) targets.push_back(SeriesJson(series));
    PrintJson({{"dataset_id", dataset},
               {"state", StatePathFor(arguments)},
               {"targets", targets}});
    return ExitCode::kDone;
  }
  std::string text;
  for (const SeriesState& series : all) {
    if (!text.empty()) text += "\n";
    if (all.size() > 1) AppendLine("layout", series.layout, &text);
    text += SeriesText(series);
  }
  if (all.empty()) text = fmt::format("no day of {} was generated yet\n", dataset);
  Print(text);
  return ExitCode::kDone;
}

}  // namespace

extern const CommandDef kStatusCommand;
const CommandDef kStatusCommand{
    .name = "status",
    .summary = "which days of a dataset are there, running, failed or missing",
    .positional = "DATASET_ID",
    .positional_required = true,
    .options = {kStateOptions, kJsonOption},
    .examples = "lakeseed status retail_oltp_small_incremental --output ./data",
    .run = RunStatus,
};

}  // namespace lakeseed
