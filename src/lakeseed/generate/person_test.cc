// People: laws of the struct, ages, sexes, names by decade, unique addresses.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "lakeseed/base/date.h"
#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/test_struct.h"

namespace lakeseed {
namespace {

constexpr char kAdults[] =
    "{person: {age: {normal: {mean: 42, stddev: 15, min: 18, max: 95}}, age_at: "
    "2023-01-01}}";
const int32_t kAt = DaysFromCivil(2023, 1, 1);
constexpr int64_t kMany = 200'000;

int AgeAt(int32_t birth, int32_t day) {
  const CivilDate b = CivilFromDays(birth), d = CivilFromDays(day);
  return d.year - b.year - (d.month < b.month || (d.month == b.month && d.day < b.day));
}

TEST(Person, KeepsTheLawsOfStructs) {
  TestContext context;
  const auto person = context.Bind(kAdults).ValueOrDie();
  ExpectStructLaws(context, *person);
}

TEST(Person, AgesFollowTheNormalLaw) {
  TestContext context;
  const auto person = context.Bind(kAdults).ValueOrDie();
  const TestStruct people(context, *person, Rows(RowRange{0, kMany}), {"birth_date"});
  double sum = 0;
  int64_t below_27 = 0;
  int youngest = 200, oldest = 0;
  const ColumnShape shape = person->shape(7);
  for (const int32_t birth : people.Values<int32_t>("birth_date")) {
    const int age = AgeAt(birth, kAt);
    sum += age;
    below_27 += age < 27;
    youngest = std::min(youngest, age);
    oldest = std::max(oldest, age);
    ASSERT_GE(birth, *shape.min);
    ASSERT_LE(birth, *shape.max);
  }
  EXPECT_EQ(youngest, 18);
  EXPECT_LE(oldest, 95);
  // The law truncated at 17.5 and 95.5: mean 43.72; below 26.5: 0.1089 of 0.9487 less.
  EXPECT_NEAR(sum / kMany, 43.72, 0.12);
  EXPECT_NEAR(static_cast<double>(below_27) / kMany, 0.1055, 0.003);
}

TEST(Person, AgesFollowAProfile) {
  TestContext context;
  const auto person =
      context.Bind("{person: {age: store, age_at: 2024-02-29}}").ValueOrDie();
  const TestStruct people(context, *person, Rows(RowRange{0, kMany}), {"birth_date"});
  std::map<int, int64_t> bands;
  const int32_t at = DaysFromCivil(2024, 2, 29);
  for (const int32_t birth : people.Values<int32_t>("birth_date")) {
    const int age = AgeAt(birth, at);
    ++bands[age < 25 ? 18 : age / 10 * 10 + (age % 10 < 5 ? -5 : 5)];
  }
  const auto share = [&](int start) { return static_cast<double>(bands[start]) / kMany; };
  EXPECT_NEAR(share(18), 0.08, 0.003);
  EXPECT_NEAR(share(25), 0.16, 0.004);
  EXPECT_NEAR(share(55), 0.18, 0.004);
  EXPECT_NEAR(share(75) + share(85), 0.09, 0.003);
}

TEST(Person, AgeHoldsOnADayOfTheRow) {
  TestContext context;
  context.AddInt64(
      "$born", [](int64_t row) { return kAt + row % 2000; }, arrow::date32());
  const auto person =
      context.Bind("{person: {age: {uniform: {min: 18, max: 20}}, age_at: $born}}")
          .ValueOrDie();
  const TestStruct people(context, *person, Rows(RowRange{0, 20000}), {"birth_date"});
  int64_t row = 0;
  for (const int32_t birth : people.Values<int32_t>("birth_date")) {
    const int age = AgeAt(birth, kAt + static_cast<int32_t>(row++ % 2000));
    ASSERT_GE(age, 18);
    ASSERT_LE(age, 20);
  }
}

TEST(Person, FewerBirthsOnWeekEnds) {
  TestContext context;
  const auto person = context.Bind(kAdults).ValueOrDie();
  const TestStruct people(context, *person, Rows(RowRange{0, kMany}), {"birth_date"});
  const auto births = people.Values<int32_t>("birth_date");
  EXPECT_NEAR(ShareOf(births, [](int32_t day) { return Weekday(day) == 5; }) * 7, 0.74,
              0.02);
  EXPECT_NEAR(ShareOf(births, [](int32_t day) { return Weekday(day) == 6; }) * 7, 0.68,
              0.02);
}

TEST(Person, FirstNamesAreThoseOfTheDecadeAndSex) {
  TestContext context;
  const auto person =
      context.Bind("{person: {age: {uniform: {min: 64, max: 71}}, age_at: 2023-01-01}}")
          .ValueOrDie();  // Born from 1951-01-02 to 1959-01-01.
  const TestStruct people(context, *person, Rows(RowRange{0, kMany}),
                          {"first_name", "sex"});
  const auto names = people.Texts("first_name"), sexes = people.Texts("sex");

  const auto table = Vocabulary("us_first_names").ValueOrDie();
  const auto decades = table->Integers("decade").ValueOrDie();
  const auto table_sexes = table->Text("sex").ValueOrDie();
  const auto table_names = table->Text("name").ValueOrDie();
  const auto weights = table->Integers("weight").ValueOrDie();
  for (const std::string sex : {"F", "M"}) {
    std::map<std::string, double> law, drawn;
    double total = 0, count = 0;
    for (size_t i = 0; i < table_names.size(); ++i) {
      if (decades[i] != 1950 || table_sexes[i] != sex) continue;
      law[std::string(table_names[i])] = static_cast<double>(weights[i]);
      total += static_cast<double>(weights[i]);
    }
    for (size_t i = 0; i < names.size(); ++i) {
      if (sexes[i] != sex) continue;
      ASSERT_TRUE(law.contains(names[i]))
          << names[i] << " was no name of that decade and sex";
      ++drawn[names[i]];
      ++count;
    }
    for (const auto& [name, weight] : law) {
      const double share = weight / total;
      if (share < 0.01) continue;
      EXPECT_NEAR(drawn[name] / count, share, 5 * std::sqrt(share / count)) << name;
    }
  }
}

TEST(Person, SexGenderAndSuffixAgree) {
  TestContext context;
  const auto person = context.Bind("{person: {age: us}}").ValueOrDie();
  const TestStruct people(context, *person, Rows(RowRange{0, kMany}),
                          {"suffix", "sex", "gender", "title", "middle_initial"});
  const auto sexes = people.Texts("sex"), genders = people.Texts("gender"),
             suffixes = people.Texts("suffix"), titles = people.Texts("title");
  for (size_t i = 0; i < sexes.size(); ++i) {
    if (genders[i] == "Female") {
      ASSERT_EQ(sexes[i], "F");
    }
    if (genders[i] == "Male") {
      ASSERT_EQ(sexes[i], "M");
    }
    if (!suffixes[i].empty()) {
      ASSERT_EQ(sexes[i], "M");
    }
    if (titles[i] == "Mr.") {
      ASSERT_EQ(sexes[i], "M");
    }
    if (titles[i] == "Mrs." || titles[i] == "Ms.") {
      ASSERT_EQ(sexes[i], "F");
    }
  }
  const auto share = [&](const std::string& label) {
    return ShareOf(genders, [&](const std::string& one) { return one == label; });
  };
  EXPECT_NEAR(share("Female"), 0.496, 0.005);  // 0.502 of those who say so.
  EXPECT_NEAR(share("Other"), 0.007, 0.001);
  EXPECT_NEAR(share("Prefer not to say"), 0.005, 0.001);
  EXPECT_NEAR(people.NullShare("middle_initial"), 0.40, 0.005);
}

TEST(Person, FullNameAndMailAreMadeOfTheName) {
  TestContext context;
  const auto person = context.Bind(kAdults).ValueOrDie();
  const TestStruct people(
      context, *person, Rows(RowRange{0, 5000}),
      {"first_name", "last_name", "full_name", "suffix", "email", "username"});
  const auto first = people.Texts("first_name"), last = people.Texts("last_name"),
             full = people.Texts("full_name"), suffix = people.Texts("suffix"),
             mail = people.Texts("email"), user = people.Texts("username");
  for (size_t i = 0; i < full.size(); ++i) {
    ASSERT_EQ(full[i],
              first[i] + " " + last[i] + (suffix[i].empty() ? "" : " " + suffix[i]));
    const std::string local = mail[i].substr(0, mail[i].find('@'));
    ASSERT_NE(local.find(static_cast<char>(first[i][0] - 'A' + 'a')), std::string::npos);
    ASSERT_EQ(user[i][0], first[i][0] - 'A' + 'a');
    ASSERT_EQ(mail[i].substr(mail[i].find('@') + 1, 8), "example.");
    ASSERT_EQ(mail[i].find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._@"),
              std::string::npos)
        << mail[i];
  }
}

TEST(Person, MailsAndUserNamesAreUniqueOverMillionsOfRows) {
  TestContext context;
  const auto person =
      context.Bind("{person: {age: {uniform: {min: 60, max: 60}}}}").ValueOrDie();
  std::unordered_set<std::string> mails, users;
  constexpr int64_t kRows = 2'000'000, kBlock = 200'000;
  mails.reserve(kRows);
  users.reserve(kRows);
  for (int64_t begin = 0; begin < kRows; begin += kBlock) {
    const TestStruct people(context, *person, Rows(RowRange{begin, begin + kBlock}),
                            {"email", "username"});
    for (std::string& mail : people.Texts("email")) mails.insert(std::move(mail));
    for (std::string& user : people.Texts("username")) users.insert(std::move(user));
  }
  EXPECT_EQ(mails.size(), static_cast<size_t>(kRows));
  EXPECT_EQ(users.size(), static_cast<size_t>(kRows));
}

TEST(Person, NumbersOfAClassAreAPermutation) {
  TestContext context;
  const auto person = context.Bind("{person: {}}").ValueOrDie();
  // Rows 90 to 989 have exactly the numbers 100 to 999.
  const TestStruct people(context, *person, Rows(RowRange{90, 990}), {"username"});
  std::vector<int> numbers;
  for (const std::string& user : people.Texts("username")) {
    numbers.push_back(std::stoi(user.substr(user.find_first_of("0123456789"))));
  }
  EXPECT_FALSE(std::is_sorted(numbers.begin(), numbers.end()));
  std::sort(numbers.begin(), numbers.end());
  for (int i = 0; i < 900; ++i) ASSERT_EQ(numbers[static_cast<size_t>(i)], 100 + i);
}

TEST(Person, RefusesWhatItDoesNotKnow) {
  TestContext context;
  for (const char* bad :
       {"{person: {locale: xx_XX}}", "{person: {age: martian}}", "{person: {agee: us}}",
        "{person: {age: {normal: {mean: 40, stddev: 0}}}}",
        "{person: {age: {normal: {mean: 40, stddev: 5, min: 30, max: 20}}}}",
        "{person: {age: {normal: {mean: 400, stddev: 5}}}}",
        "{person: {age: {gamma: {}}}}", "{person: {email_profile: spam}}",
        "{person: {age_at: channel}}"}) {
    EXPECT_FALSE(context.Bind(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace lakeseed
