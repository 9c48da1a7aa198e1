#include "lakeseed/write/parquet/phrase_snappy.h"

#include <algorithm>
#include <bit>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/write/byte_buffer.h"
#include "lakeseed/write/parquet/byte_match.h"
#include "lakeseed/write/parquet/snappy_elements.h"

namespace lakeseed {
namespace {

/// Phrases are looked for in so many bytes of a text.
constexpr int64_t kLooked = 64;
/// A literal of so many bytes has a tag of one, and is copied in one go.
constexpr uint32_t kTaggedLiteral = 60;
/// A phrase is as long as it equals the earlier one, up to this.
constexpr uint32_t kMostEqual = 2 * kCompared;
/// Behind the texts that are looked at, so that all reads stay inside.
constexpr int64_t kBehind = kLooked;
/// Each kind is known by so many bytes: of a town more, as many begin alike.
constexpr int kHashed[PhraseSnappy::kPhrases] = {8, 8, 7};
/// Copies of up to 64 KiB back are of three bytes, others of five; with the tag of the
/// literal behind them shorter ones save nothing.
constexpr uint32_t kNear = 1 << 16, kLeastNear = 5, kLeastFar = 7;

/// Texts on their way into the stream. Each step is taken for all of them before the
/// next: what a phrase is compared with is far away, and so is what says where.
struct Batch {
  static constexpr int64_t kMost = 32;

  int64_t count = 0;
  uint32_t ends[kMost] = {};
  // Of each kind: where the phrase begins, how far before it the earlier one began, and
  // bytes that are equal, then those that are copied.
  uint32_t begins[PhraseSnappy::kPhrases][kMost] = {};
  uint32_t offsets[PhraseSnappy::kPhrases][kMost] = {};
  uint32_t sizes[PhraseSnappy::kPhrases][kMost] = {};
};

/// What the first bytes of each text are; bit i says it of byte i.
struct ByteKinds {
  uint64_t letters[Batch::kMost], commas[Batch::kMost], blanks[Batch::kMost];
};

#if defined(LAKESEED_HAS_LEVELS)
LAKESEED_AVX512 void KindsByAvx512(const uint8_t* in, uint32_t begin,
                                   const int32_t* lengths, uint32_t gap, int64_t count,
                                   ByteKinds* kinds) {
  for (int64_t i = 0; i < count; ++i) {
    begin += gap;
    const __m512i bytes = _mm512_loadu_si512(in + begin);
    kinds->letters[i] = _mm512_cmpge_epu8_mask(bytes, _mm512_set1_epi8('A'));
    kinds->commas[i] = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(','));
    kinds->blanks[i] = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(' '));
    begin += static_cast<uint32_t>(lengths[i]);
  }
}
#endif

/// Letters are all that is beyond ASCII, too.
void KindsOf(const uint8_t* in, uint32_t begin, const int32_t* lengths, uint32_t gap,
             int64_t count, ByteKinds* kinds) {
#if defined(LAKESEED_HAS_LEVELS)
  if (SimdLevelInUse() == SimdLevel::kAvx512) {
    return KindsByAvx512(in, begin, lengths, gap, count, kinds);
  }
#endif
  for (int64_t i = 0; i < count; ++i) {
    begin += gap;
    uint64_t letters = 0, commas = 0, blanks = 0;
#if defined(LAKESEED_HAS_LEVELS)
    for (int at = 0; at < kLooked; at += kCompared) {
      const __m128i bytes =
          _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + begin + at));
      const auto bits_of = [at](__m128i is_one) {
        return static_cast<uint64_t>(_mm_movemask_epi8(is_one)) << at;
      };
      letters |= bits_of(_mm_cmpeq_epi8(_mm_max_epu8(bytes, _mm_set1_epi8('A')), bytes));
      commas |= bits_of(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(',')));
      blanks |= bits_of(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' ')));
    }
#else
    for (int at = 0; at < kLooked; ++at) {
      const uint8_t byte = in[begin + at];
      letters |= uint64_t{byte >= 'A'} << at;
      commas |= uint64_t{byte == ','} << at;
      blanks |= uint64_t{byte == ' '} << at;
    }
#endif
    kinds->letters[i] = letters;
    kinds->commas[i] = commas;
    kinds->blanks[i] = blanks;
    begin += static_cast<uint32_t>(lengths[i]);
  }
}

/// Returns the end of the last.
[[gnu::always_inline]] inline uint32_t FindPhrases(const uint8_t* in, uint32_t begin,
                                                   const int32_t* lengths, uint32_t gap,
                                                   Batch* batch) {
  ByteKinds kinds;
  KindsOf(in, begin, lengths, gap, batch->count, &kinds);
  for (int64_t i = 0; i < batch->count; ++i) {
    begin += gap;
    const auto length = static_cast<uint32_t>(lengths[i]);
    const uint64_t inside = length < kLooked ? (uint64_t{1} << length) - 1 : ~uint64_t{0};
    const auto first = [](uint64_t bits) -> uint32_t {
      return bits == 0 ? 0 : std::countr_zero(bits);
    };
    const auto last = [](uint64_t bits) -> uint32_t {
      return bits == 0 ? 0 : 63 - std::countl_zero(bits);
    };
    const uint64_t commas = kinds.commas[i] & inside;
    const uint64_t breaks = commas != 0 ? commas : kinds.blanks[i] & inside;
    const uint32_t middle = commas != 0 ? first(commas) + 2 : last(breaks) + 1;
    batch->begins[0][i] = begin + first(kinds.letters[i] & inside);
    batch->begins[1][i] = begin + std::min(middle, length);
    batch->begins[2][i] = begin + last(breaks);
    begin += length;
    batch->ends[i] = begin;
  }
  return begin;
}

/// Where nothing was noted the first bytes of all are looked at, mostly in vain.
template <int kKind>
[[gnu::always_inline]] inline void FindEarlier(const uint8_t* in, uint32_t* table,
                                               Batch* batch) {
  for (int64_t i = 0; i < batch->count; ++i) {
    const uint32_t begin = batch->begins[kKind][i];
    const uint64_t bytes = WordAt(in + begin) << (64 - 8 * kHashed[kKind]);
    uint32_t& noted = table[SlotOfBytes(bytes, PhraseSnappy::kTableBits)];
    batch->offsets[kKind][i] = begin - noted;
    noted = begin;
  }
}

[[gnu::always_inline]] inline void CompareWithEarlier(const uint8_t* in, int kind,
                                                      Batch* batch) {
  for (int64_t i = 0; i < batch->count; ++i) {
    const uint8_t* const at = in + batch->begins[kind][i];
    const uint8_t* const earlier = at - batch->offsets[kind][i];
    const uint32_t differs =
        DifferingBytes(at, earlier) | DifferingBytes(at + kCompared, earlier + kCompared)
                                          << kCompared;
    batch->sizes[kind][i] =
        static_cast<uint32_t>(std::countr_zero(differs | uint64_t{1} << kMostEqual));
  }
}

/// A phrase that begins inside a copy is none.
[[gnu::always_inline]] inline void ChooseCopies(Batch* batch) {
  // Of all that there is room for: a number that is known beforehand.
  for (int64_t i = 0; i < Batch::kMost; ++i) {
    uint32_t copied = 0;  // Where the last copy ends.
    for (int kind = 0; kind < PhraseSnappy::kPhrases; ++kind) {
      const uint32_t begin = batch->begins[kind][i], offset = batch->offsets[kind][i];
      const uint32_t size = std::min(batch->sizes[kind][i], batch->ends[i] - begin);
      const uint32_t least = offset < kNear ? kLeastNear : kLeastFar;
      const bool pays = (size >= least) & (offset != 0) & (begin >= copied);
      batch->sizes[kind][i] = pays ? size : 0;
      copied = pays ? begin + size : copied;
    }
  }
}

/// What is written of the texts, up to `done`; what is left becomes part of a literal.
struct Written {
  uint32_t done;
  uint8_t* out;
};

[[gnu::always_inline]] inline void WriteCopies(const uint8_t* in, const Batch& batch,
                                               Written* written) {
  uint32_t done = written->done;
  uint8_t* out = written->out;
  for (int64_t i = 0; i < batch.count; ++i) {
    for (int kind = 0; kind < PhraseSnappy::kPhrases; ++kind) {
      const uint32_t size = batch.sizes[kind][i], offset = batch.offsets[kind][i];
      const uint32_t begin = batch.begins[kind][i], literal = begin - done;
      uint8_t* behind = out;
      if (size == 0 || literal <= kTaggedLiteral) [[likely]] {
        // Written in any case, and stays if there is a copy behind it.
        *behind = static_cast<uint8_t>((literal - 1) << 2);
        behind += literal > 0 ? 1 : 0;
        std::memcpy(behind, in + done, kLooked);
        behind += literal;
      } else {
        behind = WriteLiteral(in + done, literal, behind);
      }
      out = size == 0 ? out : behind;
      const uint32_t is_far = offset < kNear ? 0 : 1;
      const uint64_t copy =
          uint64_t{2 + is_far} | uint64_t{size - 1} << 2 | uint64_t{offset} << 8;
      std::memcpy(out, &copy, sizeof(copy));
      out += size == 0 ? 0 : 3 + 2 * is_far;
      done = size == 0 ? done : begin + size;
    }
  }
  *written = {done, out};
}

LAKESEED_KERNEL(Written, WriteTexts,
                (const uint8_t* in, uint32_t begin, const int32_t* lengths, int64_t n,
                 uint32_t gap, PhraseSnappy::Table* tables, Written written),
                (in, begin, lengths, n, gap, tables, written)) {
  Batch batch;
  for (int64_t i = 0; i < n; i += Batch::kMost) {
    batch.count = std::min(n - i, Batch::kMost);
    begin = FindPhrases(in, begin, lengths + i, gap, &batch);
    FindEarlier<0>(in, tables[0].data(), &batch);
    FindEarlier<1>(in, tables[1].data(), &batch);
    FindEarlier<2>(in, tables[2].data(), &batch);
    for (int kind = 0; kind < PhraseSnappy::kPhrases; ++kind) {
      CompareWithEarlier(in, kind, &batch);
    }
    ChooseCopies(&batch);
    WriteCopies(in, batch, &written);
  }
  return written;
}

}  // namespace

int64_t PhraseSnappy::Compress(const uint8_t* in, int64_t size,
                               std::span<const int32_t> lengths, int64_t gap,
                               uint8_t* out) {
  uint8_t* const stream = out;
  out = WriteVarint(static_cast<uint64_t>(size), out);
  for (Table& table : tables_) table.fill(0);
  int64_t begin = size;
  for (const int32_t length : lengths) begin -= length + gap;
  // The last texts have nothing behind them.
  int64_t end = size;
  while (!lengths.empty() && end + kBehind > size) {
    end -= lengths.back() + gap;
    lengths = lengths.first(lengths.size() - 1);
  }
  Written written = {0, out};
  if (!lengths.empty()) {
    if (begin > kTaggedLiteral) {
      written = {static_cast<uint32_t>(begin), WriteLiteral(in, begin, out)};
    }
    written =
        WriteTexts(in, static_cast<uint32_t>(begin), lengths.data(), std::ssize(lengths),
                   static_cast<uint32_t>(gap), tables_.data(), written);
  }
  if (written.done < size) {
    written.out = WriteLiteral(in + written.done, size - written.done, written.out);
  }
  return written.out - stream;
}

}  // namespace lakeseed
