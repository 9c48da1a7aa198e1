// choice, boolean, const, poisson, zipf: values from finite laws.

#include <gtest/gtest.h>

#include <cmath>

#include "lakeseed/base/zipf.h"
#include "lakeseed/generate/test_context.h"
#include "lakeseed/generate/test_error.h"
#include "lakeseed/generate/test_statistics.h"

namespace lakeseed {
namespace {

constexpr int64_t kRows = 100'000;

std::shared_ptr<arrow::Array> Made(TestContext& context, const std::string& yaml) {
  auto generator = context.Bind(yaml);
  EXPECT_TRUE(generator.ok()) << yaml << generator.status().ToString();
  if (!generator.ok()) return nullptr;
  auto made = context.Generate(**generator, Rows(RowRange{0, kRows}));
  EXPECT_TRUE(made.ok());
  return made.ok() ? *made : nullptr;
}

std::shared_ptr<arrow::Array> Made(const std::string& yaml) {
  TestContext context;
  return Made(context, yaml);
}

std::vector<int64_t> CountCodes(const arrow::Array& values) {
  const auto& codes = static_cast<const arrow::DictionaryArray&>(values);
  std::vector<int64_t> counts(static_cast<size_t>(codes.dictionary()->length()));
  for (int64_t i = 0; i < codes.length(); ++i) {
    if (!codes.IsNull(i)) ++counts[static_cast<size_t>(codes.GetValueIndex(i))];
  }
  return counts;
}

std::vector<int64_t> CountIntegers(const arrow::Array& values, int64_t min, int64_t max) {
  std::vector<int64_t> counts(static_cast<size_t>(max - min + 1));
  for (int64_t i = 0; i < values.length(); ++i) {
    ++counts.at(static_cast<size_t>(values.data()->GetValues<int64_t>(1)[i] - min));
  }
  return counts;
}

TEST(ChoiceTest, TextsAreCodesInTheOrderOfTheFile) {
  const auto values = Made("{choice: {USD: 0.7, EUR: 0.2, GBP: 0.1, CHF: 0}}");
  const auto& codes = static_cast<const arrow::DictionaryArray&>(*values);
  const auto& texts = static_cast<const arrow::StringArray&>(*codes.dictionary());
  EXPECT_EQ(texts.GetView(0), "USD");
  EXPECT_EQ(texts.GetView(2), "GBP");
  const auto counts = CountCodes(*values);
  EXPECT_EQ(counts[3], 0);
  EXPECT_LT(ChiSquaredScore({counts[0], counts[1], counts[2]}, {0.7, 0.2, 0.1}), 4.5);
}

TEST(ChoiceTest, AListIsEven) {
  EXPECT_LT(ChiSquaredScore(CountCodes(*Made("{choice: [a, b, c, d]}")),
                            std::vector<double>(4, 0.25)),
            4.5);
}

TEST(ChoiceTest, NumbersAndDatesAreTyped) {
  const auto money = Made("{choice: {0.00: 0.4, 4.99: 0.4, 12.99: 0.2}}");
  EXPECT_TRUE(money->type()->Equals(*arrow::decimal64(4, 2)))
      << money->type()->ToString();
  int64_t free = 0;
  for (int64_t i = 0; i < kRows; ++i)
    free += money->data()->GetValues<int64_t>(1)[i] == 0;
  EXPECT_NEAR(static_cast<double>(free), 0.4 * kRows, 4.5 * std::sqrt(0.24 * kRows));
  EXPECT_EQ(Made("{choice: {1: 0.84, 2: 0.16}}")->type_id(), arrow::Type::INT64);
  EXPECT_EQ(Made("{choice: [2024-01-01, 2024-02-01]}")->type_id(), arrow::Type::DATE32);
  EXPECT_EQ(Made("{choice: ['1', '2']}")->type_id(), arrow::Type::DICTIONARY);
  EXPECT_EQ(Made("{choice: [01234, 56789]}")->type_id(), arrow::Type::DICTIONARY);
  EXPECT_EQ(Made("{choice: [1, two]}")->type_id(), arrow::Type::DICTIONARY);
  TestContext context;
  context.set_stated_type(arrow::decimal64(12, 3));
  EXPECT_TRUE(
      Made(context, "{choice: [0.5, 1]}")->type()->Equals(*arrow::decimal64(12, 3)));
  context.set_stated_type(arrow::date32());
  EXPECT_FALSE(context.Bind("{choice: [a, b]}").ok());
}

TEST(ChoiceTest, TheConditionalFormFollowsItsInput) {
  const std::string yaml =
      "{choice: {by: channel, of: {in_store: {Cash: 0.2, Card: 0.8}, "
      "online: {Card: 0.7, PayPal: 0.3}}}}";
  for (const bool as_codes : {false, true}) {
    TestContext context;
    if (as_codes) context.AddCategory("channel", {"online", "in_store", "by post"});
    if (!as_codes) context.AddText("channel", {"online", "in_store", "by post"});
    auto generator = context.Bind(yaml);
    ASSERT_TRUE(generator.ok()) << generator.status().ToString();
    EXPECT_TRUE((*generator)->shape().nullable);
    const auto values = Made(context, yaml);
    const auto& codes = static_cast<const arrow::DictionaryArray&>(*values);
    ASSERT_EQ(codes.dictionary()->length(), 3);
    const Key key = StreamKey(0, {"test input", "channel"});
    std::vector<int64_t> store(3), online(3);
    for (int64_t i = 0; i < kRows; ++i) {
      const int64_t channel = Below(Cell(key, i), 3);
      ASSERT_EQ(codes.IsNull(i), channel == 2);
      if (channel == 2) continue;
      ++(channel == 1 ? store : online)[static_cast<size_t>(codes.GetValueIndex(i))];
    }
    EXPECT_EQ(store[2], 0);
    EXPECT_EQ(online[0], 0);
    EXPECT_LT(ChiSquaredScore({store[0], store[1]}, {0.2, 0.8}), 4.5);
    EXPECT_LT(ChiSquaredScore({online[1], online[2]}, {0.7, 0.3}), 4.5);
  }
}

TEST(ChoiceTest, DefaultServesTheOthers) {
  TestContext context;
  const auto values =
      Made(context, "{choice: {by: channel, of: {in_store: [a], default: [b]}}}");
  EXPECT_EQ(values->null_count(), 0);
  const auto counts = CountCodes(*values);
  EXPECT_LT(ChiSquaredScore(counts, {0.5, 0.5}), 4.5);
}

TEST(ChoiceTest, BadWeightsAreErrors) {
  ExpectRequestErrors({"{choice: {a: -1, b: 2}}", "{choice: {a: 0, b: 0}}",
                       "{choice: {a: x}}", "{choice: []}",
                       "{choice: {by: chanel, of: {a: [b]}}}",
                       "{choice: {by: channel, of: {}}}",
                       "{choice: {by: channel, of: {a: [b]}, off: 1}}"});
}

TEST(BooleanTest, SharesAndEnds) {
  const auto truths = [](const std::string& yaml) {
    const auto values = Made(yaml);
    return static_cast<const arrow::BooleanArray&>(*values).true_count();
  };
  EXPECT_NEAR(static_cast<double>(truths("{boolean: 0.85}")), 85'000, 4.5 * 113);
  EXPECT_EQ(truths("{boolean: 0}"), 0);
  EXPECT_EQ(truths("{boolean: 1}"), kRows);
  TestContext context;
  EXPECT_FALSE(context.Bind("{boolean: 1.5}").ok());
}

TEST(ConstTest, TheFormGivesTheType) {
  EXPECT_EQ(Made("{const: web}")->type_id(), arrow::Type::DICTIONARY);
  EXPECT_EQ(Made("{const: 5}")->type_id(), arrow::Type::INT64);
  EXPECT_EQ(Made("{const: '5'}")->type_id(), arrow::Type::DICTIONARY);
  EXPECT_TRUE(Made("{const: 4.99}")->type()->Equals(*arrow::decimal64(3, 2)));
  EXPECT_EQ(Made("{const: 2024-01-31}")->type_id(), arrow::Type::DATE32);
  EXPECT_EQ(static_cast<const arrow::BooleanArray&>(*Made("{const: true}")).true_count(),
            kRows);
  TestContext context;
  context.set_stated_type(arrow::decimal64(10, 2));
  EXPECT_EQ(Made(context, "{const: 5}")->data()->GetValues<int64_t>(1)[3], 500);
  EXPECT_FALSE(context.Bind("{const: web}").ok());
}

TEST(PoissonTest, FollowsItsLaw) {
  std::vector<double> law;
  for (int k = 0; k <= 60; ++k) {
    law.push_back(std::exp(k * std::log(9.0) - 9 - std::lgamma(k + 1.0)));
  }
  EXPECT_LT(ChiSquaredScore(CountIntegers(*Made("{poisson: 9}"), 0, 60), law), 4.5);
  std::vector<double> cut(law.begin() + 7, law.begin() + 13);
  double mass = 0;
  for (const double p : cut) mass += p;
  for (double& p : cut) p /= mass;
  EXPECT_LT(
      ChiSquaredScore(
          CountIntegers(*Made("{poisson: {mean: 9, min: 7, max: 12}}"), 7, 12), cut),
      4.5);
}

TEST(PoissonTest, LargeMeansAndFarWindows) {
  double sum = 0, squares = 0;
  const auto values = Made("{poisson: {mean: 1000000}}");
  for (int64_t i = 0; i < kRows; ++i) {
    const double z =
        (static_cast<double>(values->data()->GetValues<int64_t>(1)[i]) - 1e6) / 1e3;
    sum += z;
    squares += z * z;
  }
  EXPECT_NEAR(sum / kRows, 0, 4.5 / std::sqrt(kRows));
  EXPECT_NEAR(squares / kRows, 1, 4.5 * std::sqrt(2.0 / kRows));
  const auto far = CountIntegers(*Made("{poisson: {mean: 1, min: 50, max: 52}}"), 50, 52);
  EXPECT_GT(far[0], far[1] * 40);
  TestContext context;
  EXPECT_FALSE(context.Bind("{poisson: 0}").ok());
  EXPECT_FALSE(context.Bind("{poisson: {mean: 2, min: 5, max: 4}}").ok());
  EXPECT_FALSE(context.Bind("{poisson: {mean: 1e12}}").ok());
}

TEST(ZipfTest, RanksBeginAtOne) {
  EXPECT_LT(ChiSquaredScore(CountIntegers(*Made("{zipf: {s: 1.1, n: 1000}}"), 1, 1000),
                            ZipfLaw(1000, 1.1)),
            4.5);
  EXPECT_LT(ChiSquaredScore(CountIntegers(*Made("{zipf: {s: 0, n: 8}}"), 1, 8),
                            std::vector<double>(8, 0.125)),
            4.5);
  EXPECT_EQ(CountIntegers(*Made("{zipf: {s: 1, n: 1}}"), 1, 1)[0], kRows);
  TestContext context;
  EXPECT_FALSE(context.Bind("{zipf: {s: -1, n: 5}}").ok());
  EXPECT_FALSE(context.Bind("{zipf: {s: 1, n: 0}}").ok());
}

}  // namespace
}  // namespace lakeseed
