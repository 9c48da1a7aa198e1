#include "lakeseed/plan/explain.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lakeseed/base/date.h"

namespace lakeseed {
namespace {

/// An open writer holds at most a row group; then come caches and batches.
constexpr double kMostOpenBytes = 64e6;
constexpr double kBatchBytes = 20e6;
constexpr double kBaseBytes = 120e6;

struct Line {
  std::string cells[6];
};

std::string Align(const std::vector<Line>& lines) {
  size_t widths[6] = {};
  for (const Line& line : lines) {
    for (int c = 0; c < 6; ++c) widths[c] = std::max(widths[c], line.cells[c].size());
  }
  std::string text;
  for (const Line& line : lines) {
    text += fmt::format("{:<{}}", line.cells[0], widths[0]);
    for (int c = 1; c < 6; ++c) text += fmt::format("  {:>{}}", line.cells[c], widths[c]);
    text += "\n";
  }
  return text;
}

Line LineOf(std::string name, int64_t rows, int64_t files, int64_t bytes, double seconds,
            int64_t memory) {
  return {{std::move(name), FormatCount(rows), FormatCount(files), FormatBytes(bytes),
           FormatSeconds(seconds), FormatBytes(memory)}};
}

}  // namespace

PlanEstimate Estimate(const Plan& plan, const FileCost& cost, int threads) {
  PlanEstimate total;
  total.tasks = static_cast<int64_t>(plan.tasks.size());
  const double speed = cost.cells_per_second * std::max(1, threads);
  double widest = 0;
  for (const TablePlan& table : plan.tables) {
    TableEstimate one;
    one.table = table.name;
    one.rows = table.rows.length();
    one.files = table.files;
    one.bytes = table.estimated_bytes();
    one.seconds =
        static_cast<double>(one.rows) * static_cast<double>(table.columns.size()) / speed;
    const double per_file = static_cast<double>(one.bytes) /
                            static_cast<double>(std::max<int64_t>(1, one.files));
    one.memory_bytes = static_cast<int64_t>(std::min(per_file * 1.5, kMostOpenBytes));
    total.rows += one.rows;
    total.files += one.files;
    total.bytes += one.bytes;
    total.seconds += one.seconds;
    total.tables.push_back(std::move(one));
  }
  for (const TablePlan& table : plan.tables) {
    double family = 0;
    for (size_t i = 0; i < plan.tables.size(); ++i) {
      if (plan.tables[i].root == table.root) {
        family += static_cast<double>(total.tables[i].memory_bytes);
      }
    }
    widest = std::max(widest, family);
  }
  const auto at_once =
      static_cast<double>(std::clamp<int64_t>(total.tasks, 1, std::max(1, threads)));
  total.memory_bytes = static_cast<int64_t>(kBaseBytes + at_once * widest +
                                            kBatchBytes * (std::max(1, threads) + 2));
  return total;
}

nlohmann::ordered_json ToJson(const PlanEstimate& estimate) {
  nlohmann::ordered_json tables = nlohmann::ordered_json::array();
  for (const TableEstimate& table : estimate.tables) {
    tables.push_back({{"table", table.table},
                      {"rows", table.rows},
                      {"files", table.files},
                      {"bytes", table.bytes},
                      {"seconds", table.seconds},
                      {"memory_bytes", table.memory_bytes}});
  }
  return {{"tables", std::move(tables)},
          {"tasks", estimate.tasks},
          {"rows", estimate.rows},
          {"files", estimate.files},
          {"bytes", estimate.bytes},
          {"seconds", estimate.seconds},
          {"memory_bytes", estimate.memory_bytes}};
}

std::string Explain(const Plan& plan, std::string_view form, const FileCost& cost,
                    int threads) {
  const PlanEstimate estimate = Estimate(plan, cost, threads);
  std::vector<Line> lines{{{"table", "rows", "files", "bytes", "time", "memory"}}};
  for (const TableEstimate& one : estimate.tables) {
    lines.push_back(
        LineOf(one.table, one.rows, one.files, one.bytes, one.seconds, one.memory_bytes));
  }
  lines.push_back(LineOf("total", estimate.rows, estimate.files, estimate.bytes,
                         estimate.seconds, estimate.memory_bytes));
  std::string text = fmt::format(
      "{}, seed {}, {} to {}, {} to {} (bytes, time and memory are estimates)\n\n{}",
      plan.dataset_id, plan.seed, FormatDate(plan.days.from), FormatDate(plan.days.to),
      form, plan.output, Align(lines));
  text += fmt::format("\n{} {} on {} {}; files:\n", FormatCount(estimate.tasks),
                      estimate.tasks == 1 ? "task" : "tasks", threads,
                      threads == 1 ? "thread" : "threads");
  for (const TablePlan& table : plan.tables) {
    const FilePlan* first = nullptr;
    for (const Task& task : plan.tasks) {
      for (const FilePlan& file : task.files) {
        if (first == nullptr && file.table == table.name) first = &file;
      }
      if (first != nullptr) break;
    }
    if (first == nullptr) continue;
    text += "  " + first->path;
    if (table.files > 1)
      text += fmt::format(" and {} more", FormatCount(table.files - 1));
    text += "\n";
  }
  return text;
}

std::string FormatBytes(int64_t bytes) {
  constexpr std::string_view kUnits[] = {"B", "kB", "MB", "GB", "TB", "PB"};
  auto value = static_cast<double>(bytes);
  size_t unit = 0;
  while (value >= 999.5 && unit + 1 < std::size(kUnits)) {
    value /= 1000;
    ++unit;
  }
  if (unit == 0) return fmt::format("{} B", bytes);
  return fmt::format("{:.{}f} {}", value, value < 9.95 ? 1 : 0, kUnits[unit]);
}

std::string FormatCount(int64_t count) {
  std::string digits = std::to_string(count);
  const size_t sign = count < 0 ? 1 : 0;
  for (size_t at = digits.size(); at > sign + 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string FormatSeconds(double seconds) {
  if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<int64_t>(seconds + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace lakeseed
