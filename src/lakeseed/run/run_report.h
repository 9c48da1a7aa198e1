// RunReport: what a run did, for people and programs.
//
// Thread safety: plain values.

#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "lakeseed/commit/target.h"
#include "lakeseed/write/data_file.h"

namespace lakeseed {

struct TableReport {
  std::string table;
  int64_t rows = 0;
  int64_t bytes = 0;
  int64_t files = 0;
  int64_t kept_files = 0;  ///< Of these, finished before this run.
  int64_t cells = 0;       ///< Rows times columns, of what this run wrote.
  double seconds = 0;      ///< From its first chunk to its last file, by the wall.

  double rows_per_second() const;
};

/// Of some tables together.
int64_t RowsOf(std::span<const TableReport> tables);
int64_t BytesOf(std::span<const TableReport> tables);

/// Of a run by day.
struct DayReport {
  int32_t day = 0;     ///< Since 1970-01-01.
  double seconds = 0;  ///< From its first chunk to its last file, by the wall.
};

struct RunReport {
  std::string run_id;
  TableVersion version = kNoVersion;  ///< Published; kNoVersion if not (yet).
  bool repeated = false;              ///< All of it had been published before.
  int64_t tasks = 0;                  ///< Run by this process.
  int64_t rows_made = 0;              ///< Computed now, for however many targets.
  int threads = 0;
  int64_t chunk_rows = 0;  ///< Rows of a family in one chunk, about.
  double seconds = 0;
  double cpu_seconds = 0;           ///< Of the process, all threads, during the run.
  int64_t peak_memory_bytes = 0;    ///< Of Arrow's memory pools.
  int64_t peak_rss_bytes = 0;       ///< Of the process.
  std::vector<TableReport> tables;  ///< In the plan's order.
  std::vector<DayReport> days;      ///< Of a run by day: those made now, in order.
  std::vector<DataFile> files;      ///< Of the request, those finished now.
  /// Of a run to several targets: the others', in their order, with what is their own.
  std::vector<RunReport> also;

  int64_t rows() const { return RowsOf(tables); }
  int64_t bytes() const { return BytesOf(tables); }
};

/// Without the files' statistics.
nlohmann::ordered_json ToJson(const RunReport& report);

/// Largest resident set of this process so far.
int64_t PeakRssBytes();
/// CPU seconds of this process so far, all threads.
double CpuSeconds();

}  // namespace lakeseed
