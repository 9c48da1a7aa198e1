// ProgressBar: how far a run is, on stderr: a bar per table where a person looks,
// else a line every few seconds.
//
// Thread safety: Show() is called by one thread at a time.

#pragma once

#include <chrono>
#include <span>
#include <string>

#include "lakeseed/run/progress.h"

namespace lakeseed {

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
  size_t lines_ = 0;  ///< Drawn, to be drawn over.
};

}  // namespace lakeseed
