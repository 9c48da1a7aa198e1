// PageLevels: the definition levels of one page of an OPTIONAL column. A validity
// bitmap is what Parquet packs already; a page without nulls, or of nulls alone,
// is one run.
//
// Thread safety: one thread at a time.

#pragma once

#include <cstdint>
#include <vector>

#include "lakeseed/write/file_format.h"

namespace lakeseed {

class PageLevels {
 public:
  /// Room that WriteBefore() needs.
  static constexpr int64_t kRoom = 4 + 4 + kBlockRows / 8;

  /// Add rows; no bitmap means that all are valid. REQUIRES: <= kBlockRows a page.
  void Add(const uint8_t* validity, int64_t offset, int64_t rows, int64_t valid);

  int64_t num_rows() const { return num_rows_; }
  int64_t num_values() const { return num_values_; }
  int64_t null_count() const { return num_rows_ - num_values_; }

  /// Write length and levels so that they end at `end`; returns their begin.
  uint8_t* WriteBefore(uint8_t* end) const;

  void Clear() { num_rows_ = num_values_ = 0; }

 private:
  std::vector<uint8_t> bitmap_ = std::vector<uint8_t>(kBlockRows / 8 + 8);
  int64_t num_rows_ = 0, num_values_ = 0;
};

}  // namespace lakeseed
