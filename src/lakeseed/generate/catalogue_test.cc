// Products: coherence with the tables, prices on the grid, weights and sizes.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/test_struct.h"

namespace lakeseed {
namespace {

constexpr int64_t kMany = 200'000;
constexpr char kRetail[] = "{catalogue: {of: retail}}";

TEST(Catalogue, KeepsTheLawsOfStructs) {
  TestContext context;
  const auto catalogue = context.Bind(kRetail).ValueOrDie();
  ExpectStructLaws(context, *catalogue);
}

TEST(Catalogue, ItemBrandAndCostAreThoseOfTheCategory) {
  TestContext context;
  const auto catalogue = context.Bind(kRetail).ValueOrDie();
  const TestStruct products(context, *catalogue, Rows(RowRange{0, kMany}),
                            {"category", "subcategory", "item", "brand", "name",
                             "cost_ratio", "color", "size"});
  const auto table = Vocabulary("catalogue").ValueOrDie();
  const auto categories = table->Text("category").ValueOrDie();
  const auto subcategories = table->Text("subcategory").ValueOrDie();
  const auto items = table->Text("item").ValueOrDie();
  const auto low = table->Doubles("cost_low").ValueOrDie();
  const auto high = table->Doubles("cost_high").ValueOrDie();
  const auto attribute = table->Text("attribute").ValueOrDie();
  const auto weight = table->Integers("category_weight").ValueOrDie();
  std::map<std::string, size_t> row_of;
  std::map<std::string, double> shares;
  for (size_t i = 0; i < items.size(); ++i) {
    row_of[fmt::format("{}/{}/{}", categories[i], subcategories[i], items[i])] = i;
    shares[std::string(categories[i])] = static_cast<double>(weight[i]) / 1e6;
  }
  const auto brands = Vocabulary("catalogue_brands").ValueOrDie();
  std::set<std::string> known;
  for (int64_t i = 0; i < brands->num_rows(); ++i) {
    const auto k = static_cast<size_t>(i);
    known.insert(fmt::format("{}/{}", (*brands->Text("category"))[k],
                             (*brands->Text("brand"))[k]));
  }
  const auto category = products.Texts("category"), sub = products.Texts("subcategory"),
             item = products.Texts("item"), brand = products.Texts("brand"),
             name = products.Texts("name"), color = products.Texts("color"),
             size = products.Texts("size");
  const auto ratio = products.Values<double>("cost_ratio");
  std::map<std::string, double> counts;
  for (size_t i = 0; i < item.size(); ++i) {
    const size_t row = row_of.at(category[i] + "/" + sub[i] + "/" + item[i]);
    ASSERT_TRUE(known.contains(category[i] + "/" + brand[i])) << brand[i];
    ASSERT_GE(ratio[i], low[row]);
    ASSERT_LE(ratio[i], high[row]);
    ASSERT_EQ(color[i].empty(), attribute[row] == "none");
    ASSERT_EQ(size[i].empty(), attribute[row] == "none" || attribute[row] == "color");
    ASSERT_EQ(name[i], brand[i] + " " + item[i] +
                           (color[i].empty() ? "" : ", " + color[i]) +
                           (size[i].empty() ? "" : ", " + size[i]));
    ++counts[category[i]];
  }
  ASSERT_EQ(counts.size(), shares.size());
  for (const auto& [one, share] : shares) {
    EXPECT_NEAR(counts[one] / kMany, share, 5 * std::sqrt(share / kMany)) << one;
  }
}

TEST(Catalogue, PricesEndInNines) {
  TestContext context;
  const auto catalogue = context.Bind(kRetail).ValueOrDie();
  const TestStruct products(context, *catalogue, Rows(RowRange{0, kMany}),
                            {"price", "cost_ratio"});
  const auto cents = products.Values<int64_t>("price");
  const auto ratio = products.Values<double>("cost_ratio");
  const double nines = ShareOf(cents, [](int64_t price) { return price % 10 == 9; });
  EXPECT_GT(nines, 0.60);
  EXPECT_LT(nines, 0.80);
  for (size_t i = 0; i < cents.size(); ++i) {
    ASSERT_GE(cents[i], 25);
    ASSERT_LT(cents[i], 600'000);
    // Also when rounded to cents.
    ASSERT_LT(static_cast<int64_t>(static_cast<double>(cents[i]) * ratio[i] + 0.5),
              cents[i]);
    // From 50 dollars on, the grid has steps of at least 5.
    const int64_t dollars = (cents[i] + 50) / 100;
    if (cents[i] > 5100) {
      ASSERT_TRUE(dollars % 5 == 0 || dollars % 5 == 4 || cents[i] % 100 < 50)
          << cents[i];
    }
  }
}

TEST(Catalogue, MediansAreTheTablesAndHouseBrandsCostLess) {
  TestContext context;
  const auto catalogue =
      context.Bind("{catalogue: {categories: [Electronics]}}").ValueOrDie();
  const TestStruct products(context, *catalogue, Rows(RowRange{0, kMany}),
                            {"item", "brand", "price"});
  const auto items = products.Texts("item"), brands = products.Texts("brand");
  const auto cents = products.Values<int64_t>("price");
  std::vector<double> branded, house;
  for (size_t i = 0; i < items.size(); ++i) {
    if (items[i] != "Smartphone 128GB") continue;
    (brands[i] == "BasicWare" ? house : branded)
        .push_back(static_cast<double>(cents[i]) / 100);
  }
  ASSERT_GT(house.size(), 300u);
  EXPECT_NEAR(static_cast<double>(house.size()) /
                  static_cast<double>(house.size() + branded.size()),
              0.18, 0.025);
  const auto median = [](std::vector<double>& values) {
    std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
    return values[values.size() / 2];
  };
  const double of_branded = median(branded);
  EXPECT_NEAR(of_branded, 449, 20);
  EXPECT_NEAR(median(house) / of_branded, 0.72, 0.06);
}

TEST(Catalogue, BoxesFitTheirWeight) {
  TestContext context;
  const auto catalogue = context.Bind(kRetail).ValueOrDie();
  const TestStruct products(context, *catalogue, Rows(RowRange{0, 50000}),
                            {"weight_kg", "dimensions", "description"});
  const auto weights = products.Values<int64_t>("weight_kg");
  const auto boxes = products.Texts("dimensions");
  for (size_t i = 0; i < boxes.size(); ++i) {
    int length = 0, width = 0, height = 0;
    ASSERT_EQ(std::sscanf(boxes[i].c_str(), "%dx%dx%d", &length, &width, &height), 3)
        << boxes[i];
    ASSERT_GE(length, width);
    ASSERT_GE(width, height);
    ASSERT_GE(height, 1);
    if (weights[i] < 100) continue;  // Whole centimetres are too coarse for small things.
    const double density = static_cast<double>(weights[i]) * 1e4 /
                           (static_cast<double>(length) * width * height);
    ASSERT_GT(density, 120 * 0.88) << boxes[i];
    ASSERT_LT(density, 350 * 1.14) << boxes[i];
  }
  for (const std::string& text : products.Texts("description")) {
    ASSERT_EQ(text.back(), '.');
    ASSERT_EQ(text.find_first_of("{}"), std::string::npos) << text;
    ASSERT_LE(text.size(), 200u);
  }
}

TEST(Catalogue, TakesTheCategoriesAskedFor) {
  TestContext context;
  const auto catalogue =
      context.Bind("{catalogue: {categories: [Food, Books & Media]}}").ValueOrDie();
  const TestStruct products(context, *catalogue, Rows(RowRange{0, 2000}), {"category"});
  const auto categories = products.Texts("category");
  EXPECT_EQ(std::set<std::string>(categories.begin(), categories.end()),
            (std::set<std::string>{"Food", "Books & Media"}));
  EXPECT_FALSE(context.Bind("{catalogue: {categories: [Fod]}}").ok());
  EXPECT_FALSE(context.Bind("{catalogue: {of: planets}}").ok());
  EXPECT_FALSE(context.Bind("{catalogue: {categories: []}}").ok());
}

}  // namespace
}  // namespace lakeseed
