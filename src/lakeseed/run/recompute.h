// RecomputeCells: reads written files back and makes every cell again.
//
// The second pass of `validate`: the rules check files against each other, this
// checks them against the spec. It needs no other file than the one it reads. A copy
// by day is made again as the table was on its day: the living, seen as of it; the
// files of late events with what arrives on theirs.
//
// Thread safety: calls are independent and only read.

#pragma once

#include <arrow/result.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/write/data_file.h"
#include "lakeseed/write/storage.h"

namespace lakeseed {

/// A place where a file is not what the spec says.
struct CellViolation {
  std::string table;
  std::string path;
  int64_t row = -1;    ///< Of the table, or of a day; -1: the file as a whole.
  std::string column;  ///< Empty: the row, or the file.
  std::string expected;
  std::string found;
};

struct RecomputeOptions {
  AsOf as_of;
  bool naive_timestamps = false;
  int64_t chunk_rows = 65'536;
  int threads = 1;
  size_t max_violations = 100;  ///< Reported; all are counted.
  const std::atomic<bool>* cancel = nullptr;
  /// Rows compared so far of a table; one thread at a time.
  std::function<void(const std::string& table, int64_t rows)> progress;
};

struct RecomputeReport {
  int64_t rows = 0;
  int64_t cells = 0;
  int64_t violations = 0;  ///< Cells, rows and files that differ.
  std::vector<CellViolation> shown;
};

/// Compare `files` (of a manifest) with `dataset`. A file that cannot be read is a
/// violation, not an error.
arrow::Result<RecomputeReport> RecomputeCells(const BoundDataset& dataset,
                                              const Storage& storage,
                                              std::span<const DataFile> files,
                                              const RecomputeOptions& options);

}  // namespace lakeseed
