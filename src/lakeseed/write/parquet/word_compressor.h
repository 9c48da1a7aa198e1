// WordCompressor: texts to a Snappy or LZ4 stream whose copies begin where a word was
// seen before, within the 64 KiB that a copy reaches back.
//
// The libraries' compressors look at every byte; texts that are made of words repeat by
// words. Street and e-mail addresses take half the time and come out about as small;
// texts of pieces that are no words, as codes, do not.
//
// Law: the stream is a function of the bytes, on every SIMD level.
//
// Thread safety: one thread at a time.

#pragma once

#include <array>
#include <cstdint>

#include "lakeseed/write/parquet/lz4_elements.h"
#include "lakeseed/write/parquet/snappy_elements.h"

namespace lakeseed {

class WordCompressor {
 public:
  /// Room that Compress() needs.
  static int64_t MaxSize(int64_t size) { return size + size / 32 + 64; }

  /// Returns the size of the stream. REQUIRES: size < 2^32; MaxSize(size) bytes at `out`.
  /// \tparam Elements  what the stream is of: SnappyElements or Lz4Elements.
  template <class Elements>
  int64_t Compress(const uint8_t* in, int64_t size, uint8_t* out);

 private:
  /// Words are looked for in so many bytes at once.
  static constexpr int64_t kBlock = 4'096;
  static constexpr int kHashBits = 15;
  /// A word begins behind a byte that is none: at most at every second byte.
  static constexpr int64_t kMaxWords = kBlock / 2 + 16;

  /// Bytes from `begin` on that are as those from `earlier` on.
  struct Match {
    uint32_t begin, earlier;
  };

  /// Fill matches_ with the words that were seen before; returns how many.
  /// \tparam kDomains  what follows an '@' is looked for by eight bytes more: all of an
  /// e-mail's domain, or it would be found where only its begin is the same.
  template <bool kDomains>
  int64_t FindMatches(const uint8_t* in, int64_t num_words);

  std::array<uint16_t, 1 << kHashBits> last_;  // By hash: a word's begin modulo 64 Ki.
  std::array<uint32_t, kMaxWords> words_;
  std::array<Match, kMaxWords> matches_;
};

extern template int64_t WordCompressor::Compress<SnappyElements>(const uint8_t*, int64_t,
                                                                 uint8_t*);
extern template int64_t WordCompressor::Compress<Lz4Elements>(const uint8_t*, int64_t,
                                                              uint8_t*);

}  // namespace lakeseed
