// TextSnappy: texts, one behind the other, to a Snappy stream, by one of the searches.
//
// Thread safety: one thread at a time.

#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>

#include "lakeseed/write/parquet/affix_snappy.h"
#include "lakeseed/write/parquet/phrase_snappy.h"

namespace lakeseed {

enum class TextSearch {
  kAffixes,  ///< How texts begin and end, as e-mail addresses.
  kPhrases,  ///< Streets and towns, as postal addresses.
};

class TextSnappy {
 public:
  explicit TextSnappy(TextSearch search) {
    if (search == TextSearch::kAffixes) {
      affixes_ = std::make_unique<AffixSnappy>();
    } else {
      phrases_ = std::make_unique<PhraseSnappy>();
    }
  }

  /// Room that Compress() needs.
  static int64_t MaxSize(int64_t size, int64_t num_texts) {
    return std::max(AffixSnappy::MaxSize(size, num_texts),
                    PhraseSnappy::MaxSize(size, num_texts));
  }

  /// Returns the size of the stream. The last bytes of `in` are texts of these lengths.
  /// REQUIRES: MaxSize() bytes at `out`.
  int64_t Compress(const uint8_t* in, int64_t size, std::span<const int32_t> lengths,
                   uint8_t* out) {
    return affixes_ != nullptr ? affixes_->Compress(in, size, lengths, out)
                               : phrases_->Compress(in, size, lengths, /*gap=*/0, out);
  }

 private:
  std::unique_ptr<AffixSnappy> affixes_;  // Of the two there is one.
  std::unique_ptr<PhraseSnappy> phrases_;
};

}  // namespace lakeseed
