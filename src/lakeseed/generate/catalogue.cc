// catalogue: products whose category, brand, name, price, cost, weight and size
// belong together.
//
// Method  One alias pick of an item gives category and laws; the brand is one of
//         the category's. The price is log-normal with its own spread on either
//         side of the median, cut at the outermost percent, and snapped to the
//         grid of prices; house brands cost 0.72 of it. Dimensions follow from the
//         weight and a density.
// Source  Tables catalogue, catalogue_brands, price_endings, colors, sizes.

#include <arrow/api.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/catalogue_pool.h"
#include "lakeseed/generate/catalogue_text.h"
#include "lakeseed/generate/category_pool.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/struct_generator.h"
#include "lakeseed/generate/text_block.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

/// Purposes of the sub-keys; the numbers are part of the values.
enum Purpose : int {
  kItemDraw,
  kBrandDraw,
  kPriceDraw,
  kEndingDraw,
  kCostDraw,
  kWeightDraw,
  kDensityDraw,
  kShapeDraw,
  kColorDraw,
  kSizeDraw,
  kDescriptionDraw,
  kNumPurposes
};

enum FieldIndex : int {
  kCategory,
  kSubcategory,
  kItem,
  kBrand,
  kName,
  kDescription,
  kPrice,
  kCostRatio,
  kWeight,
  kDimensions,
  kColor,
  kSize,
};

constexpr double kHouseFactor = 0.72;
constexpr double kTail = 0.01;  // Cut off either end of the law of prices.
constexpr double kWeightSpread = 0.25;
constexpr double kLowestDensity = 120,
                 kDensityRange = 230;  // kg per cubic metre, packed.
constexpr int64_t kMaxDimensionsSize = 32;
constexpr int64_t kMostCents = 9'999'999'999, kMostWeight = 99'999'999;

class Catalogue final : public StructGenerator {
 public:
  static arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                              BindContext& context);

 private:
  class CatalogueBlock;

  void ListFields();
  arrow::Result<std::unique_ptr<Block>> Open(
      const GenerateRequest& request) const override;

  std::array<Key, kNumPurposes> keys_;
  CataloguePool pool_;
  int64_t max_words_ = 0;  ///< Size of the longest words of a text together.
};

class Catalogue::CatalogueBlock final : public Block {
 public:
  CatalogueBlock(const Catalogue& catalogue, const GenerateRequest& request)
      : catalogue_(catalogue),
        pool_(catalogue.pool_),
        request_(request),
        rows_(request.rows),
        n_(request.rows.length()) {}

  arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) override;

 private:
  using ArrayResult = arrow::Result<std::shared_ptr<arrow::Array>>;

  uint64_t Draw(Purpose purpose, int64_t i, int64_t draw = 0) const {
    return Cell(catalogue_.keys_[purpose], rows_[i], draw);
  }
  /// Call visit(i, Draw(purpose, i)) for all rows: the cells are made side by side.
  template <typename Visit>
  void EachDraw(Purpose purpose, Visit visit) const {
    ForEachCellBlock(catalogue_.keys_[purpose], rows_, 0,
                     [&](int64_t first, int64_t count, const uint64_t* cells) {
                       for (int64_t i = 0; i < count; ++i) visit(first + i, cells[i]);
                     });
  }
  const CatalogueItem& item(int64_t i) const { return *items_[static_cast<size_t>(i)]; }
  void NeedItems();
  void NeedBrands();
  void NeedWeights();
  std::vector<double> Normals(Purpose purpose, double tail) const;
  int32_t ColorOf(int64_t i) const;
  int32_t SizeOf(int64_t i) const;
  ProductWords WordsOf(int64_t i) const;
  ArrayResult Texts(bool description);
  ArrayResult Prices();
  ArrayResult CostRatios();
  ArrayResult Weights();
  ArrayResult Dimensions();
  ArrayResult Decimals(const std::shared_ptr<arrow::DataType>& type,
                       const std::vector<int64_t>& values) const;

  const Catalogue& catalogue_;
  const CataloguePool& pool_;
  const GenerateRequest& request_;
  const Rows& rows_;
  const int64_t n_;
  std::vector<const CatalogueItem*> items_;
  std::vector<int32_t> brands_;
  std::vector<int64_t> weights_;  ///< In hundredths of a kg.
};

void Catalogue::CatalogueBlock::NeedItems() {
  if (!items_.empty()) return;
  items_.resize(static_cast<size_t>(n_));
  EachDraw(kItemDraw, [this](int64_t i, uint64_t cell) {
    items_[i] = &pool_.items[pool_.item_law.Pick(cell)];
  });
}

void Catalogue::CatalogueBlock::NeedBrands() {
  if (!brands_.empty()) return;
  NeedItems();
  brands_.resize(static_cast<size_t>(n_));
  EachDraw(kBrandDraw, [this](int64_t i, uint64_t cell) {
    const BrandLaw& law = pool_.brand_laws[item(i).category];
    brands_[i] = law.brands[law.law.Pick(cell)];
  });
}

std::vector<double> Catalogue::CatalogueBlock::Normals(Purpose purpose,
                                                       double tail) const {
  std::vector<double> z(static_cast<size_t>(n_));
  UnitsOf(catalogue_.keys_[purpose], rows_, 0, n_, 0, z.data());
  for (double& x : z) x = tail + x * (1 - 2 * tail);
  InverseNormalOf(z, z.data());
  return z;
}

void Catalogue::CatalogueBlock::NeedWeights() {
  if (!weights_.empty()) return;
  NeedItems();
  std::vector<double> kilograms = Normals(kWeightDraw, kTail);
  for (int64_t i = 0; i < n_; ++i) {
    kilograms[i] = item(i).log_weight + kWeightSpread * kilograms[i];
  }
  ExpOf(kilograms, kilograms.data());
  weights_.resize(static_cast<size_t>(n_));
  for (size_t i = 0; i < weights_.size(); ++i) {
    weights_[i] = std::clamp(static_cast<int64_t>(internal::Rint(kilograms[i] * 100)),
                             int64_t{1}, kMostWeight);
  }
}

int32_t Catalogue::CatalogueBlock::ColorOf(int64_t i) const {
  return item(i).has_color
             ? static_cast<int32_t>(pool_.color_law.Pick(Draw(kColorDraw, i)))
             : -1;
}

int32_t Catalogue::CatalogueBlock::SizeOf(int64_t i) const {
  const uint64_t u = Draw(kSizeDraw, i);
  switch (item(i).sizes) {
    case Sizes::kApparel:
      return static_cast<int32_t>(pool_.apparel_law.Pick(u));
    case Sizes::kShoe:
      return pool_.first_shoe + static_cast<int32_t>(pool_.shoe_law.Pick(u));
    case Sizes::kNone:
      break;
  }
  return -1;
}

ProductWords Catalogue::CatalogueBlock::WordsOf(int64_t i) const {
  const int32_t color = ColorOf(i), size = SizeOf(i);
  return {.brand = pool_.brands.text(brands_[static_cast<size_t>(i)]),
          .item = pool_.item_names.text(item(i).item),
          .subcategory = pool_.subcategories.text(item(i).subcategory),
          .color = color < 0 ? std::string_view() : pool_.colors.text(color),
          .size = size < 0 ? std::string_view() : pool_.size_names.text(size)};
}

auto Catalogue::CatalogueBlock::Texts(bool description) -> ArrayResult {
  NeedBrands();
  const int64_t frame = description ? kMaxDescriptionFrame : 8;
  ARROW_ASSIGN_OR_RAISE(
      TextBlock block,
      TextBlock::Make(n_, catalogue_.max_words_ + frame, false, request_.pool));
  std::vector<int32_t> sentences;
  for (const std::string_view category : pool_.categories.texts()) {
    sentences.push_back(FindSentences(category));
  }
  for (int64_t i = 0; i < n_; ++i) {
    const ProductWords words = WordsOf(i);
    block.End(description ? WriteDescription(
                                words, sentences[static_cast<size_t>(item(i).category)],
                                Draw(kDescriptionDraw, i), block.cursor())
                          : WriteProductName(words, block.cursor()));
  }
  return block.Finish();
}

auto Catalogue::CatalogueBlock::Decimals(const std::shared_ptr<arrow::DataType>& type,
                                         const std::vector<int64_t>& values) const
    -> ArrayResult {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer,
                        arrow::AllocateBuffer(n_ * sizeof(int64_t), request_.pool));
  std::copy(values.begin(), values.end(), buffer->mutable_data_as<int64_t>());
  return std::make_shared<arrow::Decimal64Array>(type, n_, std::move(buffer));
}

auto Catalogue::CatalogueBlock::Prices() -> ArrayResult {
  NeedBrands();
  const double house = Log(kHouseFactor);
  std::vector<double> dollars = Normals(kPriceDraw, kTail);
  for (int64_t i = 0; i < n_; ++i) {
    double& z = dollars[i];
    const CatalogueItem& one = item(i);
    z = one.log_median + internal::Select(z < 0, one.spread_below, one.spread_above) * z;
    z += internal::Select(pool_.is_house[brands_[i]], house, 0.0);
  }
  ExpOf(dollars, dollars.data());
  std::vector<int64_t> cents(static_cast<size_t>(n_));
  const Key& key = catalogue_.keys_[kEndingDraw];
  EachDraw(kEndingDraw, [&](int64_t i, uint64_t cell) {
    const int64_t price =
        pool_.grid.Snap(dollars[i], item(i).endings, key, rows_[i], cell);
    cents[i] = std::min(price, kMostCents);
  });
  return Decimals(catalogue_.type()->field(kPrice)->type(), cents);
}

auto Catalogue::CatalogueBlock::Weights() -> ArrayResult {
  NeedWeights();
  return Decimals(catalogue_.type()->field(kWeight)->type(), weights_);
}

auto Catalogue::CatalogueBlock::CostRatios() -> ArrayResult {
  NeedItems();
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer,
                        arrow::AllocateBuffer(n_ * sizeof(double), request_.pool));
  auto* out = buffer->mutable_data_as<double>();
  for (int64_t i = 0; i < n_; ++i) {
    out[i] = item(i).cost_low + item(i).cost_width * Unit(Draw(kCostDraw, i));
  }
  return std::make_shared<arrow::DoubleArray>(n_, std::move(buffer));
}

auto Catalogue::CatalogueBlock::Dimensions() -> ArrayResult {
  NeedWeights();
  // Length of the box by its volume and two ratios: width to length, height to width.
  std::vector<double> volumes(static_cast<size_t>(n_)), lengths(volumes.size()),
      widths(volumes.size());
  for (int64_t i = 0; i < n_; ++i) {
    const double density = kLowestDensity + kDensityRange * Unit(Draw(kDensityDraw, i));
    volumes[i] = static_cast<double>(weights_[i]) * 1e4 / density;  // Cubic centimetres.
    const double width = 0.5 + 0.5 * Unit(Draw(kShapeDraw, i));
    const double height = 0.25 + 0.7 * Unit(Draw(kShapeDraw, i, 1));
    widths[i] = width;
    lengths[i] = volumes[i] / (width * width * height);
  }
  PowerOf(lengths, 1.0 / 3, lengths.data());
  ARROW_ASSIGN_OR_RAISE(TextBlock block,
                        TextBlock::Make(n_, kMaxDimensionsSize, false, request_.pool));
  for (size_t k = 0; k < lengths.size(); ++k) {
    block.End(WriteBox(lengths[k], widths[k], volumes[k], block.cursor()));
  }
  return block.Finish();
}

auto Catalogue::CatalogueBlock::Make(int field) -> ArrayResult {
  NeedItems();
  const auto codes = [this](const CategoryPool& pool, int32_t CatalogueItem::*member) {
    return pool.Codes(n_, request_.pool,
                      [this, member](int64_t i) { return item(i).*member; });
  };
  switch (field) {
    case kCategory:
      return codes(pool_.categories, &CatalogueItem::category);
    case kSubcategory:
      return codes(pool_.subcategories, &CatalogueItem::subcategory);
    case kItem:
      return codes(pool_.item_names, &CatalogueItem::item);
    case kBrand:
      NeedBrands();
      return pool_.brands.Codes(n_, request_.pool, [this](int64_t i) {
        return brands_[static_cast<size_t>(i)];
      });
    case kName:
    case kDescription:
      return Texts(field == kDescription);
    case kPrice:
      return Prices();
    case kCostRatio:
      return CostRatios();
    case kWeight:
      return Weights();
    case kDimensions:
      return Dimensions();
    case kColor:
      return pool_.colors.Codes<true>(n_, request_.pool,
                                      [this](int64_t i) { return ColorOf(i); });
    case kSize:
      return pool_.size_names.Codes<true>(n_, request_.pool,
                                          [this](int64_t i) { return SizeOf(i); });
    default:
      return arrow::Status::IndexError("catalogue has no field number ", field);
  }
}

arrow::Result<std::unique_ptr<StructGenerator::Block>> Catalogue::Open(
    const GenerateRequest& request) const {
  return std::make_unique<CatalogueBlock>(*this, request);
}

void Catalogue::ListFields() {
  const ColumnShape text{.kind = ShapeKind::kText};
  SetFields({
      {"category", pool_.categories.type(), pool_.categories.shape()},
      {"subcategory", pool_.subcategories.type(), pool_.subcategories.shape()},
      {"item", pool_.item_names.type(), pool_.item_names.shape()},
      {"brand", pool_.brands.type(), pool_.brands.shape()},
      {"name", arrow::utf8(), text},
      {"description", arrow::utf8(), text},
      {"price",
       arrow::decimal64(10, 2),
       {.kind = ShapeKind::kBounded, .min = 1, .max = kMostCents}},
      {"cost_ratio", arrow::float64(), {.kind = ShapeKind::kReal}},
      {"weight_kg",
       arrow::decimal64(8, 2),
       {.kind = ShapeKind::kBounded, .min = 1, .max = kMostWeight}},
      {"dimensions", arrow::utf8(), text},
      {"color", pool_.colors.type(), pool_.colors.shape(true)},
      {"size", pool_.size_names.type(), pool_.size_names.shape(true)},
  });
  for (const CategoryPool* words :
       {&pool_.brands, &pool_.item_names, &pool_.subcategories, &pool_.colors,
        &pool_.size_names}) {
    size_t longest = 0;
    for (const std::string_view word : words->texts())
      longest = std::max(longest, word.size());
    max_words_ += static_cast<int64_t>(longest);
  }
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Catalogue::Bind(Params& params,
                                                                BindContext& context) {
  auto catalogue = std::make_unique<Catalogue>();
  ARROW_ASSIGN_OR_RAISE(catalogue->pool_, CataloguePool::Read(params));
  ARROW_RETURN_NOT_OK(params.Finish());
  for (int i = 0; i < kNumPurposes; ++i) {
    catalogue->keys_[static_cast<size_t>(i)] = context.key("value").Sub(i);
  }
  catalogue->ListFields();
  return catalogue;
}

}  // namespace

extern const GeneratorDef kCatalogue{
    .name = "catalogue",
    .summary =
        "make products whose category, brand, price, cost, weight and size belong "
        "together",
    .params =
        "of: retail (retail)\n"
        "categories: list of categories (all)",
    .example = "{catalogue: {of: retail}}",
    .bind = Catalogue::Bind,
};

}  // namespace lakeseed
