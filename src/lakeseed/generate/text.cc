// text: a few sentences, made of phrases with slots for words.
//
// Method  Draw 0 picks the number of sentences, draw k the phrase and words of
//         the k-th, all from one cell each. No phrase comes again before all
//         others have come.

#include <arrow/api.h>
#include <fmt/format.h>

#include <numeric>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/generate/phrase.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr int64_t kMostSentences = 100;

class Text final : public ColumnGenerator {
 public:
  Text(const Key& key, PhraseBook book, int64_t min, int64_t max)
      : key_(key), book_(std::move(book)), min_(min), max_(max) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override { return {.kind = ShapeKind::kText}; }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const int64_t length = request.rows.length();
    arrow::StringBuilder builder(request.pool);
    ARROW_RETURN_NOT_OK(builder.Reserve(length));
    std::string text;
    std::vector<int64_t> order(static_cast<size_t>(book_.size()));
    for (int64_t i = 0; i < length; ++i) {
      const int64_t row = request.rows[i];
      const int64_t sentences = min_ + Below(Cell(key_, row), max_ - min_ + 1);
      text.clear();
      std::iota(order.begin(), order.end(), 0);
      for (int64_t k = 1; k <= sentences; ++k) {
        if (k > 1) text.push_back(' ');
        book_.Append(Cell(key_, row, k), (k - 1) % book_.size(), &order, &text);
      }
      ARROW_RETURN_NOT_OK(builder.Append(text));
    }
    return builder.Finish();
  }

 private:
  const std::shared_ptr<arrow::DataType> type_ = arrow::utf8();
  const Key key_;
  const PhraseBook book_;
  const int64_t min_, max_;
};

arrow::Result<std::vector<std::string>> TextsOf(const Params& params,
                                                std::string_view key,
                                                const SpecNode& node) {
  std::vector<std::string> texts;
  for (const SpecNode& item : node.items) {
    if (item.is_scalar()) texts.push_back(item.text);
  }
  if (texts.empty() || texts.size() != node.items.size()) {
    return params.Error(key, "needs a list of texts");
  }
  return texts;
}

arrow::Result<PhraseBook> ReadBook(Params& params) {
  ARROW_ASSIGN_OR_RAISE(const std::string of, params.GetTextOr("of", "notes"));
  const PhraseKind* kind = FindPhraseKind(of);
  if (kind == nullptr) {
    return params.Error("of", "unknown kind of text", of,
                        fmt::format("one of {}", fmt::join(PhraseKindNames(), ", ")));
  }
  std::vector<std::string> phrases = kind->phrases;
  WordLists words = kind->words;
  if (const SpecNode* node = params.Find("phrases"); node != nullptr) {
    ARROW_ASSIGN_OR_RAISE(phrases, TextsOf(params, "phrases", *node));
  }
  if (const SpecNode* node = params.Find("words"); node != nullptr) {
    if (!node->is_mapping()) {
      return params.Error("words", "needs lists of words by slot", std::nullopt,
                          "for example words: {color: [red, blue]}");
    }
    for (const auto& [slot, list] : node->entries) {
      ARROW_ASSIGN_OR_RAISE(words[slot.text], TextsOf(params, "words", list));
    }
  }
  arrow::Result<PhraseBook> book = PhraseBook::Make(phrases, words);
  if (!book.ok()) return params.Error("phrases", book.status().message());
  return book;
}

arrow::Result<std::pair<int64_t, int64_t>> ReadSentences(Params& params) {
  const SpecNode* node = params.Find("sentences");
  if (node == nullptr) return std::pair<int64_t, int64_t>{1, 2};
  std::pair<int64_t, int64_t> range;
  if (node->is_sequence() && node->items.size() == 2) {
    Params low({"sentences", node->items[0], node->place}, params.path() + ".sentences");
    Params high({"sentences", node->items[1], node->place}, params.path() + ".sentences");
    ARROW_ASSIGN_OR_RAISE(range.first, low.GetInt64(""));
    ARROW_ASSIGN_OR_RAISE(range.second, high.GetInt64(""));
  } else {
    ARROW_ASSIGN_OR_RAISE(range.first, params.GetInt64("sentences"));
    range.second = range.first;
  }
  if (range.first < 1 || range.second < range.first || range.second > kMostSentences) {
    return params.Error("sentences", "must be between 1 and 100, the smaller first",
                        fmt::format("{}, {}", range.first, range.second));
  }
  return range;
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  ARROW_ASSIGN_OR_RAISE(PhraseBook book, ReadBook(params));
  ARROW_ASSIGN_OR_RAISE(const auto sentences, ReadSentences(params));
  ARROW_RETURN_NOT_OK(params.Finish());
  return std::make_unique<Text>(context.key("value"), std::move(book), sentences.first,
                                sentences.second);
}

}  // namespace

extern const GeneratorDef kText{
    .name = "text",
    .summary = "write a few sentences from phrases and words",
    .params =
        "of: kind of text: description, notes, reviews (notes)\n"
        "sentences: number of sentences, or [min, max] ([1, 2])\n"
        "phrases: sentences with {slots}, instead of those of the kind (none)\n"
        "words: lists of words by slot, beside those of the kind (none)",
    .example = "{text: {of: reviews, sentences: [1, 3]}}",
    .bind = Bind,
};

}  // namespace lakeseed
