// ProgressBar: how far a run is, on stderr: a bar per table where a person looks,
// else a line every few seconds.
//
// Thread safety: Show() is called by one thread at a time.

#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "lakeseed/run/progress.h"

namespace lakeseed {

/// How long a table has been in the making, by what is seen of it now and then:
/// tables are made one after another, so the run's time says nothing of one.
class TablePace {
 public:
  /// \param now  seconds since the run's begin
  void See(const TableProgress& table, double now);
  /// From before its first rows to its last ones, or to when it was last seen.
  double Seconds() const { return last_ - begin_; }

 private:
  double begin_ = 0, last_ = 0;
  bool is_done_ = false;
};

/// A line for each table, of at most `width` - 1 characters.
std::vector<std::string> BarLines(std::span<const TableProgress> tables,
                                  std::span<const TablePace> paces, int width);

class ProgressBar {
 public:
  explicit ProgressBar(bool quiet);
  /// Ends the bars, so that what comes next begins on a line of its own.
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void Show(std::span<const TableProgress> tables);
  /// Draw the last state and end.
  void Finish();

 private:
  using Clock = std::chrono::steady_clock;

  void DrawBars(std::span<const TableProgress> tables);
  void PrintLine(std::span<const TableProgress> tables);
  double Seconds() const;

  const bool quiet_;
  const bool is_terminal_;
  const Clock::time_point start_ = Clock::now();
  Clock::time_point shown_;
  std::vector<TableProgress> last_;
  std::vector<TablePace> paces_;  ///< Of `last_`.
  size_t lines_ = 0;              ///< Drawn, to be drawn over.
};

}  // namespace lakeseed
