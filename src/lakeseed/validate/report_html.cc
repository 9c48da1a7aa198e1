// The HTML page of a report: one file, no script, no outside resource.

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "lakeseed/base/date.h"
#include "lakeseed/base/html.h"
#include "lakeseed/validate/report.h"

namespace lakeseed {
namespace {

constexpr char kStyle[] =
    "body{font:14px/1.45 system-ui,sans-serif;margin:2rem "
    "auto;max-width:72rem;color:#1b1f24}"
    "h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #e3e6ea;"
    "vertical-align:top}th{background:#f5f7f9}td.n{text-align:right}"
    ".ok{color:#13703b}.bad{color:#b3261e;font-weight:600}.skip{color:#6b7280}"
    ".big{font-size:1.1rem}code{font-size:.92em}"
    ".plots{display:flex;flex-wrap:wrap;gap:1rem}.plot{width:21rem}"
    ".declared{fill:#9bb4d1}.found{fill:#2f6f4f}svg{width:100%;height:auto}";

/// The label's first characters, with a mark where more follow.
std::string Shortened(const std::string& label) {
  constexpr size_t kMost = 21;
  size_t characters = 0, end = 0, cut = 0;
  for (; end < label.size(); ++end) {
    if ((static_cast<unsigned char>(label[end]) & 0xC0) == 0x80) continue;
    if (++characters == kMost) cut = end;
  }
  return characters <= kMost ? label : label.substr(0, cut) + "…";
}

// Two bars for each label: declared above, found below. The longest leaves room for
// its numbers, which are at most "100.00 % / 100.00 %".
std::string Plot(const Check& check) {
  constexpr size_t kMostBars = 24;
  constexpr double kLongest = 96;
  const Comparison& law = check.comparison;
  const size_t count = std::min(law.labels.size(), kMostBars);
  double most = 1e-12;
  for (size_t i = 0; i < count; ++i) {
    most = std::max({most, law.expected[i], law.found[i]});
  }
  std::string svg =
      fmt::format("<svg viewBox=\"0 0 340 {}\" role=\"img\" aria-label=\"{} {}\">",
                  count * 24 + 4, EscapeHtml(check.table), EscapeHtml(check.rule));
  for (size_t i = 0; i < count; ++i) {
    const size_t y = i * 24 + 2;
    svg += fmt::format(
        "<text x=\"126\" y=\"{}\" font-size=\"10\" text-anchor=\"end\">"
        "<title>{}</title>{}</text>"
        "<rect x=\"130\" y=\"{}\" width=\"{:.1f}\" height=\"9\" class=\"declared\"/>"
        "<rect x=\"130\" y=\"{}\" width=\"{:.1f}\" height=\"9\" class=\"found\"/>"
        "<text x=\"{:.1f}\" y=\"{}\" font-size=\"9\">{:.2f} % / {:.2f} %</text>",
        y + 13, EscapeHtml(law.labels[i]), EscapeHtml(Shortened(law.labels[i])), y,
        kLongest * law.expected[i] / most, y + 10, kLongest * law.found[i] / most,
        134 + kLongest * std::max(law.expected[i], law.found[i]) / most, y + 13,
        100 * law.expected[i], 100 * law.found[i]);
  }
  svg += "</svg>";
  if (law.labels.size() > count) {
    svg += fmt::format("<p class=\"skip\">and {} more</p>", law.labels.size() - count);
  }
  return svg;
}

std::string LawsSection(const std::vector<Check>& checks) {
  std::string plots;
  for (const Check& check : checks) {
    if (check.comparison.labels.empty()) continue;
    plots += fmt::format("<div class=\"plot\"><b>{}</b> <code>{}</code>{}</div>\n",
                         EscapeHtml(check.table), EscapeHtml(check.rule), Plot(check));
  }
  if (plots.empty()) return "";
  return "<h2>Distributions: declared and found</h2>\n"
         "<p>Upper bar and first number: declared; lower bar and second number: found."
         "</p>\n<div class=\"plots\">\n" +
         plots + "</div>\n";
}

/// The days of all tables, so that their plots have one axis.
struct DayAxis {
  int32_t first, last;
};

// A bar for each day, as high as its rows; a missing day is a gap with a mark.
std::string DaysPlot(const TableDays& table, const DayAxis& axis) {
  constexpr double kWidth = 1000, kHeight = 60, kMark = 4;
  int64_t most = 1;
  for (const DayRows& one : table.days) most = std::max(most, one.rows);
  const double step = kWidth / (axis.last - axis.first + 1);
  std::string svg = fmt::format(
      "<svg viewBox=\"0 0 1000 {}\" "
      "role=\"img\" aria-label=\"rows per day of {}\">",
      kHeight + kMark, EscapeHtml(table.table));
  for (const DayRows& one : table.days) {
    const bool is_sound = one.state == DayState::kPresent;
    const double height = one.rows == 0
                              ? 0
                              : std::max(1.0, kHeight * static_cast<double>(one.rows) /
                                                  static_cast<double>(most));
    const double x = (one.day - axis.first) * step, width = std::max(step * 0.9, 0.3);
    svg += fmt::format(
        "<rect x=\"{:.2f}\" y=\"{:.1f}\" width=\"{:.2f}\" height=\"{:.1f}\" "
        "fill=\"{}\"><title>{}: {} rows{}</title></rect>",
        x, kHeight - height, width, height + (is_sound ? 0 : kMark),
        is_sound ? "#2f6f4f" : "#b3261e", FormatDate(one.day), one.rows,
        is_sound ? "" : fmt::format(", {}", ToString(one.state)));
  }
  return svg + "</svg>";
}

std::string DaysSection(const std::vector<TableDays>& tables) {
  if (tables.empty()) return "";
  DayAxis axis = {std::numeric_limits<int32_t>::max(),
                  std::numeric_limits<int32_t>::min()};
  for (const TableDays& table : tables) {
    if (table.days.empty()) continue;
    axis.first = std::min(axis.first, table.days.front().day);
    axis.last = std::max(axis.last, table.days.back().day);
  }
  std::string html = "<h2>Rows per day</h2>\n";
  for (const TableDays& table : tables) {
    if (table.days.empty()) continue;
    const auto present = table.CountOf(DayState::kPresent);
    html += fmt::format("<p><b>{}</b> {}, {} to {}: {} days, {} sound{}</p>{}\n",
                        EscapeHtml(table.table), EscapeHtml(table.kind),
                        FormatDate(table.days.front().day),
                        FormatDate(table.days.back().day), table.days.size(), present,
                        present == static_cast<int64_t>(table.days.size())
                            ? ""
                            : " <span class=\"bad\">(in red: the others)</span>",
                        DaysPlot(table, axis));
  }
  return html;
}

std::string Details(const Check& check) {
  if (!check.skipped_reason.empty()) return EscapeHtml(check.skipped_reason);
  std::string text = EscapeHtml(check.note);
  for (const Violation& one : check.examples) {
    std::string place = one.file;
    if (one.row >= 0) place += fmt::format(" row {}", one.row);
    if (!one.column.empty()) place += " " + one.column;
    text +=
        fmt::format("<div>{}: expected <code>{}</code>, found <code>{}</code></div>",
                    EscapeHtml(place), EscapeHtml(one.expected), EscapeHtml(one.found));
  }
  return text;
}

std::string Row(const Check& check) {
  const bool skipped = !check.skipped_reason.empty();
  const char* style = skipped ? "skip" : check.passed ? "ok" : "bad";
  const char* state = skipped ? "skipped" : check.passed ? "ok" : "broken";
  return fmt::format(
      "<tr><td>{}</td><td><code>{}</code></td><td class=\"{}\">{}</td>"
      "<td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td></tr>\n",
      EscapeHtml(check.table), EscapeHtml(check.rule), style, state, check.checked_rows,
      check.violations, Details(check));
}

}  // namespace

std::string ReportHtml(const ValidationReport& report, const std::string& title) {
  const bool good = report.violations() == 0;
  std::string html = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\"><title>{0}</title>"
      "<style>{1}</style></head><body>\n<h1>{0}</h1>\n",
      EscapeHtml(title), kStyle);
  html += fmt::format(
      "<p class=\"big {}\">{}</p>\n<p>{} rules checked, {} broken, {} skipped.</p>\n",
      good ? "ok" : "bad",
      good ? std::string("All rules hold.")
           : fmt::format("{} violations of {} rules.", report.violations(),
                         report.rules_broken()),
      report.rules_checked(), report.rules_broken(), report.rules_skipped());
  const std::string head =
      "<table><tr><th>table</th><th>rule</th><th>state</th><th>rows</th>"
      "<th>violations</th><th>details</th></tr>\n";
  if (!good) {
    html += "<h2>Broken</h2>\n" + head;
    for (const Check& check : report.checks) {
      if (check.violations > 0) html += Row(check);
    }
    html += "</table>\n";
  }
  html += DaysSection(report.days);
  html += LawsSection(report.checks);
  html += "<h2>All checks</h2>\n" + head;
  for (const Check& check : report.checks) html += Row(check);
  return html + "</table>\n</body></html>\n";
}

}  // namespace lakeseed
