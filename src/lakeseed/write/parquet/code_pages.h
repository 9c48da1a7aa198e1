// CodePages: dictionary codes of one chunk, held until the chunk ends and the values
// in use are known, then written as pages of RLE_DICTIONARY.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/status.h>

#include <cstdint>
#include <span>
#include <vector>

#include "lakeseed/write/parquet/byte_buffer.h"
#include "lakeseed/write/parquet/column_encoder.h"
#include "lakeseed/write/parquet/page_levels.h"

namespace lakeseed {

class CodePages {
 public:
  explicit CodePages(bool nullable) : nullable_(nullable) {}

  /// Room for `n` codes of the open page; the caller fills it.
  arrow::Result<uint32_t*> Reserve(int64_t n);
  /// Take rows of which `valid` wrote a code to the room.
  void Add(const uint8_t* validity, int64_t offset, int64_t rows, int64_t valid);

  bool page_is_open() const { return levels_.num_rows() > 0; }
  arrow::Status EndPage();

  struct Page {
    int64_t num_rows, num_values;
    std::span<const uint32_t> codes;
  };
  /// Of the pages that ended, in order.
  size_t num_pages() const { return pages_.size(); }
  Page page(size_t i) const;

  /// Append a page to `out`, code c as place_of[c] of `size` places; without table
  /// as it is. Sets offset, sizes and rows of `encoded`.
  arrow::Status Write(size_t i, const uint32_t* place_of, int64_t size, ByteBuffer* out,
                      EncodedPage* encoded);

  void Clear();

 private:
  struct Ended {
    int64_t num_rows, num_values;
    int64_t codes_begin;               // In codes_, in codes.
    int64_t levels_begin, levels_end;  // In level_bytes_.
  };

  const bool nullable_;
  PageLevels levels_;
  int64_t page_begin_ = 0;
  ByteBuffer codes_, level_bytes_;
  std::vector<Ended> pages_;
};

}  // namespace lakeseed
