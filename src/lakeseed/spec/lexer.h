// Tokens of the expression language.
//
// Thread safety: pure function.

#pragma once

#include <arrow/result.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/base/status.h"

namespace lakeseed {

struct Token {
  enum class Kind {
    kEnd,
    kInteger,
    kDecimal,
    kText,     ///< text: the content, without quotes
    kName,     ///< also "$day"
    kKeyword,  ///< text in lower case: "and", "case"
    kSymbol,   ///< text: "+", "<=", "("
  };

  Kind kind = Kind::kEnd;
  std::string text;
  size_t begin = 0;  ///< Offset in the expression's text.

  bool Is(Kind wanted, std::string_view wanted_text) const {
    return kind == wanted && text == wanted_text;
  }
};

/// Cut an expression into tokens, the last of which is kEnd. `place` is where
/// the text starts.
arrow::Result<std::vector<Token>> Tokenize(std::string_view text, const Place& place);

/// True for words that mean something in every expression, in any case: "and",
/// "case". They cannot name a column.
bool IsKeyword(std::string_view word);

/// True for [A-Za-z_][A-Za-z0-9_]*.
bool IsName(std::string_view text);

/// Place of the byte at `offset` of a text that starts at `start`.
Place PlaceAt(const Place& start, size_t offset);

/// SpecErrors with one diagnostic.
arrow::Status ExpressionError(const Place& place, std::string reason,
                              std::optional<std::string> value = std::nullopt,
                              std::string hint = "");

}  // namespace lakeseed
