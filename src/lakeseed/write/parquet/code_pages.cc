#include "lakeseed/write/parquet/code_pages.h"

#include <algorithm>

#include "lakeseed/write/parquet/bit_pack.h"

namespace lakeseed {
namespace {

constexpr int64_t kCodeBytes = sizeof(uint32_t);
/// Codes are packed by this many: a multiple of 32, small enough for the stack.
constexpr int64_t kPackCodes = 512;
/// Equal codes in a row that are worth a run of their own.
constexpr int64_t kMinRun = 64;

uint8_t* WriteRun(uint32_t code, int64_t n, int width, uint8_t* out) {
  out = WriteVarint(static_cast<uint64_t>(n) << 1, out);
  const int bytes = (width + 7) / 8;
  std::memcpy(out, &code, static_cast<size_t>(bytes));
  return out + bytes;
}

/// One run of packed codes, filled up to a multiple of 8 with zeros.
uint8_t* WritePacked(const uint32_t* codes, int64_t n, const uint32_t* place_of,
                     int width, uint8_t* out) {
  const int64_t groups = (n + 7) / 8;
  out = WriteVarint((static_cast<uint64_t>(groups) << 1) | 1, out);
  uint32_t places[kPackCodes];
  uint8_t* at = out;
  for (int64_t begin = 0; begin < n; begin += kPackCodes) {
    const int64_t some = std::min(kPackCodes, n - begin);
    if (place_of == nullptr) {
      std::copy_n(codes + begin, some, places);
    } else {
      for (int64_t i = 0; i < some; ++i) places[i] = place_of[codes[begin + i]];
    }
    const int64_t padded = (some + 31) / 32 * 32;
    std::fill(places + some, places + padded, 0u);
    for (int64_t i = 0; i < padded; i += 32, at += 4 * width) {
      PackWords(places + i, width, at);
    }
  }
  return out + groups * width;
}

int64_t RunLength(std::span<const uint32_t> codes, int64_t at) {
  const uint32_t code = codes[static_cast<size_t>(at)];
  auto end = static_cast<size_t>(at) + 1;
  while (end < codes.size() && codes[end] == code) ++end;
  return static_cast<int64_t>(end) - at;
}

/// Runs of kMinRun equal codes or more as such, the rest packed. Looks for runs at
/// every kMinRun-th code only, and lets one begin where packed groups may end.
uint8_t* WriteCodes(std::span<const uint32_t> codes, const uint32_t* place_of, int width,
                    uint8_t* out) {
  const auto n = static_cast<int64_t>(codes.size());
  int64_t packed_begin = 0;
  for (int64_t at = 0; at + kMinRun <= n;) {
    const auto here = static_cast<size_t>(at);
    const uint32_t code = codes[here];
    if (codes[here + 1] != code || codes[here + kMinRun - 1] != code ||
        RunLength(codes, at) < kMinRun) {
      at += kMinRun;
      continue;
    }
    const int64_t length = RunLength(codes, at);
    int64_t begin = at;
    while (begin > packed_begin && codes[static_cast<size_t>(begin) - 1] == code) --begin;
    begin = packed_begin + (begin - packed_begin + 7) / 8 * 8;
    if (begin > packed_begin) {
      out = WritePacked(codes.data() + packed_begin, begin - packed_begin, place_of,
                        width, out);
    }
    const int64_t end = at + length;
    out = WriteRun(place_of == nullptr ? code : place_of[code], end - begin, width, out);
    packed_begin = at = end;
  }
  if (packed_begin < n) {
    out =
        WritePacked(codes.data() + packed_begin, n - packed_begin, place_of, width, out);
  }
  return out;
}

}  // namespace

arrow::Result<uint32_t*> CodePages::Reserve(int64_t n) {
  ARROW_RETURN_NOT_OK(codes_.Reserve(n * kCodeBytes));
  return reinterpret_cast<uint32_t*>(codes_.end());
}

void CodePages::Add(const uint8_t* validity, int64_t offset, int64_t rows,
                    int64_t valid) {
  levels_.Add(validity, offset, rows, valid);
  codes_.Advance(valid * kCodeBytes);
}

arrow::Status CodePages::EndPage() {
  Ended page{levels_.num_rows(), levels_.num_values(), page_begin_, level_bytes_.size(),
             level_bytes_.size()};
  if (nullable_) {
    ARROW_RETURN_NOT_OK(level_bytes_.Reserve(PageLevels::kRoom));
    uint8_t* const end = level_bytes_.end() + PageLevels::kRoom;
    const uint8_t* begin = levels_.WriteBefore(end);
    std::memmove(level_bytes_.end(), begin, static_cast<size_t>(end - begin));
    level_bytes_.Advance(end - begin);
    page.levels_end = level_bytes_.size();
  }
  pages_.push_back(page);
  page_begin_ = codes_.size() / kCodeBytes;
  levels_.Clear();
  return arrow::Status::OK();
}

CodePages::Page CodePages::page(size_t i) const {
  const Ended& page = pages_[i];
  const auto* codes = reinterpret_cast<const uint32_t*>(codes_.data()) + page.codes_begin;
  return {page.num_rows, page.num_values, {codes, static_cast<size_t>(page.num_values)}};
}

arrow::Status CodePages::Write(size_t i, const uint32_t* place_of, int64_t size,
                               ByteBuffer* out, EncodedPage* encoded) {
  const Ended& ended = pages_[i];
  const int width = size < 2 ? 0 : WidthOf(static_cast<uint32_t>(size - 1));
  const int64_t levels = ended.levels_end - ended.levels_begin;
  // A run of its own has a head and ends packed groups before their eighth code.
  const int64_t runs = ended.num_values / kMinRun + 1;
  ARROW_RETURN_NOT_OK(out->Reserve(levels + 64 + runs * (width + 16) +
                                   (ended.num_values + kPackCodes) * width / 8));
  encoded->offset = out->size();
  encoded->num_rows = ended.num_rows;
  out->Append(level_bytes_.data() + ended.levels_begin, levels);
  uint8_t* at = out->end();
  *at++ = static_cast<uint8_t>(width);
  const Page whole = page(i);
  if (ended.num_values > 0) {
    at = width == 0 ? WriteRun(0, ended.num_values, 0, at)
                    : WriteCodes(whole.codes, place_of, width, at);
  }
  out->Advance(at - out->end());
  encoded->size = encoded->uncompressed_size = out->size() - encoded->offset;
  return arrow::Status::OK();
}

void CodePages::Clear() {
  codes_.Clear();
  level_bytes_.Clear();
  pages_.clear();
  page_begin_ = 0;
  levels_.Clear();
}

}  // namespace lakeseed
