#include <gtest/gtest.h>

#include <map>

#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/test_context.h"
#include "lakeseed/generate/test_statistics.h"

namespace lakeseed {
namespace {

constexpr int64_t kRows = 100'000;

TEST(VocabularyRowTest, RowsAreDrawnWholeAndByWeight) {
  if (VocabularyDirectory().empty()) {
    SetVocabularyDirectory(LAKESEED_SOURCE_DIR "/build/vocab");
  }
  const auto table = Vocabulary("occupations").ValueOrDie();
  const auto names = table->Text("name").ValueOrDie();
  const auto* weights = table->Find("weight").ValueOrDie();
  TestContext context;
  auto generator = context.Bind("{vocabulary: {table: occupations, weight: weight}}");
  ASSERT_TRUE(generator.ok()) << generator.status().ToString();
  ASSERT_EQ((*generator)->type()->num_fields(), static_cast<int>(table->heads().size()));

  std::map<std::string, size_t, std::less<>> row_of;
  std::vector<double> law;
  double sum = 0;
  for (size_t i = 0; i < names.size(); ++i) {
    row_of[std::string(names[i])] = i;
    law.push_back(weights->type == VocabularyTable::Type::kDouble
                      ? weights->doubles[i]
                      : static_cast<double>(weights->integers[i]));
    sum += law.back();
  }
  for (double& p : law) p /= sum;

  auto made = context.Generate(**generator, Rows(RowRange{0, kRows}));
  ASSERT_TRUE(made.ok());
  const auto& things = static_cast<const arrow::StructArray&>(**made);
  const auto name = things.GetFieldByName("name"),
             weight = things.GetFieldByName("weight");
  const auto& codes = static_cast<const arrow::DictionaryArray&>(*name);
  const auto& texts = static_cast<const arrow::StringArray&>(*codes.dictionary());
  std::vector<int64_t> counts(names.size());
  for (int64_t i = 0; i < kRows; ++i) {
    const size_t row = row_of.at(texts.GetString(codes.GetValueIndex(i)));
    ++counts[row];
    const bool whole =
        weights->type == VocabularyTable::Type::kDouble
            ? weight->data()->GetValues<double>(1)[i] == weights->doubles[row]
            : weight->data()->GetValues<int64_t>(1)[i] == weights->integers[row];
    ASSERT_TRUE(whole) << i;
  }
  EXPECT_LT(ChiSquaredScore(counts, law), 4.5);
}

TEST(VocabularyRowTest, UnknownNamesAreErrors) {
  if (VocabularyDirectory().empty()) {
    SetVocabularyDirectory(LAKESEED_SOURCE_DIR "/build/vocab");
  }
  TestContext context;
  auto table = context.Bind("{vocabulary: {table: occupation}}");
  ASSERT_FALSE(table.ok());
  EXPECT_NE(Render(table.status()).find("did you mean `occupations`?"), std::string::npos)
      << Render(table.status());
  EXPECT_FALSE(context.Bind("{vocabulary: {table: occupations, weight: name}}").ok());
}

}  // namespace
}  // namespace lakeseed
