// CodePages: dictionary codes of one chunk, held until the chunk ends and the values
// in use are known, then written as pages of RLE_DICTIONARY. Codes are held in 1, 2
// or 4 bytes, as the largest so far needs.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/status.h>

#include <cstdint>
#include <span>
#include <vector>

#include "lakeseed/write/byte_buffer.h"
#include "lakeseed/write/parquet/column_encoder.h"
#include "lakeseed/write/parquet/page_levels.h"

namespace lakeseed {

class CodePages {
 public:
  explicit CodePages(bool nullable) : nullable_(nullable) {}

  /// Add rows to the open page, with a code for each of the `valid` that are not null.
  /// \param bits  no code has others.
  arrow::Status Add(const uint8_t* validity, int64_t offset, int64_t rows,
                    const uint32_t* codes, int64_t valid, uint32_t bits);

  bool page_is_open() const { return levels_.num_rows() > 0; }
  arrow::Status EndPage();

  struct Page {
    int64_t num_rows, num_values;
    int64_t codes_begin;               // Codes before it in the chunk.
    int64_t levels_begin, levels_end;  // In the bytes of all levels.
  };
  /// The pages that ended, in order.
  const std::vector<Page>& pages() const { return pages_; }

  /// Append a page to `out`, code c as place_of[c] of `size` places; without table
  /// as it is. Sets offset, sizes and rows of `encoded`.
  arrow::Status Write(size_t i, std::span<const uint32_t> place_of, int64_t size,
                      ByteBuffer* out, EncodedPage* encoded);

  /// Forget the pages, and give their memory to the columns that end after this one.
  void Clear();

 private:
  arrow::Status Widen(int bytes);

  const bool nullable_;
  PageLevels levels_;
  int code_bytes_ = 1;
  int64_t num_codes_ = 0, page_begin_ = 0;
  ByteBuffer codes_, level_bytes_;
  int64_t usual_bytes_ = 0;  ///< Of the codes of the chunk before.
  std::vector<Page> pages_;
};

}  // namespace lakeseed
