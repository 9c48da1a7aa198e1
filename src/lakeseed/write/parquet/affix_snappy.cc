#include "lakeseed/write/parquet/affix_snappy.h"

#include <algorithm>
#include <bit>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/write/byte_buffer.h"
#include "lakeseed/write/parquet/snappy_elements.h"

#if defined(LAKESEED_HAS_LEVELS)
#include <immintrin.h>
#endif

namespace lakeseed {
namespace {

/// Bytes that are compared, of a begin and of an end.
constexpr int64_t kCompared = 16;
/// Behind the texts that are looked at, so that all reads stay inside.
constexpr int64_t kBehind = kCompared + kShortLiteral;
/// Shorter copies save nothing.
constexpr uint32_t kLeastHead = 4, kLeastTail = 5;

/// Bit i: byte i of sixteen differs.
[[gnu::always_inline]] inline uint32_t Differences(const uint8_t* a, const uint8_t* b) {
#if defined(LAKESEED_HAS_LEVELS)
  const auto load = [](const uint8_t* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  };
  const int equal = _mm_movemask_epi8(_mm_cmpeq_epi8(load(a), load(b)));
  return static_cast<uint32_t>(equal) ^ 0xFFFF;
#else
  uint32_t bits = 0;
  for (int i = 0; i < kCompared; ++i) bits |= uint32_t{a[i] != b[i]} << i;
  return bits;
#endif
}

/// Bytes of a text that stand at an offset before it as well, if they are worth a copy.
struct Affix {
  uint32_t offset, size;
  uint32_t mask;  ///< All ones if there is a copy: nobody could predict a branch on it.

  /// \param equal  bytes, of which the text may have fewer.
  Affix(uint32_t earlier, uint32_t equal, uint32_t least, uint32_t most)
      : offset(earlier), size(std::min(equal, most)) {
    mask = -(static_cast<uint32_t>(size >= least) & static_cast<uint32_t>(offset != 0));
    size &= mask;
  }
};

/// The slot of the bytes in a table of 1 << bits.
[[gnu::always_inline]] inline uint64_t SlotOf(uint64_t bytes, int bits) {
  return (bytes * 0x9E3779B97F4A7C15) >> (64 - bits);
}

/// Write texts one behind the other; where texts of such a begin and end stood is noted
/// by hash, modulo 64 Ki. Where nothing was noted, or long ago, some other place is
/// looked at in vain.
LAKESEED_KERNEL(uint8_t*, WriteTexts,
                (const uint8_t* in, uint32_t begin, const int32_t* lengths, int64_t n,
                 uint16_t* heads, uint16_t* tails, uint8_t* out),
                (in, begin, lengths, n, heads, tails, out)) {
  for (int64_t i = 0; i < n; ++i) {
    const auto length = static_cast<uint32_t>(lengths[i]);
    const uint32_t end = begin + length;
    const uint8_t *const first = in + begin, *const behind = in + end;

    uint16_t& tail_at =
        tails[SlotOf(WordAt(behind - 8) >> (64 - 8 * AffixSnappy::kTailBytes),
                     AffixSnappy::kTailBits)];
    const uint32_t tail_offset = static_cast<uint16_t>(end - tail_at);
    tail_at = static_cast<uint16_t>(end);
    const uint32_t tail_differs =
        Differences(behind - kCompared, behind - tail_offset - kCompared);
    const Affix tail(tail_offset,
                     static_cast<uint32_t>(std::countl_zero(tail_differs << 16 | 0x8000)),
                     kLeastTail, length);

    uint16_t& head_at = heads[SlotOf(WordAt(first) << (64 - 8 * AffixSnappy::kHeadBytes),
                                     AffixSnappy::kHeadBits)];
    const uint32_t head_offset = static_cast<uint16_t>(begin - head_at);
    head_at = static_cast<uint16_t>(begin);
    const uint32_t head_differs = Differences(first, first - head_offset);
    const Affix head(head_offset,
                     static_cast<uint32_t>(std::countr_zero(head_differs | 0x10000)),
                     kLeastHead, length - tail.size);

    // Each element is written, and stays if there is one.
    out += (WriteLongCopy(head.offset, head.size, out) - out) &
           static_cast<int32_t>(head.mask);
    const int64_t rest = int64_t{length} - head.size - tail.size;
    out = rest > kShortLiteral ? WriteLiteral(first + head.size, rest, out)
                               : WriteShortLiteral(first + head.size, rest, out);
    out +=
        (WriteCopy(tail.offset, tail.size, out) - out) & static_cast<int32_t>(tail.mask);
    begin = end;
  }
  return out;
}

}  // namespace

int64_t AffixSnappy::Compress(const uint8_t* in, int64_t size,
                              std::span<const int32_t> lengths, uint8_t* out) {
  uint8_t* const stream = out;
  out = WriteVarint(static_cast<uint64_t>(size), out);
  heads_.fill(static_cast<uint16_t>(kCompared));
  tails_.fill(static_cast<uint16_t>(kCompared));
  int64_t begin = size;
  for (const int32_t length : lengths) begin -= length;
  // The first bytes have nothing before them, the last nothing behind them.
  while (!lengths.empty() && begin < kCompared) {
    begin += lengths[0];
    lengths = lengths.subspan(1);
  }
  int64_t end = size;
  while (!lengths.empty() && end + kBehind > size) {
    end -= lengths.back();
    lengths = lengths.first(lengths.size() - 1);
  }
  if (begin > 0) out = WriteLiteral(in, begin, out);
  out = WriteTexts(in, static_cast<uint32_t>(begin), lengths.data(), std::ssize(lengths),
                   heads_.data(), tails_.data(), out);
  if (end < size) out = WriteLiteral(in + end, size - end, out);
  return out - stream;
}

}  // namespace lakeseed
