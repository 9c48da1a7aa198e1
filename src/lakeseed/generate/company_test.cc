// Companies and jobs.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/test_struct.h"

namespace lakeseed {
namespace {

TEST(Company, KeepsTheLawsOfStructs) {
  TestContext context;
  const auto company = context.Bind("{company: {}}").ValueOrDie();
  ExpectStructLaws(context, *company);
}

TEST(Company, DomainIsMadeOfTheName) {
  TestContext context;
  const auto company = context.Bind("{company: {}}").ValueOrDie();
  const TestStruct firms(context, *company, Rows(RowRange{0, 20000}),
                         {"name", "suffix", "domain"});
  const auto names = firms.Texts("name"), suffixes = firms.Texts("suffix"),
             domains = firms.Texts("domain");
  for (size_t i = 0; i < names.size(); ++i) {
    ASSERT_GT(names[i].size(), suffixes[i].size() + 1);
    ASSERT_EQ(names[i].substr(names[i].size() - suffixes[i].size() - 1),
              " " + suffixes[i]);
    std::string letters, expected;
    for (const char c : names[i].substr(0, names[i].size() - suffixes[i].size())) {
      if (std::isalnum(c)) expected += static_cast<char>(std::tolower(c));
    }
    const std::string end = ".example";
    ASSERT_EQ(domains[i].substr(domains[i].size() - end.size()), end);
    for (const char c : domains[i].substr(0, domains[i].size() - end.size())) {
      if (c != '-') letters += c;
    }
    ASSERT_EQ(letters, expected);
  }
}

TEST(Job, TitlesFollowTheTable) {
  TestContext context;
  const auto job = context.Bind("{job: {}}").ValueOrDie();
  constexpr int64_t kMany = 200'000;
  const auto array = context.Generate(*job, Rows(RowRange{0, kMany})).ValueOrDie();
  const auto& coded = static_cast<const arrow::DictionaryArray&>(*array);
  std::vector<double> counts(static_cast<size_t>(coded.dictionary()->length()));
  for (int64_t i = 0; i < kMany; ++i)
    ++counts[static_cast<size_t>(coded.GetValueIndex(i))];
  const auto table = Vocabulary("occupations").ValueOrDie();
  const auto weights = table->Integers("weight").ValueOrDie();
  ASSERT_EQ(counts.size(), weights.size());
  double total = 0;
  for (const int64_t weight : weights) total += static_cast<double>(weight);
  for (size_t i = 0; i < counts.size(); ++i) {
    const double mean = static_cast<double>(weights[i]) / total * kMany;
    EXPECT_NEAR(counts[i], mean, 5 * std::sqrt(mean) + 1) << i;
  }
}

}  // namespace
}  // namespace lakeseed
