#include "lakeseed/cli/progress_bar.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "lakeseed/cli/terminal.h"
#include "lakeseed/plan/explain.h"

namespace lakeseed {
namespace {

constexpr auto kRedraw = std::chrono::milliseconds(100);
constexpr auto kLine = std::chrono::seconds(5);

void Write(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

double ShareOf(int64_t done, int64_t total) {
  return total <= 0
             ? 1.0
             : std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
}

/// "1.2 M", of "1.2 M/s".
std::string Rate(int64_t rows, double seconds) {
  const double rate = seconds <= 0 ? 0 : static_cast<double>(rows) / seconds;
  if (rate >= 1e6) return fmt::format("{:.1f} M", rate / 1e6);
  if (rate >= 1e3) return fmt::format("{:.0f} k", rate / 1e3);
  return fmt::format("{:.0f}", rate);
}

std::string TimeLeft(double share, double seconds) {
  if (share <= 0 || share >= 1) return "";
  return FormatSeconds(seconds * (1 - share) / share) + " left";
}

}  // namespace

void TablePace::See(const TableProgress& table, double now) {
  if (is_done_) return;
  if (table.rows_done == 0) begin_ = now;
  last_ = now;
  is_done_ = table.rows_done >= table.rows_total;
}

std::vector<std::string> BarLines(std::span<const TableProgress> tables,
                                  std::span<const TablePace> paces, int width) {
  size_t name_width = 0, rows_width = 0;
  for (const TableProgress& table : tables) {
    name_width = std::max(name_width, table.table.size());
    rows_width = std::max(rows_width, FormatCount(table.rows_total).size());
  }
  // "[###..]", if that leaves room for "100%", rows, "999 k/s", "999 MB" and
  // "59 min 59 s left".
  const int room = width - 1 - static_cast<int>(name_width + rows_width) - 53;
  const int bar = room < 5 ? 0 : std::min(room, 30);
  std::vector<std::string> lines;
  for (size_t i = 0; i < tables.size(); ++i) {
    const TableProgress& table = tables[i];
    const double share = ShareOf(table.rows_done, table.rows_total);
    const double seconds = paces[i].Seconds();
    std::string line = fmt::format("{:<{}} ", table.table, name_width);
    if (bar > 0) {
      const auto full = static_cast<size_t>(share * bar);
      line += fmt::format("[{}{}] ", std::string(full, '#'),
                          std::string(static_cast<size_t>(bar) - full, '.'));
    }
    line += fmt::format("{:>3.0f}%  {:>{}} rows  {:>7}/s  {:>7}  {}", share * 100,
                        FormatCount(table.rows_done), rows_width,
                        Rate(table.rows_done, seconds), FormatBytes(table.bytes),
                        TimeLeft(share, seconds));
    const auto most = static_cast<size_t>(std::max(20, width - 1));
    if (line.size() > most) line.resize(most);
    lines.push_back(line);
  }
  return lines;
}

ProgressBar::ProgressBar(bool quiet)
    : quiet_(quiet), is_terminal_(IsTerminal()), shown_(start_) {}

ProgressBar::~ProgressBar() { Finish(); }

double ProgressBar::Seconds() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

void ProgressBar::Show(std::span<const TableProgress> tables) {
  if (quiet_) return;
  const Clock::time_point now = Clock::now();
  last_.assign(tables.begin(), tables.end());
  paces_.resize(tables.size());
  for (size_t i = 0; i < tables.size(); ++i) paces_[i].See(tables[i], Seconds());
  if (is_terminal_) {
    if (lines_ > 0 && now - shown_ < kRedraw) return;
    DrawBars(tables);
  } else {
    if (now - shown_ < kLine) return;
    PrintLine(tables);
  }
  shown_ = now;
}

void ProgressBar::Finish() {
  if (lines_ > 0) DrawBars(last_);
  lines_ = 0;
}

void ProgressBar::DrawBars(std::span<const TableProgress> tables) {
  // Back to the first line that was drawn.
  std::string text = lines_ > 0 ? fmt::format("\x1b[{}F", lines_) : "";
  for (const std::string& line : BarLines(tables, paces_, TerminalWidth())) {
    text += line + "\x1b[K\n";
  }
  Write(text);
  lines_ = tables.size();
}

void ProgressBar::PrintLine(std::span<const TableProgress> tables) {
  int64_t done = 0, total = 0, bytes = 0;
  for (const TableProgress& table : tables) {
    done += table.rows_done;
    total += table.rows_total;
    bytes += table.bytes;
  }
  const double share = ShareOf(done, total);
  Write(fmt::format("{} of {} rows ({:.0f}%), {} rows/s, {}{}{}\n", FormatCount(done),
                    FormatCount(total), share * 100, Rate(done, Seconds()),
                    FormatBytes(bytes), share < 1 ? ", " : "",
                    TimeLeft(share, Seconds())));
}

}  // namespace lakeseed
