#include "lakeseed/cli/run_result.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "lakeseed/cli/text_table.h"
#include "lakeseed/commit/table_format.h"
#include "lakeseed/plan/explain.h"

namespace lakeseed {
namespace {

std::string RateText(double rows_per_second) {
  return FormatCount(static_cast<int64_t>(rows_per_second + 0.5));
}

std::string TableOfTables(const Plan& plan, const std::vector<TableReport>& tables,
                          double seconds) {
  TextTable text({"table", ">rows", ">columns", ">files", ">bytes", ">rows/s"});
  int64_t rows = 0, bytes = 0, files = 0, columns = 0;
  for (const TableReport& table : tables) {
    const TablePlan* planned = plan.FindTable(table.table);
    const auto width =
        static_cast<int64_t>(planned == nullptr ? 0 : planned->columns.size());
    text.Add({table.table, FormatCount(table.rows), FormatCount(width),
              FormatCount(table.files), FormatBytes(table.bytes),
              table.seconds > 0 ? RateText(table.rows_per_second()) : "-"});
    rows += table.rows;
    bytes += table.bytes;
    files += table.files;
    columns += width;
  }
  text.AddLine();
  text.Add({"total", FormatCount(rows), FormatCount(columns), FormatCount(files),
            FormatBytes(bytes),
            RateText(static_cast<double>(rows) / std::max(seconds, 1e-9))});
  return text.ToText();
}

std::string KeptText(const std::vector<TableReport>& tables) {
  int64_t files = 0, kept = 0;
  for (const TableReport& table : tables) {
    files += table.files;
    kept += table.kept_files;
  }
  if (kept == 0) return "";
  return fmt::format("{} of {} files were there already\n", FormatCount(kept),
                     FormatCount(files));
}

std::string AlsoText(const Plan& plan, const std::vector<TableReport>& tables) {
  int64_t files = 0, bytes = 0;
  for (const TableReport& table : tables) {
    files += table.files;
    bytes += table.bytes;
  }
  return fmt::format("also {} to {}: {} in {} files\n", FormWord(plan), plan.output,
                     FormatBytes(bytes), FormatCount(files)) +
         KeptText(tables);
}

}  // namespace

std::string FormWord(const Plan& plan) {
  const auto tables = FindTableFormat(plan.table_format);
  return tables.ok() && (*tables)->is_plain_files() ? plan.files.format
                                                    : plan.table_format;
}

std::string ReportTable(std::span<const Plan> plans, const RunReport& report) {
  const Plan& plan = plans.front();
  std::string also;
  for (size_t i = 0; i < report.also.size(); ++i) {
    also += AlsoText(plans[i + 1], report.also[i].tables);
  }
  return TableOfTables(plan, report.tables, report.seconds) +
         fmt::format("\n{}, seed {}, to {} in {}\n", plan.dataset_id, plan.seed,
                     plan.output, FormatSeconds(report.seconds)) +
         KeptText(report.tables) + also;
}

std::string SeriesTable(std::span<const Plan> plans, const SeriesReport& report) {
  const Plan& plan = plans.front();
  std::string text =
      TableOfTables(plan, report.tables, report.seconds) +
      fmt::format("\n{}, seed {}, to {}: {} {} made in {}", plan.dataset_id, plan.seed,
                  plan.output, FormatCount(static_cast<int64_t>(report.made.size())),
                  report.made.size() == 1 ? "day" : "days",
                  FormatSeconds(report.seconds));
  if (!report.skipped.empty()) {
    text += fmt::format(", {} done before",
                        FormatCount(static_cast<int64_t>(report.skipped.size())));
  }
  text += "\n" + KeptText(report.tables);
  for (size_t i = 0; i < report.also.size(); ++i) {
    text += AlsoText(plans[i + 1], report.also[i]);
  }
  return text;
}

nlohmann::ordered_json ReportJson(std::span<const Plan> plans, const RunReport& report) {
  const Plan& plan = plans.front();
  nlohmann::ordered_json json = {{"dataset", plan.dataset_id},
                                 {"seed", plan.seed},
                                 {"output", plan.output},
                                 {"format", plan.files.format},
                                 {"table_format", plan.table_format}};
  json.update(ToJson(report));
  for (size_t i = 0; i < report.also.size(); ++i) {
    const Plan& other = plans[i + 1];
    json["also"].push_back({{"output", other.output}, {"form", FormWord(other)}});
    json["also"].back().update(ToJson(report.also[i]));
  }
  return json;
}

}  // namespace lakeseed
