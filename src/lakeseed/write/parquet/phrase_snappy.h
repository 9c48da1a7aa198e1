// PhraseSnappy: texts to a Snappy stream that copies the phrases of a text from the last
// one that had them: from its first letter on, behind its first comma, and from its last
// comma on; without commas behind its last blank.
//
// "5318 Harriet Ct, Atlanta, GA 30314" has its street, its town and its state from
// elsewhere. Three looks a text take a third of the time of a search for words
// (word_compressor.h). They reach back over all of the page, not 64 KiB as the library
// does: Snappy has a copy of five bytes for that, and towns come again.
//
// Law: the stream is a function of the bytes and the lengths, on every machine.
//
// Thread safety: one thread at a time.

#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace lakeseed {

class PhraseSnappy {
 public:
  /// Room that Compress() needs.
  static int64_t MaxSize(int64_t size, int64_t num_texts) {
    return size + 5 * num_texts + 128;
  }

  /// Returns the size of the stream. The last bytes of `in` are texts of these lengths,
  /// each with `gap` bytes before it that belong to none; what stands before them becomes
  /// one literal. REQUIRES: size < 2^31; no length is negative; MaxSize() bytes at `out`.
  int64_t Compress(const uint8_t* in, int64_t size, std::span<const int32_t> lengths,
                   int64_t gap, uint8_t* out);

  /// A text has at most so many phrases.
  static constexpr int kPhrases = 3;
  static constexpr int kTableBits = 15;
  /// Where such phrases began, by hash.
  using Table = std::array<uint32_t, 1 << kTableBits>;

 private:
  std::array<Table, kPhrases> tables_;
};

}  // namespace lakeseed
