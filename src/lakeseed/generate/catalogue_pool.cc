#include "lakeseed/generate/catalogue_pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "lakeseed/base/function.h"
#include "lakeseed/base/vocabulary.h"

namespace lakeseed {
namespace {

constexpr double kQuantile95 = 1.6448536269514722;  // Of the standard normal law.

/// The parameter `categories`: a list of names, or one; empty: all.
arrow::Result<std::vector<std::string>> WantedCategories(Params& params,
                                                         const std::string& domain) {
  const SpecNode* node = params.Find("categories");
  std::vector<std::string> wanted;
  if (node == nullptr) return wanted;
  if (node->is_scalar()) wanted.push_back(node->text);
  for (const SpecNode& item : node->items) wanted.push_back(item.text);
  if (wanted.empty()) return params.Error("categories", "expected a list of categories");
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("catalogue"));
  ARROW_ASSIGN_OR_RAISE(const auto domains, table->Text("domain"));
  ARROW_ASSIGN_OR_RAISE(const auto categories, table->Text("category"));
  std::set<std::string> known;
  for (size_t i = 0; i < domains.size(); ++i) {
    if (domains[i] == domain) known.emplace(categories[i]);
  }
  for (const std::string& name : wanted) {
    if (!known.contains(name)) {
      return params.Error("categories", "unknown category", name,
                          fmt::format("known categories: {}", fmt::join(known, ", ")));
    }
  }
  return wanted;
}

}  // namespace

arrow::Result<CataloguePool> CataloguePool::Read(Params& params) {
  ARROW_ASSIGN_OR_RAISE(const std::string domain, params.GetTextOr("of", "retail"));
  if (domain != "retail") {
    return params.Error("of", "unknown catalogue", domain, "known catalogues: retail");
  }
  ARROW_ASSIGN_OR_RAISE(const auto wanted, WantedCategories(params, domain));
  CataloguePool pool;
  ARROW_ASSIGN_OR_RAISE(pool.grid, PriceGrid::Read());
  ARROW_RETURN_NOT_OK(pool.ReadItems(domain, wanted));
  ARROW_RETURN_NOT_OK(pool.ReadBrands());
  ARROW_RETURN_NOT_OK(pool.ReadColors());
  ARROW_RETURN_NOT_OK(pool.ReadSizes());
  for (CategoryPool* texts : {&pool.categories, &pool.subcategories, &pool.item_names,
                              &pool.brands, &pool.colors, &pool.size_names}) {
    ARROW_RETURN_NOT_OK(texts->Freeze());
  }
  return pool;
}

arrow::Status CataloguePool::ReadItems(const std::string& domain,
                                       const std::vector<std::string>& wanted) {
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("catalogue"));
  ARROW_ASSIGN_OR_RAISE(const auto domains, table->Text("domain"));
  ARROW_ASSIGN_OR_RAISE(const auto category, table->Text("category"));
  ARROW_ASSIGN_OR_RAISE(const auto subcategory, table->Text("subcategory"));
  ARROW_ASSIGN_OR_RAISE(const auto item, table->Text("item"));
  ARROW_ASSIGN_OR_RAISE(const auto p05, table->Integers("p05"));
  ARROW_ASSIGN_OR_RAISE(const auto median, table->Integers("median"));
  ARROW_ASSIGN_OR_RAISE(const auto p95, table->Integers("p95"));
  ARROW_ASSIGN_OR_RAISE(const auto cost_low, table->Doubles("cost_low"));
  ARROW_ASSIGN_OR_RAISE(const auto cost_high, table->Doubles("cost_high"));
  ARROW_ASSIGN_OR_RAISE(const auto weight, table->Integers("item_weight"));
  ARROW_ASSIGN_OR_RAISE(const auto endings, table->Text("endings"));
  ARROW_ASSIGN_OR_RAISE(const auto attribute, table->Text("attribute"));
  ARROW_ASSIGN_OR_RAISE(const auto kilograms, table->Doubles("weight_median_kg"));
  std::vector<double> shares;
  for (size_t i = 0; i < item.size(); ++i) {
    const bool in = wanted.empty() ||
                    std::find(wanted.begin(), wanted.end(), category[i]) != wanted.end();
    if (domains[i] != domain || !in) continue;
    CatalogueItem one{.category = categories.Add(category[i]),
                      .subcategory = subcategories.Add(subcategory[i]),
                      .item = item_names.Add(item[i])};
    ARROW_ASSIGN_OR_RAISE(one.endings, grid.FindProfile(endings[i]));
    const double low = Log(static_cast<double>(p05[i]) / 100);
    const double high = Log(static_cast<double>(p95[i]) / 100);
    one.log_median = Log(static_cast<double>(median[i]) / 100);
    one.spread_below = std::max(one.log_median - low, 0.0) / kQuantile95;
    one.spread_above = std::max(high - one.log_median, 0.0) / kQuantile95;
    one.cost_low = cost_low[i];
    one.cost_width = cost_high[i] - cost_low[i];
    one.log_weight = Log(kilograms[i]);
    one.has_color = attribute[i] != "none";
    one.sizes = attribute[i] == "color_size"  ? Sizes::kApparel
                : attribute[i] == "shoe_size" ? Sizes::kShoe
                                              : Sizes::kNone;
    items.push_back(one);
    shares.push_back(static_cast<double>(weight[i]));
  }
  ARROW_ASSIGN_OR_RAISE(item_law, AliasTable::Make(shares));
  return arrow::Status::OK();
}

arrow::Status CataloguePool::ReadBrands() {
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("catalogue_brands"));
  ARROW_ASSIGN_OR_RAISE(const auto category, table->Text("category"));
  ARROW_ASSIGN_OR_RAISE(const auto brand, table->Text("brand"));
  ARROW_ASSIGN_OR_RAISE(const auto house, table->Integers("is_house"));
  ARROW_ASSIGN_OR_RAISE(const auto weight, table->Integers("weight"));
  for (int32_t code = 0; code < categories.size(); ++code) {
    BrandLaw& law = brand_laws.emplace_back();
    std::vector<double> shares;
    for (size_t i = 0; i < brand.size(); ++i) {
      if (category[i] != categories.text(code)) continue;
      law.brands.push_back(brands.Add(brand[i]));
      is_house.resize(static_cast<size_t>(brands.size()), house[i] != 0);
      shares.push_back(static_cast<double>(weight[i]));
    }
    ARROW_ASSIGN_OR_RAISE(law.law, AliasTable::Make(shares));
  }
  return arrow::Status::OK();
}

arrow::Status CataloguePool::ReadColors() {
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("colors"));
  ARROW_ASSIGN_OR_RAISE(const auto names, table->Text("name"));
  ARROW_ASSIGN_OR_RAISE(const auto weights, table->Integers("weight"));
  for (const std::string_view name : names) colors.Add(name);
  ARROW_ASSIGN_OR_RAISE(
      color_law, AliasTable::Make(std::vector<double>(weights.begin(), weights.end())));
  return arrow::Status::OK();
}

arrow::Status CataloguePool::ReadSizes() {
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("sizes"));
  ARROW_ASSIGN_OR_RAISE(const auto profiles, table->Text("profile"));
  ARROW_ASSIGN_OR_RAISE(const auto names, table->Text("name"));
  ARROW_ASSIGN_OR_RAISE(const auto weights, table->Integers("weight"));
  for (const auto& [profile, law] :
       {std::pair{"apparel", &apparel_law}, {"shoe", &shoe_law}}) {
    std::vector<double> shares;
    if (law == &shoe_law) first_shoe = size_names.size();
    for (size_t i = 0; i < names.size(); ++i) {
      if (profiles[i] != profile) continue;
      size_names.Add(names[i]);
      shares.push_back(static_cast<double>(weights[i]));
    }
    ARROW_ASSIGN_OR_RAISE(*law, AliasTable::Make(shares));
  }
  return arrow::Status::OK();
}

}  // namespace lakeseed
