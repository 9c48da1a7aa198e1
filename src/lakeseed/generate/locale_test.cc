// People, addresses, companies and numbers of all locales keep the laws of structs.

#include "lakeseed/generate/locale.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/name_pool.h"
#include "lakeseed/generate/test_struct.h"
#include "lakeseed/generate/text_pattern.h"

namespace lakeseed {
namespace {

using testing::HasSubstr;

class Locale : public testing::Test {
 protected:
  std::vector<std::string> Column(const char* name) {
    const auto table = Vocabulary("locales").ValueOrDie();
    const auto texts = table->Text(name).ValueOrDie();
    return {texts.begin(), texts.end()};
  }
  TestContext context_;  ///< Sets the directory of the vocabulary too.
};

TEST_F(Locale, EveryOneKeepsTheLaws) {
  const std::vector<std::string> locales = Column("locale");
  ASSERT_GE(locales.size(), 20u);
  for (const std::string& locale : locales) {
    SCOPED_TRACE(locale);
    for (const std::string kind : {"person", "company"}) {
      const auto made = context_.Bind("{" + kind + ": {locale: " + locale + "}}");
      ASSERT_TRUE(made.ok()) << made.status().ToString();
      ExpectStructLaws(context_, **made);
    }
    const auto home = context_.Bind("{address: {country: " + locale.substr(3) + "}}");
    ASSERT_TRUE(home.ok()) << home.status().ToString();
    ExpectStructLaws(context_, **home);
  }
}

TEST_F(Locale, UnknownOnesAreRefusedWithTheNearest) {
  for (const auto& [text, part] :
       {std::pair{"{person: {locale: de_ED}}", "did you mean `de_DE`?"},
        {"{address: {country: XX}}", "known: US, "},
        {"{phone: {country: DK}}", "`fictional: false`"}}) {
    const auto made = context_.Bind(text);
    ASSERT_FALSE(made.ok()) << text;
    EXPECT_THAT(made.status().ToString(), HasSubstr(part));
  }
}

TEST_F(Locale, SurnamesDependOnTheSexWhereTheLanguageSaysSo) {
  EXPECT_FALSE(NamePool::Read("en_US").ValueOrDie().has_gendered_surnames());
  const NamePool polish = NamePool::Read("pl_PL").ValueOrDie();
  ASSERT_TRUE(polish.has_gendered_surnames());
  int64_t num_ska = 0, num_ski = 0;
  for (uint64_t i = 0; i < 1000; ++i) {
    const uint64_t u = i * 0x9E3779B97F4A7C15;
    const auto name = [&](uint8_t sex) {
      return polish.surnames().text(polish.PickSurname(sex, u));
    };
    num_ska += name(kFemale).ends_with("ska");
    num_ski += name(kMale).ends_with("ski");
    EXPECT_FALSE(name(kFemale).ends_with("ski")) << name(kFemale);
    EXPECT_FALSE(name(kMale).ends_with("ska")) << name(kMale);
  }
  EXPECT_GT(num_ska, 100);
  EXPECT_GT(num_ski, 100);
}

TEST(TextPattern, PlacesAreDrawnEachByItsOwn) {
  const TextPattern pattern("0^#-@@ ##");
  const Key key{7, 9};
  char text[16];
  for (int64_t row = 0; row < 1000; ++row) {
    const std::string plain(text, pattern.Write(key, row, "", text));
    ASSERT_EQ(plain.size(), 9u);
    EXPECT_EQ(plain[0], '0');
    EXPECT_TRUE(plain[1] >= '1' && plain[1] <= '9');
    EXPECT_TRUE(plain[4] >= 'A' && plain[4] <= 'Z');
    EXPECT_EQ(plain[3], '-');
    const std::string begun(text, pattern.Write(key, row, "42X", text));
    EXPECT_EQ(begun.substr(0, 5), "042-X");
    EXPECT_EQ(begun.substr(5), plain.substr(5));  // What comes behind is the same.
  }
}

TEST(TextPattern, AChoiceOfLettersIsOnePlace) {
  const TextPattern pattern("@[XYZ] [A]#");
  std::map<char, int> seen;
  char text[16];
  for (int64_t row = 0; row < 3000; ++row) {
    const std::string plain(text, pattern.Write(Key{7, 9}, row, "Q", text));
    ASSERT_EQ(plain.size(), 5u);
    EXPECT_EQ(plain[0], 'Q');
    EXPECT_EQ(plain.substr(2, 2), " A");
    ++seen[plain[1]];
    const std::string begun(text, pattern.Write(Key{7, 9}, row, "QR", text));
    EXPECT_EQ(begun, "QR" + plain.substr(2));
  }
  ASSERT_EQ(seen.size(), 3u);
  for (const char letter : {'X', 'Y', 'Z'})
    EXPECT_NEAR(seen[letter], 1000, 110) << letter;
}

}  // namespace
}  // namespace lakeseed
