// CataloguePool: items with their laws of price, cost and weight; brands; colors.
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <string>
#include <vector>

#include "lakeseed/base/alias_table.h"
#include "lakeseed/generate/category_pool.h"
#include "lakeseed/generate/price_grid.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {

enum class Sizes : uint8_t { kNone, kApparel, kShoe };

struct CatalogueItem {
  int32_t category, subcategory, item;  ///< Codes in the pools.
  int32_t endings;                      ///< Profile of the price grid.
  double log_median;                    ///< Of the price in dollars.
  double spread_below, spread_above;    ///< Log standard deviations on either side.
  double cost_low, cost_width;          ///< Cost as a share of the price.
  double log_weight;                    ///< Of the median weight in kg.
  bool has_color;
  Sizes sizes;
};

struct BrandLaw {
  AliasTable law;
  std::vector<int32_t> brands;  ///< Codes in the pool.
};

struct CataloguePool {
  /// Read the tables of the catalogue of `params`' `of`, its `categories` only.
  static arrow::Result<CataloguePool> Read(Params& params);

  AliasTable item_law;
  std::vector<CatalogueItem> items;
  std::vector<BrandLaw> brand_laws;  ///< By code of the category.
  std::vector<bool> is_house;        ///< By code of the brand.
  CategoryPool categories, subcategories, item_names, brands, colors, size_names;
  AliasTable color_law, apparel_law, shoe_law;
  int32_t first_shoe = 0;  ///< Code of the first shoe size; apparel sizes come before.
  PriceGrid grid;

 private:
  arrow::Status ReadItems(const std::string& domain,
                          const std::vector<std::string>& wanted);
  arrow::Status ReadBrands();
  arrow::Status ReadColors();
  arrow::Status ReadSizes();
};

}  // namespace lakeseed
