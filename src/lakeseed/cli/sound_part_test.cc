#include "lakeseed/cli/sound_part.h"

#include <gtest/gtest.h>

namespace lakeseed {
namespace {

constexpr char kText[] =
    "dataset: d\n"
    "tables:\n"
    "  people:\n"
    "    rows: 10\n"
    "    let:\n"
    "      who: {person: {}}\n"
    "    columns:\n"
    "      age:\n"
    "        uniform: [1, 5]\n"
    "        bogus: 1\n"
    "      name: who.name\n"
    "  visits: {rows: 5, columns: {a: {key: {}}, b: 1}}\n";

Diagnostic At(const std::string& path) { return {{"f", 1, 1}, path, "reason", "v", ""}; }

TEST(SoundPart, LeavesOutWhatIsWrongAndKeepsLineNumbers) {
  const auto part = SoundPartOf(kText, "f", {At("people.columns.age.bogus")});
  ASSERT_TRUE(part.has_value());
  std::string expected = kText;
  for (const std::string line :
       {"      age:\n", "        uniform: [1, 5]\n", "        bogus: 1\n"}) {
    expected.replace(expected.find(line), line.size(), "\n");
  }
  EXPECT_EQ(part->text, expected);
  EXPECT_TRUE(part->Explains(At("x.age")));
  EXPECT_FALSE(part->Explains(At("x.page")));
}

TEST(SoundPart, ATableGoesWholeWhenItsOwnKeysAreWrong) {
  const auto part =
      SoundPartOf(kText, "f", {At("people.rows"), At("people.columns.name")});
  ASSERT_TRUE(part.has_value());
  EXPECT_EQ(part->text.find("who"), std::string::npos);
  EXPECT_NE(part->text.find("visits"), std::string::npos);
}

TEST(SoundPart, GivesUpWhereNoLinesAreTheEntrysOwn) {
  EXPECT_FALSE(SoundPartOf(kText, "f", {At("visits.columns.a")}).has_value());
  EXPECT_FALSE(SoundPartOf(kText, "f", {At("window")}).has_value());
  EXPECT_FALSE(SoundPartOf("a: [", "f", {At("people.rows")}).has_value());
}

}  // namespace
}  // namespace lakeseed
