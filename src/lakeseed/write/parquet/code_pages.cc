#include "lakeseed/write/parquet/code_pages.h"

#include <algorithm>

#include "lakeseed/write/parquet/bit_pack.h"
#include "lakeseed/write/parquet/code_kernels.h"

namespace lakeseed {
namespace {

/// Codes that are packed at once.
constexpr int64_t kPackCodes = 64;
/// Equal codes in a row that are worth a run of their own.
constexpr int64_t kMinRun = 64;

uint8_t* WriteRun(uint32_t code, int64_t n, int width, uint8_t* out) {
  out = WriteVarint(static_cast<uint64_t>(n) << 1, out);
  const int bytes = (width + 7) / 8;
  std::memcpy(out, &code, static_cast<size_t>(bytes));
  return out + bytes;
}

/// REQUIRES: n is a multiple of kPackCodes.
void Pack(const uint8_t* codes, int64_t n, int width, uint8_t* out) {
  PackBytes(codes, n, width, out);
}
template <typename T>
void Pack(const T* codes, int64_t n, int width, uint8_t* out) {
  constexpr int64_t kTogether = 32;
  uint32_t words[kTogether];
  for (int64_t i = 0; i < n; i += kTogether, out += 4 * width) {
    std::copy_n(codes + i, kTogether, words);
    PackWords(words, width, out);
  }
}

/// One run of packed codes, filled up to a multiple of 8 with zeros.
template <typename T>
uint8_t* WritePacked(std::span<const T> codes, int width, uint8_t* out) {
  const auto n = static_cast<int64_t>(codes.size());
  const int64_t groups = (n + 7) / 8, whole = n / kPackCodes * kPackCodes;
  out = WriteVarint((static_cast<uint64_t>(groups) << 1) | 1, out);
  Pack(codes.data(), whole, width, out);
  if (whole < n) {
    T rest[kPackCodes] = {};
    std::copy(codes.begin() + whole, codes.end(), rest);
    Pack(rest, kPackCodes, width, out + whole / 8 * width);
  }
  return out + groups * width;
}

template <typename T>
int64_t RunLength(std::span<const T> codes, int64_t at) {
  const T code = codes[static_cast<size_t>(at)];
  auto end = static_cast<size_t>(at) + 1;
  while (end < codes.size() && codes[end] == code) ++end;
  return static_cast<int64_t>(end) - at;
}

/// Runs of kMinRun equal codes or more as such, the rest packed. Looks for runs at
/// every kMinRun-th code only, and lets one begin where packed groups may end.
template <typename T>
uint8_t* WriteCodes(std::span<const T> codes, int width, uint8_t* out) {
  const auto n = static_cast<int64_t>(codes.size());
  const auto packed = [&](int64_t begin, int64_t end) {
    if (begin < end) {
      out = WritePacked(
          codes.subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin)),
          width, out);
    }
  };
  int64_t packed_begin = 0;
  for (int64_t at = 0; at + kMinRun <= n;) {
    const auto here = static_cast<size_t>(at);
    const T code = codes[here];
    const bool may_run = codes[here + 1] == code && codes[here + kMinRun - 1] == code;
    const int64_t length = may_run ? RunLength(codes, at) : 0;
    if (length < kMinRun) {
      at += kMinRun;
      continue;
    }
    int64_t begin = at;
    while (begin > packed_begin && codes[static_cast<size_t>(begin) - 1] == code) --begin;
    begin = packed_begin + (begin - packed_begin + 7) / 8 * 8;
    packed(packed_begin, begin);
    const int64_t end = at + length;
    out = WriteRun(code, end - begin, width, out);
    packed_begin = at = end;
  }
  packed(packed_begin, n);
  return out;
}

/// Call body(T{}) with T of so many bytes.
template <typename Body>
void OfWidth(int bytes, Body&& body) {
  if (bytes == 1) {
    body(uint8_t{});
  } else if (bytes == 2) {
    body(uint16_t{});
  } else {
    body(uint32_t{});
  }
}

}  // namespace

arrow::Status CodePages::Add(const uint8_t* validity, int64_t offset, int64_t rows,
                             const uint32_t* codes, int64_t valid, uint32_t bits) {
  const int bytes = bits < 1 << 8 ? 1 : bits < 1 << 16 ? 2 : 4;
  if (bytes > code_bytes_) ARROW_RETURN_NOT_OK(Widen(bytes));
  ARROW_RETURN_NOT_OK(codes_.Reserve(std::max(valid * code_bytes_, usual_bytes_)));
  usual_bytes_ = 0;
  OfWidth(code_bytes_, [&]<typename T>(T) {
    NarrowCodes(codes, valid, reinterpret_cast<T*>(codes_.end()));
  });
  codes_.Advance(valid * code_bytes_);
  num_codes_ += valid;
  levels_.Add(validity, offset, rows, valid);
  return arrow::Status::OK();
}

arrow::Status CodePages::Widen(int bytes) {
  ByteBuffer wider;
  ARROW_RETURN_NOT_OK(wider.Reserve(num_codes_ * bytes));
  OfWidth(code_bytes_, [&]<typename From>(From) {
    OfWidth(bytes, [&]<typename To>(To) {
      const auto* in = reinterpret_cast<const From*>(codes_.data());
      auto* out = reinterpret_cast<To*>(wider.data());
      for (int64_t i = 0; i < num_codes_; ++i) out[i] = static_cast<To>(in[i]);
    });
  });
  wider.Advance(num_codes_ * bytes);
  codes_ = std::move(wider);
  code_bytes_ = bytes;
  return arrow::Status::OK();
}

arrow::Status CodePages::EndPage() {
  Page page{levels_.num_rows(), levels_.num_values(), page_begin_, level_bytes_.size(),
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
  page_begin_ = num_codes_;
  levels_.Clear();
  return arrow::Status::OK();
}

arrow::Status CodePages::Write(size_t i, std::span<const uint32_t> place_of, int64_t size,
                               ByteBuffer* out, EncodedPage* encoded) {
  const Page& page = pages_[i];
  const int width = size < 2 ? 0 : WidthOf(static_cast<uint32_t>(size - 1));
  const int64_t levels = page.levels_end - page.levels_begin;
  // A run of its own has a head and ends packed groups before their eighth code.
  const int64_t runs = page.num_values / kMinRun + 1;
  ARROW_RETURN_NOT_OK(out->Reserve(levels + 64 + runs * (width + 16) +
                                   (page.num_values + kPackCodes) * width / 8));
  encoded->offset = out->size();
  encoded->num_rows = encoded->num_values = page.num_rows;
  out->Append(level_bytes_.data() + page.levels_begin, levels);
  uint8_t* at = out->end();
  *at++ = static_cast<uint8_t>(width);
  if (width == 0 && page.num_values > 0) {
    at = WriteRun(0, page.num_values, 0, at);
  } else if (width > 0) {
    OfWidth(code_bytes_, [&]<typename T>(T) {
      const T* codes = reinterpret_cast<const T*>(codes_.data()) + page.codes_begin;
      const auto num_values = static_cast<size_t>(page.num_values);
      if (place_of.empty()) {
        at = WriteCodes(std::span(codes, num_values), width, at);
        return;
      }
      // One column of a thread is written at a time.
      thread_local std::vector<T> places;
      if (places.size() < num_values) places.resize(num_values);
      PlacesOf(codes, page.num_values, place_of, places.data());
      at = WriteCodes(std::span<const T>(places.data(), num_values), width, at);
    });
  }
  out->Advance(at - out->end());
  encoded->size = encoded->uncompressed_size = out->size() - encoded->offset;
  return arrow::Status::OK();
}

void CodePages::Clear() {
  usual_bytes_ = codes_.size();
  codes_.Release();
  level_bytes_.Clear();
  pages_.clear();
  num_codes_ = page_begin_ = 0;
  levels_.Clear();
}

}  // namespace lakeseed
