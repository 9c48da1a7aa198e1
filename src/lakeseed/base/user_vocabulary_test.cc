#include "lakeseed/base/user_vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lakeseed {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(UserVocabulary, TypesAreInferred) {
  const auto table = ParseUserVocabulary("t",
                                         "name,n,price,code,mixed,big,stated:double\n"
                                         "a,-3,1.5,007,1,123456789012345678901,0.5\n"
                                         "\"b, c\",12,2.25,12,x,1,2\n"
                                         "d,0,-10,3,2,2,1e3\n")
                         .ValueOrDie();
  ASSERT_EQ(table->num_rows(), 3);
  EXPECT_THAT(table->Text("name").ValueOrDie(), ElementsAre("a", "b, c", "d"));
  EXPECT_THAT(table->Integers("n").ValueOrDie(), ElementsAre(-3, 12, 0));
  EXPECT_THAT(table->Integers("price").ValueOrDie(), ElementsAre(150, 225, -1000));
  EXPECT_EQ(table->Find("price").ValueOrDie()->scale, 2);
  EXPECT_THAT(table->Text("code").ValueOrDie(), ElementsAre("007", "12", "3"));
  EXPECT_THAT(table->Text("mixed").ValueOrDie(), ElementsAre("1", "x", "2"));
  EXPECT_TRUE(table->Text("big").ok());
  EXPECT_THAT(table->Doubles("stated").ValueOrDie(), ElementsAre(0.5, 2, 1000));
}

TEST(UserVocabulary, MistakesHaveTheLineOfTheFile) {
  for (const auto& [csv, part] : {std::pair{"", "a header and rows"},
                                  {"a,b\n", "a header and rows"},
                                  {"a,b\n1,2\n3\n", "t.csv:3"},
                                  {"a:int\nx\n", "not a number"},
                                  {"a:foo\n1\n", "unknown type of a column"},
                                  {"a,b\n\"1,2\n", "t.csv:2"}}) {
    const auto table = ParseUserVocabulary("t", csv);
    ASSERT_FALSE(table.ok()) << csv;
    EXPECT_THAT(table.status().ToString(), HasSubstr(part));
  }
}

TEST(UserVocabulary, ANameMeansOneTable) {
  const std::string one = "a\nx\n", two = "a\ny\n";
  const auto table = [](const std::string& text) {
    return ParseUserVocabulary("own_words", text).ValueOrDie();
  };
  ASSERT_TRUE(AddVocabulary(table(one), one).ok());
  ASSERT_TRUE(AddVocabulary(table(one), one).ok());
  EXPECT_THAT(AddVocabulary(table(two), two).ToString(), HasSubstr("of one name"));
  EXPECT_THAT(Vocabulary("own_words").ValueOrDie()->Text("a").ValueOrDie(),
              ElementsAre("x"));
  EXPECT_THAT(VocabularyNames(), testing::Contains("own_words"));
}

}  // namespace
}  // namespace lakeseed
