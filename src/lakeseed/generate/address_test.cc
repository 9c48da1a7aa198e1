// Addresses and telephone numbers: what belongs together does, against the tables.

#include <gtest/gtest.h>

#include <cctype>
#include <cmath>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/test_struct.h"

namespace lakeseed {
namespace {

constexpr int64_t kMany = 200'000;
constexpr char kHome[] = "{address: {country: US, weight: population}}";

TEST(Address, KeepsTheLawsOfStructs) {
  TestContext context;
  const auto address = context.Bind(kHome).ValueOrDie();
  ExpectStructLaws(context, *address);
}

TEST(Address, PlaceIsOneRowOfTheTable) {
  TestContext context;
  const auto address = context.Bind(kHome).ValueOrDie();
  const TestStruct homes(
      context, *address, Rows(RowRange{0, kMany}),
      {"city", "state", "state_name", "postal_code", "county", "time_zone", "area_code",
       "latitude", "longitude", "region", "country"});
  const auto table = Vocabulary("us_places").ValueOrDie();
  const auto zips = table->Text("zip").ValueOrDie();
  std::map<std::string, size_t> row_of;
  for (size_t i = 0; i < zips.size(); ++i) row_of[std::string(zips[i])] = i;
  const auto postal = homes.Texts("postal_code");
  for (const std::string column :
       {"city", "state", "state_name", "county", "time_zone", "region"}) {
    const auto expected = table->Text(column).ValueOrDie();
    const auto values = homes.Texts(column);
    for (size_t i = 0; i < values.size(); ++i) {
      ASSERT_EQ(values[i], expected[row_of.at(postal[i])])
          << column << " of " << postal[i];
    }
  }
  const auto codes = table->Text("area_codes").ValueOrDie();
  const auto latitudes = table->Doubles("latitude").ValueOrDie();
  const auto area = homes.Texts("area_code");
  const auto north = homes.Values<double>("latitude");
  double square = 0;
  for (size_t i = 0; i < area.size(); ++i) {
    ASSERT_NE(codes[row_of.at(postal[i])].find(area[i]), std::string::npos);
    const double offset = (north[i] - latitudes[row_of.at(postal[i])]) * 111.32;
    ASSERT_LT(std::abs(offset), 9.0);
    square += offset * offset;
  }
  EXPECT_NEAR(std::sqrt(square / kMany), 1.5, 0.02);
}

TEST(Address, StatesFollowTheirPopulation) {
  TestContext context;
  const auto address = context.Bind(kHome).ValueOrDie();
  const TestStruct homes(context, *address, Rows(RowRange{0, kMany}), {"state"});
  std::map<std::string, double> counts;
  for (const std::string& state : homes.Texts("state")) ++counts[state];
  const auto table = Vocabulary("us_states").ValueOrDie();
  const auto states = table->Text("state").ValueOrDie();
  const auto people = table->Integers("population").ValueOrDie();
  double total = 0;
  for (const int64_t one : people) total += static_cast<double>(one);
  for (size_t i = 0; i < states.size(); ++i) {
    const double share = static_cast<double>(people[i]) / total;
    EXPECT_NEAR(counts[std::string(states[i])] / kMany, share,
                5 * std::sqrt(share / kMany) + 1e-4)
        << states[i];
  }
}

TEST(Address, LinesAreWellFormed) {
  TestContext context;
  const auto address = context.Bind(kHome).ValueOrDie();
  const TestStruct homes(context, *address, Rows(RowRange{0, 50000}),
                         {"line1", "line2", "street"});
  const auto line1 = homes.Texts("line1"), line2 = homes.Texts("line2"),
             street = homes.Texts("street");
  int64_t boxes = 0;
  for (size_t i = 0; i < line1.size(); ++i) {
    if (street[i] == "PO Box") {
      ++boxes;
      ASSERT_EQ(line1[i].find("PO Box "), 0u);
      ASSERT_EQ(line2[i], "");
      continue;
    }
    const size_t blank = line1[i].find(' ');
    ASSERT_EQ(line1[i].substr(blank + 1), street[i]);
    const int number = std::stoi(line1[i].substr(0, blank));
    ASSERT_GE(number, 1);
    ASSERT_LE(number, 19999);
  }
  EXPECT_NEAR(static_cast<double>(boxes) / 50000, 0.02, 0.003);
  EXPECT_NEAR(1 - homes.NullShare("line2"), 0.24 * 0.98, 0.01);
}

TEST(Address, OfShopsAreInNoBoxes) {
  TestContext context;
  const auto shop = context.Bind("{address: {po_boxes: false}}").ValueOrDie();
  const TestStruct shops(context, *shop, Rows(RowRange{0, 5000}), {"line1", "street"});
  for (const std::string& street : shops.Texts("street")) ASSERT_NE(street, "PO Box");
  for (const std::string& line : shops.Texts("line1")) {
    ASSERT_TRUE(std::isdigit(line[0])) << line;
  }
}

TEST(Address, RefusesWhatItDoesNotKnow) {
  TestContext context;
  EXPECT_FALSE(context.Bind("{address: {country: XX}}").ok());
  EXPECT_FALSE(context.Bind("{address: {weight: gold}}").ok());
  EXPECT_FALSE(context.Bind("{address: {contry: US}}").ok());
}

TEST(Phone, TakesTheAreaCodeOfTheAddress) {
  TestContext context;
  context.AddCategory("home.area_code", {"212", "415", "808"});
  const auto phone = context.Bind("{phone: {area_of: home, home_share: 1}}").ValueOrDie();
  const auto array = context.Generate(*phone, Rows(RowRange{0, 20000})).ValueOrDie();
  const auto& numbers = static_cast<const arrow::StringArray&>(*array);
  const std::regex national(R"(\((212|415|808)\) 555-01\d\d)");
  std::map<std::string, int> codes;
  for (int64_t i = 0; i < numbers.length(); ++i) {
    ASSERT_TRUE(std::regex_match(numbers.GetString(i), national)) << numbers.GetString(i);
    ++codes[numbers.GetString(i).substr(1, 3)];
  }
  EXPECT_EQ(codes.size(), 3u);

  const auto moved = context.Bind("{phone: {area_of: home}}").ValueOrDie();
  const auto other = context.Generate(*moved, Rows(RowRange{0, 20000})).ValueOrDie();
  int64_t equal = 0;
  for (int64_t i = 0; i < numbers.length(); ++i) {
    equal += static_cast<const arrow::StringArray&>(*other).GetString(i).substr(0, 5) ==
             numbers.GetString(i).substr(0, 5);
  }
  EXPECT_NEAR(static_cast<double>(equal) / 20000, 0.86, 0.015);
}

TEST(Phone, RealNumbersKeepTheNumberingPlan) {
  TestContext context;
  const auto phone =
      context.Bind("{phone: {fictional: false, format: mixed}}").ValueOrDie();
  const auto array = context.Generate(*phone, Rows(RowRange{0, 50000})).ValueOrDie();
  const auto& numbers = static_cast<const arrow::StringArray&>(*array);
  const std::regex plan(R"((\(\d{3}\) |\d{3}-|\+1\d{3})(?!555|\d11)[2-9]\d\d-?\d{4})");
  for (int64_t i = 0; i < numbers.length(); ++i) {
    ASSERT_TRUE(std::regex_match(numbers.GetString(i), plan)) << numbers.GetString(i);
  }
}

TEST(Phone, TextsOfManyRowsHaveNumbersWhereTheAreaIsKnown) {
  const Rows rows(RowRange{0, 5000}), few(RowRange{0, 200});
  for (const char* area : {"212", "000", "A1B"}) {
    TestContext context;
    context.AddText("area", {area});
    const auto phone =
        context.Bind("{phone: {area_code: area, home_share: 1}}").ValueOrDie();
    const auto numbers_of = [&](const Rows& some) {
      const arrow::ArrayVector inputs = context.InputsOf(some);
      return phone->NumberedTexts({some, inputs, {}, arrow::default_memory_pool()})
          .ValueOrDie();
    };
    EXPECT_EQ(numbers_of(few), nullptr);
    const bool is_known = std::string(area) == "212";
    EXPECT_EQ(numbers_of(rows) != nullptr, is_known) << area;
    EXPECT_EQ(numbers_of(few) != nullptr, is_known) << area;  // All texts are made now.
    const auto array = context.Generate(*phone, rows).ValueOrDie();
    EXPECT_EQ(static_cast<const arrow::StringArray&>(*array).GetString(0).substr(0, 5),
              "(" + std::string(area) + ")");
  }
  TestContext context;
  const auto any = context.Bind("{phone: {fictional: false}}").ValueOrDie();
  EXPECT_EQ(any->NumberedTexts({rows, {}, {}, arrow::default_memory_pool()}).ValueOrDie(),
            nullptr);
}

TEST(Phone, RefusesWhatItDoesNotKnow) {
  TestContext context;
  context.AddCategory("home.area_code", {"212"});
  EXPECT_FALSE(context.Bind("{phone: {area_of: home, area_code: home.area_code}}").ok());
  EXPECT_FALSE(context.Bind("{phone: {area_of: nowhere}}").ok());
  EXPECT_FALSE(context.Bind("{phone: {format: morse}}").ok());
  EXPECT_FALSE(context.Bind("{phone: {home_share: 2}}").ok());
  EXPECT_FALSE(context.Bind("{phone: {area_code: $row}}").ok());
}

}  // namespace
}  // namespace lakeseed
