// CatalogueTexts: names and descriptions of products.
//
// Law: the name is "{brand} {item}", then the color and the size where there are
// some; the description is one sentence on the item and, for most, one on its
// category.
//
// Thread safety: immutable.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/generate/text_block.h"

namespace lakeseed {

/// What the texts speak of; an empty color or size means that there is none.
struct ProductWords {
  std::string_view brand, item, subcategory, color, size;
};

/// Number of the category's sentences, for WriteDescription.
int32_t FindSentences(std::string_view category);

/// Room for one text of either kind, beyond the words that go in.
inline constexpr int64_t kMaxDescriptionFrame = 160;

/// Write the product's name; return its end.
char* WriteProductName(const ProductWords& words, char* out);

/// Write the description chosen by `u`; return its end.
char* WriteDescription(const ProductWords& words, int32_t sentences, uint64_t u,
                       char* out);

/// Write a box as "LxWxH" in whole centimetres, each at least 1, the longest side
/// first and never lying on its narrow side; return its end. `width` is the share
/// of the length; the height follows from the volume in cubic centimetres.
char* WriteBox(double length, double width, double volume, char* out);

}  // namespace lakeseed
