// AffixSnappy: texts, one behind the other, to a Snappy stream that copies how a text
// begins and how it ends from the last one that began or ended so.
//
// E-mail addresses share given names and domains, lines of an address share streets.
// Two looks a text take a third of the time of a search for words (word_compressor.h), as
// no word has to be found: it is known where texts begin and end.
//
// Law: the stream is a function of the bytes and the lengths, on every machine.
//
// Thread safety: one thread at a time.

#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace lakeseed {

class AffixSnappy {
 public:
  /// Room that Compress() needs.
  static int64_t MaxSize(int64_t size, int64_t num_texts) {
    return size + 5 * num_texts + 64;
  }

  /// Returns the size of the stream. The last bytes of `in` are texts of these lengths;
  /// what stands before them becomes one literal. REQUIRES: size < 2^32; no length is
  /// negative; MaxSize() bytes at `out`.
  int64_t Compress(const uint8_t* in, int64_t size, std::span<const int32_t> lengths,
                   uint8_t* out);

  /// Begins and ends are known by so many bytes, in tables of so many places.
  static constexpr int kHeadBytes = 4, kTailBytes = 6;
  static constexpr int kHeadBits = 13, kTailBits = 14;

 private:
  // By hash: where a text began and where one ended, modulo 64 Ki.
  std::array<uint16_t, 1 << kHeadBits> heads_;
  std::array<uint16_t, 1 << kTailBits> tails_;
};

}  // namespace lakeseed
