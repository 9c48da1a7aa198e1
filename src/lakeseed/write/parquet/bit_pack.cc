#include "lakeseed/write/parquet/bit_pack.h"

#include <array>
#include <cstring>
#include <utility>

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

}  // namespace lakeseed
