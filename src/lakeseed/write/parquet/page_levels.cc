#include "lakeseed/write/parquet/page_levels.h"

#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_ops.h>

#include <cstring>

#include "lakeseed/write/byte_buffer.h"

namespace lakeseed {

void PageLevels::Add(const uint8_t* validity, int64_t offset, int64_t rows,
                     int64_t valid) {
  if (validity == nullptr || valid == rows) {
    arrow::bit_util::SetBitsTo(bitmap_.data(), num_rows_, rows, true);
  } else {
    arrow::internal::CopyBitmap(validity, offset, rows, bitmap_.data(), num_rows_);
  }
  num_rows_ += rows;
  num_values_ += valid;
}

uint8_t* PageLevels::WriteBefore(uint8_t* end) const {
  uint8_t head[8];
  uint8_t* at = head;
  const auto rows = static_cast<uint64_t>(num_rows_);
  int64_t packed = 0;
  if (num_values_ == num_rows_ || num_values_ == 0) {
    at = WriteVarint(rows << 1, at);
    *at++ = num_values_ > 0;
  } else {
    packed = arrow::bit_util::BytesForBits(num_rows_);
    at = WriteVarint((static_cast<uint64_t>(packed) << 1) | 1, at);
  }
  uint8_t* const begin = end - packed;
  if (packed > 0) {
    std::memcpy(begin, bitmap_.data(), static_cast<size_t>(packed));
    // Bits behind the last row belong to nobody: always zero.
    if (num_rows_ % 8 != 0) {
      end[-1] &= static_cast<uint8_t>((1 << (num_rows_ % 8)) - 1);
    }
  }
  const auto run_head = at - head;
  const auto length = static_cast<uint32_t>(run_head + packed);
  std::memcpy(begin - run_head, head, static_cast<size_t>(run_head));
  std::memcpy(begin - run_head - 4, &length, 4);  // Little-endian, as our targets are.
  return begin - run_head - 4;
}

}  // namespace lakeseed
