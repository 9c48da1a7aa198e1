#include "lakeseed/generate/catalogue_text.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/number_text.h"

namespace lakeseed {
namespace {

enum class Word : uint8_t { kNone, kBrand, kItem, kSubcategory };

/// A sentence: text, word, text, word, … until the first kNone.
struct Opening {
  struct Piece {
    std::string_view text;
    Word word = Word::kNone;
  };
  Piece pieces[4];
};

using enum Word;
constexpr Opening kOpenings[] = {
    {{{"", kItem}, {" by ", kBrand}, {" for everyday use."}}},
    {{{"The ", kBrand}, {" ", kItem}, {" from our ", kSubcategory}, {" range."}}},
    {{{"A well-made ", kItem}, {" from ", kBrand}, {"."}}},
    {{{"", kBrand}, {" ", kItem}, {", a customer favorite in ", kSubcategory}, {"."}}},
    {{{"Dependable ", kItem}, {" by ", kBrand}, {", picked for ", kSubcategory}, {"."}}},
    {{{"", kItem}, {" from ", kBrand}, {" at a fair price."}}},
    {{{"New in ", kSubcategory}, {": the ", kBrand}, {" ", kItem}, {"."}}},
    {{{"", kBrand}, {" makes this ", kItem}, {" to last."}}},
};

constexpr double kSecondSentenceShare = 0.75;

struct CategorySentences {
  std::string_view category;
  std::string_view sentences[3];
};

constexpr CategorySentences kSentences[] = {
    {"Automotive",
     {"Fits most passenger cars and light trucks.",
      "Tested for heat, cold and road salt.", "Trusted in home garages and shops."}},
    {"Baby",
     {"Free of harmful substances.", "Tested to the safety rules for infants.",
      "Easy to clean after every use."}},
    {"Beauty",
     {"Not tested on animals.", "Gentle and easy to use.", "Made for daily care."}},
    {"Books & Media",
     {"Ships flat and well protected.", "A fine gift for any season.",
      "Also available as part of a bundle."}},
    {"Clothing",
     {"Goes with everything in the wardrobe.", "A classic cut in a modern finish.",
      "Carefully made, down to the details."}},
    {"Electronics",
     {"Comes with a one-year limited warranty.", "Quick start guide in the box.",
      "Sets up in minutes."}},
    {"Food",
     {"Best before the date on the pack.", "From growers and makers we know.",
      "Packed for freshness."}},
    {"Health",
     {"Use only as directed on the label.", "Made under good manufacturing practice.",
      "Sealed for your safety."}},
    {"Home & Garden",
     {"Sturdy materials and a clean finish.", "Easy to clean and to store.",
      "Made to match any home."}},
    {"Office",
     {"Made in part from recycled material.", "A good buy for home and office.",
      "Sold by the pack."}},
    {"Pet Supplies",
     {"Loved by pets, trusted by their people.", "Easy on the budget, every day.",
      "Sized for most breeds."}},
    {"Sports & Outdoors",
     {"Built for training and weekends outdoors.", "Light to carry, hard to wear out.",
      "Resists sweat, rain and sun."}},
    {"Toys",
     {"Recommended for ages 3 and up.", "Hours of play, indoors or out.",
      "Helps children build new skills."}},
};
constexpr CategorySentences kOtherSentences = {
    "",
    {"Ships in recyclable packaging.", "In stock and ready to ship.",
     "Backed by our return policy."}};

}  // namespace

int32_t FindSentences(std::string_view category) {
  for (size_t i = 0; i < std::size(kSentences); ++i) {
    if (kSentences[i].category == category) return static_cast<int32_t>(i);
  }
  return -1;
}

char* WriteProductName(const ProductWords& words, char* out) {
  out = WriteText(words.brand, out);
  *out++ = ' ';
  out = WriteText(words.item, out);
  for (const std::string_view word : {words.color, words.size}) {
    if (!word.empty()) out = WriteText(word, WriteText(", ", out));
  }
  return out;
}

char* WriteDescription(const ProductWords& words, int32_t sentences, uint64_t u,
                       char* out) {
  const std::string_view by_word[] = {{}, words.brand, words.item, words.subcategory};
  for (const Opening::Piece& piece : kOpenings[u % std::size(kOpenings)].pieces) {
    out = WriteText(piece.text, out);
    if (piece.word == kNone) break;
    out = WriteText(by_word[static_cast<size_t>(piece.word)], out);
  }
  if (Unit(u) >= kSecondSentenceShare) return out;
  *out++ = ' ';
  const CategorySentences& of_category =
      sentences < 0 ? kOtherSentences : kSentences[static_cast<size_t>(sentences)];
  return WriteText(of_category.sentences[(u >> 8) % 3], out);
}

char* WriteBox(double length, double width, double volume, char* out) {
  const double long_side = std::max(1.0, internal::Rint(length));
  double other = std::max(1.0, internal::Rint(length * width));
  double height = std::max(1.0, internal::Rint(volume / (long_side * other)));
  if (height > other) std::swap(other, height);
  out = WriteUnsigned(static_cast<uint64_t>(std::max(long_side, other)), out);
  *out++ = 'x';
  out = WriteUnsigned(static_cast<uint64_t>(std::min(long_side, other)), out);
  *out++ = 'x';
  return WriteUnsigned(static_cast<uint64_t>(height), out);
}

}  // namespace lakeseed
