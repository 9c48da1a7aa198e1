#include "lakeseed/cli/check_output.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <thread>

#include "lakeseed/cli/made_files.h"
#include "lakeseed/cli/terminal.h"
#include "lakeseed/plan/explain.h"
#include "lakeseed/plan/make_plan.h"
#include "lakeseed/run/recompute.h"
#include "lakeseed/validate/validator.h"

namespace lakeseed {
namespace {

constexpr int64_t kManyRows = 5'000'000;

void Tell(const CheckRequest& request, const std::string& what, const std::string& table,
          int64_t rows) {
  if (request.quiet || (rows < kManyRows && !IsTerminal())) return;
  Note(fmt::format("{} {} ({} rows)", what, table, FormatCount(rows)));
}

int ThreadsOf(const CheckRequest& request) {
  if (request.threads > 0) return request.threads;
  return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

bool HasKey(const BoundDataset& dataset, const std::string& table) {
  const auto& columns = dataset.table(dataset.FindTable(table)).columns;
  return std::any_of(columns.begin(), columns.end(),
                     [](const BoundColumn& column) { return column.is_key; });
}

/// Every cell of one table made again, as one more check.
arrow::Result<Check> RecomputeTable(const CheckRequest& request, const MadeFiles& made,
                                    const Storage& storage, const std::string& table) {
  std::vector<DataFile> files;
  int64_t rows = 0;
  bool is_partitioned = false;
  for (const DataFile& file : made.files) {
    if (file.table != table) continue;
    files.push_back(file);
    rows += file.num_rows;
    is_partitioned |= !file.partition_values.empty();
  }
  Check check{.table = table, .rule = "cells", .kind = "cells"};
  if (is_partitioned && !HasKey(*made.dataset, table)) {
    check.skipped_reason = "its rows lie in partitions, and no key puts them in order";
    return check;
  }
  Tell(request, "recomputing", table, rows);
  RecomputeOptions options;
  options.as_of = made.as_of;
  options.naive_timestamps = made.naive_timestamps;
  options.threads = ThreadsOf(request);
  options.max_violations = 10;
  options.cancel = request.cancel;
  ARROW_ASSIGN_OR_RAISE(const RecomputeReport cells,
                        RecomputeCells(*made.dataset, storage, files, options));
  check.checked_rows = cells.rows;
  check.violations = cells.violations;
  check.passed = cells.violations == 0;
  for (const CellViolation& one : cells.shown) {
    // The report counts rows in the file.
    int64_t row = one.row;
    for (const DataFile& file : files) {
      if (PlannedPath(file) != one.path || row < 0) continue;
      row -= file.rows.begin;
      break;
    }
    check.examples.push_back({one.path, row, one.column, one.expected, one.found});
  }
  return check;
}

/// Rows of the files of each day as they are planned, for the tables by day.
arrow::Result<ExpectedDays> PlannedDays(const MadeFiles& made) {
  constexpr int64_t kOneFile = 10'000'000'000'000;
  PlanRequest request;
  request.by_day = true;
  request.file_rows = kOneFile;
  for (const DataFile& file : made.files) {
    if (!file.day) continue;
    if (!request.days) request.days = DateRange{*file.day, *file.day};
    request.days->from = std::min(request.days->from, *file.day);
    request.days->to = std::max(request.days->to, *file.day);
    const auto [at, is_new] = request.once_days.try_emplace(file.table, *file.day);
    at->second = std::min(at->second, *file.day);
    if (is_new) request.tables.push_back(file.table);
  }
  ExpectedDays days;
  if (!request.days) return days;
  ARROW_ASSIGN_OR_RAISE(const Plan plan, MakePlan(*made.dataset, request));
  for (const Task& task : plan.tasks) {
    for (const FilePlan& file : task.files) days[file.table][*task.day] = file.rows;
  }
  return days;
}

std::string NotesText(const MadeFiles& made) {
  std::string text;
  for (const std::string& id : made.other_datasets) {
    text += fmt::format("also there: {}; --dataset-id {} checks it\n", id, id);
  }
  if (!made.others.empty()) {
    text += fmt::format("not checked, because another run made them: {}\n",
                        fmt::join(made.others, ", "));
  }
  if (made.commit_pending) {
    text +=
        "a commit was interrupted here; the next run, or `lakeseed commit`, ends it\n";
  }
  return text;
}

}  // namespace

arrow::Result<CheckResult> CheckOutput(const CheckRequest& request) {
  ARROW_ASSIGN_OR_RAISE(const MadeFiles made, FindMadeFiles(request));
  ValidateRequest rules;
  ARROW_ASSIGN_OR_RAISE(rules.expected_days, PlannedDays(made));
  rules.spec = &made.dataset->spec();
  ARROW_ASSIGN_OR_RAISE(const auto storage, Storage::Open(request.root));
  rules.root = FilePlace(storage->file_system(), storage->base());
  rules.tables = made.tables;
  rules.cancel = request.cancel;
  rules.progress = [&](const std::string& table, int64_t rows) {
    Tell(request, "checking", table, rows);
  };
  ARROW_ASSIGN_OR_RAISE(ValidationReport report, ValidateFiles(rules));
  if (request.recompute) {
    for (const std::string& table : made.tables) {
      ARROW_ASSIGN_OR_RAISE(Check check, RecomputeTable(request, made, *storage, table));
      report.checks.push_back(std::move(check));
    }
  }
  const std::string id = made.dataset->spec().id();
  if (!request.report_html.empty()) {
    ARROW_RETURN_NOT_OK(WriteReportHtml(report, fmt::format("{} in {}", id, request.root),
                                        request.report_html));
  }
  CheckResult result;
  result.is_clean = report.violations() == 0;
  ReportTextOptions show;
  show.all = request.all_rules;
  result.text = ReportText(report, show) + NotesText(made);
  result.json = {
      {"dataset", id}, {"path", request.root}, {"recomputed", request.recompute}};
  if (!made.other_datasets.empty()) {
    result.json["other_datasets"] = made.other_datasets;
  }
  result.json.update(report.ToJson());
  return result;
}

arrow::Result<ExitCode> CheckMade(const Arguments& arguments, std::span<const Plan> plans,
                                  const RunOptions& options,
                                  nlohmann::ordered_json* json) {
  ExitCode code = ExitCode::kDone;
  for (size_t i = 0; i < plans.size(); ++i) {
    CheckRequest check;
    check.root = plans[i].output;
    check.dataset_id = plans[i].dataset_id;
    check.custom = plans[i].source.custom;
    check.tables = arguments.List("tables");
    check.threads = options.threads;
    check.quiet = arguments.Switch("quiet");
    check.cancel = options.cancel;
    ARROW_ASSIGN_OR_RAISE(const CheckResult result, CheckOutput(check));
    if (!arguments.Switch("json")) {
      Print("\n" + result.text);
    } else {
      (i == 0 ? *json : (*json)["also"][i - 1])["validation"] = result.json;
    }
    if (!result.is_clean) code = ExitCode::kViolations;
  }
  return code;
}

}  // namespace lakeseed
