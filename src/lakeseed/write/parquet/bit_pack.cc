#include "lakeseed/write/parquet/bit_pack.h"

#include <array>
#include <cstring>
#include <utility>

#include "lakeseed/base/simd_level.h"

namespace lakeseed {
namespace {

/// Value I of a run: its place is known to the compiler, so all shifts are constants.
template <typename Word, int W, int I>
inline __attribute__((always_inline)) void PackOne(const Word* in, Word* open,
                                                   uint8_t* out) {
  constexpr int kBits = 8 * sizeof(Word);
  constexpr int kAt = I * W % kBits;
  constexpr int kWord = I * W / kBits;
  if constexpr (kAt == 0) {
    *open = in[I];
  } else {
    *open |= in[I] << kAt;
  }
  if constexpr (kAt + W >= kBits) {
    std::memcpy(out + kWord * sizeof(Word), open, sizeof(Word));
    if constexpr (kAt + W > kBits) *open = in[I] >> (kBits - kAt);
  }
}

template <typename Word, int W>
void PackAll(const Word* in, uint8_t* out) {
  if constexpr (W > 0) {
    Word open = 0;
    [&]<int... I>(std::integer_sequence<int, I...>) {
      (PackOne<Word, W, I>(in, &open, out), ...);
    }
    (std::make_integer_sequence<int, 8 * sizeof(Word)>{});
  }
}

template <typename Word>
using PackFunction = void (*)(const Word* in, uint8_t* out);

template <typename Word>
constexpr auto kPackers = []<int... W>(std::integer_sequence<int, W...>) {
  return std::array<PackFunction<Word>, sizeof...(W)>{PackAll<Word, W>...};
}
(std::make_integer_sequence<int, 8 * sizeof(Word) + 1>{});

}  // namespace

void PackWords(const uint32_t* values, int width, uint8_t* out) {
  kPackers<uint32_t>[static_cast<size_t>(width)](values, out);
}
void PackWords(const uint64_t* values, int width, uint8_t* out) {
  kPackers<uint64_t>[static_cast<size_t>(width)](values, out);
}

LAKESEED_KERNEL(void, PackBytes,
                (const uint8_t* values, int64_t n, int width, uint8_t* out),
                (values, n, width, out)) {
  constexpr uint64_t kPairs = 0x00FF00FF00FF00FF, kFours = 0x0000FFFF0000FFFF,
                     kEight = 0x00000000FFFFFFFF;
  const int one = 8 - width, two = 2 * one, four = 4 * one;
  for (int64_t i = 0; i < n; i += 64) {
    uint64_t words[8];
    std::memcpy(words, values + i, sizeof(words));
    for (uint64_t& word : words) {  // Neighbours move together: two, four, eight.
      word = (word & kPairs) | ((word & ~kPairs) >> one);
      word = (word & kFours) | ((word & ~kFours) >> two);
      word = (word & kEight) | ((word & ~kEight) >> four);
    }
    // Each writes over the zeros behind the one before.
    for (const uint64_t word : words) {
      std::memcpy(out, &word, sizeof(word));
      out += width;
    }
  }
}

}  // namespace lakeseed
