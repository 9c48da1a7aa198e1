// DayFacts: what a run by day tells the state store, and what it is told.
//
// Thread safety: plain values.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lakeseed/write/data_file.h"

namespace lakeseed {

/// One run of a command, known before it begins.
struct JobFacts {
  std::string dataset_id;
  std::string dataset_name;
  std::string job_name;  ///< The command: "generate-series".
  std::string command_line;
  std::optional<int64_t> target_rows;
  std::string generation_mode = "native";
  std::string target_environment = "lakehouse";
  std::string target_location;  ///< Root of the output.
  int64_t chunk_size = 0;       ///< Rows per batch; 0: chosen by the engine.
  int parallel_workers = 0;
  int64_t seed = 42;
  std::string identity;     ///< JSON object: what the values are a function of.
  std::string layout;       ///< Digest of format, paths and tables: one target.
  std::string config_json;  ///< What the request set, or empty.
  std::string pattern;      ///< Of the dataset: "oltp", "star", or empty.
  std::string domain;
  std::string description;
};

/// The column that says when a table's rows are of.
struct PrimaryDate {
  std::string column;         ///< Empty: not known.
  bool is_files_day = false;  ///< It lies on the day of the file, in the table's zone.
};

/// One table on one day.
struct DayTable {
  std::string table;
  std::string kind;  ///< snapshot, incremental, slowly_changing_dimension or static.
  int64_t rows = 0;
  int64_t bytes = 0;
  std::vector<std::string> paths;  ///< Of its files; if empty, those of `files` count.
  std::vector<DataFile> files;     ///< For the log of which file has which dates.
  PrimaryDate primary_date;
};

/// One finished day; its files are published. Speeds and sizes are measured.
struct DayFacts {
  int32_t day = 0;  ///< Since 1970-01-01.
  std::vector<DayTable> tables;
  double seconds = 0;
  double peak_memory_gb = 0;  ///< Of 2^30 bytes.
  double cpu_cores_used = 0;
  double rows_per_second = 0;
};

/// Who works on a day.
struct DayOwner {
  int32_t day = 0;
  std::string host;
  int64_t pid = 0;
  std::string since;  ///< "YYYY-MM-DD HH:MM:SS.ffffff", UTC.
};

struct ClaimResult {
  std::vector<int32_t> claimed;    ///< Now running, ours.
  std::vector<int32_t> completed;  ///< Done before, so not claimed.
  std::vector<DayOwner> busy;      ///< Not empty: nothing was claimed.
};

/// A dataset as the configuration tables list it.
struct DatasetEntry {
  std::string dataset_id;
  std::string dataset_name;
  std::string pattern;  ///< "oltp", "star", or empty.
  std::string domain;
  std::string description;
  std::string main;  ///< The table that target_rows counts.
  std::optional<int64_t> target_rows;
  std::vector<std::string> tables;
  std::string config_json;
};

}  // namespace lakeseed
