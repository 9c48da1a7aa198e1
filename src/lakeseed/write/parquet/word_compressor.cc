#include "lakeseed/write/parquet/word_compressor.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "lakeseed/base/simd_level.h"

namespace lakeseed {
namespace {

/// Bytes at the end that no word is looked for in, so that all reads stay inside.
constexpr int64_t kTail = 128;
/// A copy is looked for from this many bytes of a word.
constexpr int kHashedBytes = 4;
/// Begins of a match before the word itself are looked for in so many bytes.
constexpr int64_t kBack = 8;

/// Bit i: byte i is a letter, a digit or beyond ASCII.
[[gnu::always_inline]] inline uint64_t WordBytes(const uint8_t* at) {
  constexpr uint64_t kEach = 0x0101010101010101, kHigh = 0x80 * kEach;
  uint64_t words[8];
  std::memcpy(words, at, sizeof(words));
  for (uint64_t& bytes : words) {
    const uint64_t low = bytes & ~kHigh;
    // The high bit of each byte says whether the byte reaches '0', ':' and 'A'.
    const uint64_t from_0 = low + (0x80 - '0') * kEach;
    const uint64_t from_colon = low + (0x80 - ':') * kEach;
    const uint64_t from_a = low + (0x80 - 'A') * kEach;
    const uint64_t marked = (bytes | (from_0 & ~from_colon) | from_a) & kHigh;
    bytes = ((marked >> 7) * 0x0102040810204080) >> 56;
  }
  uint64_t bits = 0;
  for (int i = 0; i < 8; ++i) bits |= words[i] << (8 * i);
  return bits;
}

/// Write the words' begins in [begin, end), whole 64 bytes; returns how many.
LAKESEED_KERNEL(int64_t, WordBegins,
                (const uint8_t* in, int64_t begin, int64_t end, bool* ends_in_word,
                 uint32_t* words),
                (in, begin, end, ends_in_word, words)) {
  uint32_t* out = words;
  uint64_t before = *ends_in_word ? 1 : 0;
  for (; begin < end; begin += 64) {
    const uint64_t bytes = WordBytes(in + begin);
    uint64_t begins = bytes & ~(bytes << 1 | before);
    before = bytes >> 63;
    const int count = std::popcount(begins);
    // Eight at a time, whether there are so many or not: few branches.
    for (int written = 0; written < count; written += 8) {
      for (int i = 0; i < 8; ++i, begins &= begins - 1) {
        out[written + i] = static_cast<uint32_t>(begin + std::countr_zero(begins));
      }
    }
    out += count;
  }
  *ends_in_word = before != 0;
  return out - words;
}

/// Equal bytes from a and b on, as long as a whole word of them fits before `end`.
int64_t EqualBytes(const uint8_t* a, const uint8_t* b, const uint8_t* end) {
  const uint64_t first = WordAt(a) ^ WordAt(b), second = WordAt(a + 8) ^ WordAt(b + 8);
  if ((first | second) != 0) {
    // No branch on which of the two differs: nobody can predict it.
    const uint64_t in_second = -static_cast<uint64_t>(first == 0);
    const uint64_t differs = first | (second & in_second);
    return (std::countr_zero(differs) >> 3) + static_cast<int64_t>(in_second & 8);
  }
  int64_t n = 16;
  for (; a + n < end; n += 8) {
    const uint64_t differs = WordAt(a + n) ^ WordAt(b + n);
    if (differs != 0) return n + (std::countr_zero(differs) >> 3);
  }
  return n;
}

}  // namespace

template <bool kDomains>
int64_t WordCompressor::FindMatches(const uint8_t* in, int64_t num_words) {
  Match* out = matches_.data();
  for (int64_t i = 0; i < num_words; ++i) {
    const uint32_t begin = words_[static_cast<size_t>(i)];
    const uint64_t bytes = WordAt(in + begin) << (64 - 8 * kHashedBytes);
    uint64_t hashed = bytes;
    if constexpr (kDomains) {
      const bool is_domain = begin > 0 && in[begin - 1] == '@';
      const uint64_t more = WordAt(in + begin + kHashedBytes);
      hashed ^= (more & -static_cast<uint64_t>(is_domain)) * 0xD1B54A32D192ED03;
    }
    uint16_t& last = last_[(hashed * 0x9E3779B97F4A7C15) >> (64 - kHashBits)];
    const uint16_t offset = static_cast<uint16_t>(begin - last);
    last = static_cast<uint16_t>(begin);
    // Where nothing was noted, or long ago, it is some place that is looked at in vain.
    const uint32_t earlier = begin - offset;
    const uint64_t other = WordAt(in + earlier) << (64 - 8 * kHashedBytes);
    *out = {begin, earlier};
    out += static_cast<int>(bytes == other) & static_cast<int>(offset != 0) &
           static_cast<int>(earlier >= kBack);
  }
  return out - matches_.data();
}

template <class Elements>
int64_t WordCompressor::Compress(const uint8_t* in, int64_t size, uint8_t* out) {
  uint8_t* const stream = out;
  out = Elements::Begin(size, out);
  last_.fill(0);
  bool ends_in_word = false;  // What was looked at.
  const int64_t looked = std::max<int64_t>(size - kTail, 0);
  const uint8_t* const end = in + looked + kTail / 2;
  int64_t done = 0;
  for (int64_t block = 0; block < looked; block += kBlock) {
    const int64_t words = WordBegins(in, block, std::min(block + kBlock, looked),
                                     &ends_in_word, words_.data());
    const bool has_domains = std::memchr(in + block, '@', kTail) != nullptr;
    const int64_t matches =
        has_domains ? FindMatches<true>(in, words) : FindMatches<false>(in, words);
    for (int64_t i = 0; i < matches; ++i) {
      const Match& match = matches_[static_cast<size_t>(i)];
      if (match.begin < done) continue;
      const uint8_t *at = in + match.begin, *earlier = in + match.earlier;
      int64_t literal = match.begin - done;
      const uint64_t before = WordAt(at - kBack) ^ WordAt(earlier - kBack);
      const int64_t back = std::min<int64_t>(std::countl_zero(before) >> 3, literal);
      const int64_t copied = back + EqualBytes(at, earlier, end);
      literal -= back;
      out = Elements::Pair(in + done, literal, match.begin - match.earlier, copied, out);
      done += literal + copied;
    }
  }
  return Elements::End(in + done, size - done, out) - stream;
}

template int64_t WordCompressor::Compress<SnappyElements>(const uint8_t*, int64_t,
                                                          uint8_t*);
template int64_t WordCompressor::Compress<Lz4Elements>(const uint8_t*, int64_t, uint8_t*);

}  // namespace lakeseed
