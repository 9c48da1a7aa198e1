// Method: top-down operator precedence (V. Pratt, POPL 1973): each operator has a
// binding power, and an operand is read with the least power that it must have.

#include "lakeseed/spec/expression.h"

#include <fmt/format.h>

#include "lakeseed/base/date.h"
#include "lakeseed/spec/lexer.h"

namespace lakeseed {
namespace {

// Binding powers, from loose to tight.
enum Power : int {
  kLowest = 0,
  kOr = 1,
  kAnd = 2,
  kNot = 3,
  kComparison = 4,
  kConcat = 5,
  kSum = 6,
  kProduct = 7,
  kNegation = 8,
  kPrimary = 9,
};

constexpr int kMaxDepth = 100;    // Of brackets, so that recursion stays small.
constexpr int kMaxChain = 1'000;  // Of one operator after another: a + b + c + …

// Power of an operator that joins two operands; 0 if it is none.
int BinaryPower(const Token& token) {
  if (token.kind == Token::Kind::kKeyword) {
    if (token.text == "or") return kOr;
    if (token.text == "and") return kAnd;
    if (token.text == "in" || token.text == "is" || token.text == "between" ||
        token.text == "like" || token.text == "not") {
      return kComparison;
    }
  }
  if (token.kind != Token::Kind::kSymbol) return 0;
  const std::string& text = token.text;
  if (text == "||") return kConcat;
  if (text == "+" || text == "-") return kSum;
  if (text == "*" || text == "/" || text == "%") return kProduct;
  if (text == "=" || text == "!=" || text == "<" || text == "<=" || text == ">" ||
      text == ">=") {
    return kComparison;
  }
  return 0;
}

class Parser {
 public:
  Parser(std::vector<Token> tokens, const Place& place)
      : tokens_(std::move(tokens)), place_(place) {}

  arrow::Result<ExprPtr> Run() {
    if (Peek().kind == Token::Kind::kEnd) return Error(Peek(), "empty expression");
    ARROW_ASSIGN_OR_RAISE(ExprPtr tree, Operand(kLowest));
    if (Peek().kind != Token::Kind::kEnd) return Unexpected("after the expression");
    return tree;
  }

 private:
  using Kind = Expr::Kind;

  const Token& Peek(size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  const Token& Take() {
    const Token& token = Peek();
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
  }
  bool TakeSymbol(std::string_view text) {
    if (!Peek().Is(Token::Kind::kSymbol, text)) return false;
    Take();
    return true;
  }
  bool TakeKeyword(std::string_view text) {
    if (!Peek().Is(Token::Kind::kKeyword, text)) return false;
    Take();
    return true;
  }
  Place PlaceOf(const Token& token) const { return PlaceAt(place_, token.begin); }

  arrow::Status Error(const Token& token, std::string reason,
                      std::optional<std::string> value = std::nullopt,
                      std::string hint = "") const {
    return ExpressionError(PlaceOf(token), std::move(reason), std::move(value),
                           std::move(hint));
  }

  arrow::Status Unexpected(std::string_view where, std::string hint = "") const {
    const Token& token = Peek();
    if (token.kind == Token::Kind::kEnd) {
      return Error(token, fmt::format("expression ends {}", where), std::nullopt,
                   std::move(hint));
    }
    const bool is_text = token.kind == Token::Kind::kText;
    return Error(token, fmt::format("unexpected token {}", where),
                 is_text ? "'" + token.text + "'" : token.text, std::move(hint));
  }

  arrow::Status Expect(std::string_view symbol, std::string_view where) {
    if (TakeSymbol(symbol)) return arrow::Status::OK();
    return Unexpected(where, fmt::format("expected `{}`", symbol));
  }
  arrow::Status ExpectKeyword(std::string_view word, std::string_view where) {
    if (TakeKeyword(word)) return arrow::Status::OK();
    return Unexpected(where, fmt::format("expected `{}`", word));
  }

  static ExprPtr Make(Kind kind, const Place& place, std::string text,
                      std::vector<ExprPtr> args = {}) {
    auto node = std::make_shared<Expr>();
    node->kind = kind;
    node->text = std::move(text);
    node->args = std::move(args);
    node->place = place;
    return node;
  }

  // An operand all of whose operators bind tighter than `power`.
  arrow::Result<ExprPtr> Operand(int power) {
    if (++depth_ > kMaxDepth) return Error(Peek(), "expression is nested too deeply");
    ARROW_ASSIGN_OR_RAISE(ExprPtr left, Prefix(power));
    for (int length = 0;; ++length) {
      const Token& token = Peek();
      const int next = BinaryPower(token);
      if (next == 0 || next <= power) break;
      if (length > kMaxChain) return Error(token, "expression is too long");
      ARROW_ASSIGN_OR_RAISE(left, Infix(std::move(left), next));
      if (next == kComparison && BinaryPower(Peek()) == kComparison) {
        return Error(Peek(), "comparisons do not chain", Peek().text,
                     "join two comparisons by `and`, or use parentheses");
      }
    }
    --depth_;
    return left;
  }

  arrow::Result<ExprPtr> Prefix(int power) {
    const Token& token = Peek();
    const Place place = PlaceOf(token);
    if (token.Is(Token::Kind::kKeyword, "not")) {
      if (power >= kNot) {
        return Error(token, "`not` needs parentheses here", std::nullopt,
                     "write `(not …)`");
      }
      Take();
      ARROW_ASSIGN_OR_RAISE(ExprPtr arg, Operand(kNot - 1));
      return Make(Kind::kUnary, place, "not", {std::move(arg)});
    }
    if (token.Is(Token::Kind::kSymbol, "-")) {
      Take();
      ARROW_ASSIGN_OR_RAISE(ExprPtr arg, Operand(kNegation - 1));
      return Make(Kind::kUnary, place, "-", {std::move(arg)});
    }
    return Primary();
  }

  arrow::Result<ExprPtr> Infix(ExprPtr left, int power) {
    const Token token = Take();
    const Place place = PlaceOf(token);
    if (power != kComparison || token.kind == Token::Kind::kSymbol) {
      ARROW_ASSIGN_OR_RAISE(ExprPtr right, Operand(power));
      return Make(Kind::kBinary, place, token.text, {std::move(left), std::move(right)});
    }
    if (token.text == "is") {
      const std::string negated = TakeKeyword("not") ? "not" : "";
      ARROW_RETURN_NOT_OK(ExpectKeyword("null", "after `is`"));
      return Make(Kind::kIsNull, place, negated, {std::move(left)});
    }
    std::string negated;
    std::string word = token.text;
    if (word == "not") {
      negated = "not";
      if (Peek().kind != Token::Kind::kKeyword ||
          (Peek().text != "in" && Peek().text != "between" && Peek().text != "like")) {
        return Unexpected("after `not`", "expected `in`, `between` or `like`");
      }
      word = Take().text;
    }
    if (word == "in") return In(std::move(left), place, negated);
    if (word == "between") {
      ARROW_ASSIGN_OR_RAISE(ExprPtr low, Operand(kComparison));
      ARROW_RETURN_NOT_OK(ExpectKeyword("and", "in `between`"));
      ARROW_ASSIGN_OR_RAISE(ExprPtr high, Operand(kComparison));
      return Make(Kind::kBetween, place, negated,
                  {std::move(left), std::move(low), std::move(high)});
    }
    ARROW_ASSIGN_OR_RAISE(ExprPtr pattern, Operand(kComparison));
    ExprPtr like =
        Make(Kind::kBinary, place, "like", {std::move(left), std::move(pattern)});
    return negated.empty() ? like : Make(Kind::kUnary, place, "not", {std::move(like)});
  }

  arrow::Result<ExprPtr> In(ExprPtr left, const Place& place, std::string negated) {
    ARROW_RETURN_NOT_OK(Expect("(", "after `in`"));
    std::vector<ExprPtr> args{std::move(left)};
    ARROW_RETURN_NOT_OK(Arguments("`in`", &args));
    if (args.size() < 2) {
      return ExpressionError(place, "`in` needs at least one value");
    }
    return Make(Kind::kIn, place, std::move(negated), std::move(args));
  }

  // Everything up to the closing bracket; the opening one was taken.
  arrow::Status Arguments(std::string_view of, std::vector<ExprPtr>* args) {
    if (TakeSymbol(")")) return arrow::Status::OK();
    while (true) {
      ARROW_ASSIGN_OR_RAISE(ExprPtr arg, Operand(kLowest));
      args->push_back(std::move(arg));
      if (TakeSymbol(")")) return arrow::Status::OK();
      if (!TakeSymbol(",")) {
        return Unexpected(fmt::format("in the arguments of {}", of),
                          "expected `,` or `)`");
      }
    }
  }

  arrow::Result<ExprPtr> Primary() {
    const Token token = Peek();
    const Place place = PlaceOf(token);
    switch (token.kind) {
      case Token::Kind::kInteger:
        return Make(Kind::kInteger, place, Take().text);
      case Token::Kind::kDecimal:
        return Make(Kind::kDecimal, place, Take().text);
      case Token::Kind::kText:
        return Make(Kind::kText, place, Take().text);
      case Token::Kind::kName:
        return Named();
      case Token::Kind::kKeyword:
        if (token.text == "null") return Take(), Make(Kind::kNull, place, "");
        if (token.text == "true" || token.text == "false") {
          return Make(Kind::kBoolean, place, Take().text);
        }
        if (token.text == "case") return Case();
        break;
      case Token::Kind::kSymbol:
        if (token.text == "(") {
          Take();
          ARROW_ASSIGN_OR_RAISE(ExprPtr inner, Operand(kLowest));
          ARROW_RETURN_NOT_OK(Expect(")", "in parentheses"));
          return inner;
        }
        break;
      case Token::Kind::kEnd:
        break;
    }
    return Unexpected(at_ == 0 ? "at the start" : "where a value is needed");
  }

  // date '2024-01-31', a path, a call or a method.
  arrow::Result<ExprPtr> Named() {
    const Token first = Take();
    const Place place = PlaceOf(first);
    if (first.text == "date" && Peek().kind == Token::Kind::kText) {
      const Token text = Take();
      if (!ParseDate(text.text).ok()) {
        return Error(text, "not a date", text.text, "write date 'YYYY-MM-DD'");
      }
      return Make(Kind::kDate, place, text.text);
    }
    auto node = std::make_shared<Expr>();
    node->kind = Kind::kPath;
    node->place = place;
    node->path.push_back(first.text);
    while (TakeSymbol(".")) {
      if (Peek().kind != Token::Kind::kName && Peek().kind != Token::Kind::kKeyword) {
        return Unexpected("after `.`", "expected a name");
      }
      const Token& part = Take();
      if (part.kind == Token::Kind::kKeyword || part.text.starts_with("$")) {
        return Error(part, "not a name", part.text);
      }
      node->path.push_back(part.text);
    }
    if (!TakeSymbol("(")) return node;
    ARROW_RETURN_NOT_OK(Arguments(fmt::format("`{}`", node->path.back()), &node->args));
    node->text = node->path.back();
    node->path.pop_back();
    node->kind = node->path.empty() ? Kind::kCall : Kind::kMethod;
    if (node->kind == Kind::kCall) {
      for (char& c : node->text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      }
    }
    return node;
  }

  arrow::Result<ExprPtr> Case() {
    const Place place = PlaceOf(Take());
    std::vector<ExprPtr> args;
    while (TakeKeyword("when")) {
      ARROW_ASSIGN_OR_RAISE(ExprPtr when, Operand(kLowest));
      ARROW_RETURN_NOT_OK(ExpectKeyword("then", "in `case`"));
      ARROW_ASSIGN_OR_RAISE(ExprPtr then, Operand(kLowest));
      args.push_back(std::move(when));
      args.push_back(std::move(then));
    }
    if (args.empty()) {
      return Unexpected("after `case`", "write `case when … then … else … end`");
    }
    if (TakeKeyword("else")) {
      ARROW_ASSIGN_OR_RAISE(ExprPtr otherwise, Operand(kLowest));
      args.push_back(std::move(otherwise));
    } else {
      args.push_back(Make(Kind::kNull, place, ""));
    }
    ARROW_RETURN_NOT_OK(ExpectKeyword("end", "in `case`"));
    return Make(Kind::kCase, place, "", std::move(args));
  }

  const std::vector<Token> tokens_;
  const Place& place_;
  size_t at_ = 0;
  int depth_ = 0;
};

void CollectPaths(const Expr& node, std::vector<const Expr*>* paths) {
  if (node.kind == Expr::Kind::kPath || node.kind == Expr::Kind::kMethod) {
    paths->push_back(&node);
  }
  for (const ExprPtr& arg : node.args) CollectPaths(*arg, paths);
}

}  // namespace

arrow::Result<ExprPtr> ParseExpression(std::string_view text, const Place& place) {
  ARROW_ASSIGN_OR_RAISE(std::vector<Token> tokens, Tokenize(text, place));
  return Parser(std::move(tokens), place).Run();
}

std::vector<const Expr*> PathsOf(const Expr& expression) {
  std::vector<const Expr*> paths;
  CollectPaths(expression, &paths);
  return paths;
}

}  // namespace lakeseed
