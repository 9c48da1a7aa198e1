#include "lakeseed/spec/lexer.h"

#include <fmt/format.h>

#include <algorithm>

namespace lakeseed {
namespace {

constexpr std::string_view kKeywords[] = {"and",   "between", "case", "else", "end",
                                          "false", "in",      "is",   "like", "not",
                                          "null",  "or",      "then", "true", "when"};

// Longest first: "<=" before "<".
constexpr std::string_view kSymbols[] = {
    "||", "==", "!=", "<>", "<=", ">=", "+", "-", "*",
    "/",  "%",  "=",  "<",  ">",  "(",  ")", ",", "."};

// Own tests of characters: those of the C library ask the locale.
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

class Lexer {
 public:
  Lexer(std::string_view text, const Place& place) : text_(text), place_(place) {}

  arrow::Result<std::vector<Token>> Run() {
    std::vector<Token> tokens;
    while (true) {
      while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
      if (at_ == text_.size()) break;
      ARROW_ASSIGN_OR_RAISE(Token token, Next());
      tokens.push_back(std::move(token));
    }
    tokens.push_back(Token{Token::Kind::kEnd, "", text_.size()});
    return tokens;
  }

 private:
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  arrow::Status Error(size_t offset, std::string reason,
                      std::optional<std::string> value = std::nullopt,
                      std::string hint = "") const {
    return ExpressionError(PlaceAt(place_, offset), std::move(reason), std::move(value),
                           std::move(hint));
  }

  arrow::Result<Token> Next() {
    const char c = Peek();
    if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) return Number();
    if (IsLetter(c) || c == '$') return Word();
    if (c == '\'' || c == '"') return Text();
    for (const std::string_view symbol : kSymbols) {
      if (!text_.substr(at_).starts_with(symbol)) continue;
      Token token{Token::Kind::kSymbol, std::string(symbol), at_};
      at_ += symbol.size();
      if (symbol == "==") token.text = "=";
      if (symbol == "<>") token.text = "!=";
      return token;
    }
    size_t end = at_ + 1;  // A character of several bytes stays whole.
    while (end < text_.size() &&
           (static_cast<unsigned char>(text_[end]) & 0xC0) == 0x80) {
      ++end;
    }
    const std::string value(text_.substr(at_, end - at_));
    if (value == "&" || value == "|") {
      return Error(at_, "unexpected character", value,
                   value == "&" ? "write `and`" : "write `or`, or `||` to join text");
    }
    if (value == "!") return Error(at_, "unexpected character", value, "write `not`");
    return Error(at_, "unexpected character", value,
                 "text stands in single quotes: 'web'");
  }

  arrow::Result<Token> Number() {
    const size_t begin = at_;
    while (IsDigit(Peek())) ++at_;
    bool has_point = false;
    if (Peek() == '.' && IsDigit(Peek(1))) {
      has_point = true;
      ++at_;
      while (IsDigit(Peek())) ++at_;
    }
    if (IsLetter(Peek()) || Peek() == '.') {
      while (IsLetter(Peek()) || IsDigit(Peek()) || Peek() == '.') ++at_;
      return Error(begin, "malformed number",
                   std::string(text_.substr(begin, at_ - begin)),
                   "write all digits, as in 1000 or 0.25; text stands in single quotes");
    }
    Token token{has_point ? Token::Kind::kDecimal : Token::Kind::kInteger,
                std::string(text_.substr(begin, at_ - begin)), begin};
    if (token.text.front() == '.') token.text.insert(0, "0");
    if (token.text.size() > 20) {
      return Error(begin, "number has more than 18 digits", token.text);
    }
    return token;
  }

  arrow::Result<Token> Word() {
    const size_t begin = at_++;
    while (IsLetter(Peek()) || IsDigit(Peek())) ++at_;
    Token token{Token::Kind::kName, std::string(text_.substr(begin, at_ - begin)), begin};
    if (token.text == "$") {
      return Error(begin, "`$` without a name", std::nullopt,
                   "facts of the row are $time $day $row $born $alive $as_of; of a "
                   "version $valid_from $valid_to $current $version");
    }
    if (IsKeyword(token.text)) {
      token.kind = Token::Kind::kKeyword;
      token.text = Lower(token.text);
    }
    return token;
  }

  arrow::Result<Token> Text() {
    const size_t begin = at_;
    const char quote = text_[at_++];
    Token token{Token::Kind::kText, "", begin};
    while (at_ < text_.size()) {
      if (text_[at_] == quote) {
        if (Peek(1) != quote) {
          ++at_;
          return token;
        }
        ++at_;  // A doubled quote is one of them.
      }
      token.text += text_[at_++];
    }
    return Error(begin, "text is not closed", std::string(text_.substr(begin)),
                 "end it with a quote; a quote inside is doubled: 'it''s'");
  }

  const std::string_view text_;
  const Place& place_;
  size_t at_ = 0;
};

}  // namespace

bool IsKeyword(std::string_view word) {
  return std::find(std::begin(kKeywords), std::end(kKeywords), Lower(word)) !=
         std::end(kKeywords);
}

bool IsName(std::string_view text) {
  if (text.empty() || !IsLetter(text.front())) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return IsLetter(c) || IsDigit(c); });
}

Place PlaceAt(const Place& start, size_t offset) {
  Place place = start;
  if (place.column > 0) place.column += static_cast<int>(offset);
  return place;
}

arrow::Status ExpressionError(const Place& place, std::string reason,
                              std::optional<std::string> value, std::string hint) {
  return SpecErrors({{place, "", std::move(reason), std::move(value), std::move(hint)}});
}

arrow::Result<std::vector<Token>> Tokenize(std::string_view text, const Place& place) {
  return Lexer(text, place).Run();
}

}  // namespace lakeseed
