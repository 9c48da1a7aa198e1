#include "lakeseed/generate/phrase.h"

#include "lakeseed/base/cell.h"

namespace lakeseed {
namespace {

/// Take a pick of `n` from the top of the cell; the rest stays for the next.
size_t TakePick(uint64_t* cell, size_t n) {
  const uint64_t pick = MulHi(*cell, n);
  *cell *= n;
  return static_cast<size_t>(pick);
}

const std::vector<PhraseKind>& Kinds() {
  static const std::vector<PhraseKind> kinds = {
      {"description",
       {"{Made} {thing} for {use}.", "{Feature}, with {feature}.",
        "A {quality} choice for {use}.", "Comes with {feature}.",
        "{Made} to last, {care}."},
       {{"Made", {"Well made", "Carefully built", "Lightweight", "Sturdy", "Compact"}},
        {"thing", {"design", "piece", "companion", "helper", "basic"}},
        {"use",
         {"every day", "home and office", "small spaces", "beginners", "long weekends",
          "the whole family", "travel"}},
        {"Feature",
         {"Easy to clean", "Quick to set up", "Simple to use", "Tested twice"}},
        {"feature",
         {"a two-year warranty", "a soft touch", "recycled packaging", "spare parts",
          "a clear manual", "reinforced edges"}},
        {"quality", {"reliable", "popular", "thoughtful", "solid", "smart"}},
        {"care", {"easy to care for", "simple to repair", "tested in use"}}}},
      {"notes",
       {"Customer asked for {request}.", "{Contact} before {event}.", "{Item} {state}.",
        "Please {action}.", "Checked by {team}; {result}."},
       {{"request",
         {"gift wrapping", "a later delivery", "an invoice copy", "a smaller box",
          "a call back"}},
        {"Contact", {"Call", "Send a message", "Write an e-mail"}},
        {"event", {"delivery", "pickup", "shipping", "closing the case"}},
        {"Item", {"The label", "The address", "One item", "The parcel", "The payment"}},
        {"state", {"was corrected", "is confirmed", "needs a check", "was replaced"}},
        {"action",
         {"leave at the door", "ring twice", "use the side entrance",
          "hand over in person", "deliver after 5 pm"}},
        {"team", {"the day shift", "the warehouse", "support", "the store team"}},
        {"result", {"all in order", "no action needed", "will follow up", "resolved"}}}},
      {"reviews",
       {"{Opinion} {part}.", "The {thing} {verdict}.", "{Arrived} {when}.",
        "I would {again} it {again_how}.", "{Value} for the {money}."},
       {{"Opinion",
         {"Love the", "Really like the", "Not sure about the", "Disappointed by the"}},
        {"part", {"quality", "color", "size", "finish", "packaging", "feel"}},
        {"thing", {"quality", "fit", "material", "service", "packaging"}},
        {"verdict",
         {"is great", "is better than expected", "could be better", "is just right",
          "does the job"}},
        {"Arrived", {"Arrived", "It came", "Delivered"}},
        {"when", {"on time", "a day early", "later than promised", "well packed"}},
        {"again", {"buy", "recommend", "order"}},
        {"again_how", {"again", "any time", "without a doubt", "only on sale"}},
        {"Value", {"Good value", "Fair quality", "Too little", "Excellent"}},
        {"money", {"price", "money"}}}},
  };
  return kinds;
}

}  // namespace

arrow::Result<PhraseBook> PhraseBook::Make(const std::vector<std::string>& phrases,
                                           const WordLists& words) {
  PhraseBook book;
  std::map<std::string, int32_t, std::less<>> list_of;
  for (const auto& [name, list] : words) {
    if (list.empty()) return arrow::Status::Invalid("no words for {", name, "}");
    list_of[name] = static_cast<int32_t>(book.lists_.size());
    book.lists_.push_back(list);
  }
  for (const std::string& phrase : phrases) {
    std::vector<Piece> pieces(1);
    for (size_t i = 0; i < phrase.size(); ++i) {
      if (phrase[i] != '{') {
        pieces.back().literal.push_back(phrase[i]);
        continue;
      }
      const size_t end = phrase.find('}', i);
      if (end == std::string::npos) return arrow::Status::Invalid("{ without }");
      const std::string slot = phrase.substr(i + 1, end - i - 1);
      const auto list = list_of.find(slot);
      if (list == list_of.end())
        return arrow::Status::Invalid("no words for {", slot, "}");
      pieces.back().list = list->second;
      pieces.emplace_back();
      i = end;
    }
    book.phrases_.push_back(std::move(pieces));
  }
  if (book.phrases_.empty()) return arrow::Status::Invalid("needs at least one phrase");
  return book;
}

void PhraseBook::Append(uint64_t cell, int64_t used, std::vector<int64_t>* order,
                        std::string* out) const {
  const size_t place = static_cast<size_t>(used);
  std::swap((*order)[place], (*order)[place + TakePick(&cell, order->size() - place)]);
  for (const Piece& piece : phrases_[static_cast<size_t>((*order)[place])]) {
    *out += piece.literal;
    if (piece.list < 0) continue;
    const std::vector<std::string>& words = lists_[static_cast<size_t>(piece.list)];
    *out += words[TakePick(&cell, words.size())];
  }
}

const PhraseKind* FindPhraseKind(std::string_view name) {
  for (const PhraseKind& kind : Kinds()) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

std::vector<std::string> PhraseKindNames() {
  std::vector<std::string> names;
  for (const PhraseKind& kind : Kinds()) names.emplace_back(kind.name);
  return names;
}

}  // namespace lakeseed
