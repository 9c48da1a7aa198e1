#include "lakeseed/run/run_report.h"

#include <sys/resource.h>

#include <nlohmann/json.hpp>

namespace lakeseed {

double TableReport::rows_per_second() const {
  return seconds > 0 ? static_cast<double>(rows) / seconds : 0;
}

int64_t RowsOf(std::span<const TableReport> tables) {
  int64_t sum = 0;
  for (const TableReport& table : tables) sum += table.rows;
  return sum;
}

int64_t BytesOf(std::span<const TableReport> tables) {
  int64_t sum = 0;
  for (const TableReport& table : tables) sum += table.bytes;
  return sum;
}

nlohmann::ordered_json ToJson(const RunReport& report) {
  using nlohmann::ordered_json;
  ordered_json tables = ordered_json::array(), files = ordered_json::array();
  for (const TableReport& table : report.tables) {
    tables.push_back({{"table", table.table},
                      {"rows", table.rows},
                      {"bytes", table.bytes},
                      {"files", table.files},
                      {"kept_files", table.kept_files},
                      {"cells", table.cells},
                      {"seconds", table.seconds},
                      {"rows_per_second", table.rows_per_second()}});
  }
  for (const DataFile& file : report.files) {
    files.push_back({{"table", file.table},
                     {"path", file.path},
                     {"rows", file.num_rows},
                     {"bytes", file.size_bytes}});
  }
  return {{"run_id", report.run_id},
          {"version", report.version},
          {"repeated", report.repeated},
          {"tasks", report.tasks},
          {"rows_made", report.rows_made},
          {"threads", report.threads},
          {"chunk_rows", report.chunk_rows},
          {"rows", report.rows()},
          {"bytes", report.bytes()},
          {"seconds", report.seconds},
          {"peak_memory_bytes", report.peak_memory_bytes},
          {"peak_rss_bytes", report.peak_rss_bytes},
          {"tables", std::move(tables)},
          {"files", std::move(files)}};
}

int64_t PeakRssBytes() {
  struct rusage usage {};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
#ifdef __APPLE__
  return usage.ru_maxrss;
#else
  return static_cast<int64_t>(usage.ru_maxrss) * 1024;
#endif
}

double CpuSeconds() {
  struct rusage usage {};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace lakeseed
