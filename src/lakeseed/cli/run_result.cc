#include "lakeseed/cli/run_result.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "lakeseed/cli/text_table.h"
#include "lakeseed/plan/explain.h"

namespace lakeseed {
namespace {

std::string RateText(double rows_per_second) {
  return FormatCount(static_cast<int64_t>(rows_per_second + 0.5));
}

}  // namespace

std::string ReportTable(const Plan& plan, const RunReport& report) {
  TextTable text({"table", ">rows", ">columns", ">files", ">bytes", ">rows/s"});
  int64_t files = 0, kept = 0, columns = 0;
  for (const TableReport& table : report.tables) {
    const TablePlan* planned = plan.FindTable(table.table);
    const auto width =
        static_cast<int64_t>(planned == nullptr ? 0 : planned->columns.size());
    text.Add({table.table, FormatCount(table.rows), FormatCount(width),
              FormatCount(table.files), FormatBytes(table.bytes),
              table.seconds > 0 ? RateText(table.rows_per_second()) : "-"});
    files += table.files;
    kept += table.kept_files;
    columns += width;
  }
  const double seconds = std::max(report.seconds, 1e-9);
  text.AddLine();
  text.Add({"total", FormatCount(report.rows()), FormatCount(columns), FormatCount(files),
            FormatBytes(report.bytes()),
            RateText(static_cast<double>(report.rows()) / seconds)});
  std::string out = text.ToText();
  out += fmt::format("\n{}, seed {}, to {} in {}\n", plan.dataset_id, plan.seed,
                     plan.output, FormatSeconds(report.seconds));
  if (kept > 0) {
    out += fmt::format("{} of {} files were there already\n", FormatCount(kept),
                       FormatCount(files));
  }
  return out;
}

nlohmann::ordered_json ReportJson(const Plan& plan, const RunReport& report) {
  nlohmann::ordered_json json = {{"dataset", plan.dataset_id},
                                 {"seed", plan.seed},
                                 {"output", plan.output},
                                 {"format", plan.files.format}};
  json.update(ToJson(report));
  return json;
}

}  // namespace lakeseed
