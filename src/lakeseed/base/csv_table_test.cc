#include "lakeseed/base/csv_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Cells of a row of a table, and of its header before them.
struct Rows {
  explicit Rows(std::string_view text) : table(CsvTable::Read("t", text).ValueOrDie()) {}

  std::vector<std::string_view> Row(int64_t row) {
    std::vector<std::string_view> cells;
    for (size_t i = 0; i < table.num_columns(); ++i) {
      cells.push_back(row == CsvTable::kHeader ? table.Head(i, &unquoted)
                                               : table.Cell(row, i, &unquoted));
    }
    return cells;
  }

  CsvTable table;
  std::deque<std::string> unquoted;
};

TEST(CsvTable, ReadsQuotesAndLineEnds) {
  Rows rows(
      "\xEF\xBB\xBF"
      "a,\"b \"\"x\"\", c\"\r\n,\n\"two\nlines\",z\r\"\"\"\",\"\"\nlast,");
  ASSERT_EQ(rows.table.num_rows(), 4);
  ASSERT_EQ(rows.table.num_columns(), 2U);
  EXPECT_THAT(rows.Row(CsvTable::kHeader), ElementsAre("a", "b \"x\", c"));
  EXPECT_THAT(rows.Row(0), ElementsAre("", ""));
  EXPECT_THAT(rows.Row(1), ElementsAre("two\nlines", "z"));
  EXPECT_THAT(rows.Row(2), ElementsAre("\"", ""));
  EXPECT_THAT(rows.Row(3), ElementsAre("last", ""));
  EXPECT_THAT(Render(rows.table.InRow(3, RequestError("wrong"))),
              HasSubstr("t.csv:6: wrong"));
}

TEST(CsvTable, FindsEndsAtEveryPlace) {
  for (size_t size = 0; size < 300; ++size) {
    const std::string plain(size, 'x'), quoted(size, ',');
    for (const char* line_end : {"\n", "\r\n", "\r"}) {
      for (const bool is_ended : {false, true}) {
        const std::string text = plain + ",\"" + quoted + "\"," + plain + line_end +
                                 "y," + plain + ",\"\"" + line_end + ",\"\n" + quoted +
                                 "\"\"\"," + plain + (is_ended ? line_end : "");
        Rows rows(text);
        ASSERT_EQ(rows.table.num_rows(), 2);
        EXPECT_THAT(rows.Row(CsvTable::kHeader), ElementsAre(plain, quoted, plain));
        EXPECT_THAT(rows.Row(0), ElementsAre("y", plain, ""));
        EXPECT_THAT(rows.Row(1), ElementsAre("", "\n" + quoted + "\"", plain));
      }
    }
  }
}

TEST(CsvTable, GrowsWithMoreCellsThanUsual) {
  std::string text = "a,b";
  for (int i = 0; i < 1000; ++i) text += "\n,";
  Rows rows(text);
  ASSERT_EQ(rows.table.num_rows(), 1000);
  EXPECT_THAT(rows.Row(999), ElementsAre("", ""));
}

TEST(CsvTable, MistakesHaveALine) {
  for (const auto& [text, place] :
       {std::pair{"", "t.csv:1: table without a header"},
        {"\xEF\xBB\xBF", "t.csv:1: table without a header"},
        {"a,\"open\n", "t.csv:1: quote is not closed"},
        {"a\r\n\"open\"\"", "t.csv:2: quote is not closed"},
        {"x\n\"1\n\"\na\"b\n", "t.csv:4: quote in the middle of a cell"},
        {"x\r\"a\"b\n", "t.csv:2: text after a closing quote"},
        {"\"a\"\"\"b\n", "t.csv:1: text after a closing quote"},
        {"a,b\n1,2\n3\n", "t.csv:3: row of 1 cells, the header has 2"},
        {"a,b\n1,2\n\n", "t.csv:3: row of 1 cells, the header has 2"},
        {"a\n1,2", "t.csv:2: row of 2 cells, the header has 1"}}) {
    const arrow::Status status = CsvTable::Read("t", text).status();
    EXPECT_EQ(ExitCodeOf(status), ExitCode::kRequest) << text;
    EXPECT_THAT(Render(status), HasSubstr(place)) << text;
  }
}

}  // namespace
}  // namespace lakeseed
