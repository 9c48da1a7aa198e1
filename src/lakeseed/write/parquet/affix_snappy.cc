#include "lakeseed/write/parquet/affix_snappy.h"

#include <algorithm>
#include <bit>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/write/byte_buffer.h"
#include "lakeseed/write/parquet/byte_match.h"
#include "lakeseed/write/parquet/snappy_elements.h"

namespace lakeseed {
namespace {

/// Behind the texts that are looked at, so that all reads stay inside.
constexpr int64_t kBehind = kCompared + kShortLiteral;
/// Shorter copies save nothing.
constexpr uint32_t kLeastHead = 4, kLeastTail = 5;

/// Texts one behind the other, on their way into the stream. Each step is taken for all
/// of them before the next: what a text is compared with is far away, and so is what says
/// where; the steps between are made for several texts at once.
struct Batch {
  static constexpr int64_t kMost = 32;

  const uint8_t* first = nullptr;  ///< The begin of the first.
  int64_t count = 0;
  uint32_t lengths[kMost] = {};
  // Of each, how far before it another text began and ended alike, or did not; bytes that
  // are equal, then those that are copied; the copies, and their own sizes.
  uint32_t head_offsets[kMost] = {}, tail_offsets[kMost] = {};
  uint32_t head_sizes[kMost] = {}, tail_sizes[kMost] = {};
  uint32_t head_copies[kMost] = {}, tail_copies[kMost] = {};
  uint32_t head_copy_sizes[kMost] = {}, tail_copy_sizes[kMost] = {};
};

/// Where texts of such a begin and end stood is noted by hash, modulo 64 Ki. Where
/// nothing was noted, or long ago, some other place is looked at in vain. Returns the end
/// of the last.
[[gnu::always_inline]] inline uint32_t FindEarlier(uint32_t begin, const int32_t* lengths,
                                                   uint16_t* heads, uint16_t* tails,
                                                   Batch* batch) {
  const uint8_t* first = batch->first;
  for (int64_t i = 0; i < batch->count; ++i) {
    const uint32_t length = batch->lengths[i] = static_cast<uint32_t>(lengths[i]);
    const uint8_t* const behind = first + length;
    const uint32_t end = begin + length;
    uint16_t& tail_at =
        tails[SlotOfBytes(WordAt(behind - 8) >> (64 - 8 * AffixSnappy::kTailBytes),
                          AffixSnappy::kTailBits)];
    batch->tail_offsets[i] = static_cast<uint16_t>(end - tail_at);
    tail_at = static_cast<uint16_t>(end);
    uint16_t& head_at = heads[SlotOfBytes(
        WordAt(first) << (64 - 8 * AffixSnappy::kHeadBytes), AffixSnappy::kHeadBits)];
    batch->head_offsets[i] = static_cast<uint16_t>(begin - head_at);
    head_at = static_cast<uint16_t>(begin);
    first = behind;
    begin = end;
  }
  return begin;
}

[[gnu::always_inline]] inline void CompareWithEarlier(Batch* batch) {
  const uint8_t* first = batch->first;
  for (int64_t i = 0; i < batch->count; ++i) {
    const uint8_t* const behind = first + batch->lengths[i];
    const uint32_t tail_differs =
        DifferingBytes(behind - kCompared, behind - batch->tail_offsets[i] - kCompared);
    batch->tail_sizes[i] =
        static_cast<uint32_t>(std::countl_zero(tail_differs << 16 | 0x8000));
    const uint32_t head_differs = DifferingBytes(first, first - batch->head_offsets[i]);
    batch->head_sizes[i] =
        static_cast<uint32_t>(std::countr_zero(head_differs | 0x10000));
    first = behind;
  }
}

[[gnu::always_inline]] inline void ChooseCopies(Batch* batch) {
  // Of all that there is room for: a number that is known beforehand.
  for (int64_t i = 0; i < Batch::kMost; ++i) {
    const uint32_t length = batch->lengths[i];
    const auto size_of = [](uint32_t offset, uint32_t equal, uint32_t least) {
      const bool pays = (equal >= least) & (offset != 0);
      return pays ? equal : 0;
    };
    const uint32_t offset = batch->tail_offsets[i];
    const uint32_t tail =
        size_of(offset, std::min(batch->tail_sizes[i], length), kLeastTail);
    const uint32_t is_short = HasShortCopy(offset, tail);
    batch->tail_sizes[i] = tail;
    batch->tail_copies[i] = is_short ? ShortCopy(offset, tail) : LongCopy(offset, tail);
    batch->tail_copy_sizes[i] = tail == 0 ? 0 : 3 - is_short;

    const uint32_t head =
        size_of(batch->head_offsets[i], std::min(batch->head_sizes[i], length - tail),
                kLeastHead);
    batch->head_sizes[i] = head;
    batch->head_copies[i] = LongCopy(batch->head_offsets[i], head);
    batch->head_copy_sizes[i] = head == 0 ? 0 : 3;
  }
}

[[gnu::always_inline]] inline uint8_t* WriteElements(const Batch& batch, uint8_t* out) {
  const uint8_t* first = batch.first;
  for (int64_t i = 0; i < batch.count; ++i) {
    // Each copy is written, and stays if there is one.
    std::memcpy(out, &batch.head_copies[i], sizeof(uint32_t));
    out += batch.head_copy_sizes[i];
    const int64_t rest =
        int64_t{batch.lengths[i]} - batch.head_sizes[i] - batch.tail_sizes[i];
    const uint8_t* const bytes = first + batch.head_sizes[i];
    out = rest > kShortLiteral ? WriteLiteral(bytes, rest, out)
                               : WriteShortLiteral(bytes, rest, out);
    std::memcpy(out, &batch.tail_copies[i], sizeof(uint32_t));
    out += batch.tail_copy_sizes[i];
    first += batch.lengths[i];
  }
  return out;
}

LAKESEED_KERNEL(uint8_t*, WriteTexts,
                (const uint8_t* in, uint32_t begin, const int32_t* lengths, int64_t n,
                 uint16_t* heads, uint16_t* tails, uint8_t* out),
                (in, begin, lengths, n, heads, tails, out)) {
  Batch batch;
  for (int64_t i = 0; i < n; i += Batch::kMost) {
    batch.first = in + begin;
    batch.count = std::min(n - i, Batch::kMost);
    begin = FindEarlier(begin, lengths + i, heads, tails, &batch);
    CompareWithEarlier(&batch);
    ChooseCopies(&batch);
    out = WriteElements(batch, out);
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
