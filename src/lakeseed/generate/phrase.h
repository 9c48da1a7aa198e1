// Phrase: a sentence with slots that are filled from lists of words:
// "The {part} is {praise}."
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lakeseed {

using WordLists = std::map<std::string, std::vector<std::string>, std::less<>>;

/// Phrases that share their lists of words.
class PhraseBook {
 public:
  /// \retval Invalid  a slot without a list, an empty list, a brace too many;
  ///                  the message is a reason
  static arrow::Result<PhraseBook> Make(const std::vector<std::string>& phrases,
                                        const WordLists& words);

  int64_t size() const { return static_cast<int64_t>(phrases_.size()); }

  /// Append a phrase and words picked by the bits of one cell. The phrase is
  /// none of the first `used` of `order`, a permutation of all phrases'
  /// numbers; it changes places with the one that follows them.
  void Append(uint64_t cell, int64_t used, std::vector<int64_t>* order,
              std::string* out) const;

 private:
  struct Piece {
    std::string literal;
    int32_t list = -1;  ///< Words that follow the literal; -1: none.
  };

  std::vector<std::vector<Piece>> phrases_;
  std::vector<std::vector<std::string>> lists_;
};

/// Phrases and words of a kind of text, or nullptr.
struct PhraseKind {
  std::string_view name;
  std::vector<std::string> phrases;
  WordLists words;
};
const PhraseKind* FindPhraseKind(std::string_view name);
std::vector<std::string> PhraseKindNames();

}  // namespace lakeseed
