#include "lakeseed/cli/text_table.h"

#include <gtest/gtest.h>

namespace lakeseed {
namespace {

TEST(TextTable, AlignsColumns) {
  TextTable table({"name", ">rows"});
  table.Add({"Köln", "7"});
  table.AddLine();
  table.Add({"all", "1,007"});
  EXPECT_EQ(table.ToText(),
            "name   rows\n"
            "-----------\n"
            "Köln      7\n"
            "-----------\n"
            "all   1,007\n");
}

TEST(TextTable, LongCellsGoOnBelow) {
  TextTable table({"name", "text", "more"});
  const std::string first(40, 'a'), second(31, 'b'), third(20, 'c');  // 40 + 1 + 31 = 72.
  table.Add({"one", first + " " + second + " " + third, "m"});
  table.Add({"two", "short", "n"});
  const std::string gap(68, ' ');
  EXPECT_EQ(table.ToText(), "name  text" + gap + "  more\n" + std::string(84, '-') +
                                "\none   " + first + " " + second + "  m\n      " +
                                third + "\ntwo   short" + gap.substr(1) + "  n\n");
}

// Paths are copied from the terminal.
TEST(TextTable, WordsAreNeverCut) {
  TextTable table({"path"});
  const std::string path = "/" + std::string(100, 'p');
  table.Add({"at " + path});
  EXPECT_NE(table.ToText().find("at\n" + path + "\n"), std::string::npos)
      << table.ToText();
}

}  // namespace
}  // namespace lakeseed
