#include "lakeseed/generate/catalogue_text.h"

#include <algorithm>
#include <iterator>

#include "lakeseed/base/cell.h"

namespace lakeseed {
namespace {

// B stands for the brand, I for the item, S for the subcategory, between '{' and '}'.
constexpr std::string_view kOpenings[] = {
    "{I} by {B} for everyday use.",
    "The {B} {I} from our {S} range.",
    "A well-made {I} from {B}.",
    "{B} {I}, a customer favorite in {S}.",
    "Dependable {I} by {B}, picked for {S}.",
    "{I} from {B} at a fair price.",
    "New in {S}: the {B} {I}.",
    "{B} makes this {I} to last.",
};

constexpr double kSecondSentenceShare = 0.75;

struct CategorySentences {
  std::string_view category;
  std::string_view sentences[3];
};

constexpr CategorySentences kSentences[] = {
    {"Automotive",
     {"Fits most passenger cars and light trucks.", "Tested for heat, cold and road salt.",
      "Installs with common hand tools."}},
    {"Baby",
     {"Free of BPA and phthalates.", "Tested to the safety rules for infants.",
      "Easy to clean after every use."}},
    {"Beauty",
     {"Not tested on animals.", "Suited to sensitive skin.", "Light scent, no parabens."}},
    {"Books & Media",
     {"Ships flat and well protected.", "A fine gift for any season.",
      "Also available as part of a bundle."}},
    {"Clothing",
     {"True to size; machine washable.", "Soft fabric that keeps its shape.",
      "Sewn with reinforced seams."}},
    {"Electronics",
     {"Comes with a one-year limited warranty.", "Quick start guide and cable in the box.",
      "Sets up in minutes."}},
    {"Food",
     {"Store in a cool, dry place.", "No artificial colors or flavors.",
      "Packed for freshness."}},
    {"Health",
     {"Use only as directed on the label.", "Made under good manufacturing practice.",
      "Sealed for your safety."}},
    {"Home & Garden",
     {"Sturdy materials and a clean finish.", "Assembles without special tools.",
      "Made to match any room or yard."}},
    {"Office",
     {"Made in part from recycled material.", "A good buy for home and office.",
      "Sold by the pack."}},
    {"Pet Supplies",
     {"Loved by pets, trusted by their people.", "No fillers, nothing artificial.",
      "Sized for most breeds."}},
    {"Sports & Outdoors",
     {"Built for training and weekends outdoors.", "Light to carry, hard to wear out.",
      "Resists sweat, rain and sun."}},
    {"Toys",
     {"Recommended for ages 3 and up.", "Hours of play, indoors or out.",
      "Helps children build new skills."}},
};
constexpr std::string_view kOtherSentences[3] = {"Ships in recyclable packaging.",
                                                 "In stock and ready to ship.",
                                                 "Backed by our return policy."};

const std::string_view* SentencesOf(std::string_view category) {
  const auto* found = std::lower_bound(
      std::begin(kSentences), std::end(kSentences), category,
      [](const CategorySentences& one, std::string_view name) { return one.category < name; });
  return found != std::end(kSentences) && found->category == category ? found->sentences
                                                                      : kOtherSentences;
}

}  // namespace

char* WriteProductName(const ProductWords& words, char* out) {
  out = WriteText(words.brand, out);
  *out++ = ' ';
  out = WriteText(words.item, out);
  for (const std::string_view word : {words.color, words.size}) {
    if (!word.empty()) out = WriteText(word, WriteText(", ", out));
  }
  return out;
}

char* WriteDescription(const ProductWords& words, uint64_t u, char* out) {
  const std::string_view opening = kOpenings[u % std::size(kOpenings)];
  for (size_t i = 0; i < opening.size(); ++i) {
    if (opening[i] != '{') {
      *out++ = opening[i];
      continue;
    }
    const char word = opening[i + 1];
    out = WriteText(word == 'B' ? words.brand : word == 'I' ? words.item : words.subcategory, out);
    i += 2;
  }
  if (Unit(u) >= kSecondSentenceShare) return out;
  *out++ = ' ';
  return WriteText(SentencesOf(words.category)[(u >> 8) % 3], out);
}

}  // namespace lakeseed
